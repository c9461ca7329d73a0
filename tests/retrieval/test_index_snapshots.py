"""Opening the indexes another process writes: never half, never damaged because it was quick."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.errors import IndexingError
from retrieval.indexes import IndexFiles, index_folder, indexed_space
from retrieval.vectors.exact import ExactIndex, Kept
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import indexer


def test_there_is_nothing_newer_before_the_first_index_and_after_it_was_opened(
    store: ArticleStore, library: Path
) -> None:
    files = IndexFiles(library)
    assert files.newer() is None
    assert indexed_space(library) is None
    indexer(store).bring_up_to_date()
    found = files.newer()
    assert found is not None
    assert (found.space, found.position) == (HashingEmbedder().space, store.position())
    assert indexed_space(library) == found.space
    assert files.newer() is None


def test_an_opened_snapshot_stays_what_it_was(store: ArticleStore, library: Path) -> None:
    indexer(store).bring_up_to_date()
    old = IndexFiles(library).newer()
    assert old is not None
    store.put(prepared("snow", "Snow fell."))
    indexer(store).bring_up_to_date()
    indexer(store).rebuild()
    assert (len(old.vectors), len(old.keywords), old.position) == (7, 7, 3)
    assert old.keywords.search(["snow"], 9, None) == []
    assert old.keywords.search(["river"], 9, None)


@pytest.mark.parametrize("how", ["bring_up_to_date", "rebuild"])
def test_indexes_replaced_while_they_are_opened_are_opened_again(
    store: ArticleStore, library: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    indexer(store).bring_up_to_date()
    files, read = IndexFiles(library), ExactIndex.read
    interruptions = iter(range(2))

    def read_late(path: Path, dimension: int, kept: Kept) -> ExactIndex:
        if next(interruptions, None) is not None:
            monkeypatch.setattr(ExactIndex, "read", read)
            store.put(prepared("snow", f"Snow fell on {path.name}."))
            getattr(indexer(store), how)()
            monkeypatch.setattr(ExactIndex, "read", read_late)
        return read(path, dimension, kept)

    monkeypatch.setattr(ExactIndex, "read", read_late)
    found = files.newer()
    assert found is not None
    assert found.position == store.position()
    assert len(found.vectors) == len(found.keywords) == 8


def lose_vectors(folder: Path) -> None:
    next(folder.glob("vectors-*")).unlink()


def lose_keywords(folder: Path) -> None:
    (next(folder.glob("keywords-*")) / "meta.json").unlink()


@pytest.mark.parametrize("damage", [lose_vectors, lose_keywords])
def test_indexes_that_are_really_damaged_are_refused_each_time(
    store: ArticleStore, library: Path, damage: Callable[[Path], None]
) -> None:
    indexer(store).bring_up_to_date()
    damage(index_folder(library))
    files = IndexFiles(library)
    for _ in range(2):
        with pytest.raises(IndexingError, match="passagebot reindex"):
            files.newer()
