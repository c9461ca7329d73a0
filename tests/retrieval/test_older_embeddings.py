"""Embeddings an earlier release kept are there, packed, and found as before."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus.articles import Citation, Passage, Span
from corpus.database import open_engine
from corpus.errors import LibraryError
from corpus.migrating import bring_up_to_date
from retrieval.closeups import FILE_NAME, MIGRATIONS
from retrieval.embeddings import EmbeddingStore
from retrieval.outlines import Outline, outline
from retrieval.protocols import PassageVectors, Space, Vectors

SPACE = Space(model="m", revision="1", dimension=32, prompts="", max_tokens=9)
COUNT = 1_203
"""More than are moved at a time."""


def units(count: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, 32), dtype=np.float32)
    found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found


def vectors_of(number: int) -> PassageVectors:
    rows = units(1 + number % 4, number)
    return PassageVectors(passage=rows[0], sentences=rows[1:])


def passage(number: int) -> Passage:
    text = f"It rained {number} times.\n\nThe   end came at {number}."
    return Passage(
        id=number,
        version_id=number,
        span=Span(start=0, end=len(text)),
        text=text,
        text_hash="",
        citation=Citation(
            key=str(number),
            collection="main",
            version=1,
            title="Rain in Málaga",
            source=None,
            author=None,
            url=None,
            published=None,
            language="en",
        ),
    )


def hash_of(number: int) -> bytes:
    return str(number).encode().rjust(16, b"0")


def in_the_earlier_form(made: Outline) -> bytes:
    places = " ".join(f"{span.start} {span.end}" for span in made.sentences)
    words = [line.strip(" ") for line in (made.title, *made.lines)]
    return "\n".join(["1", places, *words]).encode()


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Return a library folder with the embeddings of `COUNT` passages, as release 2 kept them."""
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for script in ("v0001_embeddings.py", "v0002_outlines.py"):
        shutil.copy(MIGRATIONS / script, scripts)
    library = tmp_path / "library"
    library.mkdir()
    engine = open_engine(library / FILE_NAME, page_bytes=16_384)
    bring_up_to_date(engine, library / FILE_NAME, scripts)
    engine.dispose()
    with closing(sqlite3.connect(library / FILE_NAME)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO spaces VALUES (7, ?)", (SPACE.name,))
        for number in range(COUNT):
            vectors = vectors_of(number)
            halves = vectors.passage.astype(np.float16).tobytes()
            bytes_ = np.rint(vectors.sentences * 127.0).astype(np.int8).tobytes()
            kept = in_the_earlier_form(outline(passage(number))) if number % 3 else b""
            connection.execute(
                "INSERT INTO embeddings VALUES (7, ?, ?, ?, ?)",
                (hash_of(number), halves, bytes_, kept),
            )
            connection.execute("INSERT INTO contents VALUES (?, ?)", (number, hash_of(number)))
    return library


def test_older_embeddings_are_kept_as_if_they_were_made_now(older: Path, tmp_path: Path) -> None:
    hashes = [hash_of(number) for number in range(COUNT)]
    with EmbeddingStore(older) as kept, EmbeddingStore(tmp_path) as fresh:
        fresh.add(SPACE, {hash_of(number): vectors_of(number) for number in range(COUNT)})
        fresh.assign({number: hash_of(number) for number in range(COUNT)})
        assert kept.held(SPACE, hashes) == set(hashes)
        assert kept.passage_ids() == set(range(COUNT))
        before, after = fresh.passages(SPACE, hashes), kept.passages(SPACE, hashes)
        assert all(np.abs(after[key] - before[key]).max() < 0.006 for key in hashes)
        sentences = fresh.closeups(SPACE, range(60))
        for number, one in kept.closeups(SPACE, range(60)).items():
            assert one.sentence_vectors.shape == sentences[number].sentence_vectors.shape
            assert np.all(
                np.einsum("ij,ij->i", one.sentence_vectors, vectors_of(number).sentences) > 0.7
            )
            assert one.outline == (outline(passage(number)) if number % 3 else None)
        assert kept.without_outline(SPACE, hashes) == set(hashes[::3])


def test_the_room_of_the_earlier_form_is_given_back(older: Path) -> None:
    EmbeddingStore(older).close()
    with closing(sqlite3.connect(older / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_older_embeddings_wait_for_one_who_may_write(older: Path) -> None:
    with pytest.raises(LibraryError, match="older passagebot"):
        EmbeddingStore(older, read_only=True)
