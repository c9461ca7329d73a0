"""The catalogues of translations under `bot/locales`, read as they are: there is nothing to compile.

A `.po` file is made into gettext's own form in memory when its language is first spoken, so that a
clone, an editable install and a wheel speak alike and no translation can be older than its source.
"""

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.speech import ENGLISH, LANGUAGES, Speech

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "passagebot"


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of a language stands."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def speech_in(language: str) -> Speech:
    """Return a language of the interface with its translations; English needs none."""
    if language == ENGLISH.language:
        return ENGLISH
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Speech(language=language, translations=GNUTranslations(compiled))


def spoken(language_code: str | None) -> str | None:
    """Return the language of the interface for a tag as Telegram sends it: "de" for "de-AT".

    None if it is not spoken, or no tag is given.
    """
    language = (language_code or "").lower().replace("_", "-").partition("-")[0]
    return language if language in LANGUAGES else None


def load_all() -> None:
    """Read every catalogue, so that nobody waits for one later."""
    for language in LANGUAGES:
        speech_in(language)
