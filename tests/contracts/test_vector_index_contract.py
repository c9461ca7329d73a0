"""What every vector index promises, run over all of them."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from numpy.typing import NDArray

from retrieval.packed_vectors import passage_to_bytes, passages_from_bytes
from retrieval.protocols import Scored, VectorIndex, Vectors
from retrieval.vectors.exact import ExactIndex
from retrieval.vectors.layered import LayeredIndex
from tests.contracts.compressing_index import CompressingIndex
from tests.contracts.reference_indexes import DictionaryIndex


class ScannedIndex(ExactIndex):
    """An exact index that is scanned however few vectors it holds, or a filter leaves."""

    TOGETHER = 0
    COMPARED = 2


MAKERS: dict[str, Callable[[int], VectorIndex]] = {
    "exact": ExactIndex,
    "scanned": ScannedIndex,
    "layered": LayeredIndex,
    "compressed": CompressingIndex,
    "dictionary": DictionaryIndex,
}
DIMENSION = 8


@pytest.fixture(params=MAKERS)
def make(request: pytest.FixtureRequest) -> Callable[[int], VectorIndex]:
    return MAKERS[request.param]


def random_units(count: int, dimension: int = 64, seed: int = 1) -> Vectors:
    """Return vectors of length 1 that the database keeps without error."""
    rows = np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)
    return passages_from_bytes([passage_to_bytes(row) for row in rows], dimension)


def axis(place: int) -> Vectors:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[abs(place) - 1] = np.sign(place)
    return vector


def ids_of(found: Sequence[Scored]) -> list[int]:
    return [scored.passage_id for scored in found]


def ids(*some: int) -> NDArray[np.int64]:
    return np.array(some, dtype=np.int64)


def test_scores_are_inner_products_best_first(make: Callable[[int], VectorIndex]) -> None:
    vectors, question = random_units(300), random_units(1, seed=2)[0]
    index = make(64)
    index.upsert(range(1, 301), vectors)
    exact = vectors @ question
    found = index.search(question, 300, None)
    assert sorted(ids_of(found)) == list(range(1, 301))
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.score == pytest.approx(exact[one.passage_id - 1], abs=1e-3)
    assert found[0].passage_id == exact.argmax() + 1


def test_scores_stay_in_minus_one_to_one(make: Callable[[int], VectorIndex]) -> None:
    vectors = random_units(200, dimension=6)
    index = make(6)
    index.upsert([*range(1, 201), *range(201, 401)], np.concatenate([vectors, -vectors]))
    for place in range(200):
        found = index.search(vectors[place], 400, None)
        assert found[0].score == pytest.approx(1, abs=1e-3)
        assert found[-1].score == pytest.approx(-1, abs=1e-3)
        assert all(-1 <= one.score <= 1 for one in found)


def test_ties_go_by_id_even_at_the_cut(make: Callable[[int], VectorIndex]) -> None:
    index = make(DIMENSION)
    order = [int(number) for number in np.random.default_rng(3).permutation(np.arange(1, 81))]
    index.upsert(order, np.stack([axis(1)] * 80))
    index.upsert([500], axis(2)[None, :])
    for k in (1, 3, 17, 40, 80):
        assert ids_of(index.search(axis(1), k, None)) == list(range(1, k + 1))
    assert ids_of(index.search(axis(2), 4, None)) == [500, 1, 2, 3]
    assert ids_of(index.search(axis(1), 3, ids(70, 9, 44, 12))) == [9, 12, 44]


def test_asking_for_more_than_there_are_returns_all(make: Callable[[int], VectorIndex]) -> None:
    index = make(DIMENSION)
    index.upsert([4, 2, 9], np.stack([axis(1), axis(2), axis(-1)]))
    assert ids_of(index.search(axis(1), 1_000, None)) == [4, 2, 9]
    assert ids_of(index.search(axis(1), 1_000, ids(9, 4, 777))) == [4, 9]


@pytest.mark.parametrize("count", [5, 300])
@pytest.mark.parametrize("share", [1, 2])
def test_a_ranking_scores_passages_it_does_not_hold(
    make: Callable[[int], VectorIndex], count: int, share: int
) -> None:
    vectors, question = random_units(count), random_units(1, seed=2)[0]
    index = make(64)
    index.upsert(range(1, count + 1), vectors)
    index.remove([2])
    allowed = None if share == 1 else np.arange(1, count + 1, share)
    found = index.search(question, 2, allowed)
    asked = np.array([1, 2, *range(3, count + 1, 2), 5_000]) if share == 2 else np.arange(0, 400)
    scores = found.scores_of(asked)
    for key, score in zip(asked.tolist(), scores.tolist(), strict=True):
        there = 1 <= key <= count and key != 2
        expected = float(vectors[key - 1] @ question) if there else 0.0
        assert score == pytest.approx(expected, abs=1e-3)
    assert [float(found.scores_of(ids(key))[0]) for key in found.ids] == found.scores.tolist()


@pytest.mark.parametrize("k", [0, -1])
def test_asking_for_none_returns_none(make: Callable[[int], VectorIndex], k: int) -> None:
    index = make(DIMENSION)
    index.upsert([4], axis(1)[None, :])
    assert index.search(axis(1), k, None) == []
    assert index.search(axis(1), k, ids(4)) == []


def test_an_empty_index_finds_nothing(make: Callable[[int], VectorIndex]) -> None:
    index = make(DIMENSION)
    assert len(index) == 0
    assert index.search(axis(1), 5, None) == []
    assert index.search(axis(1), 5, ids(1)) == []
    index.remove([1])
    index.remove([])
    index.upsert([], np.zeros((0, DIMENSION), dtype=np.float32))
    assert len(index) == 0


def test_nothing_allowed_finds_nothing(make: Callable[[int], VectorIndex]) -> None:
    index = make(DIMENSION)
    index.upsert([4], axis(1)[None, :])
    assert index.search(axis(1), 5, ids()) == []
    assert index.search(axis(1), 5, ids(5, 6)) == []


def test_adding_an_id_again_replaces_its_vector(make: Callable[[int], VectorIndex]) -> None:
    index = make(DIMENSION)
    index.upsert([4, 5], np.stack([axis(1), axis(2)]))
    index.upsert([4], axis(-1)[None, :])
    assert len(index) == 2
    found = index.search(axis(1), 9, None)
    assert ids_of(found) == [5, 4]
    assert [one.score for one in found] == pytest.approx([0, -1], abs=1e-6)


def test_of_an_id_given_twice_at_once_the_last_vector_stays(
    make: Callable[[int], VectorIndex],
) -> None:
    index = make(DIMENSION)
    index.upsert([4, 5, 4], np.stack([axis(1), axis(2), axis(3)]))
    assert len(index) == 2
    assert ids_of(index.search(axis(3), 1, None)) == [4]


def test_removing_takes_what_is_there_and_ignores_the_rest(
    make: Callable[[int], VectorIndex],
) -> None:
    index = make(DIMENSION)
    index.upsert(range(1, 9), np.stack([axis(place) for place in range(1, 9)]))
    index.remove({3, 8, 99})
    index.remove(number for number in (3, 99))
    assert len(index) == 6
    assert sorted(ids_of(index.search(axis(3), 99, None))) == [1, 2, 4, 5, 6, 7]


def test_ids_may_be_as_large_as_a_database_gives(make: Callable[[int], VectorIndex]) -> None:
    huge = 2**62
    index = make(DIMENSION)
    index.upsert([huge, 1], np.stack([axis(1), axis(2)]))
    assert ids_of(index.search(axis(1), 1, ids(huge, 1))) == [huge]


def test_a_filter_finds_as_many_as_are_allowed_however_far_they_are(
    make: Callable[[int], VectorIndex],
) -> None:
    vectors, question = random_units(400), random_units(1, seed=5)[0]
    index = make(64)
    index.upsert(range(1, 401), vectors)
    farthest = np.argsort(vectors @ question)[:25] + 1
    found = index.search(question, 10, farthest.astype(np.int64))
    assert len(found) == 10
    assert set(ids_of(found)) <= set(farthest.tolist())
    assert found == index.search(question, 400, farthest[::-1].astype(np.int64))[:10]


POOL = [axis(1), axis(2), axis(-1), (axis(1) + axis(2)) / np.float32(2**0.5)]
VECTORS = st.sampled_from(range(len(POOL)))
IDS = st.integers(1, 12)


class VectorIndexHistories(RuleBasedStateMachine):
    """Any sequence of changes to all indexes at once; the dictionary says what must be found."""

    def __init__(self) -> None:
        super().__init__()
        self.model = DictionaryIndex(DIMENSION)
        self.indexes = [make(DIMENSION) for make in MAKERS.values()]

    @rule(changes=st.lists(st.tuples(IDS, VECTORS), max_size=5))
    def upsert(self, changes: list[tuple[int, int]]) -> None:
        keys = [key for key, _ in changes]
        rows = np.array([POOL[place] for _, place in changes], dtype=np.float32)
        for index in (self.model, *self.indexes):
            index.upsert(keys, rows.reshape(-1, DIMENSION))

    @rule(gone=st.sets(IDS, max_size=4))
    def remove(self, gone: set[int]) -> None:
        for index in (self.model, *self.indexes):
            index.remove(gone)

    @rule(
        asked=VECTORS,
        k=st.integers(0, 15),
        allowed=st.none() | st.lists(st.integers(1, 15), max_size=8, unique=True),
    )
    def search(self, asked: int, k: int, allowed: list[int] | None) -> None:
        within = None if allowed is None else ids(*allowed)
        expected = self.model.search(POOL[asked], k, within)
        for index in self.indexes:
            found = index.search(POOL[asked], k, within)
            assert ids_of(found) == ids_of(expected)
            assert [one.score for one in found] == pytest.approx(
                [one.score for one in expected], abs=1e-6
            )

    @invariant()
    def all_hold_equally_many(self) -> None:
        assert {len(index) for index in self.indexes} == {len(self.model)}


TestVectorIndexHistories = VectorIndexHistories.TestCase
TestVectorIndexHistories.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 60),
    k=st.integers(1, 70),
    allowed=st.none() | st.sets(st.integers(1, 70)),
)
def test_no_other_id_lies_nearer_than_those_found(
    seed: int, count: int, k: int, allowed: set[int] | None
) -> None:
    vectors, question = random_units(count, 16, seed), random_units(1, 16, seed + 1)[0]
    within = None if allowed is None else ids(*allowed)
    for make in MAKERS.values():
        index = make(16)
        index.upsert(range(1, count + 1), vectors)
        found = index.search(question, k, within)
        candidates = (
            set(range(1, count + 1)) if allowed is None else allowed & set(range(1, count + 1))
        )
        assert len(found) == min(k, len(candidates))
        assert set(ids_of(found)) <= candidates
        if found:
            farther = candidates - set(ids_of(found))
            worst = found[-1].score
            assert all(vectors[key - 1] @ question <= worst + 1e-3 for key in farther)
