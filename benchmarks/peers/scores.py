"""Measures of rankings, with intervals by bootstrap over articles (Efron, 1979).

Questions about the same articles are not independent: whole groups of them are drawn again, each
set by itself, and every system is scored on the same draws.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000
LOW, HIGH = 2.5, 97.5
"""Percentiles of the draws: intervals of 95 %."""
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean with its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return it with three decimals."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def per_question(
    rankings: Sequence[Sequence[str]], relevant: Sequence[Mapping[str, int]]
) -> dict[str, Values]:
    """Return reciprocal rank and recall at 10 of each question's article ranking, [questions]."""
    from ir_measures import RR, R, iter_calc  # noqa: PLC0415 - takes a second

    measures = {RR @ 10: "mrr@10", R @ 10: "recall@10"}
    judged = {str(number): dict(grades) for number, grades in enumerate(relevant)}
    run = {
        str(number): {key: 1.0 / rank for rank, key in enumerate(ranking, start=1)}
        for number, ranking in enumerate(rankings)
    }
    found = {name: np.zeros(len(judged)) for name in measures.values()}
    for one in iter_calc(list(measures), judged, run):
        found[measures[one.measure]][int(one.query_id)] = one.value
    return found


def groups_of(relevant: Sequence[Mapping[str, int]]) -> NDArray[np.int64]:
    """Return a group for each question, [questions]; those that share an article share it."""
    group_of_article: dict[str, int] = {}
    groups = np.arange(len(relevant))
    for number, grades in enumerate(relevant):
        for article in grades:
            other = groups[group_of_article.setdefault(article, number)]
            groups[groups == groups[number]] = other
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def drawn_means(values: Values, groups: NDArray[np.int64], seed: int) -> Values:
    """Return the mean of each draw, [draws, systems], for `values` [questions, systems]."""
    count = int(groups.max()) + 1
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, groups, values)
    sizes = np.bincount(groups, minlength=count)
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), DRAWS)
    means: Values = (draws @ sums) / (draws @ sizes)[:, None]
    return means


def figure(value: float, draws: Values) -> Figure:
    """Return a figure with the interval its draws [draws] give."""
    low, high = np.percentile(draws, [LOW, HIGH])
    return Figure(value=float(value), low=float(low), high=float(high))
