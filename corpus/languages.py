"""Which language a text is in, as ISO 639-1 codes."""

import re
from functools import cache
from typing import Any

UNDETERMINED = "und"

_SAMPLE = 400  # characters; more hardly changes the answer, and costs time
_LANGUAGES = """
    af am ar az be bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja
    ka kk km kn ko lo lt lv mk ml mn mr ms mt my ne nl no pa pl ps pt ro ru si sk sl so sq sr sv sw
    ta te th tl tr uk ur uz vi zh
    """.split()  # noqa: SIM905 - for reading; rarer languages are more often wrong than right
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*")
_SAME = {
    "nb": "no",
    "nob": "no",
    "nor": "no",
    "iw": "he",
    "in": "id",
    "ara": "ar",
    "chi": "zh",
    "deu": "de",
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "ger": "de",
    "hin": "hi",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "tha": "th",
    "tur": "tr",
    "ukr": "uk",
    "zho": "zh",
}


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language `text` is most likely in, or "und".

    The first characters decide; a text without letters has no language.
    """
    sample = text[:_SAMPLE]
    if not any(char.isalpha() for char in sample):
        return UNDETERMINED
    return str(_identifier().classify(sample)[0])


@cache
def _identifier() -> Any:  # noqa: ANN401 - py3langid has no types
    """Return the detector: one of our own, since limiting the shared one would limit others."""
    from py3langid.langid import (  # noqa: PLC0415 - its model takes most of a second to load
        MODEL_FILE,
        LanguageIdentifier,
    )

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return identifier


def language_code(tag: str | None) -> str | None:
    """Return the short code of a language tag ("en-US" gives "en"), None if it is no tag."""
    match = _CODE.fullmatch(tag.strip()) if tag else None
    if match is None:
        return None
    code = match.group(1).lower()
    return None if code == UNDETERMINED else _SAME.get(code, code)
