"""Questions derived from articles, in each language, and which are kept."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.example_questions import LONGEST, Candidate, Shelf, candidates, checked
from corpus.articles import Article
from tests.bot.shelf import an_article


def questions(text: str, *, language: str = "en", title: str = "N") -> list[str]:
    return [one.question for one in candidates([written(text, language=language, title=title)])]


def written(text: str, *, language: str = "en", title: str = "News", key: str = "a") -> Article:
    return an_article(text, key=key, title=title, language=language)


@pytest.mark.parametrize(
    ("language", "sentence", "question"),
    [
        ("en", "Harlow Bridge was built in 1911.", "When was Harlow Bridge built?"),
        (
            "en",
            "The Harlow Fair was founded by monks in 1420.",
            "When was the Harlow Fair founded?",
        ),
        ("en", "Harlow Bridge is 90 metres long.", "How long is Harlow Bridge?"),
        ("en", "An octopus has three hearts.", "How many hearts does an octopus have?"),
        ("en", "“It rose,” said Anna Berg on Friday.", "What did Anna Berg say?"),
        ("en", "Anna Berg, the mayor, said that it rose.", "What did Anna Berg say?"),
        ("de", "Ein Oktopus hat drei Herzen.", "Wie viele Herzen hat ein Oktopus?"),
        ("de", "„Er stieg“, sagte Anna Berg.", "Was sagte Anna Berg?"),
        ("es", "«Creció», dijo Anna Berg.", "¿Qué dijo Anna Berg?"),
        ("ru", "«Вода поднялась», — сказала Анна Берг.", "Что сказала Анна Берг?"),
        ("en", "Anna Berg (born 1950) is a Swedish singer.", "Who or what is Anna Berg?"),
        ("de", "Die Alte Brücke wurde 1911 gebaut.", "Wann wurde die Alte Brücke gebaut?"),
        ("de", "Anna Berg ist eine Sängerin.", "Wer oder was ist Anna Berg?"),
        (
            "es",
            "El Puente Viejo fue construido en 1911.",
            "¿Cuándo fue construido el Puente Viejo?",
        ),
        ("es", "Anna Berg es una cantante.", "¿Quién o qué es Anna Berg?"),
        ("ru", "Старый мост был построен в 1911 году.", "Когда был построен Старый мост?"),
        ("ru", "Анна Берг — певица из Швеции.", "Кто или что такое Анна Берг?"),
        ("ar", "الجسر القديم هو أطول جسر في المدينة.", "من أو ما هو الجسر القديم؟"),
    ],
)
def test_a_sentence_of_a_known_form_becomes_its_question(
    language: str, sentence: str, question: str
) -> None:
    assert questions(sentence, language=language) == [question]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "What is reported about Harlow Bridge?"),
        ("de", "Was wird über Harlow Bridge berichtet?"),
        ("es", "¿Qué se sabe de Harlow Bridge?"),
        ("ru", "Что известно о «Harlow Bridge»?"),
    ],
)
def test_without_such_a_sentence_the_name_in_the_headline_is_asked_about(
    language: str, question: str
) -> None:
    made = questions("It rained.", language=language, title="Flood at Harlow Bridge")
    assert made[0] == question


def test_a_headline_in_capitals_names_nobody() -> None:
    made = questions("It rained.", title="An Octopus Has Three Hearts")
    assert made == ["What is “An Octopus Has Three Hearts” about?"]


def test_a_headline_that_names_nobody_is_asked_about_as_a_whole() -> None:
    assert questions("It rained.", title="How to bake bread") == [
        "What is “How to bake bread” about?"
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It was built in 1911.", "en"),
        ("This is a test.", "en"),
        ("Harlow Bridge was built of stone.", "en"),
        (
            "The " + "Very " * 3 + "Longwindednamedbridgeofharlowandelsewhereabroad is a bridge.",
            "en",
        ),
        ("Harlow Bridge was built in 1911.", "fi"),
    ],
)
def test_what_names_nothing_or_is_too_long_is_not_asked(text: str, language: str) -> None:
    assert questions(text, language=language) == []


@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from(["en", "de", "es", "ru", "ar"]))
def test_whatever_is_written_questions_are_short_and_always_the_same(
    text: str, title: str, language: str
) -> None:
    article = written(f"Harlow. {text} Harlow.", title=title, language=language)
    made = list(candidates([article]))
    assert made == list(candidates([article]))
    assert all(0 < len(one.question) <= LONGEST for one in made)


def some(count: int) -> Sequence[Candidate]:
    return [
        Candidate(question=f"q{n}", collection="main", key=f"k{n % 3}", language="en")
        for n in range(count)
    ]


async def test_only_answered_questions_are_kept_one_of_an_article_and_no_more_asked_than_allowed() -> (
    None
):
    asked: list[str] = []

    async def answers(one: Candidate) -> bool:
        asked.append(one.question)
        return one.question != "q1"

    kept = await checked(some(9), answers, wanted=3, most=10)
    assert [one.question for one in kept] == ["q0", "q2", "q4"]
    assert asked == ["q0", "q1", "q2", "q4"]
    assert await checked(some(9), answers, wanted=3, most=1) == list(some(1))


def test_examples_are_in_the_readers_language_first() -> None:
    shelf = Shelf()
    assert shelf.examples((), "en", most=3) == []
    shelf.put(
        (),
        [
            Candidate(question=f"{n}{tag}", collection="main", key="k", language=tag)
            for tag in ("de", "en")
            for n in range(2)
        ],
    )
    assert shelf.examples((), "en", most=3) == ["0en", "1en", "0de"]
    assert shelf.examples((), "ar", most=1) == ["0de"]
    assert shelf.examples(("other",), "en", most=3) == []
