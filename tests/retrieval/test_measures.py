"""Every measure checked by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from retrieval.measures import latencies, measures, recall_by_rank
from retrieval.outcomes import Outcome
from retrieval.question_sets import Kind
from tests.retrieval.evaluated import NONE, POSSIBLE, STRONG, highlighted, outcome


def measured(outcomes: Sequence[Outcome], section: str) -> dict[str, float]:
    once = np.ones((1, len(outcomes)))
    found = {name: float(one(once)[0]) for name, one in measures(outcomes)[section].items()}
    return {name: pytest.approx(value) for name, value in found.items()}


def test_articles_are_ranked_as_by_hand() -> None:
    outcomes = [
        outcome("q1", "c", "b", "a", relevant={"a": 2, "b": 1}),
        outcome("q2", "a", relevant={"a": 1}),
        outcome("q3", *"bcdefghijk", relevant={"a": 1}),
        outcome("q4", "a"),
    ]
    ideal = 2 + 1 / math.log2(3)
    found = (1 / math.log2(3) + 2 / math.log2(4)) / ideal
    assert measured(outcomes, "ranking") == {
        "recall@1": (0 + 1 + 0) / 3,
        "recall@5": (1 + 1 + 0) / 3,
        "recall@10": (1 + 1 + 0) / 3,
        "mrr@10": (1 / 2 + 1 + 0) / 3,
        "ndcg@10": (found + 1 + 0) / 3,
    }
    assert measured(outcomes[3:], "ranking") == {}


def test_a_question_that_found_nothing_counts_as_missed() -> None:
    outcomes = [outcome("q1", relevant={"a": 1}), outcome("q2", "a", relevant={"a": 1})]
    found = measured(outcomes, "ranking")
    assert found["recall@10"] == found["mrr@10"] == 0.5


def test_passages_are_ranked_by_the_units_they_hold_each_counted_once() -> None:
    outcomes = [
        outcome("q1", "a", relevant={"a": 1}, units=2, found=((), (1,), (1,), (0,))),
        outcome("q2", "a", relevant={"a": 1}, units=1, found=((0,), (0,))),
        outcome("q3", "a", relevant={"a": 1}, units=1, found=((), ())),
        outcome("q4", "a", relevant={"a": 1}),
    ]
    found = measured(outcomes, "passages")
    assert found["recall@1"] == (0 + 1 + 0) / 3
    assert found["recall@5"] == (1 + 1 + 0) / 3
    assert found["mrr@10"] == (1 / 2 + 1 + 0) / 3
    gained = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert found["ndcg@10"] == (gained + 1 + 0) / 3
    assert measured(outcomes[3:], "passages") == {}


def test_recall_is_told_for_every_rank() -> None:
    outcomes = [
        outcome("q1", *"bcda", relevant={"a": 1}, units=1, found=((), (0,))),
        outcome("q2", *"a", relevant={"a": 1}, units=1, found=((0,),)),
    ]
    once = np.ones((1, 2))
    found = {
        section: [float(one(once)[0]) for one in some.values()]
        for section, some in recall_by_rank(outcomes).items()
    }
    assert found == {"ranking": [0.5] * 3 + [1.0] * 7, "passages": [0.5] + [1.0] * 9}


def test_spans_are_hit_as_by_hand_and_only_where_a_gold_text_stands() -> None:
    outcomes = [
        outcome("q1", "a", spans=(True, False)),
        outcome("q2", "a", spans=(False, False, True)),
        outcome("q3", "a", spans=(False, False, False, True)),
        outcome("q4", "a", spans=()),
        outcome("q5", "a", spans=None),
    ]
    assert measured(outcomes, "spans") == {
        "span_hit@1": 0.25,
        "span_hit@3": 0.5,
        "span_hit@5": 0.75,
    }
    assert measured(outcomes[4:], "spans") == {}


def test_highlights_are_measured_over_all_questions_and_over_those_whose_passage_holds_it() -> None:
    outcomes = [
        outcome("q1", highlighted=highlighted(1.0, 0.5, holds=True)),
        outcome("q2", highlighted=highlighted(0.4, 0.2)),
        outcome("q3", highlighted=highlighted(0.1, 0.0, held=False)),
        outcome("q4"),
    ]
    assert measured(outcomes, "highlights") == {
        "sentence_f1": 1.5 / 3,
        "answer_f1": 0.7 / 3,
        "sentence_f1_when_held": 1.4 / 2,
        "answer_f1_when_held": 0.7 / 2,
        "holds_answer_when_held": 1 / 2,
    }
    assert set(measured(outcomes[2:], "highlights")) == {"sentence_f1", "answer_f1"}


def test_abstention_is_told_apart_by_the_kind_of_question() -> None:
    outcomes = [
        outcome("q1", "a", relevant={"a": 1}, confidence=STRONG, spans=(True,)),
        outcome("q2", "b", relevant={"a": 1}, confidence=STRONG, spans=(True,)),
        outcome("q3", "a", relevant={"a": 1}, confidence=STRONG, spans=(False,)),
        outcome("q4", "a", relevant={"a": 1}, confidence=STRONG),
        outcome("q5", "a", relevant={"a": 1}, confidence=POSSIBLE),
        outcome("q6", "a", relevant={"a": 1}, confidence=NONE, spans=()),
        outcome("n1", "a", confidence=STRONG),
        outcome("n2", "a", confidence=NONE),
        outcome("n3", "a", kind=Kind.NEAR_MISS, confidence=POSSIBLE),
    ]
    assert measured(outcomes, "abstention") == {
        "answered_when_present": 5 / 6,
        "answered_when_absent": 1 / 2,
        "answered_when_near_miss": 1,
        "balanced_accuracy": (5 / 6 + 1 / 3) / 2,
        "strong_coverage": 4 / 6,
        "strong_precision": 3 / 5,
        "strong_precision_span": 2 / 4,
        "strong_right": 3 / 6,
        "strong_right_span": 2 / 4,
        "strong_when_absent": 1 / 2,
        "strong_when_near_miss": 0,
    }


def test_what_no_question_can_show_is_left_out() -> None:
    answerable = measured([outcome("q", "a", relevant={"a": 1})], "abstention")
    assert set(answerable) == {"answered_when_present", "strong_coverage", "strong_right"}
    absent = measured([outcome("q", confidence=NONE)], "abstention")
    assert absent == {"answered_when_absent": 0.0, "strong_when_absent": 0.0}


def test_latencies_are_percentiles_by_hop() -> None:
    outcomes = [outcome(f"q{n}", spent=float(n)) for n in range(101, 0, -1)]
    once = np.ones((1, 101))
    found = {
        hop: {name: float(one(once)[0]) for name, one in some.items()}
        for hop, some in latencies(outcomes).items()
    }
    assert found == {"embed": {"p50": 25.5, "p99": 50.0}, "total": {"p50": 51.0, "p99": 100.0}}
