"""Vectors as databases keep them: half precision, which costs a cosine less than .001."""

import numpy as np

from retrieval.protocols import Vectors


def vector_to_bytes(vector: Vectors) -> bytes:
    """Return float [dimension], or [n, dimension] row by row, in two bytes a number."""
    return np.asarray(vector).astype(np.float16).tobytes()


def vector_from_bytes(stored: bytes) -> Vectors:
    """Return what `vector_to_bytes` wrote as float32, in one row."""
    return np.frombuffer(stored, dtype=np.float16).astype(np.float32)
