"""Fusing two rankings into one order: a pure function of scores and evidence."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.candidates import EVIDENCE, Candidates
from retrieval.fusion import (
    KEYWORD_FEATURES,
    VECTOR_FEATURES,
    FusionWeights,
    balance,
    fuse,
)
from retrieval.ranking import shortlist
from retrieval.rankings import best_first
from tests.retrieval.passages import EVEN, candidates

SCORES = st.floats(-1, 1).map(lambda score: round(score, 3))
POSITIVE = st.floats(0, 5)


def weights_of(count: int) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*[POSITIVE] * count)


WEIGHTS = st.builds(
    FusionWeights,
    vectors=weights_of(len(VECTOR_FEATURES)),
    keywords=weights_of(len(KEYWORD_FEATURES)),
    evidence=st.tuples(*[st.floats(-5, 5)] * len(EVIDENCE)),
    bias=st.floats(-5, 5),
)
CANDIDATES = st.lists(st.tuples(SCORES, st.floats(0, 2)), max_size=70).map(
    lambda pairs: candidates([cosine for cosine, _ in pairs], [keyword for _, keyword in pairs])
)


@given(scores=st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=30), seed=st.randoms())
def test_the_order_is_by_score_with_ties_by_id(scores: list[float], seed: Random) -> None:
    ids = seed.sample(range(1, 1_000), len(scores))
    order = best_first(scores, ids)
    assert sorted(order) == list(range(len(scores)))
    keys = [(-scores[place], ids[place]) for place in order]
    assert keys == sorted(keys)


def test_evidence_of_nothing_is_nothing() -> None:
    assert candidates([], []).evidence.tolist() == [0.0] * len(EVIDENCE)


def test_evidence_names_how_far_the_best_stands_above_the_others() -> None:
    cosines = [0.9, *[0.5] * 8, 0.4, *[0.3] * 60]
    keywords = [*[0.0] * 68, 1.0, 2.0]
    found = dict(zip(EVIDENCE, candidates(cosines, keywords).evidence, strict=True))
    assert found["best_cosine"] == pytest.approx(0.9)
    assert found["cosine_drop_10"] == pytest.approx(0.5)
    assert found["cosine_drop_far"] == pytest.approx(0.6)
    assert found["keyword_drop_10"] == pytest.approx(2.0)
    assert found["agreement"] == pytest.approx(0.8)


def test_lists_that_have_the_same_head_agree_fully() -> None:
    same = [1.0 - place / 100 for place in range(40)]
    found = dict(zip(EVIDENCE, candidates(same, same).evidence, strict=True))
    assert found["agreement"] == 1


@given(found=CANDIDATES, weights=WEIGHTS)
def test_the_balance_lies_between_nothing_and_all(
    found: Candidates, weights: FusionWeights
) -> None:
    assert 0 <= balance(found.evidence, weights) <= 2


def test_without_evidence_both_count_alike_and_bias_leans_to_vectors() -> None:
    seen = candidates([0.5, 0.1], [1.0, 0.0]).evidence
    assert balance(seen, EVEN) == 1
    lean = FusionWeights(
        vectors=EVEN.vectors, keywords=EVEN.keywords, evidence=EVEN.evidence, bias=1.0
    )
    assert 1 < balance(seen, lean) < 2


def test_a_fused_score_is_the_weighted_sum_of_both_sides() -> None:
    near = np.array([[0.5, 0.4]])
    worded = np.array([[1.0, 0.5, 0.2]])
    by_vectors, by_keywords = 2 * 0.5 + 1 * 0.4, 1 * 1.0 + 0.5 * 0.5 + 0.25 * 0.2
    assert fuse(near, worded, 1.5, EVEN) == pytest.approx([1.5 * by_vectors + 0.5 * by_keywords])
    first = fuse(near[:, :1], worded[:, :1], 1.0, EVEN)
    assert first == pytest.approx([2 * 0.5 + 1 * 1.0])


@given(
    rows=st.lists(st.tuples(*[SCORES] * 5), min_size=1, max_size=8),
    weights=WEIGHTS,
    count=st.floats(0, 2),
    place=st.integers(0, 7),
    column=st.integers(0, 4),
    more=st.floats(0, 1),
)
def test_a_higher_feature_never_lowers_a_score_nor_changes_the_others(
    rows: list[tuple[float, ...]],
    weights: FusionWeights,
    count: float,
    place: int,
    column: int,
    *,
    more: float,
) -> None:
    before = np.array(rows)
    after = before.copy()
    place %= len(rows)
    after[place, column] += more
    low, high = (fuse(table[:, :2], table[:, 2:], count, weights) for table in (before, after))
    assert high[place] >= low[place]
    assert np.array_equal(np.delete(high, place), np.delete(low, place))


@given(found=CANDIDATES, weights=WEIGHTS, size=st.integers(0, 80))
def test_the_shortlist_is_the_head_of_one_order_of_all_candidates(
    found: Candidates, weights: FusionWeights, size: int
) -> None:
    everything = shortlist(found, weights, 1_000)
    assert sorted(everything) == found.ids.tolist()
    assert shortlist(found, weights, size) == everything[:size]


def test_what_both_lists_rank_higher_comes_first_and_ties_go_by_id() -> None:
    found = candidates([0.1, 0.9, 0.5, 0.5], [0.1, 0.9, 0.5, 0.5], ids=[4, 9, 2, 7])
    assert shortlist(found, EVEN, 4) == [9, 2, 7, 4]
