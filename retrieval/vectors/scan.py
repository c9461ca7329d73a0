"""The FAISS index of up to some ten thousand vectors.

A few are compared as the whole numbers they are, all of them with one call. Of more, copies in
half precision are scanned, 10,000 of them twice as fast as numpy multiplies eight-bit numbers: they
name the nearest, and their cosines come from the vectors themselves. Both are made in memory,
when they are first searched.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.vectors.packed_rows import Rows, Turned, summed_up, units


class Comparison:
    """A few rows as whole numbers in single precision, compared one and all."""

    def __init__(self, rows: Rows) -> None:
        """Copy `rows`, which fit the processor's cache."""
        self._scales = rows["scale"].copy()
        self._copies: Any = faiss.IndexFlatIP(rows.dtype["codes"].shape[0])
        self._copies.add(rows["codes"].astype(np.float32))
        self._places = np.tile(np.arange(len(rows)), (2, 1))

    def cosines(self, question: Turned) -> NDArray[np.float64]:
        """Return float64 [n], the cosine of each, as `packed_rows.cosines` does."""
        parts = np.ascontiguousarray(question.parts.T)
        sums = np.empty(self._places.shape, dtype=np.float32)
        x, distances, labels = (faiss.swig_ptr(some) for some in (parts, sums, self._places))
        self._copies.compute_distance_subset(2, x, len(self._scales), distances, labels)
        return summed_up(sums[0], sums[1], question, self._scales)


class Scan:
    """Copies of rows, in their order."""

    def __init__(self, rows: Rows) -> None:
        """Copy `rows`."""
        dimension = rows.dtype["codes"].shape[0]
        half = faiss.ScalarQuantizer.QT_fp16
        self._copies: Any = faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)
        for some in units(rows):
            self._copies.add(some)

    def named(
        self, question: Turned, count: int, places: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Return int64 [count], the places of the nearest rows, of all or of those at `places`."""
        parameters: Any = None
        if places is not None:
            wanted = np.zeros(self._copies.ntotal, dtype=np.bool_)
            wanted[places] = True
            bits = np.packbits(wanted, bitorder="little")
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        # One question is never shared among threads; starting them only costs time.
        faiss.omp_set_num_threads(1)
        _, found = self._copies.search(question.numbers[None], count, params=parameters)
        nearest: NDArray[np.int64] = found[0][found[0] >= 0]
        return nearest
