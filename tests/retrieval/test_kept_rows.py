"""Vectors read for an index: those in the database, of one space, however they are asked for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import LibraryError
from corpus.migrating import require_current
from corpus.sqlite_files import Asked
from corpus.store import ArticleStore
from retrieval import kept_rows as kept_rows_module
from retrieval.closeups import FILE_NAME
from retrieval.embeddings import EmbeddingStore
from retrieval.errors import IndexingError
from retrieval.id_runs import ids_in, runs_of
from retrieval.indexes import IndexFiles
from retrieval.kept_rows import kept_rows
from retrieval.packed_vectors import passage_to_bytes, passages_from_bytes
from retrieval.protocols import PassageVectors, Space, Vectors
from retrieval.vectors.packed_rows import cosines, packed, row_type, rows_of, turned, unpacked
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.killed_indexers import other_space
from tests.retrieval.libraries import indexer, vector_ids

SPACE = Space(model="m", revision="1", dimension=48, prompts="", max_tokens=9)
IDS = [1, 2, 3, 7, 8, 20, 21, 22, 23, 40]


def units(count: int, dimension: int = 48, seed: int = 1) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)
    found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found


def keep(folder: Path, ids: Sequence[int], space: Space = SPACE) -> Vectors:
    """Keep a vector for each id, of the same content for 7 and 8; return them."""
    rows = units(len(ids))
    rows[IDS.index(8)] = rows[IDS.index(7)]
    hashes = {key: bytes([7 if key == 8 else key]) * 16 for key in ids}
    none = np.zeros((0, space.dimension), dtype=np.float32)
    with EmbeddingStore(folder) as store:
        store.assign(hashes)
        made = zip(hashes.values(), rows, strict=True)
        store.add(space, {key: PassageVectors(passage=row, sentences=none) for key, row in made})
    return rows


@pytest.mark.parametrize("at_once", [1, 4, 5_000])
def test_rows_are_read_in_the_order_of_their_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    vectors = keep(tmp_path, IDS)
    monkeypatch.setattr(kept_rows_module, "_AT_ONCE", at_once)
    ids, rows = kept_rows(tmp_path, SPACE)(np.array([2, 3, 4, 7, 8, 22, 39, 40]))
    assert ids.tolist() == [2, 3, 7, 8, 22, 40]
    assert rows.tobytes() == packed(vectors[[1, 2, 3, 4, 7, 9]]).tobytes()


def test_no_ids_need_no_file(tmp_path: Path) -> None:
    ids, rows = kept_rows(tmp_path, SPACE)(np.zeros(0, dtype=np.int64))
    assert (len(ids), len(rows), rows.dtype) == (0, 0, row_type(48))
    assert not list(tmp_path.iterdir())


def test_a_space_nothing_is_kept_of_is_refused(tmp_path: Path) -> None:
    keep(tmp_path, IDS)
    other = Space(model="n", revision="1", dimension=48, prompts="", max_tokens=9)
    with pytest.raises(IndexingError, match="no vectors of n; run `passagebot reindex`"):
        kept_rows(tmp_path, other)(np.array([1]))


def test_vectors_of_another_length_are_refused(tmp_path: Path) -> None:
    keep(tmp_path, IDS)
    with EmbeddingStore(tmp_path) as store:
        store.take_rows(
            SPACE,
            [{"content_hash": b"z" * 16, "passage": b"a", "sentences": b"", "outline": b""}],
        )
        store.assign({50: b"z" * 16})
    with pytest.raises(IndexingError, match="passagebot reindex"):
        kept_rows(tmp_path, SPACE)(np.array([1, 50]))


def test_a_file_that_is_damaged_or_missing_is_an_error_of_the_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError):
        kept_rows(tmp_path, SPACE)(np.array([1]))
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 400)
    with pytest.raises(LibraryError):
        kept_rows(tmp_path, SPACE)(np.array([1]))


@pytest.mark.parametrize("ids", [[], [5], [1, 2, 3], [1, 3, 5], [2, 3, 9, 10, 11, 2**62]])
def test_runs_give_back_the_ids_they_were_made_of(ids: list[int]) -> None:
    kept = np.array(ids, dtype=np.int64)
    runs = runs_of(kept)
    assert ids_in(runs).tolist() == ids
    assert len(runs) == len([key for key in ids if key - 1 not in ids])


@pytest.mark.parametrize("dimension", [1, 6, 48, 384, 1_024, 4_096])
def test_a_cosine_of_packed_rows_is_that_of_the_vectors_the_database_gives(dimension: int) -> None:
    vectors, question = units(400, dimension), units(1, dimension, seed=2)[0]
    stored = [passage_to_bytes(row) for row in vectors]
    kept = passages_from_bytes(stored, dimension)
    rows = packed(vectors)
    assert rows["codes"].tobytes() == b"".join(stored)
    assert np.abs(unpacked(rows) - kept).max() < 1e-6
    assert packed(kept).tobytes() == rows.tobytes()
    found = cosines(rows, turned(question))
    assert found == pytest.approx(kept.astype(np.float64) @ question, abs=5e-5)


def test_a_cosine_is_the_same_number_among_any_others() -> None:
    rows, question = packed(units(1_000, 384)), turned(units(1, 384, seed=2)[0])
    found = cosines(rows, question)
    places = np.random.default_rng(3).permutation(1_000)[:777]
    assert cosines(rows, question, places).tolist() == found[places].tolist()
    for place in (0, 400, 999):
        assert cosines(rows[[place]], question).tolist() == [found[place]]


def test_zeros_have_no_direction_and_a_question_without_one_finds_all_alike() -> None:
    rows = rows_of(np.array([[0] * 8, [127] + [0] * 7], dtype=np.int8))
    assert cosines(rows, turned(units(1, 8)[0]))[0] == 0
    assert cosines(rows, turned(np.zeros(8, dtype=np.float32))).tolist() == [0, 0]


def test_a_second_reader_sees_what_is_added_and_what_is_removed(
    store: ArticleStore, library: Path
) -> None:
    indexer(store).bring_up_to_date()
    files = IndexFiles(library)
    first = files.newer()
    store.put(prepared("snow", "Snow fell.\n\nTrains stood."))
    store.remove("fire")
    indexer(store).bring_up_to_date()
    second = files.newer()
    assert first is not None
    assert second is not None
    question = HashingEmbedder().embed_question("snow")
    before, after = (
        set(one.vectors.search(question, 99, None).ids.tolist()) for one in (first, second)
    )
    assert after == set(store.allowed_passages())
    assert before - after
    assert after - before


def test_what_a_run_keeps_and_has_not_published_is_not_found_yet(
    store: ArticleStore, library: Path
) -> None:
    indexer(store).bring_up_to_date()
    published = set(store.allowed_passages())
    embedder = HashingEmbedder()
    none = np.zeros((0, embedder.space.dimension), dtype=np.float32)
    made = PassageVectors(passage=embedder.embed_question("snow"), sentences=none)
    with EmbeddingStore(library) as kept:  # as if killed right after
        kept.assign({99: b"s" * 16})
        kept.add(embedder.space, {b"s" * 16: made})
    assert vector_ids(library) == published


def test_indexes_of_a_model_that_is_given_up_while_they_are_opened_are_opened_again(
    store: ArticleStore, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer(store).bring_up_to_date()
    files = IndexFiles(library)
    interruptions = iter(range(1))

    def required_late(asked: Asked, path: Path, migrations: Path) -> None:
        if next(interruptions, None) is not None:
            indexer(store, other_space()).rebuild()
        require_current(asked, path, migrations)

    monkeypatch.setattr(kept_rows_module, "require_current", required_late)
    found = files.newer()
    assert found is not None
    assert found.space == other_space().space
    assert len(found.vectors) == len(found.keywords) == 7
