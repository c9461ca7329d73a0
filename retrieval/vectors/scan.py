"""The FAISS index of up to some ten thousand vectors, which names the nearest.

It holds copies in half precision, made in memory when it is first searched, and scans 10,000 of
them twice as fast as numpy multiplies eight-bit numbers. The cosines of those it names come from
the vectors themselves.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.vectors.packed_rows import Rows, Turned, units


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
