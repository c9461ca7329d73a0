"""Exact heads of rankings, and the small helpers around them."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.batches import batched
from retrieval.protocols import Scored
from retrieval.rankings import Found, best_few, exact_top, nothing_ranked
from retrieval.timings import Timings


def arrays(pairs: Sequence[tuple[int, float]]) -> Found:
    return (
        np.array([key for key, _ in pairs], dtype=np.int64),
        np.array([score for _, score in pairs], dtype=np.float64),
    )


@given(
    scores=st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0]), max_size=90),
    k=st.integers(-1, 100),
)
def test_the_best_few_are_those_of_all_in_order(scores: list[float], k: int) -> None:
    right = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    assert best_few(np.array(scores), k).tolist() == right[: max(k, 0)]


@given(
    scores=st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=120),
    k=st.integers(-1, 130),
    order=st.randoms(use_true_random=False),
)
def test_ties_are_settled_by_id_whatever_order_they_are_fetched_in(
    scores: list[float], k: int, order: Random
) -> None:
    pairs = list(enumerate(scores, start=1))
    order.shuffle(pairs)
    pairs.sort(key=lambda pair: -pair[1])
    asked: list[int] = []

    def fetch(wanted: int) -> Found:
        asked.append(wanted)
        return arrays(pairs[:wanted])

    found = exact_top(fetch, k, len(pairs))
    expected = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[: max(k, 0)]
    assert [(one.passage_id, one.score) for one in found] == expected
    assert all(wanted <= len(pairs) for wanted in asked)
    assert asked == sorted(set(asked))


@pytest.mark.parametrize("k", [1, 5, 40, 99, 100])
def test_a_hundred_ties_at_the_cut_are_settled_by_id(k: int) -> None:
    pairs = [(number * 37 % 101, 0.5) for number in range(1, 101)]
    found = exact_top(lambda wanted: arrays(pairs[:wanted]), k, len(pairs))
    assert [one.passage_id for one in found] == list(range(1, k + 1))


def test_a_list_shorter_than_it_said_is_taken_as_it_is() -> None:
    found = exact_top(lambda wanted: arrays([(7, 0.5), (3, 0.5)][:wanted]), 5, 100)
    assert [one.passage_id for one in found] == [3, 7]


@given(items=st.lists(st.integers(), max_size=20), size=st.integers(1, 7))
def test_batches_hold_all_items_in_order(items: list[int], size: int) -> None:
    some = list(batched(iter(items), size))
    assert [item for batch in some for item in batch] == items
    assert all(len(batch) == size for batch in some[:-1])
    assert all(some)


def test_a_ranking_is_a_sequence_of_passages_with_their_scores() -> None:
    found = exact_top(lambda _: arrays([(7, 0.75), (3, 0.5), (5, 0.5)]), 3, 3)
    assert found == [
        Scored(passage_id=7, score=0.75),
        Scored(passage_id=3, score=0.5),
        Scored(passage_id=5, score=0.5),
    ]
    assert found[1:] == [found[1], found[-1]]
    assert found != [found[0]]
    assert found != "ranking"
    assert list(nothing_ranked()) == []


class Ticks:
    """A clock that reads what it is told."""

    def __init__(self, *readings: float) -> None:
        self._readings = list(readings)

    def __call__(self) -> float:
        return self._readings.pop(0)


def test_hops_are_timed_in_milliseconds_in_order_with_a_total() -> None:
    timings = Timings(Ticks(1.0, 1.5, 2.0, 2.0, 2.25, 3.0, 3.5, 5.0))
    with timings.hop("load"):
        pass
    with timings.hop("embed"):
        pass
    with timings.hop("load"):
        pass
    found = timings.milliseconds()
    assert found == pytest.approx({"load": 1_000.0, "embed": 250.0, "total": 4_000.0})
    assert list(found) == ["load", "embed", "total"]


def test_a_hop_that_breaks_is_timed_all_the_same() -> None:
    timings = Timings(Ticks(0.0, 1.0, 3.0, 4.0))
    with pytest.raises(KeyError), timings.hop("load"):
        raise KeyError
    assert timings.milliseconds() == pytest.approx({"load": 2_000.0, "total": 4_000.0})
