"""Intervals by a cluster bootstrap over articles.

Questions about one article stand or fall together, so articles are drawn, not questions (Davison
and Hinkley, 1997, 3.8): questions that share an article, over others too, are one group, and a
group is drawn with all its questions. A question that names no article is a group of its own.
Groups with an answerable question and groups without are drawn apart, as many as there are, since
how many questions of either kind a set has is its maker's choice. Intervals are percentiles.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.outcomes import Outcome
from retrieval.weighted import Numbers, Statistic

RESAMPLES = 2_000
_BOUNDS = (2.5, 97.5)
_MOST_WEIGHTS = 4_000_000
"""In memory at a time; 32 megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured number with its 95 % interval, NaN bounds if no draw could be measured."""

    value: float
    low: float
    high: float


Figures = Mapping[str, Mapping[str, Figure]]
"""By section and name."""


class Groups:
    """The questions of some outcomes in groups that are drawn together."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        """Group `outcomes`."""
        self._group = _joined([one.about for one in outcomes])
        held = np.zeros(len(self), dtype=bool)
        held[self._group[[one.answerable for one in outcomes]]] = True
        self._strata = [np.flatnonzero(held), np.flatnonzero(~held)]

    def __len__(self) -> int:
        """Return how many groups there are."""
        return int(self._group.max(initial=-1)) + 1

    def draws(self, count: int, seed: int) -> Iterator[Numbers]:
        """Yield weights of `count` draws, in blocks of float64 [draws, questions]."""
        random = np.random.default_rng(seed)
        size = max(1, _MOST_WEIGHTS // max(1, len(self._group)))
        for start in range(0, count, size):
            yield self._block(min(size, count - start), random)

    def _block(self, count: int, random: np.random.Generator) -> Numbers:
        times = np.zeros((count, len(self)))
        for members in self._strata:
            if members.size:
                even = np.full(members.size, 1.0 / members.size)
                times[:, members] = random.multinomial(members.size, even, size=count)
        weights: Numbers = times[:, self._group]
        return weights


def figures(
    statistics: Mapping[str, Mapping[str, Statistic]],
    outcomes: Sequence[Outcome],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, dict[str, Figure]]:
    """Return each statistic over all outcomes with its interval; the same for the same seed."""
    drawn = [_measured(statistics, weights) for weights in Groups(outcomes).draws(resamples, seed)]
    once = _measured(statistics, np.ones((1, len(outcomes))))
    return {
        section: {
            name: _figure(value[0], np.concatenate([block[section][name] for block in drawn]))
            for name, value in values.items()
        }
        for section, values in once.items()
    }


def _measured(
    statistics: Mapping[str, Mapping[str, Statistic]], weights: Numbers
) -> dict[str, dict[str, Numbers]]:
    return {
        section: {name: statistic(weights) for name, statistic in some.items()}
        for section, some in statistics.items()
    }


def _figure(value: float, drawn: Numbers) -> Figure:
    measured = drawn[~np.isnan(drawn)]
    low, high = np.percentile(measured, _BOUNDS) if measured.size else (np.nan, np.nan)
    return Figure(value=float(value), low=float(low), high=float(high))


def _joined(named: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Return int64 [questions], the number of each question's group, in order of appearance."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            name = parents[name]
        return name

    for names in named:
        for name in names[1:]:
            parents[root(name)] = root(names[0])
    keys = [root(names[0]) if names else number for number, names in enumerate(named)]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)
