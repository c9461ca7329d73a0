"""The records front ends send and get, in their outside form."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from corpus.articles import Citation, Span
from retrieval.answers import (
    Answer,
    Confidence,
    Filters,
    Hit,
    Question,
    citation_to_json,
    format_time,
)
from retrieval.protocols import Space, no_progress
from tests.retrieval.passages import a_passage


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (None, None),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 5, tzinfo=UTC), "2026-03-01T09:05:00+00:00"),
        (datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=1))), "2026-03-01"),
        (datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1))), "2026-02-28T23:00:00+00:00"),
    ],
)
def test_times_go_out_in_utc_and_midnight_as_a_date(
    moment: datetime | None, written: str | None
) -> None:
    assert format_time(moment) == written


def test_only_the_confidence_none_is_no_answer() -> None:
    answers = [
        Answer(
            question="?", searched_for="?", confidence=one, hits=(), timings_ms={"total": 1.23456}
        )
        for one in Confidence
    ]
    assert [one.answered for one in answers] == [True, True, False]
    assert answers[2].to_json() == {
        "schema": 1,
        "question": "?",
        "searched_for": "?",
        "answered": False,
        "confidence": "none",
        "hits": [],
        "timings_ms": {"total": 1.235},
    }


def test_a_hit_names_the_other_articles_with_its_sentence() -> None:
    passage, other = a_passage(1, "It rained.", start=5), a_passage(2, "It rained.", key="copy")
    hit = Hit(
        rank=1,
        score=0.12345678,
        vector_rank=2,
        keyword_rank=None,
        receipt="0123456789",
        passage=passage,
        highlights=(Span(start=5, end=15),),
        also_in=(other.citation,),
    )
    answer = Answer(
        question="?", searched_for="?", confidence=Confidence.STRONG, hits=(hit,), timings_ms={}
    )
    (sent,) = answer.to_json()["hits"]
    assert sent["also_in"] == [citation_to_json(other.citation)]
    assert (sent["score"], sent["keyword_rank"]) == (0.123457, None)
    assert sent["passage"] == {"start": 5, "end": 15, "text": "It rained."}
    assert sent["highlights"] == [[5, 15]]


def test_a_reference_goes_out_without_its_author() -> None:
    cited = Citation(
        key="a", collection="main", version=2, title="T", source="S", author="A", url="u",
        published=datetime(2026, 3, 1, tzinfo=UTC), language="de",
    )  # fmt: skip
    assert citation_to_json(cited) == {
        "key": "a",
        "collection": "main",
        "version": 2,
        "title": "T",
        "source": "S",
        "url": "u",
        "published": "2026-03-01",
        "language": "de",
    }


def test_a_plain_question_asks_for_five_hits_anywhere() -> None:
    question = Question(text="Why?")
    assert (question.hits, question.history, question.filters) == (5, (), Filters())


def test_a_space_is_named_by_all_of_its_parts() -> None:
    space = Space(model="m", revision="1", dimension=8, prompts="p", max_tokens=9)
    assert space.name == "m@1 d8 t9 pp"
    no_progress("indexing", 1, 2)
