"""Rankings: ids with scores, best first, ties by id, whatever order an engine gives."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Ranking

_SPARE = 16
"""How many more than asked for are fetched, so that ties at the cut are settled by id."""

Found = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Ids, int64 [n], and their scores, float64 [n]."""


def exact_top(fetch: Callable[[int], Found], k: int, available: int) -> Ranking:
    """Return the best `k` of a ranking, ties broken by id even at the cut.

    `fetch(n)` returns the best n, best first, ties in any order; `available` is how many there
    are. More are fetched until the score after the cut is a lower one.
    """
    if k <= 0 or available <= 0:
        return nothing_ranked()
    wanted = min(k + _SPARE, available)
    ids, scores = fetch(wanted)
    while len(ids) == wanted < available and k < wanted and scores[k - 1] == scores[-1]:
        wanted = min(wanted * 2, available)
        ids, scores = fetch(wanted)
    return ranked(ids, scores, k)


def ranked(ids: NDArray[np.int64], scores: NDArray[np.float64], k: int) -> Ranking:
    """Return the best `k` of passages in any order."""
    order = np.lexsort((ids, -scores))[:k]
    return Ranking(ids[order], scores[order])


def nothing_ranked() -> Ranking:
    """Return a ranking of no passages."""
    return Ranking(np.zeros(0, dtype=np.int64), np.zeros(0))


def best_first(
    scores: Sequence[float] | NDArray[np.float64], ids: Sequence[int] | NDArray[np.int64]
) -> list[int]:
    """Return positions by score, best first, ties by id."""
    order: list[int] = np.lexsort((np.asarray(ids), -np.asarray(scores))).tolist()
    return order


def distinct(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `ids` ascending, each once.

    `np.unique` would first load numpy's masked arrays, a fortieth of the time to a first answer.
    """
    ordered = np.sort(ids)
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    found: NDArray[np.int64] = ordered[is_first]
    return found
