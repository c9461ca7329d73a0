"""sentence-transformers and FAISS put together by hand, as tutorials do: vectors alone.

It has no keyword index; its `hybrid` is what it has.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks.peers.protocol import BATCH, Passage, ReadyVectors, Vectors, serve

IDS, INDEX = "ids.json", "vectors.faiss"


class HandmadePeer:
    """A flat index of inner products."""

    def __init__(self, model: Path, ready: ReadyVectors | None) -> None:
        """Embed with the model, or take ready vectors."""
        self._ready = ready
        self._model = None if ready else SentenceTransformer(str(model))

    def build(self, passages: Sequence[Passage], index: Path | None) -> None:
        """Index title and text."""
        vectors = self._vectors([one.indexed for one in passages])
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        self._ids = [one.id for one in passages]
        if index is not None:
            faiss.write_index(self._index, str(index / INDEX))
            (index / IDS).write_text(json.dumps(self._ids), encoding="ascii")

    def open(self, index: Path) -> None:
        """Read the index."""
        self._index = faiss.read_index(str(index / INDEX))
        self._ids = json.loads((index / IDS).read_text(encoding="ascii"))

    def search(self, question: str, depth: int, way: str) -> list[int]:  # noqa: ARG002 - one way
        """Return ids, best first."""
        _, rows = self._index.search(self._vectors([question]), min(depth, len(self._ids)))
        return [self._ids[row] for row in rows[0]]

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        if self._ready is not None:
            return self._ready.of(texts)
        made = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(made, dtype=np.float32)


if __name__ == "__main__":
    serve(HandmadePeer)
