"""Rankings: ids with scores, best first, ties by id, whatever order an engine gives."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Scored

_SPARE = 16
"""How many more than asked for are fetched, so that ties at the cut are settled by id."""


def exact_top(
    fetch: Callable[[int], Sequence[tuple[int, float]]], k: int, available: int
) -> list[Scored]:
    """Return the best `k` of a ranking, ties broken by id even at the cut.

    `fetch(n)` returns the best n as (id, score), best first, ties in any order; `available` is
    how many there are. More are fetched until the score after the cut is a lower one.
    """
    if k <= 0 or available <= 0:
        return []
    wanted = min(k + _SPARE, available)
    found = fetch(wanted)
    while len(found) == wanted < available and k < wanted and found[k - 1][1] == found[-1][1]:
        wanted = min(wanted * 2, available)
        found = fetch(wanted)
    ordered = sorted(found, key=lambda pair: (-pair[1], pair[0]))
    return [Scored(passage_id=passage_id, score=score) for passage_id, score in ordered[:k]]


def best_first(
    scores: Sequence[float] | NDArray[np.float64], ids: Sequence[int] | NDArray[np.int64]
) -> list[int]:
    """Return positions by score, best first, ties by id."""
    return [int(place) for place in np.lexsort((np.asarray(ids), -np.asarray(scores)))]
