"""Embeddings kept by content and space: exact enough, shared, and erased with the last passage."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.articles import Citation, Passage, Span
from corpus.errors import LibraryDamagedError, LibraryError, LibraryNewerError
from retrieval.closeups import FILE_NAME
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.outlines import outline
from retrieval.packed_vectors import passage_to_bytes
from retrieval.protocols import PassageVectors, Space, Vectors

SPACE = Space(model="m", revision="1", dimension=8, prompts="", max_tokens=9)
OTHER = Space(model="m", revision="2", dimension=4, prompts="", max_tokens=9)


def units(count: int, dimension: int = 8, seed: int = 1) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)
    found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found


def made(seed: int, *, sentences: int = 2, dimension: int = 8) -> PassageVectors:
    rows = units(sentences + 1, dimension, seed)
    return PassageVectors(passage=rows[0], sentences=rows[1:])


def hash_of(name: str) -> bytes:
    return name.encode().ljust(16, b".")


def passage(
    number: int = 1, *, text: str = "It rained.", title: str = "Rain", language: str = "en"
) -> Passage:
    return Passage(
        id=number,
        version_id=number,
        span=Span(start=0, end=len(text)),
        text=text,
        text_hash="",
        citation=Citation(
            key="rain",
            collection="main",
            version=number,
            title=title,
            source=None,
            author=None,
            url=None,
            published=None,
            language=language,
        ),
    )


@pytest.fixture
def kept(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 9_999), dimension=st.sampled_from([2, 32, 384]))
def test_kept_vectors_give_nearly_the_same_cosines(seed: int, dimension: int) -> None:
    space = Space(model="m", revision="1", dimension=dimension, prompts="", max_tokens=9)
    vectors, question = made(seed, sentences=5, dimension=dimension), units(1, dimension, seed + 1)
    with tempfile.TemporaryDirectory() as folder, EmbeddingStore(Path(folder)) as kept:
        kept.add(space, {hash_of("a"): vectors})
        kept.assign({1: hash_of("a")})
        found = kept.passages(space, [hash_of("a")])[hash_of("a")]
        assert found.dtype == np.float32
        assert found @ question[0] == pytest.approx(vectors.passage @ question[0], abs=0.006)
        sentences = kept.closeups(space, [1])[1].sentence_vectors
        assert sentences.dtype == np.float32
        assert sentences.shape == vectors.sentences.shape
        assert np.all(np.einsum("ij,ij->i", sentences, vectors.sentences) > 0.7)


def test_a_zero_sentence_stays_zero_and_no_sentences_stay_none(kept: EmbeddingStore) -> None:
    zero = PassageVectors(passage=units(1)[0], sentences=np.zeros((1, 8), dtype=np.float32))
    kept.add(SPACE, {hash_of("a"): zero, hash_of("b"): made(3, sentences=0)})
    kept.assign({1: hash_of("a"), 2: hash_of("b")})
    closeups = kept.closeups(SPACE, [1, 2])
    found = {key: one.sentence_vectors for key, one in closeups.items()}
    assert not found[1].any()
    assert found[2].shape == (0, 8)


def test_only_what_is_held_in_the_space_is_found(kept: EmbeddingStore) -> None:
    kept.add(SPACE, {hash_of("a"): made(1)})
    kept.add(OTHER, {hash_of("b"): made(2, dimension=4)})
    kept.assign({1: hash_of("a"), 2: hash_of("b")})
    everything = [hash_of("a"), hash_of("b"), hash_of("c")]
    assert kept.held(SPACE, everything) == {hash_of("a")}
    assert kept.held(OTHER, everything) == {hash_of("b")}
    assert set(kept.passages(SPACE, everything)) == {hash_of("a")}
    assert set(kept.closeups(SPACE, [1, 2, 3])) == {1}
    assert kept.held(SPACE, []) == set()
    assert kept.closeups(SPACE, []) == {}


def test_more_than_one_statement_can_name_are_held(kept: EmbeddingStore) -> None:
    some = {hash_of(str(number)): made(number) for number in range(1_203)}
    kept.add(SPACE, some)
    kept.assign({number: hash_of(str(number)) for number in range(1_203)})
    assert kept.held(SPACE, some) == set(some)
    assert len(kept.passages(SPACE, list(some))) == 1_203
    assert kept.passage_ids() == set(range(1_203))
    kept.forget(range(1_202))
    assert kept.held(SPACE, some) == {hash_of("1202")}


def test_an_embedding_that_is_there_already_stays(kept: EmbeddingStore) -> None:
    kept.add(SPACE, {hash_of("a"): made(1)})
    kept.add(SPACE, {hash_of("a"): made(2)})
    found = kept.passages(SPACE, [hash_of("a")])[hash_of("a")]
    assert np.allclose(found, made(1).passage, atol=0.004)


def test_forgetting_erases_what_no_other_passage_shares(kept: EmbeddingStore) -> None:
    kept.add(SPACE, {hash_of("shared"): made(1), hash_of("own"): made(2)})
    kept.add(OTHER, {hash_of("own"): made(2, dimension=4)})
    kept.assign({1: hash_of("shared"), 2: hash_of("shared"), 3: hash_of("own")})
    kept.forget([1, 3, 99])
    assert kept.held(SPACE, [hash_of("shared"), hash_of("own")]) == {hash_of("shared")}
    assert kept.held(OTHER, [hash_of("own")]) == set()
    assert set(kept.closeups(SPACE, [1, 2, 3])) == {2}
    kept.forget([2])
    assert kept.held(SPACE, [hash_of("shared")]) == set()


def test_passages_forgotten_together_take_what_they_shared_with_them(kept: EmbeddingStore) -> None:
    kept.add(SPACE, {hash_of("shared"): made(1)})
    kept.assign({1: hash_of("shared"), 2: hash_of("shared")})
    kept.forget([1, 2])
    assert kept.held(SPACE, [hash_of("shared")]) == set()


def test_a_passage_with_new_content_leaves_no_embedding_of_the_old(kept: EmbeddingStore) -> None:
    kept.add(SPACE, {hash_of("old"): made(1), hash_of("shared"): made(2)})
    kept.assign({1: hash_of("old"), 2: hash_of("shared"), 3: hash_of("shared")})
    kept.assign({1: hash_of("new"), 2: hash_of("new")})
    assert kept.held(SPACE, [hash_of("old"), hash_of("shared")]) == {hash_of("shared")}
    kept.assign({3: hash_of("shared")})
    assert kept.held(SPACE, [hash_of("shared")]) == {hash_of("shared")}


def test_nothing_of_a_forgotten_embedding_is_left_in_the_files(tmp_path: Path) -> None:
    with EmbeddingStore(tmp_path) as kept:
        vectors = made(1)
        kept.add(SPACE, {hash_of("secret"): vectors, hash_of("kept"): made(2)})
        kept.assign({1: hash_of("secret"), 2: hash_of("kept")})
        traces = [hash_of("secret"), passage_to_bytes(vectors.passage)]
        files = list(tmp_path.iterdir())
        assert all(any(trace in path.read_bytes() for path in files) for trace in traces)
        kept.forget([1])
        assert not any(trace in path.read_bytes() for path in files for trace in traces)


def test_keeping_only_one_space_erases_the_others(kept: EmbeddingStore) -> None:
    kept.add(SPACE, {hash_of("a"): made(1)})
    kept.add(OTHER, {hash_of("a"): made(2, dimension=4)})
    kept.assign({1: hash_of("a")})
    kept.keep_only(OTHER)
    assert kept.held(SPACE, [hash_of("a")]) == set()
    assert kept.held(OTHER, [hash_of("a")]) == {hash_of("a")}
    assert set(kept.closeups(OTHER, [1])) == {1}


def test_an_outline_is_kept_beside_its_embedding_or_added_later(kept: EmbeddingStore) -> None:
    kept.add(SPACE, {hash_of("a"): made(1)}, {hash_of("a"): outline(passage())})
    kept.add(SPACE, {hash_of("b"): made(2), hash_of("c"): made(3)})
    kept.assign({1: hash_of("a"), 2: hash_of("b"), 3: hash_of("c")})
    assert kept.without_outline(SPACE, map(hash_of, "abcd")) == {hash_of("b"), hash_of("c")}
    kept.outline(SPACE, {hash_of("b"): outline(passage(text="It snowed."))})
    found = {key: one.outline for key, one in kept.closeups(SPACE, [1, 2, 3]).items()}
    assert found == {1: outline(passage()), 2: outline(passage(text="It snowed.")), 3: None}
    assert kept.without_outline(OTHER, map(hash_of, "abcd")) == set()


def test_adding_and_assigning_nothing_changes_nothing(kept: EmbeddingStore) -> None:
    kept.add(SPACE, {})
    kept.assign({})
    kept.forget([])
    assert kept.passage_ids() == set()


def test_content_is_the_title_the_language_and_the_text_and_nothing_else() -> None:
    assert content_hash(passage(1)) == content_hash(passage(2))
    hashes = {
        content_hash(passage()),
        content_hash(passage(title="Snow")),
        content_hash(passage(language="de")),
        content_hash(passage(text="It snowed.")),
    }
    assert len(hashes) == 4
    assert {len(key) for key in hashes} == {16}


def test_a_reader_sees_what_a_writer_keeps_and_writes_nothing(tmp_path: Path) -> None:
    with EmbeddingStore(tmp_path, read_only=True) as reader:
        assert list(tmp_path.iterdir()) == []
        with EmbeddingStore(tmp_path) as writer:
            writer.add(SPACE, {hash_of("a"): made(1)})
            writer.assign({1: hash_of("a")})
            assert set(reader.closeups(SPACE, [1])) == {1}
            with pytest.raises(LibraryError):
                reader.forget([1])
    with EmbeddingStore(tmp_path, read_only=True) as reader:
        assert reader.held(SPACE, [hash_of("a")]) == {hash_of("a")}


def test_a_file_whose_first_writer_was_killed_is_empty_not_damaged(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"")
    EmbeddingStore(tmp_path, read_only=True).close()
    with EmbeddingStore(tmp_path) as kept:
        assert kept.passage_ids() == set()


@pytest.mark.parametrize("read_only", [True, False])
def test_a_damaged_file_is_refused(tmp_path: Path, *, read_only: bool) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(LibraryDamagedError):
        EmbeddingStore(tmp_path, read_only=read_only)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_of_a_newer_release_is_refused(tmp_path: Path, *, read_only: bool) -> None:
    EmbeddingStore(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LibraryNewerError):
        EmbeddingStore(tmp_path, read_only=read_only)


def test_a_new_file_has_small_pages_for_its_small_tables(tmp_path: Path) -> None:
    with EmbeddingStore(tmp_path) as kept:
        kept.add(SPACE, {hash_of("a"): made(1)}, {})
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (8_192,)
