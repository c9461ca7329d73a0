"""Rankings: ids with scores, best first, ties by id, whatever order an engine gives."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Found, Ranking

_SPARE = 16
"""How many more than asked for are fetched, so that ties at the cut are settled by id."""

_FEW_OF = 4
"""To sort all takes no longer than to find so great a part of them first."""


def exact_top(
    fetch: Callable[[int], Found],
    k: int,
    available: int,
    *,
    further: Callable[[NDArray[np.int64]], Found] | None = None,
) -> Ranking:
    """Return the best `k` of a ranking, ties broken by id even at the cut.

    `fetch(n)` returns the best n, best first, ties in any order, and may return more after them. `available` is how many there are. More are fetched until the
    score after the cut is a lower one. `further` finds the scores of passages that were not.
    """
    if k <= 0 or available <= 0:
        return nothing_ranked()
    wanted = min(k + _SPARE, available)
    ids, scores = fetch(wanted)
    while len(ids) >= wanted and k < wanted < available and scores[k - 1] == scores[wanted - 1]:
        wanted = min(wanted * 2, available)
        ids, scores = fetch(wanted)
    order = np.argsort(ids)
    known = ids[order], scores[order]
    return ranked(ids[:wanted], scores[:wanted], k, known=known, further=further)


def ranked(
    ids: NDArray[np.int64],
    scores: NDArray[np.float64],
    k: int,
    *,
    known: Found | None = None,
    further: Callable[[NDArray[np.int64]], Found] | None = None,
) -> Ranking:
    """Return the best `k` of passages in any order, as a ranking that knows what is given."""
    order = np.lexsort((ids, -scores))[:k]
    return Ranking(ids[order], scores[order], known=known, further=further)


def merged(one: Ranking, other: Ranking, k: int) -> Ranking:
    """Return the best `k` of two rankings that have no passage in common."""
    ids = np.concatenate([one.ids, other.ids])
    found = ranked(ids, np.concatenate([one.scores, other.scores]), k)

    def further(keys: NDArray[np.int64]) -> Found:
        return keys, one.scores_of(keys) + other.scores_of(keys)  # one of both is 0

    return Ranking(found.ids, found.scores, further=further)


def nothing_ranked() -> Ranking:
    """Return a ranking of no passages."""
    return Ranking(np.zeros(0, dtype=np.int64), np.zeros(0))


def best_first(
    scores: Sequence[float] | NDArray[np.float64], ids: Sequence[int] | NDArray[np.int64]
) -> list[int]:
    """Return positions by score, best first, ties by id."""
    order: list[int] = np.lexsort((np.asarray(ids), -np.asarray(scores))).tolist()
    return order


def best_of_ascending(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return int64 [n], positions by score, best first, ties by position."""
    return np.argsort(-scores, kind="stable")


def best_few(scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Return int64 [k], the positions of the best `k` scores, best first, ties by position."""
    count = len(scores)
    if k <= 0:
        return np.zeros(0, dtype=np.int64)
    if k >= count // _FEW_OF:
        return best_of_ascending(scores)[:k]
    last = np.partition(scores, count - k)[count - k]
    places = np.flatnonzero(scores >= last)
    return places[best_of_ascending(scores[places])][:k]


def distinct(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `ids` ascending, each once.

    `np.unique` would first load numpy's masked arrays, a fortieth of the time to a first answer.
    """
    ordered = np.sort(ids)
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    found: NDArray[np.int64] = ordered[is_first]
    return found
