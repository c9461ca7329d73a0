"""A library that outgrows the exact index while it is being asked."""

from pathlib import Path

import numpy as np

from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.indexes import index_folder
from retrieval.manifest import read_manifest
from retrieval.vectors.layered import Layering
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import assert_indexed_exactly, make_library

LAYERING = Layering(exact=6, added=0.0, removed=0.5)
QUESTION = Question(text="Which bridge held?", hits=50)


def brought_up_to_date(store: ArticleStore) -> str:
    """Index what is new; return the folder of the vectors that are compressed then."""
    Indexer(store.path.parent, store, HashingEmbedder, layering=LAYERING).bring_up_to_date()
    manifest = read_manifest(index_folder(store.path.parent))
    assert manifest is not None
    return manifest.compressed


def test_the_old_index_answers_until_the_compressed_one_is_there(tmp_path: Path) -> None:
    with make_library(tmp_path, {"flood": "The river rose. The old bridge held."}) as store:
        assert brought_up_to_date(store) == ""
        with AnswerEngine(tmp_path, store, HashingEmbedder()) as engine:
            before = engine.answer(QUESTION)
            for number in range(9):
                store.put(
                    prepared(f"{number}", f"Bridge {number} fell. Then {number} people came.")
                )
            first = brought_up_to_date(store)
            assert first
            assert [hit.passage.id for hit in engine.answer(QUESTION).hits] == [
                hit.passage.id for hit in before.hits
            ]
            assert engine.refresh()
            assert len(engine.answer(QUESTION).hits) == 20
            store.retire("0")
            store.put(prepared("new", "The newest bridge held."))
            assert brought_up_to_date(store) == first
            assert engine.refresh()
            answer = engine.answer(QUESTION)
    titles = {hit.passage.text for hit in answer.hits}
    assert "The newest bridge held." in titles
    assert "Bridge 0 fell." not in titles
    assert len(answer.hits) == len(store.allowed_passages())


def test_what_is_erased_leaves_the_compressed_vectors_too(tmp_path: Path) -> None:
    with make_library(tmp_path, {f"{n}": f"Line {n}. It went on." for n in range(8)}) as store:
        first = brought_up_to_date(store)
        indexer = Indexer(tmp_path, store, HashingEmbedder, layering=LAYERING)
        indexer.rebuild()
        assert not (index_folder(tmp_path) / first).exists()
        manifest = read_manifest(index_folder(tmp_path))
        assert manifest is not None
        ids = np.load(index_folder(tmp_path) / manifest.compressed / "ids.npy")
        assert ids.tolist() == list(store.allowed_passages())
        assert_indexed_exactly(store)
