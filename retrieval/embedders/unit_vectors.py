"""Unit vectors of the dimension that was asked for, whatever a model made."""

from dataclasses import replace
from typing import Any

import numpy as np

from retrieval.errors import ModelError
from retrieval.protocols import Space, Vectors


def cut_to_unit(vectors: Any, dimension: int) -> Vectors:  # noqa: ANN401 - floats of any precision
    """Return the first `dimension` numbers of each vector, of length 1 again; zeros stay zeros."""
    kept = np.asarray(vectors, dtype=np.float32)[..., :dimension]
    lengths = np.linalg.norm(kept, axis=-1, keepdims=True)
    unit: Vectors = np.divide(kept, lengths, out=np.zeros_like(kept), where=lengths > 0)
    return unit


def cut_space(full: Space, dimension: int | None, *, setting: str) -> Space:
    """Return the space of a model's vectors cut to `dimension` numbers; `None` leaves them whole.

    Raise `ModelError` if they have fewer. `setting` is the variable the model's name came from.
    """
    if dimension is None or dimension == full.dimension:
        return full
    if dimension > full.dimension:
        message = (
            f"the model {full.model} makes vectors of {full.dimension} numbers, not {dimension}; "
            f"leave out @{dimension} in {setting}, or name a smaller number"
        )
        raise ModelError(message)
    return replace(full, model=f"{full.model}@{dimension}", dimension=dimension)
