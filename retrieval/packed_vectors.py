"""Vectors as `vectors.sqlite` keeps them: a byte a number for passages, a quarter for sentences.

The vector of a passage is kept as its direction in eight bits a number, turned by a Hadamard
matrix before, so that a number a model always makes large is shared out (after QuIP, Chee et al.,
2023): else it would leave the others little of the eight bits. That of a sentence, which
only chooses among the sentences of a passage, is kept as what it has beyond its passage: the part
along the passage's vector as a number, the rest in two bits a number, between the four levels that
fit a normal distribution best (Max, 1960), and as long as leaves the smallest error: an eighth of
what a sentence is nearer to a question than its passage is lost, on purpose (decision 16). Each four numbers of that rest are turned as well; as four make a
byte, turning them back costs nothing.
"""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Vectors

LARGEST = 127
"""Among the numbers of a passage in eight bits, one is always so large."""

_LEVELS = np.array([-1.5104, -0.4528, 0.4528, 1.5104], dtype=np.float32)
_BETWEEN = np.array([-0.9816, 0.0, 0.9816], dtype=np.float32)
_BITS = 2
_IN_A_BYTE = 8 // _BITS
_MOST_SPREAD = 64
"""Numbers of a passage among which a large one is spread: as many as divide the dimension."""


def passage_to_bytes(vector: Vectors) -> bytes:
    """Return a vector [dimension] in as many bytes."""
    return bytes(passage_codes(np.asarray(vector, dtype=np.float32)[None]).tobytes())


def passage_codes(vectors: Vectors) -> NDArray[np.int8]:
    """Return int8 [n, dimension], the bytes of vectors [n, dimension], each by itself.

    Of what `passages_from_bytes` returns they are the bytes it was given.
    """
    rows = spread(vectors)
    largest = np.abs(rows).max(axis=1, initial=0.0, keepdims=True)
    largest[largest == 0.0] = 1.0
    codes: NDArray[np.int8] = np.rint(rows * (LARGEST / largest)).astype(np.int8)
    return codes


def passages_from_bytes(stored: Sequence[bytes], dimension: int) -> Vectors:
    """Return float32 [n, dimension], unit rows; zeros stay zeros."""
    codes = np.frombuffer(b"".join(stored), dtype=np.int8).reshape(-1, dimension)
    rows = spread(codes.astype(np.float32))
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    lengths[lengths == 0.0] = 1.0
    rows /= lengths[:, None]
    return rows


def sentences_to_bytes(
    sentences: Sequence[Vectors], passages: Sequence[bytes], dimension: int
) -> list[bytes]:
    """Return vectors [sentences, dimension] as they are kept beside that of their passage, of each."""
    counts = [len(some) for some in sentences]
    rows = np.concatenate([np.zeros((0, dimension), dtype=np.float32), *sentences])
    directions = np.repeat(passages_from_bytes(passages, dimension), counts, axis=0)
    along = np.einsum("ij,ij->i", rows, directions)
    rest = _turned(rows - along[:, None] * directions)
    size = np.sqrt(np.mean(rest**2, axis=1, keepdims=True))
    places = np.zeros(rest.shape, dtype=np.uint8)
    for between in _BETWEEN:
        places += rest > between * size
    levels = np.take(_LEVELS, places)
    kept = np.zeros(len(rows), dtype=_row_type(dimension))
    across = np.einsum("ij,ij->i", rest, levels) / np.einsum("ij,ij->i", levels, levels)
    kept["across"] = across
    # What the levels err along the passage's vector is taken back: the rest has nothing there.
    erring = np.einsum("ij,ij->i", _turned(levels)[:, :dimension], directions)
    kept["along"] = along - across * erring
    kept["codes"] = _packed(places)
    ends = accumulate(counts)
    return [kept[end - count : end].tobytes() for end, count in zip(ends, counts, strict=True)]


def sentences_from_bytes(
    stored: Sequence[bytes], passages: Sequence[bytes], dimension: int
) -> list[Vectors]:
    """Return float32 [sentences, dimension] for each passage, all made at once.

    They are those of least error, so a little shorter than 1; zeros stay zeros.
    """
    kept_as = _row_type(dimension)
    counts = [len(some) // kept_as.itemsize for some in stored]
    kept = np.frombuffer(b"".join(stored), dtype=kept_as)
    codes = kept["codes"]
    numbers = np.take(_numbers_of_bytes(), codes, axis=0)
    numbers = numbers.reshape(len(kept), codes.shape[1] * _IN_A_BYTE)
    rows = numbers[:, :dimension] * kept["across"].astype(np.float32)[:, None]
    directions = np.repeat(passages_from_bytes(passages, dimension), counts, axis=0)
    directions *= kept["along"].astype(np.float32)[:, None]
    rows += directions
    ends = accumulate(counts)
    return [rows[end - count : end] for end, count in zip(ends, counts, strict=True)]


def spread(rows: Vectors) -> Vectors:
    """Return rows in which a large number is spread over many; again, and they are as before.

    Their inner products are those of the rows given.
    """
    matrix = _hadamard(min(rows.shape[1] & -rows.shape[1], _MOST_SPREAD))
    spread: Vectors = (rows.reshape(-1, len(matrix)) @ matrix).reshape(rows.shape)
    return spread


@cache
def _hadamard(size: int) -> Vectors:
    """Return the orthogonal Hadamard matrix, float32 [size, size], of a power of two."""
    matrix = np.ones((1, 1), dtype=np.float32)
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return np.asarray(matrix / np.sqrt(size), dtype=np.float32)


def _row_type(dimension: int) -> np.dtype[np.void]:
    codes = -(-dimension // _IN_A_BYTE)
    return np.dtype([("along", "<f2"), ("across", "<f2"), ("codes", "u1", (codes,))])


def _turned(rows: Vectors) -> Vectors:
    """Return rows turned, each four numbers together, with zeros for what is missing of four."""
    whole = np.pad(rows, ((0, 0), (0, -rows.shape[1] % _IN_A_BYTE)))
    turned: Vectors = (whole.reshape(-1, _IN_A_BYTE) @ _hadamard(_IN_A_BYTE)).reshape(whole.shape)
    return turned


def _packed(places: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8 [rows, bytes]: four places in a byte, the first in its lowest bits."""
    packed = np.zeros((len(places), places.shape[1] // _IN_A_BYTE), dtype=np.uint8)
    for part in range(_IN_A_BYTE):
        packed |= places[:, part::_IN_A_BYTE] << np.uint8(_BITS * part)
    return packed


@cache
def _numbers_of_bytes() -> Vectors:
    """Return float32 [256, 4], the levels in each byte, turned back."""
    places = np.arange(256)[:, None] >> (_BITS * np.arange(_IN_A_BYTE)) & ((1 << _BITS) - 1)
    numbers: Vectors = _LEVELS[places] @ _hadamard(_IN_A_BYTE)
    return numbers
