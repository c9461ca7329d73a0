"""Statistics over weighted questions: all that a bootstrap needs to know of a measure.

A `Statistic` takes weights, float64 [draws, questions], how often each question counts in each
draw, and returns float64 [draws]: NaN where a draw leaves nothing to measure.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Statistic = Callable[[Numbers], Numbers]


def mean(values: Sequence[float] | Numbers, among: Sequence[bool]) -> Statistic:
    """Return the mean of `values` [questions] over the questions `among` which it is taken."""
    counted = np.asarray(among, dtype=np.float64)
    summed = np.asarray(values, dtype=np.float64) * counted
    return lambda weights: ratio(weights @ summed, weights @ counted)


def middle(first: Statistic, second: Statistic) -> Statistic:
    """Return the mean of two statistics."""
    return lambda weights: (first(weights) + second(weights)) / 2.0


def difference(before: Statistic, after: Statistic) -> Statistic:
    """Return how much a statistic grew, over the same weights."""
    return lambda weights: after(weights) - before(weights)


def percentile(values: Sequence[float], share: float) -> Statistic:
    """Return the least of `values` [questions] that at least `share` of the weight lies up to."""
    numbers = np.asarray(values, dtype=np.float64)
    order = np.argsort(numbers, kind="stable")
    ascending = numbers[order]

    def found(weights: Numbers) -> Numbers:
        sums = np.cumsum(weights[:, order], axis=1)
        reached = sums >= share * sums[:, -1:]
        picked: Numbers = ascending[np.argmax(reached, axis=1)]
        return picked

    return found


def ratio(above: Numbers, below: Numbers) -> Numbers:
    """Return `above / below` by element, NaN where `below` is 0."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
