"""txtai: `Embeddings` with `hybrid=True`, all else as it comes.

Ways: `hybrid` is its own fusion of cosines and BM25 (weights .5), `keyword` its BM25 alone.
"""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from txtai import Embeddings

from benchmarks.peers.protocol import Passage, ReadyVectors, Vectors, serve


class TxtaiPeer:
    """One index; searches take turns, for its keyword index is one SQLite connection."""

    def __init__(self, model: Path, ready: ReadyVectors | None) -> None:
        """Embed with the model, or take ready vectors from a function, as txtai calls it."""
        self._settings: dict[str, Any] = {"path": str(model)}
        if ready is not None:

            def transform(texts: Sequence[str]) -> Vectors:
                return ready.of(texts)

            self._settings = {"method": "external", "transform": transform}
        self._models: dict[str, Any] = {}
        self._turn = Lock()

    def build(self, passages: Sequence[Passage], index: Path | None) -> None:
        """Index title and text."""
        self._embeddings = Embeddings(hybrid=True, models=self._models, **self._settings)
        self._embeddings.index((one.id, one.indexed, None) for one in passages)
        if index is not None:
            self._embeddings.save(str(index / "txtai"))

    def open(self, index: Path) -> None:
        """Load the index and with it the model."""
        self._embeddings = Embeddings()
        self._embeddings.load(str(index / "txtai"))

    def search(self, question: str, depth: int, way: str) -> list[int]:
        """Return ids, best first."""
        with self._turn:
            if way == "hybrid":
                return [int(key) for key, _ in self._embeddings.search(question, depth)]
            rows = self._embeddings.scoring.search(question, depth)
        return [int(self._embeddings.ids[row]) for row, _ in rows]


if __name__ == "__main__":
    serve(TxtaiPeer)
