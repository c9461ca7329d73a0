"""Passages read closely: remembered as long as the library stays as it was, and not beyond a bound."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.close_reading import CloseReading, Recent
from retrieval.closeups import Closeup, Closeups
from retrieval.cosine_scale import CosineScale
from retrieval.indexes import Indexes
from retrieval.protocols import Space
from tests.corpus.builders import prepared
from tests.retrieval.libraries import FLOOD, engine, indexer, indexes_of, make_library
from tests.retrieval.passages import a_passage, read


class CountingCloseups(Closeups):
    """Closeups that note which passages were asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[list[int]] = []

    def closeups(self, space: Space, passage_ids: Sequence[int]) -> dict[int, Closeup]:
        self.asked.append(list(passage_ids))
        return super().closeups(space, passage_ids)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with make_library(tmp_path) as made:
        indexer(made).bring_up_to_date()
        yield made


@pytest.fixture
def closeups(store: ArticleStore) -> Iterator[CountingCloseups]:
    with CountingCloseups(store.path.parent) as opened:
        yield opened


@pytest.fixture
def indexes(store: ArticleStore) -> Indexes:
    return indexes_of(store.path.parent)


def test_a_passage_is_read_once_while_the_library_stays_as_it_is(
    store: ArticleStore, closeups: CountingCloseups, indexes: Indexes
) -> None:
    reading = CloseReading(store, closeups)
    first = reading.read([2, 1], indexes, None)
    again = reading.read([1, 3, 2], indexes, None)
    assert [one.passage.id for one in first] == [2, 1]
    assert [one.passage.id for one in again] == [1, 3, 2]
    assert again[0] is first[1]
    assert closeups.asked == [[2, 1], [3]]


def test_a_passage_that_answers_no_more_is_not_read_from_memory(
    store: ArticleStore, closeups: CountingCloseups, indexes: Indexes
) -> None:
    reading = CloseReading(store, closeups)
    ids = sorted(store.allowed_passages())
    kept = {one.passage.id for one in reading.read(ids, indexes, None)}
    gone = {
        one.passage.id
        for one in reading.read(ids, indexes, None)
        if one.passage.citation.key == "flood"
    }
    store.retire("flood")
    assert {one.passage.id for one in reading.read(ids, indexes, None)} == kept - gone


def test_a_title_that_changed_is_cited_at_once(
    store: ArticleStore, closeups: CountingCloseups, indexes: Indexes
) -> None:
    reading = CloseReading(store, closeups)
    ids = sorted(store.allowed_passages())
    reading.read(ids, indexes, None)
    store.put(prepared("flood", FLOOD, title="The night of the flood"))
    titles = {one.passage.citation.title for one in reading.read(ids, indexes, None)}
    assert "The night of the flood" in titles
    assert "Flood" not in titles


def test_other_indexes_or_another_scale_are_read_anew(
    store: ArticleStore, closeups: CountingCloseups, indexes: Indexes
) -> None:
    reading = CloseReading(store, closeups)
    (plain,) = reading.read([1], indexes, None)
    (scaled,) = reading.read([1], indexes, CosineScale(gain=0.5, shift=0.5))
    reading.read([1], replace(indexes, position=indexes.position + 1), None)
    assert closeups.asked == [[1]] * 3
    assert plain.sentence_vectors is not None
    assert scaled.sentence_vectors is not None
    assert scaled.sentence_vectors.shape[1] == plain.sentence_vectors.shape[1] + 1


def test_an_answer_is_the_same_from_memory(store: ArticleStore) -> None:
    with engine(store) as opened:
        for text in ("Which bridge held?", "How many houses burned down?"):
            first, again = (opened.answer(Question(text=text)) for _ in range(2))
            assert first.hits == again.hits
            assert first.explanation == again.explanation


def test_no_more_is_remembered_than_the_bound_and_the_oldest_goes_first() -> None:
    reads = [read(a_passage(n, f"Sentence number {n}.")) for n in range(10)]
    recent = Recent(sum(one.nbytes for one in reads[:4]) + 1)
    recent.keep(reads[:4])
    assert list(recent.known(range(10))) == [0, 1, 2, 3]
    recent.known([0])
    recent.keep([reads[4], reads[4]])
    assert sorted(recent.known(range(10))) == [0, 2, 3, 4]


def test_a_passage_larger_than_the_bound_is_not_remembered() -> None:
    recent = Recent(10)
    recent.keep([read(a_passage(1, "A sentence."))])
    assert recent.known([1]) == {}


def test_what_a_passage_takes_grows_with_its_text() -> None:
    short, long = read(a_passage(1, "A river.")), read(a_passage(1, "A river. " * 100))
    assert 0 < short.nbytes < long.nbytes


def test_without_passages_nothing_is_read(
    store: ArticleStore, closeups: CountingCloseups, indexes: Indexes
) -> None:
    assert CloseReading(store, closeups).read([], indexes, None) == []
    assert closeups.asked == []
