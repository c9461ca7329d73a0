"""One order out of two: how much to trust vectors and keywords for this question.

No fixed weight is right: vectors lead on loosely worded questions, keywords on names, numbers and
in languages the model does not know. So a question's own evidence sets the balance. Where vectors
see something, the best cosine stands far above the others; where they see nothing, all are alike.
The balance b in (0, 2) multiplies what vectors say, and 2 - b what keywords say. The weights are
fitted to questions of several collections; docs/decisions says how.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float64]

VECTOR_FEATURES = ("cosine", "sentence_cosine")
KEYWORD_FEATURES = ("keywords", "coverage", "sentence_likeness")


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionWeights:
    """The fitted numbers; each list is in the order of the names above, `bias` stands alone."""

    vectors: tuple[float, ...]
    keywords: tuple[float, ...]
    evidence: tuple[float, ...]
    bias: float


def balance(seen: Features, weights: FusionWeights) -> float:
    """Return b in (0, 2): how much vectors count, for the `evidence` of candidates, float64 [5]."""
    return float(2.0 / (1.0 + np.exp(-(seen @ np.array(weights.evidence) + weights.bias))))


def fuse(
    near: Features, worded: Features, vectors_count: float, weights: FusionWeights
) -> Features:
    """Return float64 [n], the fused scores.

    `near` is [n, vector features], `worded` [n, keyword features]; leading columns suffice, as
    in the first pass, where sentences have not been looked at.
    """
    by_vectors = near @ np.array(weights.vectors[: near.shape[1]])
    by_keywords = worded @ np.array(weights.keywords[: worded.shape[1]])
    fused: Features = vectors_count * by_vectors + (2.0 - vectors_count) * by_keywords
    return fused
