"""Evaluation: every measure checked by hand, and a set evaluated from end to end."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from retrieval.answers import Confidence
from retrieval.evaluation import (
    Outcome,
    abstention_measures,
    evaluate,
    holds_answer,
    ranking_measures,
    report_of,
    span_measures,
)
from retrieval.question_sets import QuestionSetError, SetQuestion
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.small_sets import three_articles

STRONG, POSSIBLE, NONE = Confidence.STRONG, Confidence.POSSIBLE, Confidence.NONE


def outcome(
    name: str,
    *articles: str,
    relevant: dict[str, int] | None = None,
    answers: tuple[str, ...] = (),
    spans: tuple[bool, ...] = (),
    confidence: Confidence = POSSIBLE,
    verbatim: bool = True,
    spent: float = 1.0,
) -> Outcome:
    question = SetQuestion(id=name, text="?", history=(), answers=answers, relevant=relevant or {})
    return Outcome(
        question=question,
        articles=articles,
        spans=spans,
        confidence=confidence,
        timings_ms={"total": spent},
        verbatim=verbatim,
    )


def test_ranking_measures_by_hand() -> None:
    outcomes = [
        outcome("q1", "c", "b", "a", relevant={"a": 2, "b": 1}),
        outcome("q2", "a", relevant={"a": 1}),
        outcome("q3", *"bcdefghijk", relevant={"a": 1}),
        outcome("q4", "a"),
    ]
    ideal = 2 + 1 / math.log2(3)
    found = (1 / math.log2(3) + 2 / math.log2(4)) / ideal
    assert ranking_measures(outcomes) == {
        "recall@1": pytest.approx((0 + 1 + 0) / 3, abs=1e-4),
        "recall@5": pytest.approx((1 + 1 + 0) / 3, abs=1e-4),
        "recall@10": pytest.approx((1 + 1 + 0) / 3, abs=1e-4),
        "mrr@10": pytest.approx((1 / 2 + 1 + 0) / 3, abs=1e-4),
        "ndcg@10": pytest.approx((found + 1 + 0) / 3, abs=1e-4),
    }
    assert ranking_measures([outcomes[3]]) == {}


def test_a_question_that_found_nothing_counts_as_missed() -> None:
    found = ranking_measures(
        [outcome("q1", relevant={"a": 1}), outcome("q2", "a", relevant={"a": 1})]
    )
    assert found["recall@10"] == found["mrr@10"] == 0.5


def test_span_measures_by_hand() -> None:
    asked: dict[str, Any] = {"relevant": {"a": 1}, "answers": ("x",)}
    outcomes = [
        outcome("q1", "a", spans=(True, False), **asked),
        outcome("q2", "a", spans=(False, False, True), **asked),
        outcome("q3", "a", spans=(False, False, False, True), **asked),
        outcome("q4", "a", spans=(), **asked),
        outcome("q5", "a", relevant={"a": 1}, spans=(True,)),
        outcome("q6", "a", answers=("x",), spans=(True,)),
    ]
    assert span_measures(outcomes) == {"span_hit@1": 0.25, "span_hit@3": 0.5, "span_hit@5": 0.75}
    assert span_measures(outcomes[4:]) == {}


def test_abstention_measures_by_hand() -> None:
    outcomes = [
        outcome("q1", "a", relevant={"a": 1}, confidence=STRONG),
        outcome("q2", "b", relevant={"a": 1}, confidence=STRONG),
        outcome("q3", "a", relevant={"a": 1}, confidence=POSSIBLE),
        outcome("q4", "a", relevant={"a": 1}, confidence=NONE),
        outcome("q5", "a", confidence=STRONG),
        outcome("q6", "a", confidence=NONE),
    ]
    assert abstention_measures(outcomes) == {
        "answered_when_present": 0.75,
        "strong_coverage": 0.5,
        "answered_when_absent": 0.5,
        "balanced_accuracy": pytest.approx((0.75 + 0.5) / 2),
        "strong_precision": pytest.approx(1 / 3, abs=1e-4),
    }
    assert set(abstention_measures(outcomes[:1])) == {
        "answered_when_present",
        "strong_coverage",
        "strong_precision",
    }
    assert abstention_measures(outcomes[5:]) == {"answered_when_absent": 0.0}


@pytest.mark.parametrize(
    ("passage", "answer", "held"),
    [
        ("It rose 2.4 metres.", "2.4 metres", True),
        ("It rose 2.4\n metres.", "2.4 metres", True),
        ("It rose 2.4 metres.", " 2.4 \u00a0metres\n", True),
        ("It rose 24 metres.", "2.4 metres", False),
        ("It rose.", "It rose. And fell.", False),
    ],
)
def test_a_span_is_held_whatever_the_spaces_between_its_words(
    passage: str, answer: str, *, held: bool
) -> None:
    assert holds_answer(passage, ["something else", answer]) is held
    assert not holds_answer(passage, [])


def test_a_report_counts_times_and_owns_up_to_a_changed_quote() -> None:
    outcomes = [outcome(f"q{n}", "a", spent=float(n), relevant={"a": 1}) for n in range(1, 102)]
    report = report_of(outcomes, {"articles": 1})
    assert (report.questions, report.answerable, report.verbatim) == (101, 101, True)
    assert report.latency_ms == {"total": {"p50": 51.0, "p99": 100.0}}
    changed = [*outcomes, outcome("q", "a", verbatim=False)]
    assert not report_of(changed, {}).verbatim
    assert json.loads(json.dumps(report.to_json()))["library"] == {"articles": 1}


def test_a_set_is_evaluated_over_a_library_of_its_own_articles(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    report = evaluate(
        three_articles(tmp_path / "set"),
        HashingEmbedder(),
        progress=lambda *step: steps.append(step),
    )
    assert (report.questions, report.answerable) == (4, 3)
    assert report.ranking == dict.fromkeys(
        ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"), 1.0
    )
    assert report.spans == pytest.approx(
        {"span_hit@1": 2 / 3, "span_hit@3": 2 / 3, "span_hit@5": 2 / 3}, abs=1e-4
    )
    assert report.abstention["answered_when_absent"] == 0
    assert report.verbatim
    assert (report.library["articles"], report.library["passages"]) == (3, 3)
    assert report.library["bytes"] > 1_000
    assert {"embed", "total"} <= set(report.latency_ms)
    assert steps[-1] == ("asking", 4, 4)


def test_a_library_that_is_kept_is_not_embedded_again(tmp_path: Path) -> None:
    questions = three_articles(tmp_path / "set")
    first, second = HashingEmbedder(), HashingEmbedder()
    reports = [
        evaluate(questions, embedder, folder=tmp_path / "library") for embedder in (first, second)
    ]
    assert len(first.read) == 3
    assert second.read == []
    assert reports[0].ranking == reports[1].ranking


def test_an_article_that_cannot_be_read_ends_the_evaluation_in_one_line(tmp_path: Path) -> None:
    questions = three_articles(tmp_path / "set")
    with questions.corpus.open("a") as file:
        file.write("{\n")
    with pytest.raises(QuestionSetError) as caught:
        evaluate(questions, HashingEmbedder())
    assert "\n" not in str(caught.value)
    assert "mend the corpus and evaluate again" in str(caught.value)
