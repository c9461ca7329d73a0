"""passagebot behind the same protocol, in the environment of the project.

Each passage is an article of its own, whose key is the passage's id: an article that long is one
passage, unless it is longer than the product makes them. `--vectors` is not for it.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.protocol import Passage, ReadyVectors, serve
from bot.assembly import load_embedder
from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.protocols import Embedder


class PassagebotPeer:
    """One library and its engine."""

    def __init__(self, model: Path, ready: ReadyVectors | None) -> None:
        """Wait for a library; the embedder is loaded with the first one, as in `ask`."""

    @cached_property
    def _embedder(self) -> Embedder:
        return load_embedder(BUNDLED_MODEL)

    def build(self, passages: Sequence[Passage], index: Path | None) -> None:
        """Read the passages in and index them."""
        if index is None:
            message = "passagebot keeps its library in a folder; name one as `index`"
            raise ValueError(message)
        with TemporaryDirectory() as folder, ArticleStore.create(index) as store:
            source = Path(folder, "articles.jsonl")
            source.write_text("".join(map(_article, passages)), encoding="utf-8")
            ingest(store, [source])
            Indexer(index, store, lambda: self._embedder).bring_up_to_date()
        self.open(index)

    def open(self, index: Path) -> None:
        """Open the library and load the embedder."""
        store = ArticleStore.open(index)
        self._engine = AnswerEngine(index, store, self._embedder)

    def search(self, question: str, depth: int, way: str) -> list[int]:  # noqa: ARG002 - one way
        """Return ids, best first."""
        hits = self._engine.answer(Question(text=question, hits=depth)).hits
        return list(dict.fromkeys(int(hit.passage.citation.key) for hit in hits))


def _article(passage: Passage) -> str:
    return json.dumps({"_id": str(passage.id), "title": passage.title, "text": passage.text}) + "\n"


if __name__ == "__main__":
    serve(PassagebotPeer)
