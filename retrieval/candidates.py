"""The passages worth a closer look: the heads of both rankings, each with both scores."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.indexes import Indexes
from retrieval.protocols import Ranking, Vectors
from retrieval.rankings import best_first
from retrieval.terms import QuestionTerms

DEPTH = 100
"""How far down each ranking candidates are taken."""


EVIDENCE = ("cosine_drop_10", "cosine_drop_far", "best_cosine", "agreement", "keyword_drop_10")
_HEAD = 10
_FAR = 50
_FAR_SHARE = 5
"""In a small library the far end of the list is nearer: a fifth of it down."""


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Passages found by either index, ascending by id.

    `cosines` and `keywords` are float64 [n]; keyword scores are BM25 divided by the weight of
    the question's terms, so that long and short questions compare. The ranks, from 1, name only
    the passages that stood in that list. `searched` is how many passages there were to choose
    from.
    """

    searched: int
    ids: NDArray[np.int64]
    cosines: NDArray[np.float64]
    keywords: NDArray[np.float64]
    vector_ranks: Mapping[int, int]
    keyword_ranks: Mapping[int, int]

    @cached_property
    def evidence(self) -> NDArray[np.float64]:
        """Return float64 [5], what both lists say of themselves, named by `EVIDENCE`."""
        if not self.ids.size:
            return np.zeros(len(EVIDENCE))
        cosines = np.sort(self.cosines)[::-1]
        keywords = np.sort(self.keywords)[::-1]
        return np.array(
            [
                cosines[0] - _at(cosines, _HEAD),
                cosines[0] - _at(cosines, min(_FAR, max(_HEAD, self.searched // _FAR_SHARE))),
                cosines[0],
                self._agreement(),
                keywords[0] - _at(keywords, _HEAD),
            ]
        )

    def _agreement(self) -> float:
        """Return the share of the ten best that both rankings have in common."""
        near = best_first(self.cosines, self.ids)[:_HEAD]
        worded = best_first(self.keywords, self.ids)[:_HEAD]
        return len(set(near) & set(worded)) / _HEAD


def gather(
    indexes: Indexes,
    terms: QuestionTerms,
    vector: Vectors,
    *,
    depth: int = DEPTH,
    allowed: NDArray[np.int64] | None = None,
) -> Candidates:
    """Return the first `depth` of both rankings, together; only `allowed` ids unless None.

    A passage that only one index found is scored by the other as well.
    """
    tokens, shares = terms.tokens, terms.shares
    near = indexes.vectors.search(vector, depth, allowed)
    worded = indexes.keywords.search(tokens, depth, allowed, shares=shares)
    found_near, found_worded = set(near.ids.tolist()), set(worded.ids.tolist())
    ids = _ascending(found_near | found_worded)
    only_near = _ascending(found_near - found_worded)
    only_worded = _ascending(found_worded - found_near)
    also_worded = indexes.keywords.search(tokens, len(only_near), only_near, shares=shares)
    also_near = indexes.vectors.search(vector, len(only_worded), only_worded)
    return Candidates(
        searched=len(indexes.vectors) if allowed is None else allowed.size,
        ids=ids,
        cosines=_scores(ids, near, also_near),
        keywords=_scores(ids, worded, also_worded) / (terms.weight or 1.0),
        vector_ranks=_ranks(near),
        keyword_ranks=_ranks(worded),
    )


def _ascending(ids: AbstractSet[int]) -> NDArray[np.int64]:
    return np.array(sorted(ids), dtype=np.int64)


def _scores(ids: NDArray[np.int64], *rankings: Ranking) -> NDArray[np.float64]:
    """Return float64 [n], what the rankings give each of the ascending `ids`, 0 for nothing."""
    scores = np.zeros(len(ids))
    for ranking in rankings:
        scores[np.searchsorted(ids, ranking.ids)] = ranking.scores
    return scores


def _ranks(ranking: Ranking) -> dict[int, int]:
    return dict(zip(ranking.ids.tolist(), range(1, len(ranking) + 1), strict=True))


def _at(ordered: NDArray[np.float64], rank: int) -> float:
    return float(ordered[min(rank, len(ordered)) - 1])
