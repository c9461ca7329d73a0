"""What every keyword index promises, run over all of them."""

import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from numpy.typing import NDArray

from retrieval import keywords, rankings
from retrieval.keywords import TITLE_WEIGHT, TantivyIndex
from retrieval.protocols import KeywordIndex, Scored
from tests.contracts.reference_indexes import WrittenOutBm25

Maker = Callable[[Path], KeywordIndex]
MAKERS: dict[str, Maker] = {
    "tantivy": lambda folder: TantivyIndex(folder, create=True),
    "written out": lambda _: WrittenOutBm25(title_weight=TITLE_WEIGHT),
}

PASSAGES = [
    (1, ["flood", "valley"], ["river", "rose", "river", "night"]),
    (2, ["fire"], ["river", "hous", "burn", "burn", "burn", "road", "night"]),
    (3, [], ["match", "town", "won"]),
    (4, ["flood"], []),
    (9, ["match", "match"], ["河川", "川上", "flood", "night", "5"]),
]


@pytest.fixture(params=MAKERS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> KeywordIndex:
    return MAKERS[request.param](tmp_path / "keywords")


@pytest.fixture
def filled(index: KeywordIndex) -> KeywordIndex:
    index.upsert(PASSAGES)
    index.commit()
    return index


def ids_of(found: Sequence[Scored]) -> list[int]:
    return [scored.passage_id for scored in found]


def ids(*some: int) -> NDArray[np.int64]:
    return np.array(some, dtype=np.int64)


def test_scores_are_bm25_of_title_and_body_as_written_in_the_formula(filled: KeywordIndex) -> None:
    exact = WrittenOutBm25(title_weight=TITLE_WEIGHT)
    exact.upsert(PASSAGES)
    exact.commit()
    for tokens in (["river"], ["flood"], ["flood", "night", "river"], ["match"], ["川上", "5"]):
        expected = exact.search(tokens, 9, None)
        found = filled.search(tokens, 9, None)
        assert ids_of(found) == ids_of(expected)
        for one, other in zip(found, expected, strict=True):
            assert one.score == pytest.approx(other.score, rel=1e-5)


@pytest.mark.parametrize("at_once", [0, 1_000])
def test_a_ranking_scores_passages_it_does_not_hold(
    filled: KeywordIndex, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keywords, "_AT_ONCE", at_once)
    monkeypatch.setattr(rankings, "_SPARE", 0)
    tokens, shares = ["river", "night", "flood"], {"night": 0.25}
    everything = {
        one.passage_id: one.score for one in filled.search(tokens, 9, None, shares=shares)
    }
    found = filled.search(tokens, 1, None, shares=shares)
    asked = ids(1, 2, 3, 4, 8, 9)
    expected = [everything.get(key, 0.0) for key in asked.tolist()]
    assert found.scores_of(asked).tolist() == pytest.approx(expected)
    assert found.scores_of(ids()).size == 0


def test_one_score_worked_out_by_hand(index: KeywordIndex) -> None:
    index.upsert([(1, ["a"], ["x", "y", "x"]), (2, ["b"], ["y"])])
    index.commit()
    # x: in 1 of 2 passages; twice in a body of 3 tokens where bodies have 2 on average.
    rarity = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    counted = 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2))
    (found,) = index.search(["x"], 5, None)
    assert found.passage_id == 1
    assert found.score == pytest.approx(rarity * counted, rel=1e-5)
    # a: in 1 of 2 titles, all of one token.
    assert index.search(["a"], 5, None)[0].score == pytest.approx(TITLE_WEIGHT * rarity, rel=1e-5)


def test_what_a_token_scores_is_multiplied_by_its_share(filled: KeywordIndex) -> None:
    exact = WrittenOutBm25(title_weight=TITLE_WEIGHT)
    exact.upsert(PASSAGES)
    exact.commit()
    tokens, shares = ["flood", "night", "river"], {"night": 0.25, "flood": 2.0, "unheard": 9.0}
    expected = exact.search(tokens, 9, None, shares=shares)
    found = filled.search(tokens, 9, None, shares=shares)
    assert ids_of(found) == ids_of(expected) != ids_of(filled.search(tokens, 9, None))
    for one, other in zip(found, expected, strict=True):
        assert one.score == pytest.approx(other.score, rel=1e-5)


def test_a_passage_without_any_of_the_tokens_is_not_found(filled: KeywordIndex) -> None:
    assert ids_of(filled.search(["hous", "unheard"], 9, None)) == [2]
    assert filled.search(["unheard"], 9, None) == []
    assert filled.search([], 9, None) == []


def test_ties_go_by_id_even_at_the_cut(index: KeywordIndex) -> None:
    order = [int(number) for number in np.random.default_rng(3).permutation(np.arange(1, 81))]
    for some in (order[:30], order[30:31], order[31:]):
        index.upsert((number, ["flood"], ["river", "rose"]) for number in some)
        index.commit()
    index.upsert([(500, ["flood"], ["river", "rose", "rose"])])
    index.commit()
    for k in (1, 3, 17, 40, 80):
        assert ids_of(index.search(["river"], k, None)) == list(range(1, k + 1))
    assert ids_of(index.search(["rose"], 4, None)) == [500, 1, 2, 3]
    assert ids_of(index.search(["river"], 3, ids(70, 9, 44, 12))) == [9, 12, 44]


def test_asking_for_more_than_there_are_returns_all(filled: KeywordIndex) -> None:
    assert sorted(ids_of(filled.search(["night"], 1_000, None))) == [1, 2, 9]


@pytest.mark.parametrize("k", [0, -1])
def test_asking_for_none_returns_none(filled: KeywordIndex, k: int) -> None:
    assert filled.search(["night"], k, None) == []
    assert filled.search(["night"], k, ids(1)) == []


def test_an_empty_index_finds_nothing(index: KeywordIndex) -> None:
    for _ in range(2):
        assert len(index) == 0
        assert index.search(["river"], 5, None) == []
        assert index.search(["river"], 5, ids(1)) == []
        assert index.document_frequencies(["river"]) == [0]
        index.remove([1])
        index.upsert([])
        index.commit()


def test_a_filter_finds_only_and_up_to_k_of_the_allowed(filled: KeywordIndex) -> None:
    everything = filled.search(["night", "river"], 9, None)
    assert ids_of(filled.search(["night", "river"], 9, ids(9, 2, 777))) == [
        key for key in ids_of(everything) if key in {9, 2}
    ]
    assert len(filled.search(["night", "river"], 1, ids(9, 2))) == 1
    assert filled.search(["night"], 9, ids()) == []
    assert filled.search(["night"], 9, ids(3, 4)) == []


def test_a_filter_does_not_change_scores(filled: KeywordIndex) -> None:
    scores = {one.passage_id: one.score for one in filled.search(["night", "river"], 9, None)}
    for one in filled.search(["night", "river"], 9, ids(1, 2)):
        assert one.score == pytest.approx(scores[one.passage_id], rel=1e-6)


def test_a_filter_finds_as_many_as_are_allowed_however_low_they_rank(index: KeywordIndex) -> None:
    index.upsert((number, [], ["river"] + ["word"] * (number // 10)) for number in range(1, 401))
    index.commit()
    found = index.search(["river"], 10, ids(*range(380, 401)))
    assert ids_of(found) == list(range(380, 390))


def test_adding_an_id_again_replaces_the_passage(filled: KeywordIndex) -> None:
    filled.upsert([(1, [], ["snow"])])
    filled.commit()
    assert len(filled) == len(PASSAGES)
    assert ids_of(filled.search(["river"], 9, None)) == [2]
    assert ids_of(filled.search(["snow"], 9, None)) == [1]


def test_of_an_id_given_twice_at_once_the_last_passage_stays(index: KeywordIndex) -> None:
    index.upsert([(1, [], ["snow"]), (1, [], ["rain"])])
    index.commit()
    assert len(index) == 1
    assert index.search(["snow"], 9, None) == []
    assert ids_of(index.search(["rain"], 9, None)) == [1]


def test_removing_takes_what_is_there_and_ignores_the_rest(filled: KeywordIndex) -> None:
    filled.remove({1, 99})
    filled.remove(number for number in (1, 99))
    filled.commit()
    assert len(filled) == len(PASSAGES) - 1
    assert ids_of(filled.search(["river"], 9, None)) == [2]


def test_an_id_removed_and_added_before_a_commit_is_there(filled: KeywordIndex) -> None:
    filled.remove([1])
    filled.upsert([(1, [], ["snow"])])
    filled.upsert([(7, [], ["snow"])])
    filled.remove([7])
    filled.commit()
    assert ids_of(filled.search(["snow"], 9, None)) == [1]


def test_what_was_written_is_seen_only_after_a_commit(filled: KeywordIndex) -> None:
    before = filled.search(["river"], 9, None)
    filled.remove([1])
    filled.upsert([(5, [], ["river"])])
    assert filled.search(["river"], 9, None) == before
    assert len(filled) == len(PASSAGES)
    filled.commit()
    assert sorted(ids_of(filled.search(["river"], 9, None))) == [2, 5]


def test_document_frequencies_count_passages_with_the_token_in_title_or_body(
    filled: KeywordIndex,
) -> None:
    tokens = ["night", "flood", "match", "burn", "unheard"]
    assert filled.document_frequencies(tokens) == [3, 3, 2, 1, 0]
    assert filled.document_frequencies([]) == []


def test_document_frequencies_do_not_count_what_was_removed_or_replaced(
    filled: KeywordIndex,
) -> None:
    filled.remove([2, 4])
    filled.upsert([(1, [], ["snow"])])
    filled.commit()
    assert filled.document_frequencies(["river", "burn", "flood", "night"]) == [0, 0, 1, 1]


def test_scores_stay_positive_and_finite_for_tokens_in_every_passage(index: KeywordIndex) -> None:
    index.upsert((number, ["the"], ["the"] * number) for number in range(1, 60))
    index.commit()
    found = index.search(["the"], 100, None)
    assert len(found) == 59
    assert all(0 < one.score < math.inf for one in found)


def test_tokens_of_any_script_and_length_come_back(index: KeywordIndex) -> None:
    tokens = ["ё", "\U00020000\U00020001", "x" * 64, "न\u0947पाल", "3.5", "a_b", "\u0301", "i̇"]
    index.upsert((place, [], [token]) for place, token in enumerate(tokens, start=1))
    index.commit()
    for place, token in enumerate(tokens, start=1):
        assert ids_of(index.search([token], 9, None)) == [place]


WORDS = st.sampled_from(["a", "b", "c", "d"])
IDS = st.integers(1, 8)
FIELDS = st.lists(WORDS, max_size=4)


class KeywordIndexHistories(RuleBasedStateMachine):
    """Any sequence of changes and commits; the dictionary says what must be found."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.model = WrittenOutBm25(title_weight=TITLE_WEIGHT)
        self.index = TantivyIndex(Path(self.folder.name), create=True)
        self.reader = TantivyIndex(Path(self.folder.name))

    def teardown(self) -> None:
        self.index.discard()
        self.folder.cleanup()

    @rule(passages=st.lists(st.tuples(IDS, FIELDS, FIELDS), min_size=1, max_size=4))
    def upsert(self, passages: list[tuple[int, list[str], list[str]]]) -> None:
        self.model.upsert(passages)
        self.index.upsert(passages)

    @rule(gone=st.sets(IDS, max_size=3))
    def remove(self, gone: set[int]) -> None:
        self.model.remove(gone)
        self.index.remove(gone)

    @rule()
    def commit(self) -> None:
        self.model.commit()
        self.index.commit()

    @rule()
    def discard_what_is_not_committed(self) -> None:
        self.model.discard()
        self.index.discard()

    @rule()
    def open_again(self) -> None:
        self.model.discard()
        self.index.discard()
        self.index = TantivyIndex(Path(self.folder.name))

    @rule(
        tokens=st.sets(WORDS, min_size=1).map(sorted),
        k=st.integers(1, 9),
        allowed=st.none() | st.lists(st.integers(1, 10), max_size=6, unique=True),
    )
    def search(self, tokens: list[str], k: int, allowed: list[int] | None) -> None:
        within = None if allowed is None else ids(*allowed)
        everything = self.index.search(tokens, 100, within)
        expected = self.model.search(tokens, 100, within)
        assert sorted(ids_of(everything)) == sorted(ids_of(expected))
        # Scores count removed passages until their segment is merged, so only their order is held.
        assert everything == sorted(everything, key=lambda one: (-one.score, one.passage_id))
        assert all(0 < one.score < math.inf for one in everything)
        assert self.index.search(tokens, k, within) == everything[:k]
        self.reader.reload()
        assert self.reader.search(tokens, 100, within) == everything

    @invariant()
    def counts_agree(self) -> None:
        assert len(self.index) == len(self.model)
        tokens = ["a", "b", "unheard"]
        expected = self.model.document_frequencies(tokens)
        assert self.index.document_frequencies(tokens) == expected


TestKeywordIndexHistories = KeywordIndexHistories.TestCase
TestKeywordIndexHistories.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
