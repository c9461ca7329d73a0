"""Readings of a question, and which of them holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Filters, Question
from retrieval.engine import AnswerEngine
from retrieval.indexes import IndexFiles
from retrieval.phrases import PhraseReader, kept
from retrieval.readings import Reading, Sureness, narrowed
from tests.corpus.builders import Ticking, prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import indexer
from tests.retrieval.passages import PLAIN

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
FLOODS = {
    "flood-2024": ("The flood damaged nine houses in Harlow.", "2024-05-02", "Courier", "en"),
    "flood-2026": ("The flood damaged four houses in Harlow.", "2026-03-10", "Coast Daily", "en"),
    "flut-2026": ("Die Flut beschädigte vier Häuser, damaged houses.", "2026-03-11", "Bote", "de"),
    "undated": ("In 1953 the sea drowned the mill and its miller.", None, None, "en"),
}


@pytest.fixture
def store(tmp_path: Path) -> ArticleStore:
    store = ArticleStore.create(tmp_path, now=Ticking())
    for key, (text, day, source, language) in FLOODS.items():
        published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
        store.put(
            prepared(key, text, title=key, published=published, source=source, language=language)
        )
    indexer(store).bring_up_to_date()
    return store


@pytest.fixture
def ask(store: ArticleStore) -> Callable[[str], Answer]:
    engine = AnswerEngine(
        store.path.parent, store, HashingEmbedder(), calibration=PLAIN, now=lambda: NOW
    )

    def answer(text: str, **more: object) -> Answer:
        return engine.answer(Question(text=text, **more))  # type: ignore[arg-type]

    return answer


def keys(answer: Answer) -> list[str]:
    return [hit.passage.citation.key for hit in answer.hits]


def test_a_limit_is_taken_out_of_the_question_and_said(ask: Callable[..., Answer]) -> None:
    answer = ask("damaged houses Harlow since January")
    assert answer.searched_for == "damaged houses Harlow (published since 1 January 2026)"
    assert set(keys(answer)) == {"flood-2026", "flut-2026"}


def test_several_limits_hold_together(ask: Callable[..., Answer]) -> None:
    answer = ask("According to the Coast Daily, damaged houses since January?")
    assert (
        answer.searched_for == "damaged houses? (from Coast Daily, published since 1 January 2026)"
    )
    assert keys(answer) == ["flood-2026"]


def test_a_limit_no_article_passes_is_given_up_and_that_is_said(ask: Callable[..., Answer]) -> None:
    answer = ask("damaged houses Harlow last week")
    note = "(no answer published from 9 to 15 November 2026; searched without that)"
    assert answer.searched_for == f"damaged houses Harlow last week {note}"
    assert answer.answered
    assert "flood-2024" in keys(answer)


def test_the_year_of_an_event_is_no_limit(ask: Callable[..., Answer]) -> None:
    answer = ask("Who drowned in 1953?")
    assert answer.searched_for == "Who drowned in 1953?"
    assert keys(answer)[0] == "undated"


def test_the_year_of_publication_is_one(ask: Callable[..., Answer]) -> None:
    answer = ask("damaged houses Harlow in 2024")
    assert answer.searched_for == "damaged houses Harlow (published in 2024)"
    assert keys(answer) == ["flood-2024"]


def test_a_question_of_nothing_but_a_limit_keeps_its_words(ask: Callable[..., Answer]) -> None:
    assert ask("Since January?").searched_for.startswith("Since January? (")


def test_options_hold_beside_phrases(ask: Callable[..., Answer]) -> None:
    limits = Filters(source="Courier")
    assert keys(ask("damaged houses Harlow since 2023", filters=limits)) == ["flood-2024"]
    against = ask("damaged houses Harlow from the Coast Daily", filters=limits)
    assert keys(against) == ["flood-2024"]
    assert against.searched_for == "damaged houses Harlow from the Coast Daily"


def test_a_limit_finds_as_many_as_exist_however_far_they_rank(tmp_path: Path) -> None:
    """The limit holds before either index cuts its list: the late articles rank last in both."""
    with ArticleStore.create(tmp_path, now=Ticking()) as store:
        for number in range(240):
            late = number % 20 == 0
            text = f"Mill {number} stood." if late else "The flood damaged houses in Harlow."
            published = datetime(2026 if late else 2020, 2, 1, tzinfo=UTC)
            text = f"{text} Number {number} damaged."
            store.put(prepared(f"{number}", text, title=f"{number}", published=published))
        indexer(store).bring_up_to_date()
        with AnswerEngine(
            tmp_path, store, HashingEmbedder(), calibration=PLAIN, now=lambda: NOW
        ) as engine:
            limited = Question(text="news since January: damaged", hits=50)
            found = engine.answer(limited)
            by_option = engine.answer(
                Question(
                    text="flood damaged houses in Harlow",
                    hits=20,
                    filters=Filters(since=datetime(2026, 1, 1, tzinfo=UTC)),
                )
            )
    assert found.searched_for == "news: damaged (published since 1 January 2026)"
    assert len(found.hits) == 24
    assert {int(key) % 20 for key in keys(found)} == {0}
    assert len(by_option.hits) == 20
    assert {int(key) % 20 for key in keys(by_option)} == {0}


def test_a_language_can_be_asked_for(ask: Callable[..., Answer]) -> None:
    answer = ask("articles in German: damaged houses")
    assert answer.searched_for == "articles: damaged houses (in German)"
    assert keys(answer) == ["flut-2026"]


def test_new_sources_are_known_once_they_are_indexed(store: ArticleStore) -> None:
    reader = PhraseReader(store, lambda _: None, now=lambda: NOW)
    text = "damage according to Gazette"

    def readings() -> int:
        indexes = IndexFiles(store.path.parent).newer()
        assert indexes is not None
        return len(reader.readings(text, Filters(), indexes))

    assert readings() == 1
    store.put(prepared("more", "It rained. It poured.", source="Gazette"))
    indexer(store).bring_up_to_date()
    assert readings() == 2


@dataclass(frozen=True)
class Found:
    confidence: Confidence
    probability: float


NOTHING, WEAK, STRONG = (
    Found(Confidence.NONE, 0.1),
    Found(Confidence.POSSIBLE, 0.5),
    Found(Confidence.STRONG, 0.95),
)


def which(limited: Found, plain: Found, sureness: Sureness) -> str:
    narrow = Reading(text="narrow", filters=Filters(source="S"), said="from S", sureness=sureness)
    found = {"narrow": limited, "plain": plain}
    readings = (narrow, Reading(text="plain", filters=Filters()))
    reading, _ = kept(readings, lambda reading: found[reading.text])
    return reading.text


@pytest.mark.parametrize(
    ("limited", "plain", "sureness", "expected"),
    [
        (WEAK, STRONG, Sureness.STATED, "narrow"),
        (WEAK, STRONG, Sureness.FIRM, "plain"),
        (WEAK, WEAK, Sureness.LOOSE, "narrow"),
        (WEAK, Found(Confidence.POSSIBLE, 0.6), Sureness.FIRM, "narrow"),
        (WEAK, Found(Confidence.POSSIBLE, 0.6), Sureness.LOOSE, "plain"),
        (NOTHING, WEAK, Sureness.STATED, "plain"),
        (NOTHING, NOTHING, Sureness.LOOSE, "narrow"),
        (Found(Confidence.NONE, 0.0), NOTHING, Sureness.STATED, "plain"),
    ],
)
def test_the_better_answered_reading_holds(
    limited: Found, plain: Found, sureness: Sureness, expected: str
) -> None:
    assert which(limited, plain, sureness) == expected


def test_limits_that_exclude_each_other_are_none() -> None:
    early = Filters(until=datetime(2020, 1, 1, tzinfo=UTC))
    late = Filters(since=datetime(2021, 1, 1, tzinfo=UTC))
    assert narrowed(early, late) is None
    assert narrowed(Filters(language="en"), Filters(language="de")) is None
    assert narrowed(Filters(source="a"), Filters(source="A")) == Filters(source="a")
    both = narrowed(Filters(collections=("main",)), late)
    assert both == Filters(since=late.since, collections=("main",))
