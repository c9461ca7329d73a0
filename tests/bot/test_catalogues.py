"""The catalogues are complete: every text of the code in every language, in every form."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.catalogues import LOCALES, catalogue_path, load_all, speech_in, spoken
from bot.speech import LANGUAGES
from bot.telegram.markup import LONGEST_TOAST, utf16_units

PACKAGE = Path(__file__).parents[2] / "bot"
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
FORMS = {"de": 2, "es": 2, "ru": 3, "ar": 6}
FORBIDDEN = re.compile("[\u2028-\u202e]")
PLACEHOLDER = re.compile(r"\{(\w*)\}")


@cache
def texts() -> frozenset[str | tuple[str, ...]]:
    """Return the texts of the code, with both their forms where they have a plural."""
    found = extract_from_dir(PACKAGE, [("**.py", "python")])
    return frozenset(message for _, _, message, _, _ in found)


@cache
def catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def forms_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def names_in(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_there_is_a_catalogue_for_every_language_and_no_other() -> None:
    assert {path.name for path in LOCALES.iterdir()} == set(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_every_text_of_the_code_and_nothing_obsolete(language: str) -> None:
    held = {message.id for message in messages(language)}
    assert held == texts(), "run `make texts` and translate what is new"
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_in_all_its_forms(language: str) -> None:
    assert catalogue(language).num_plurals == FORMS[language]
    for message in messages(language):
        assert not message.fuzzy, message.id
        assert all(forms_of(message)), message.id
        wanted = FORMS[language] if message.pluralizable else 1
        assert len(forms_of(message)) == wanted, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_form_is_filled_with_the_same_names(language: str) -> None:
    for message in messages(language):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for form in forms_of(message):
            optional = {"number"} if message.pluralizable and language == "ar" else set[str]()
            assert names_in(source) - optional <= names_in(form) <= names_in(source), form


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_marks_commands_and_edges(language: str) -> None:
    for message in messages(language):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for form in forms_of(message):
            assert form == form.strip(), form
            assert form[:1] == source[:1] or source[0].isascii() or source[0] in "“…", form
            assert commands_in(form) == commands_in(source), form
            assert not FORBIDDEN.search(form), form
            assert form.count("\u2068") == form.count("\u2069"), form


def commands_in(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w/])/[a-z_]{3,}", text))


def toasts() -> set[str]:
    """Return every text that a function for a toast holds."""
    found: set[str] = set()
    for path in (PACKAGE / "telegram" / "texts").glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("toast"):
                constants = (one for one in ast.walk(node) if isinstance(one, ast.Constant))
                found |= {str(one.value) for one in constants}
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_toast_fits_in_every_language(language: str) -> None:
    named = toasts()
    checked = [m for m in messages(language) if named.intersection([m.id, *m.id])]
    assert len(checked) > 10
    for message in checked:
        assert all(utf16_units(form) <= LONGEST_TOAST for form in forms_of(message)), message.id


def test_arabic_leaves_the_number_out_only_where_its_form_says_it() -> None:
    for message in messages("ar"):
        if message.pluralizable and "number" in names_in(message.id[-1]):
            assert all("number" in names_in(form) for form in forms_of(message)[3:]), message.id


def test_russian_and_arabic_choose_their_forms_by_the_number() -> None:
    def passages(language: str, number: int) -> str:
        return speech_in(language).ngettext("{number} passage", "{number} passages", number)

    assert [passages("ru", n) for n in (1, 3, 5, 11, 21)] == [
        "1 фрагмент",
        "3 фрагмента",
        "5 фрагментов",
        "11 фрагментов",
        "21 фрагмент",
    ]
    assert [passages("ar", n) for n in (1, 2, 3, 11, 100)] == [
        "مقطع واحد",
        "مقطعان",
        "3 مقاطع",
        "11 مقطعًا",
        "100 مقطع",
    ]


def test_a_language_is_read_once_and_a_tag_finds_it() -> None:
    load_all()
    assert speech_in("de") is speech_in("de")
    assert [spoken(tag) for tag in ("de-AT", "AR", "es_419", "pt", "", None)] == [
        *("de", "ar", "es"),
        *(None, None, None),
    ]
