"""passagebot behind the same protocol, in the environment of the project.

Each passage is an article of its own, whose key is the passage's id: an article that long is one
passage, unless it is longer than the product makes them. `--vectors` is not for it.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.protocol import Passage, ReadyVectors, serve
from corpus.articles import Passage as StoredPassage
from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.embedders.engines import Engines
from retrieval.embedders.openvino_runtime import questions_at_once
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL
from retrieval.engine import AnswerEngine
from retrieval.protocols import Embedder


class PassagebotPeer:
    """One library and its engine."""

    def __init__(self, model: Path, ready: ReadyVectors | None) -> None:  # noqa: ARG002 - its own
        """Wait for a library; the embedder is loaded with the first one, as in `ask`."""
        self._loaded: Embedder | None = None
        self._store: ArticleStore | None = None

    def _embedder(self, index: Path) -> Embedder:
        """Return the model by the engine the library keeps, as the product chooses it."""
        if self._loaded is None:
            self._loaded = Engines(index).load(BUNDLED_MODEL)
        return self._loaded

    def build(self, passages: Sequence[Passage], index: Path | None) -> None:
        """Read the passages in and index them."""
        from corpus.ingest import ingest  # noqa: PLC0415 - as the program, which asks without
        from retrieval.indexer import Indexer  # noqa: PLC0415

        if index is None:
            message = "passagebot keeps its library in a folder; name one as `index`"
            raise ValueError(message)
        self._close()  # the last to close a database folds its log in
        with TemporaryDirectory() as folder, ArticleStore.create(index) as store:
            source = Path(folder, "articles.jsonl")
            source.write_text("".join(map(_article, passages)), encoding="utf-8")
            indexer = Indexer(index, store, lambda: self._embedder(index))
            if self._loaded is None:  # an engine is made from what is in the library
                ingest(store, [source])
                indexer.bring_up_to_date()
            else:
                with indexer.beside():
                    ingest(store, [source])
        self.open(index)

    def open(self, index: Path) -> None:
        """Open the library and load the embedder, as `serve` does."""
        if self._loaded is None:
            self._loaded = Engines(index, at_once=questions_at_once()).load(BUNDLED_MODEL)
        self._store = ArticleStore.open(index)
        self._engine = AnswerEngine(index, self._store, self._embedder(index))

    def _close(self) -> None:
        if self._store is not None:
            self._engine.close()
            self._store.close()

    def search(self, question: str, depth: int, way: str) -> list[int]:  # noqa: ARG002 - one way
        """Return ids, best first."""
        hits = self._engine.answer(Question(text=question, hits=depth)).hits
        return list(dict.fromkeys(_number(hit.passage) for hit in hits))


def _number(passage: StoredPassage) -> int:
    """Return the id it was given in `build`, its own in a library made otherwise."""
    key = passage.citation.key
    return int(key) if key.isdigit() else passage.id


def _article(passage: Passage) -> str:
    return json.dumps({"_id": str(passage.id), "title": passage.title, "text": passage.text}) + "\n"


if __name__ == "__main__":
    serve(PassagebotPeer)
