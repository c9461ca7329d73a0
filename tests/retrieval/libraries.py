"""Small libraries for the tests: a store with articles, its indexes, and what they hold."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from corpus.store import ArticleStore
from retrieval.closeups import FILE_NAME as EMBEDDINGS
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.indexes import Indexes, IndexFiles
from retrieval.protocols import Embedder
from retrieval.tokens import tokenise
from tests.corpus.builders import Ticking, prepared
from tests.retrieval.hashing_embedder import HashingEmbedder

FLOOD = "The river rose 2.4 metres overnight. The old bridge held. Nobody was hurt."
FIRE = "Five houses burned down in Harlow. The mayor thanked the firemen."
MATCH = "Northtown won the football match. The goal fell in the last minute."
ARTICLES = {"flood": FLOOD, "fire": FIRE, "match": MATCH}


def make_library(folder: Path, articles: dict[str, str] | None = None) -> ArticleStore:
    """Return a store in `folder` with an article for each text; its sentences are passages."""
    store = ArticleStore.create(folder, now=Ticking())
    for key, text in (ARTICLES if articles is None else articles).items():
        store.put(prepared(key, text, title=key.capitalize()))
    return store


def indexer(store: ArticleStore, embedder: Embedder | None = None) -> Indexer:
    """Return an indexer of the library `store` is in."""
    return Indexer(store.path.parent, store, lambda: embedder or HashingEmbedder())


@contextmanager
def engine(store: ArticleStore, embedder: Embedder | None = None) -> Iterator[AnswerEngine]:
    """Yield an engine over indexes that are up to date."""
    embedder = embedder or HashingEmbedder()
    indexer(store, embedder).bring_up_to_date()
    with AnswerEngine(store.path.parent, store, embedder) as opened:
        yield opened


def indexes_of(library: Path) -> Indexes:
    """Return the indexes of a library, opened anew."""
    found = IndexFiles(library).newer()
    assert found is not None
    return found


def vector_ids(library: Path, embedder: Embedder | None = None) -> set[int]:
    """Return all ids in the vector index."""
    question = (embedder or HashingEmbedder()).embed_question("anything")
    found = indexes_of(library).vectors.search(question, 1_000_000, None)
    return {one.passage_id for one in found}


def keyword_ids(library: Path, *tokens: str) -> set[int]:
    """Return the ids in the keyword index of passages that hold one of `tokens`."""
    found = indexes_of(library).keywords.search(tokens, 1_000_000, None)
    return {one.passage_id for one in found}


def has_embeddings(library: Path) -> bool:
    """Whether the file of embeddings is there, with its tables."""
    if not (library / EMBEDDINGS).exists():
        return False
    with closing(sqlite3.connect(library / EMBEDDINGS)) as connection:
        rows = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'embeddings'")
        return bool(rows.fetchone()[0])


def embedded_contents(library: Path) -> dict[bytes, int]:
    """Return the content hashes that have an embedding, in any space, and in how many."""
    if not has_embeddings(library):
        return {}
    with closing(sqlite3.connect(library / EMBEDDINGS)) as connection:
        rows = connection.execute("SELECT content_hash, count(*) FROM embeddings GROUP BY 1")
        return dict(rows.fetchall())


def assert_indexed_exactly(store: ArticleStore, embedder: Embedder | None = None) -> None:
    """Both indexes hold exactly the passages that answer now, and nothing else is kept."""
    library = store.path.parent
    answering = set(store.allowed_passages())
    passages = store.passages(sorted(answering)).values()
    assert vector_ids(library, embedder) == answering
    tokens = {token for passage in passages for token in tokenise(passage.text, "en")}
    assert keyword_ids(library, *tokens) == answering
    assert len(indexes_of(library).keywords) == len(answering)
    with EmbeddingStore(library, read_only=True) as kept:
        assert kept.passage_ids() == answering
    assert embedded_contents(library) == {content_hash(passage): 1 for passage in passages}
