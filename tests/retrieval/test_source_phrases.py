"""Phrases that name a source or a language the library has."""

import pytest

from retrieval.readings import Sureness
from retrieval.source_phrases import language_phrases, source_names, source_phrases

SOURCES = [
    "Coast Daily",
    "The Courier",
    "Der Bote",
    "Вечерний Ольхов",
    "صحيفة الواحة",
    "bay.example",
    "!",
]


@pytest.mark.parametrize(
    ("text", "phrase", "source"),
    [
        ("tram fares according to the Coast Daily", "according to the Coast Daily", "Coast Daily"),
        ("What did it say in the coast daily about fares?", "in the coast daily", "Coast Daily"),
        ("fares, as reported by The Courier", "as reported by The Courier", "The Courier"),
        ("fares from the newspaper “Coast Daily”", "from the newspaper “Coast Daily”", "Coast Daily"),
        ("Was kostet die Fahrt laut Der Bote?", "laut Der Bote", "Der Bote"),
        ("Was kostet die Fahrt im Boten laut dem Coast Daily", "laut dem Coast Daily", "Coast Daily"),
        ("¿Cuánto cuesta según Coast Daily?", "según Coast Daily", "Coast Daily"),
        ("сколько стоит по данным газеты «Вечерний Ольхов»?", "по данным газеты «Вечерний Ольхов»",
         "Вечерний Ольхов"),
        ("كم السعر وفقا لصحيفة الواحة؟", "وفقا لصحيفة الواحة", "صحيفة الواحة"),
        ("fares on bay.example", "on bay.example", "bay.example"),
        ("fares according to the Daily", "according to the Daily", "Coast Daily"),
    ],
)  # fmt: skip
def test_a_source_the_library_knows_is_found(text: str, phrase: str, source: str) -> None:
    (found,) = source_phrases(text, source_names(SOURCES))
    assert text[found.start : found.end] == phrase
    assert found.filters.source == source


@pytest.mark.parametrize(
    "text",
    [
        "Who founded the Coast Daily?",
        "fares according to the Mountain Weekly",
        "fares from the Coast Dailys",
        "fares in the Coast",
        "Courier",
    ],
)
def test_a_name_that_nothing_is_said_to_come_from_is_no_limit(text: str) -> None:
    assert source_phrases(text, source_names(SOURCES)) == []


def test_a_last_word_that_two_names_share_stands_for_neither() -> None:
    names = source_names(["Coast Daily", "Valley Daily", "Bay Sun"])
    assert source_phrases("fares according to the Daily", names) == []
    assert source_phrases("fares according to the Sun", names) == []
    (found,) = source_phrases("fares according to the Valley Daily", names)
    assert found.filters.source == "Valley Daily"


def test_a_library_without_sources_has_nothing_to_find() -> None:
    assert source_phrases("fares according to the Courier", source_names([])) == []


def test_according_to_is_surer_than_in() -> None:
    names = source_names(["Harlow"])
    (said,) = source_phrases("rain according to Harlow", names)
    (place,) = source_phrases("rain in Harlow", names)
    assert (said.sureness, place.sureness) == (Sureness.FIRM, Sureness.LOOSE)


@pytest.mark.parametrize(
    ("text", "phrase", "language"),
    [
        ("articles in German about bees", "in German", "de"),
        ("bees, in english", "in english", "en"),
        ("Bienen auf Deutsch", "auf Deutsch", "de"),
        ("Bienen auf Englisch?", "auf Englisch", "en"),
        ("abejas en alemán", "en alemán", "de"),
        ("пчёлы на немецком языке", "на немецком языке", "de"),
        ("пчёлы на английском", "на английском", "en"),
        ("النحل بالألمانية", "بالألمانية", "de"),
        ("النحل باللغة الإنجليزية", "باللغة الإنجليزية", "en"),
    ],
)
def test_a_language_the_library_holds_is_found(text: str, phrase: str, language: str) -> None:
    (found,) = language_phrases(text, ["en", "de"])
    assert text[found.start : found.end] == phrase
    assert found.filters.language == language


@pytest.mark.parametrize(
    "text",
    [
        "bees in German politics",
        "bees in French",
        "German bees",
        "Deutsch",
        "speaking German in Bern",
    ],
)
def test_a_language_that_is_part_of_something_else_is_no_limit(text: str) -> None:
    assert language_phrases(text, ["en", "de"]) == []


def test_where_all_is_in_one_language_its_name_limits_nothing() -> None:
    assert language_phrases("articles in English", ["en"]) == []


def test_articles_in_a_language_are_asked_for_surely() -> None:
    (stated,) = language_phrases("articles in German about bees", ["en", "de"])
    (firm,) = language_phrases("what are bees called in German", ["en", "de"])
    assert (stated.sureness, firm.sureness) == (Sureness.STATED, Sureness.FIRM)
