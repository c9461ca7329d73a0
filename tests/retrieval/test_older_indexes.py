"""Vector indexes of earlier releases, which kept a copy of each vector: used, then replaced."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np
import pytest

from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.engine import AnswerEngine
from retrieval.errors import IndexingError
from retrieval.indexer import Indexer
from retrieval.indexes import IndexFiles, index_folder
from retrieval.manifest import read_manifest, write_manifest
from retrieval.protocols import Embedder
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import assert_indexed_exactly, indexer, vector_ids


def halves(ids: list[int], path: Path, dimension: int) -> None:
    """Write an index of half-precision vectors; nobody looks at the vectors."""
    flat = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    index = faiss.IndexIDMap2(flat)
    if ids:
        rows = np.ones((len(ids), dimension), dtype=np.float32)
        index.add_with_ids(rows, np.array(ids))
    faiss.write_index(index, str(path))


def one_file(folder: Path, ids: list[int], dimension: int) -> str:
    """Write an index as it was up to ten thousand passages; return the name of its base."""
    halves(ids, folder / "vectors-3-keywords-0.faiss", dimension)
    return ""


def two_layers(folder: Path, ids: list[int], dimension: int) -> str:
    """Write an index as it was beyond: most of it compressed, something gone, something added."""
    path, base = folder / "vectors-3-keywords-0.faiss", folder / "vectors-compressed-0"
    halves(ids[-2:], path, dimension)
    base.mkdir()
    np.save(base / "ids.npy", np.array([*ids[:-2], 99]))
    with path.with_name(path.name + ".gone").open("wb") as file:
        np.save(file, np.array([len(ids) - 2]))
    return base.name


FORMS: list[Callable[[Path, list[int], int], str]] = [one_file, two_layers]


@pytest.fixture(params=FORMS)
def older(
    request: pytest.FixtureRequest, store: ArticleStore, library: Path
) -> Callable[[Path, list[int], int], str]:
    """Give the library the indexes of an earlier release."""
    indexer(store).bring_up_to_date()
    folder = index_folder(library)
    manifest = read_manifest(folder)
    assert manifest is not None
    (folder / manifest.vectors).unlink()
    base = request.param(folder, store.allowed_passages(), manifest.space.dimension)
    names = {"vectors": "vectors-3-keywords-0.faiss", "compressed": base}
    write_manifest(folder, replace(manifest, **names))
    return request.param  # type: ignore[no-any-return]


def no_embedder() -> Embedder:
    message = "nothing needs to be embedded"
    raise AssertionError(message)


def answers(library: Path, store: ArticleStore) -> list[object]:
    questions = ("Did the bridge hold?", "Who burned?", "What did the mayor do?")
    with AnswerEngine(library, store, HashingEmbedder()) as engine:
        return [engine.answer(Question(text=one)).hits for one in questions]


@pytest.mark.usefixtures("older")
def test_an_index_of_an_earlier_release_answers_as_before(
    store: ArticleStore, library: Path
) -> None:
    before = sorted(path.name for path in index_folder(library).iterdir())
    found = answers(library, store)
    assert vector_ids(library) == set(store.allowed_passages())
    assert sorted(path.name for path in index_folder(library).iterdir()) == before
    Indexer(library, store, HashingEmbedder).rebuild()
    assert answers(library, store) == found


@pytest.mark.usefixtures("older")
def test_the_next_command_that_writes_deletes_what_is_kept_twice(
    store: ArticleStore, library: Path
) -> None:
    kept = Indexer(library, store, no_embedder)
    assert kept.lag() == 0
    assert kept.is_behind()
    report = kept.bring_up_to_date()
    assert (report.indexed, report.embedded, report.removed) == (0, 0, 0)
    assert not kept.is_behind()
    names = {path.name for path in index_folder(library).iterdir() if path.name[0] == "v"}
    assert names == {"vectors-3-keywords-0.ids"}
    assert_indexed_exactly(store)


@pytest.mark.usefixtures("older")
def test_changes_are_taken_up_into_an_index_of_an_earlier_release(
    store: ArticleStore, library: Path
) -> None:
    store.put(prepared("snow", "Snow fell. Trains stood."))
    store.remove("fire")
    indexer(store).bring_up_to_date()
    assert_indexed_exactly(store)
    assert not list(index_folder(library).rglob("*.faiss"))


@pytest.mark.usefixtures("older")
def test_an_index_of_an_earlier_release_that_is_damaged_is_refused_and_made_anew(
    store: ArticleStore, library: Path
) -> None:
    for path in index_folder(library).glob("vectors-*.faiss"):
        path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(IndexingError, match="passagebot reindex"):
        IndexFiles(library).newer()
    indexer(store).bring_up_to_date()
    assert_indexed_exactly(store)
