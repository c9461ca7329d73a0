"""A database of vectors that a test can look into: what is kept of each passage."""

from collections.abc import Iterable, Sequence

import numpy as np

from retrieval.id_runs import Ids
from retrieval.protocols import Vectors
from retrieval.vectors.packed_rows import Rows, no_rows, packed


class KeptVectors:
    """The rows of passages by id, as an index asks for them when it is opened."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._rows: dict[int, Rows] = {}
        self.asked = 0

    def keep(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Keep vectors in place of those that were kept of the same passages."""
        self._rows |= dict(
            zip(ids, np.split(packed(vectors), len(ids)) if ids else (), strict=True)
        )

    def forget(self, ids: Iterable[int]) -> None:
        """Keep nothing of these passages."""
        for key in ids:
            self._rows.pop(key, None)

    def __call__(self, ids: Ids) -> tuple[Ids, Rows]:
        """Return what is kept of `ids`."""
        self.asked += len(ids)
        there = [key for key in ids.tolist() if key in self._rows]
        rows = [no_rows(self._dimension), *(self._rows[key] for key in there)]
        return np.array(there, dtype=np.int64), np.concatenate(rows)
