"""The passages worth a closer look: the heads of both rankings, each with both scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.indexes import Indexes
from retrieval.protocols import Ranking, Vectors
from retrieval.rankings import best_of_ascending, distinct
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
        """Return float64 [5], what both lists say of themselves, named by `EVIDENCE`.

        `agreement` is the share of the ten best that both have in common.
        """
        if not self.ids.size:
            return np.zeros(len(EVIDENCE))
        near, worded = best_of_ascending(self.cosines), best_of_ascending(self.keywords)
        cosines, keywords = self.cosines[near], self.keywords[worded]
        far = min(_FAR, max(_HEAD, self.searched // _FAR_SHARE))
        return np.array(
            [
                cosines[0] - _at(cosines, _HEAD),
                cosines[0] - _at(cosines, far),
                cosines[0],
                len({*near[:_HEAD].tolist()} & {*worded[:_HEAD].tolist()}) / _HEAD,
                keywords[0] - _at(keywords, _HEAD),
            ]
        )


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
    near = indexes.vectors.search(vector, depth, allowed)
    worded = indexes.keywords.search(terms.tokens, depth, allowed, shares=terms.shares)
    ids = distinct(np.concatenate([near.ids, worded.ids]))
    return Candidates(
        searched=len(indexes.vectors) if allowed is None else allowed.size,
        ids=ids,
        cosines=near.scores_of(ids),
        keywords=worded.scores_of(ids) / (terms.weight or 1.0),
        vector_ranks=_ranks(near),
        keyword_ranks=_ranks(worded),
    )


def _ranks(ranking: Ranking) -> dict[int, int]:
    return dict(zip(ranking.ids.tolist(), range(1, len(ranking) + 1), strict=True))


def _at(ordered: NDArray[np.float64], rank: int) -> float:
    return float(ordered[min(rank, len(ordered)) - 1])
