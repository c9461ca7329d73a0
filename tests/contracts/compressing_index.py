"""The layered index with everything compressed that can be, and taken up from its files."""

import shutil
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Ranking, Vectors
from retrieval.vectors.layered import LayeredIndex, Layering
from tests.contracts.kept_vectors import KeptVectors

EAGER = Layering(exact=3, added=0.0, removed=0.3)


class CompressingIndex:
    """A `VectorIndex` that is written and read again before each search."""

    def __init__(self, dimension: int) -> None:
        self._folder = Path(mkdtemp())
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._dimension = dimension
        self._writes = 0
        self._changed = False
        self._kept = KeptVectors(dimension)
        self._index = LayeredIndex(dimension, EAGER)

    def __len__(self) -> int:
        return len(self._index)

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        self._kept.keep(ids, vectors)
        self._index.upsert(ids, vectors)
        self._changed = True

    def remove(self, ids: Iterable[int]) -> None:
        unwanted = list(ids)
        self._kept.forget(unwanted)
        self._index.remove(unwanted)
        self._changed = True

    def search(self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None) -> Ranking:
        if self._changed:
            self._take_up()
        return self._index.search(vector, k, allowed)

    def _take_up(self) -> None:
        self._writes += 1
        path = self._folder / f"vectors-{self._writes}.ids"
        names = self._index.write(path)
        assert names <= {one.name for one in self._folder.iterdir()}
        self._index = LayeredIndex.read(
            path, self._dimension, self._kept, base=self._index.base, layering=EAGER
        )
        self._changed = False
