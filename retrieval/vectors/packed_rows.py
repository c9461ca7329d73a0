"""Vectors as the database keeps them, compared with a question without unpacking them.

A row is the turned direction of a vector in eight bits a number (`retrieval/packed_vectors.py`).
The question is turned once instead of turning each row back, and taken apart into two rows of
whole numbers, a coarse and a fine one, so small that single precision adds up their products
with a row without error. So equal vectors have equal cosines in whatever order, block or index
they are computed, on every machine. To name the question by 2 * 344**2 steps in each direction
(of 384 numbers) costs a cosine some 1e-6.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.packed_vectors import LARGEST, passage_codes, spread
from retrieval.protocols import Vectors

Rows = NDArray[np.void]
"""Of `row_type`: `codes`, and the `scale` that makes a row a unit vector; 0 for a row of zeros."""

_EXACT = 1 << 24
"""Up to so much, single precision has all whole numbers."""
_NUMBERS_AT_ONCE = 1 << 17
"""Numbers of rows in a block: they stay in the cache, and BLAS shares such a product with no
other thread."""


def row_type(dimension: int) -> np.dtype[np.void]:
    """Return the type of a row, `dimension` and four bytes long."""
    return np.dtype([("codes", "i1", (dimension,)), ("scale", "<f4")])


def no_rows(dimension: int) -> Rows:
    """Return no rows."""
    return np.zeros(0, dtype=row_type(dimension))


def packed(vectors: Vectors) -> Rows:
    """Return the rows of vectors [n, dimension]."""
    return rows_of(passage_codes(vectors))


def rows_of(codes: NDArray[np.int8]) -> Rows:
    """Return the rows of int8 [n, dimension], what the database keeps of passages."""
    rows = np.empty(len(codes), dtype=row_type(codes.shape[1]))
    rows["codes"] = codes
    for some in _blocks(rows):
        numbers = rows["codes"][some].astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", numbers, numbers))
        rows["scale"][some] = np.where(lengths > 0.0, 1.0 / np.maximum(lengths, 1.0), 0.0)
    return rows


def units(rows: Rows) -> Iterator[Vectors]:
    """Yield float32 [some, dimension], the unit vectors as they are turned, block by block."""
    for some in _blocks(rows):
        vectors: Vectors = rows["codes"][some].astype(np.float32)
        vectors *= rows["scale"][some, None]
        yield vectors


def unpacked(rows: Rows) -> Vectors:
    """Return float32 [n, dimension], the unit vectors, turned back."""
    vectors: Vectors = rows["codes"].astype(np.float32)
    vectors *= rows["scale"][:, None]
    return spread(vectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A question's `vector`, float32 [dimension], and the same turned as rows are: `numbers`.

    `parts` are their coarse and fine whole numbers, float32 [dimension, 2]; a fine one
    is worth `fine`, a coarse one `coarse`.
    """

    vector: Vectors
    numbers: Vectors
    parts: Vectors
    coarse: float
    fine: float


def turned(vector: Vectors) -> Turned:
    """Return a question's vector [dimension] as rows are compared with it."""
    vector = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
    turned_vector = spread(vector[None])[0]
    numbers = turned_vector.astype(np.float64)
    most = (_EXACT - 1) // (LARGEST * len(vector))
    fine = float(np.abs(numbers).max(initial=0.0)) / (2 * most * most) or 1.0
    coarse = 2 * most * fine
    whole = np.rint(numbers / coarse)
    rest = np.rint((numbers - whole * coarse) / fine)
    parts = np.stack([whole, rest], axis=1).astype(np.float32)
    return Turned(vector=vector, numbers=turned_vector, parts=parts, coarse=coarse, fine=fine)


def cosines(
    rows: Rows, question: Turned, places: NDArray[np.int64] | None = None
) -> NDArray[np.float64]:
    """Return float64 [n], the cosines of rows with a question: of all, or of those at `places`."""
    sums = np.empty((len(rows) if places is None else len(places), 2), dtype=np.float32)
    codes = rows["codes"]
    for some in _blocks(rows, len(sums)):
        block = codes[some if places is None else places[some]]
        np.matmul(block.astype(np.float32), question.parts, out=sums[some])
    scales = rows["scale"] if places is None else rows["scale"][places]
    return summed_up(sums[:, 0], sums[:, 1], question, scales)


def summed_up(
    coarse: Vectors, fine: Vectors, question: Turned, scales: Vectors
) -> NDArray[np.float64]:
    """Return float64 [n], the cosines of rows, by the sums of their products with both parts."""
    found: NDArray[np.float64] = coarse.astype(np.float64) * question.coarse
    found += fine.astype(np.float64) * question.fine
    found *= scales
    return np.clip(found, -1.0, 1.0)


def _blocks(rows: Rows, count: int | None = None) -> list[slice]:
    """Return slices of `count`, by default all, of such rows."""
    size = max(1, _NUMBERS_AT_ONCE // rows.dtype["codes"].shape[0])
    count = len(rows) if count is None else count
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]
