"""What a question costs, counted, not timed: it must not grow with the library.

Ways through the engine that cost more with every passage show here as a number.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.store import ArticleStore
from retrieval import keywords, outlines, terms
from retrieval.answers import Question
from retrieval.close_reading import CloseReading
from retrieval.closeups import Closeups
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.keywords import TantivyIndex
from retrieval.protocols import PassageText, PassageVectors, Space, Vectors
from retrieval.vectors import compressed
from retrieval.vectors.layered import LayeredIndex, Layering
from retrieval.vectors.scan import Comparison
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.statements import told_statements

READ_CLOSELY = 30
"""Passages a question reads closely, whatever the library holds."""
SIZES = (60, 600)
QUESTION = "Which bridge over the river stood 5 years?"


class CountingEmbedder:
    """An embedder that counts the questions it is given."""

    parts_at_once = 1

    def __init__(self) -> None:
        self._embedder = HashingEmbedder()
        self.questions = 0

    @property
    def space(self) -> Space:
        return self._embedder.space

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        return self._embedder.embed_passages(passages)

    def embed_question(self, text: str) -> Vectors:
        self.questions += 1
        return self._embedder.embed_question(text)


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size} passages")
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counted")
    with ArticleStore.create(folder) as store, store.batch():
        for number in range(request.param):
            text = f"The bridge {number} over the river stood for {number + 9} years."
            store.put(prepared(f"{number}", text, title=f"Bridge {number}"))
    with ArticleStore.open(folder) as store:
        Indexer(folder, store, HashingEmbedder).bring_up_to_date()
    return folder


@pytest.fixture
def opened(library: Path) -> Iterator[tuple[AnswerEngine, CountingEmbedder, list[str]]]:
    embedder = CountingEmbedder()
    with ArticleStore.open(library) as store, AnswerEngine(library, store, embedder) as engine:
        engine.answer(Question(text="Which house?"))  # what is read once, such as names of sources
        embedder.questions = 0
        statements = told_statements(store._file)
        statements_of_vectors = told_statements(engine._closeups._file)
        engine.answer(Question(text=QUESTION))
        yield engine, embedder, [*statements, *statements_of_vectors]


def counted(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, size: Callable[..., int] = lambda *_: 1
) -> list[int]:
    """Return a list that grows by the size of each call of a method or function."""
    calls: list[int] = []
    whole = getattr(owner, name)

    def counting(*arguments: Any, **named: Any) -> Any:
        calls.append(size(*arguments))
        return whole(*arguments, **named)

    monkeypatch.setattr(owner, name, counting)
    return calls


def test_a_question_is_one_statement_to_each_database_and_one_for_the_state_of_the_library(
    opened: tuple[AnswerEngine, CountingEmbedder, list[str]],
) -> None:
    _, _, statements = opened
    assert len(statements) == 3


def test_passages_read_lately_cost_one_short_statement_and_no_reading(
    opened: tuple[AnswerEngine, CountingEmbedder, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _, statements = opened
    loaded = counted(monkeypatch, ArticleStore, "passages")
    closeups = counted(monkeypatch, Closeups, "closeups")
    before = list(statements)
    again = told_statements(engine._store._file)
    engine.answer(Question(text=QUESTION))
    assert len(again) == 1
    assert "changes" in again[0]
    assert not loaded
    assert not closeups
    assert statements == before


def test_a_question_is_embedded_once(
    opened: tuple[AnswerEngine, CountingEmbedder, list[str]],
) -> None:
    _, embedder, _ = opened
    assert embedder.questions == 1


def test_both_indexes_of_a_small_library_are_searched_once_and_for_nothing_more(
    opened: tuple[AnswerEngine, CountingEmbedder, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _, _ = opened
    by_words = counted(monkeypatch, TantivyIndex, "search")
    further = counted(monkeypatch, keywords, "_best")
    scans = counted(monkeypatch, Comparison, "cosines")
    engine.answer(Question(text=QUESTION))
    assert (len(by_words), len(further), len(scans)) == (1, 1, 1)


def test_of_more_passages_only_those_the_other_index_found_are_scored_further(
    opened: tuple[AnswerEngine, CountingEmbedder, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _, _ = opened
    monkeypatch.setattr(keywords, "_AT_ONCE", 10)
    searched = counted(monkeypatch, keywords, "_best")
    scans = counted(monkeypatch, Comparison, "cosines")
    engine.answer(Question(text=QUESTION))
    assert len(searched) <= 2
    assert len(scans) == 1


def test_no_passage_is_split_or_stemmed_to_answer(
    opened: tuple[AnswerEngine, CountingEmbedder, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _, _ = opened
    outlined = counted(monkeypatch, outlines, "tokenise")
    split = counted(monkeypatch, outlines, "sentence_spans")
    of_question = counted(monkeypatch, terms, "tokenise", lambda text, _: len(text))
    engine.answer(Question(text=QUESTION))
    assert not outlined
    assert not split
    assert set(of_question) == {len(QUESTION)}


def test_only_a_page_of_passages_is_read_closely(
    opened: tuple[AnswerEngine, CountingEmbedder, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _, _ = opened
    read = counted(monkeypatch, CloseReading, "read", lambda _, ids, *__: len(ids))
    loaded = counted(monkeypatch, ArticleStore, "passages", lambda _, ids: len(ids))
    closeups = counted(monkeypatch, Closeups, "closeups", lambda _, __, ids: len(ids))
    engine._reading._remembered = None
    engine.answer(Question(text=QUESTION))
    assert read == loaded == closeups == [READ_CLOSELY]


def test_the_same_question_asked_again_looks_up_no_frequency_anew(
    opened: tuple[AnswerEngine, CountingEmbedder, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, _, _ = opened
    counts = counted(monkeypatch, TantivyIndex, "_document_frequency")
    engine.answer(Question(text=QUESTION))
    assert not counts


@pytest.mark.parametrize("count", [1_500, 6_000])
def test_candidates_scored_exactly_do_not_grow_with_a_compressed_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    layering = Layering(exact=100, factors=(4,), least=8)
    monkeypatch.setattr(compressed, "recall_floor", lambda _: 0.0)
    chance = np.random.default_rng(1)
    rows = chance.standard_normal((count, 8), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = LayeredIndex(8, layering)
    index.upsert(range(count), rows)
    index.write(tmp_path / "vectors-0.ids")
    scored = counted(monkeypatch, compressed, "cosines", lambda _, __, found: len(found))
    scans = counted(monkeypatch, compressed.CompressedVectors, "_scanned")
    index.search(rows[0], 10, None)
    assert not scans
    assert scored == [4 * (10 + 16)]
