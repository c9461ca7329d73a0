"""Reranking: how many hits fit a budget, where judged hits go, and what never changes."""

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.store import ArticleStore
from retrieval.answers import Answer, Question
from retrieval.engine import AnswerEngine
from retrieval.ranking import Ranked
from retrieval.reading import Match
from retrieval.reranking import MOST_JUDGED, Budget, Reranking, merged
from retrieval.search import FoldedHit
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import indexer, make_library
from tests.retrieval.passages import a_passage, alone, read
from tests.retrieval.word_reranker import ManualClock, WordReranker


def a_hit(number: int, score: float) -> FoldedHit:
    ranked = Ranked(
        read=read(a_passage(number, f"Passage {number}.")),
        matches=alone(
            Match(
                coverage=0.0,
                sentence_coverages=(),
                sentence_likenesses=(),
                sentence_cosines=(),
                vectors_count=1.0,
            )
        ),
        place=0,
        cosine=0.0,
        keywords=0.0,
        vector_rank=None,
        keyword_rank=None,
        score=score,
    )
    return FoldedHit(ranked=ranked, copies=())


def hits(count: int) -> list[FoldedHit]:
    return [a_hit(number, float(count - number)) for number in range(count)]


def ids(found: Iterator[FoldedHit] | tuple[FoldedHit, ...] | list[FoldedHit]) -> list[int]:
    return [hit.ranked.read.passage.id for hit in found]


def reranking(reranker: WordReranker, budget_ms: float = 300) -> Reranking:
    made = Reranking(reranker, budget_ms=budget_ms, ticks=reranker.clock)
    reranker.judged.clear()
    return made


def test_nothing_fits_before_the_first_measurement() -> None:
    assert Budget(300).room() == 0


@pytest.mark.parametrize(
    ("cost", "fitting"), [(0.0, 20), (1.0, 20), (15.0, 20), (30.0, 10), (100.0, 3), (151.0, 0)]
)
def test_as_many_pairs_fit_as_the_budget_pays_for_and_never_only_one(
    cost: float, fitting: int
) -> None:
    budget = Budget(300)
    budget.note(4, 4 * cost)
    assert budget.room() == fitting


def test_the_newest_measurements_count_a_fifth() -> None:
    budget = Budget(300)
    budget.note(1, 10)
    budget.note(2, 40)
    assert budget.cost_ms == pytest.approx(12)
    budget.note(4, 40)
    assert budget.cost_ms == pytest.approx(11.6)


def test_a_machine_that_was_busy_for_a_while_is_tried_again() -> None:
    budget = Budget(300)
    budget.note(1, 10)
    for _ in range(20):
        budget.note(1, 900)
    waits = next(count for count in range(1, 100) if budget.room())
    assert 5 < waits < 30


def test_a_model_that_never_fits_is_never_tried_again() -> None:
    budget = Budget(300)
    budget.note(4, 1_200)
    assert not any(budget.room() for _ in range(1_000))
    assert budget.cost_ms == pytest.approx(300)


@given(
    costs=st.lists(st.floats(0.01, 2_000), min_size=1, max_size=30),
    budget_ms=st.floats(1, 5_000),
)
def test_what_fits_never_costs_more_than_the_budget(costs: list[float], budget_ms: float) -> None:
    budget = Budget(budget_ms)
    for cost in costs:
        budget.note(1, cost)
        before = budget.cost_ms
        fitting = budget.room()
        assert 0 <= fitting <= MOST_JUDGED
        assert fitting * before <= budget_ms * (1 + 1e-9)


def test_the_cost_is_measured_at_the_start_without_the_first_call() -> None:
    reranker = WordReranker(pair_seconds=0.05)
    made = Reranking(reranker, budget_ms=300, ticks=reranker.clock)
    assert reranker.judged == [1, 4]
    reranker.judged.clear()
    made.reorder("river?", hits(30))
    assert sum(reranker.judged) == 6


def test_no_more_than_twenty_hits_are_judged() -> None:
    reranker = WordReranker()
    reranking(reranker).reorder("river?", hits(40))
    assert sum(reranker.judged) == MOST_JUDGED


def test_judging_ends_when_the_time_runs_out_and_what_was_judged_counts() -> None:
    reranker = WordReranker(pair_seconds=0.01, shares={"Passage 2.": 1.0, "Passage 9.": 1.0})
    made = reranking(reranker, budget_ms=200)
    reranker.pair_seconds = 0.04
    found = made.reorder("river?", hits(20))
    assert reranker.clock.seconds < 0.05 + 0.2 + 4 * 0.04
    assert ids(found)[0] == 2
    judged = sum(reranker.judged)
    assert MOST_JUDGED > judged >= 4
    assert ids(found)[judged:] == list(range(judged, 20))


def test_a_slow_model_is_told_once_and_answers_go_without(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reranker = WordReranker(pair_seconds=0.4)
    with caplog.at_level(logging.WARNING):
        made = reranking(reranker)
    assert "PASSAGEBOT_RERANKER_BUDGET_MS" in caplog.text
    assert made.reorder("river?", hits(5)) == tuple(hits(5))
    assert reranker.judged == []


def test_a_model_that_breaks_is_told_once_and_leaves_the_order(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reranker = WordReranker()
    made = reranking(reranker)
    reranker.broken = True
    for _ in range(3):
        assert made.reorder("river?", hits(5)) == tuple(hits(5))
    assert caplog.text.count("answers go without the reranker") == 1


@pytest.mark.parametrize("count", [0, 1])
def test_a_list_too_short_to_reorder_stays(count: int) -> None:
    assert reranking(WordReranker()).reorder("river?", hits(count)) == tuple(hits(count))


judgements = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(judged=judgements, scores=st.lists(st.floats(-50, 50), min_size=20, max_size=20))
def test_no_hit_is_lost_and_no_score_leaves_the_range_the_judged_had(
    judged: list[float], scores: list[float]
) -> None:
    head = [a_hit(number, score) for number, score in enumerate(scores[: len(judged)])]
    found = merged(head, np.array(judged))
    assert sorted(ids(found)) == list(range(len(judged)))
    new = [hit.score for hit in found]
    assert new == sorted(new, reverse=True)
    assert min(scores[: len(judged)]) - 1e-9 <= min(new)
    assert max(new) <= max(scores[: len(judged)]) + 1e-9
    assert [hit.ranked for hit in sorted(found, key=lambda one: one.ranked.read.passage.id)] == [
        hit.ranked for hit in head
    ]


@given(judged=judgements)
def test_judgements_that_agree_with_each_other_change_no_order(judged: list[float]) -> None:
    head = hits(len(judged))
    assert ids(merged(head, np.full(len(head), judged[0]))) == ids(head)


def test_both_opinions_count_equally_and_ties_go_by_id() -> None:
    assert ids(merged(hits(2), np.array([0.0, 1.0]))) == [0, 1]
    assert ids(merged(hits(3), np.array([0.0, 0.51, 1.0]))) == [1, 0, 2]
    assert [hit.score for hit in merged(hits(3), np.array([1.0, 0.5, 0.0]))] == [3.0, 2.0, 1.0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with make_library(tmp_path) as made:
        indexer(made).bring_up_to_date()
        yield made


def answered(store: ArticleStore, made: Reranking | None, hits: int = 5) -> Answer:
    with AnswerEngine(store.path.parent, store, HashingEmbedder(), reranking=made) as engine:
        return engine.answer(Question(text="Was anybody hurt?", hits=hits))


def test_an_engine_puts_first_what_the_reranker_is_sure_of(store: ArticleStore) -> None:
    plain = answered(store, None)
    second = plain.hits[1].passage.text
    found = answered(store, reranking(WordReranker(shares={second: 1.0, "": 0.0})))
    assert found.hits[0].passage.text == second
    assert [hit.rank for hit in found.hits] == [1, 2, 3, 4, 5]
    assert list(found.timings_ms)[-3:] == ["confidence", "rerank", "total"]
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_the_confidence_is_ours_and_about_the_hit_that_comes_first(store: ArticleStore) -> None:
    plain = answered(store, None)
    agreed = answered(store, reranking(WordReranker(shares={"": 0.5})))
    assert agreed.explanation == plain.explanation
    second = plain.hits[1].passage.text
    found = answered(store, reranking(WordReranker(shares={second: 1.0, "": 0.0})))
    assert found.explanation is not None
    assert plain.explanation is not None
    assert found.explanation.probability != plain.explanation.probability


def test_without_a_reranker_nothing_is_timed_for_it(store: ArticleStore) -> None:
    assert "rerank" not in answered(store, None).timings_ms


def test_twenty_hits_are_judged_however_few_are_wished_for(tmp_path: Path) -> None:
    articles = {f"{n}": f"The river rose for the {n}th time." for n in range(30)}
    reranker = WordReranker(shares={"17th": 1.0, "": 0.0})
    with make_library(tmp_path, articles) as many:
        indexer(many).bring_up_to_date()
        answer = answered(many, reranking(reranker), hits=1)
    assert sum(reranker.judged) == MOST_JUDGED
    assert len(answer.hits) == 1


def test_the_clock_of_these_tests_stands_still_by_itself() -> None:
    clock = ManualClock()
    assert (clock(), clock()) == (0.0, 0.0)
