"""The passages worth a closer look: the heads of both rankings, each with both scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.indexes import Indexes
from retrieval.protocols import Scored, Vectors
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
    cosines = {scored.passage_id: scored.score for scored in near}
    keywords = {scored.passage_id: scored.score for scored in worded}
    only_near, only_worded = _missing(cosines, keywords), _missing(keywords, cosines)
    for scored in indexes.keywords.search(tokens, len(only_near), only_near, shares=shares):
        keywords[scored.passage_id] = scored.score
    for scored in indexes.vectors.search(vector, len(only_worded), only_worded):
        cosines[scored.passage_id] = scored.score
    ids = sorted(cosines.keys() | keywords.keys())
    weight = terms.weight or 1.0
    return Candidates(
        searched=len(indexes.vectors) if allowed is None else allowed.size,
        ids=np.array(ids, dtype=np.int64),
        cosines=np.array([cosines.get(key, 0.0) for key in ids]),
        keywords=np.array([keywords.get(key, 0.0) / weight for key in ids]),
        vector_ranks=_ranks(near),
        keyword_ranks=_ranks(worded),
    )


def _missing(held: Mapping[int, float], wanted: Mapping[int, float]) -> NDArray[np.int64]:
    """Return the ids in `held` that are not in `wanted`."""
    return np.array(sorted(held.keys() - wanted.keys()), dtype=np.int64)


def _ranks(ranking: list[Scored]) -> dict[int, int]:
    return {scored.passage_id: rank for rank, scored in enumerate(ranking, start=1)}


def _at(ordered: NDArray[np.float64], rank: int) -> float:
    return float(ordered[min(rank, len(ordered)) - 1])
