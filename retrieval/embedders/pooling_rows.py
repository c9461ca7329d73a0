"""Which tokens a vector is the mean of: one row of weights a vector.

A model's pooling and the sentences inside a passage ("late chunking", Guenther et al., 2024) are
the same product of weights and token vectors, so one pass over a passage gives all its vectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.articles import Span

Weights = NDArray[np.float32]
"""float32 [rows, tokens], not negative."""

POOLINGS = ("mean", "cls", "lasttoken", "weightedmean")
"""The poolings of sentence-transformers that are weighted means of a text's tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as a model reads it: token numbers int64 [tokens], and what is pooled from them."""

    tokens: NDArray[np.int64]
    rows: Weights


def whole_text(pooling: str, tokens: int) -> Weights:
    """Return float32 [1, tokens]: what the model's own pooling takes of a text."""
    row = np.zeros((1, tokens), dtype=np.float32)
    match pooling:
        case "cls":
            row[0, 0] = 1.0
        case "lasttoken":
            row[0, -1] = 1.0
        case "weightedmean":
            row[0] = np.arange(1, tokens + 1)
        case _:
            row[0] = 1.0
    return row


def sentence_rows(sentences: Sequence[Span], offsets: NDArray[np.int64], start: int) -> Weights:
    """Return float32 [sentences, tokens], 1 where a token belongs to a sentence.

    `offsets` [tokens, 2] are code points; `start` is where the passage's text begins. A token
    belongs to the sentence its last character stands in; one that stands for no character (a
    mark of the model's own) to none.
    """
    written = offsets[:, 1] > offsets[:, 0]
    last = offsets[:, 1] - 1 - start
    starts = np.array([span.start for span in sentences], dtype=np.int64).reshape(-1, 1)
    ends = np.array([span.end for span in sentences], dtype=np.int64).reshape(-1, 1)
    inside = written & (last >= starts) & (last < ends)
    return inside.astype(np.float32)
