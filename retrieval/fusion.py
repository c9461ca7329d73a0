"""One order out of two: how much to trust vectors and keywords for this question.

No fixed weight is right: vectors lead on loosely worded questions, keywords on names, numbers and
in languages the model does not know. So a question's own evidence sets the balance. Where vectors
see something, the best cosine stands far above the others; where they see nothing, all are alike.
The balance b in (0, 2) multiplies what vectors say, and 2 - b what keywords say. The weights are
fitted to questions of several collections; docs/decisions says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.candidates import Candidates

Features = NDArray[np.float64]

VECTOR_FEATURES = ("cosine", "sentence_cosine")
KEYWORD_FEATURES = ("keywords", "coverage", "sentence_likeness")
EVIDENCE = ("cosine_drop_10", "cosine_drop_far", "best_cosine", "agreement", "keyword_drop_10")
_HEAD = 10
_FAR = 50
_FAR_SHARE = 5
"""In a small library the far end of the list is nearer: a fifth of it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionWeights:
    """The fitted numbers; each list is in the order of the names above, `bias` stands alone."""

    vectors: tuple[float, ...]
    keywords: tuple[float, ...]
    evidence: tuple[float, ...]
    bias: float


def evidence(candidates: Candidates) -> Features:
    """Return float64 [5], what both lists say of themselves, named by `EVIDENCE`."""
    if not candidates.ids.size:
        return np.zeros(len(EVIDENCE))
    cosines = np.sort(candidates.cosines)[::-1]
    keywords = np.sort(candidates.keywords)[::-1]
    return np.array(
        [
            cosines[0] - _at(cosines, _HEAD),
            cosines[0] - _at(cosines, min(_FAR, max(_HEAD, candidates.searched // _FAR_SHARE))),
            cosines[0],
            _agreement(candidates),
            keywords[0] - _at(keywords, _HEAD),
        ]
    )


def balance(seen: Features, weights: FusionWeights) -> float:
    """Return b in (0, 2): how much vectors count, for `evidence` float64 [5]."""
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


def best_first(
    scores: Sequence[float] | Features, ids: Sequence[int] | NDArray[np.int64]
) -> list[int]:
    """Return positions by score, best first, ties by id."""
    return [int(place) for place in np.lexsort((np.asarray(ids), -np.asarray(scores)))]


def _at(ordered: Features, rank: int) -> float:
    return float(ordered[min(rank, len(ordered)) - 1])


def _agreement(candidates: Candidates) -> float:
    """Return the share of the ten best that both rankings have in common."""
    near = best_first(candidates.cosines, candidates.ids)[:_HEAD]
    worded = best_first(candidates.keywords, candidates.ids)[:_HEAD]
    return len(set(near) & set(worded)) / _HEAD
