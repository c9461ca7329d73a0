"""The comparison of all systems on all sets: tables, intervals, and the two conditions."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.scores import Figure, Values, drawn_means, figure, groups_of, per_question
from benchmarks.peers.systems import PRODUCT

MRR, RECALL = "mrr@10", "recall@10"
PLAIN = ("dense", "BM25", "txtai BM25")
"""The ways of searching that take one index alone."""
ALLOWED = 0.01
"""How far below the best plain way the product may stay on a set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScores:
    """What every system scored on one set; `values` are [questions, systems] by measure."""

    name: str
    systems: tuple[str, ...]
    values: Mapping[str, Values]
    groups: NDArray[np.int64]
    articles: int
    passages: int
    repeats: str | None
    """The set that has the same questions without their history; then it stays out of the mean."""

    @classmethod
    def of(
        cls,
        name: str,
        rankings: Mapping[str, Sequence[Sequence[str]]],
        relevant: Sequence[Mapping[str, int]],
        *,
        articles: int,
        passages: int,
        repeats: str | None,
    ) -> Self:
        """Return the scores of article rankings by system, one ranking per question."""
        scored = {system: per_question(found, relevant) for system, found in rankings.items()}
        return cls(
            name=name,
            systems=tuple(rankings),
            values={
                measure: np.column_stack([one[measure] for one in scored.values()])
                for measure in (MRR, RECALL)
            },
            groups=groups_of(relevant),
            articles=articles,
            passages=passages,
            repeats=repeats,
        )

    def means(self, measure: str) -> Values:
        """Return the mean of each system, [systems]."""
        means: Values = self.values[measure].mean(axis=0)
        return means

    @property
    def best_plain(self) -> int:
        """Return the column of the best plain way by MRR@10."""
        plain = [column for column, name in enumerate(self.systems) if name in PLAIN]
        return max(plain, key=lambda column: self.means(MRR)[column])

    def line(self) -> str:
        """Return one line for whoever waits."""
        cells = zip(self.systems, self.means(MRR), strict=True)
        return f"{self.name}: " + ", ".join(f"{name} {value:.3f}" for name, value in cells)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All sets, with the same systems in the same order."""

    sets: tuple[SetScores, ...]

    @property
    def systems(self) -> tuple[str, ...]:
        """Return the columns."""
        return self.sets[0].systems

    @property
    def counted(self) -> tuple[SetScores, ...]:
        """Return the sets the mean is over."""
        return tuple(one for one in self.sets if one.repeats is None)

    @cached_property
    def draws(self) -> dict[tuple[str, str], Values]:
        """Return the bootstrap means, [draws, systems], by measure and set."""
        return {
            (measure, one.name): drawn_means(one.values[measure], one.groups, _seed(one))
            for one in self.sets
            for measure in (MRR, RECALL)
        }

    def overall(self, measure: str) -> tuple[Values, Values]:
        """Return the mean over the sets for each system, [systems], and of each draw."""
        means = np.mean([one.means(measure) for one in self.counted], axis=0)
        draws = np.mean([self.draws[measure, one.name] for one in self.counted], axis=0)
        return means, draws

    def shortfalls(self) -> dict[str, tuple[str, Figure]]:
        """Return for each set the best plain way, and the product's MRR@10 less that one's.

        With history, the plain ways may be asked either the last turn or all of them.
        """
        found = {}
        for one in self.sets:
            rivals = [other for other in self.sets if other.name in {one.name, one.repeats}]
            best = max(rivals, key=lambda other: other.means(MRR)[other.best_plain])
            column, own = best.best_plain, self._own
            lead = one.means(MRR)[own] - best.means(MRR)[column]
            draws = self.draws[MRR, one.name][:, own] - self.draws[MRR, best.name][:, column]
            found[one.name] = (_told(best, one), figure(lead, draws))
        return found

    def leads(self) -> dict[str, Figure]:
        """Return the product's mean MRR@10 over the sets less that of each other system."""
        means, draws = self.overall(MRR)
        own = self._own
        return {
            name: figure(means[own] - means[column], draws[:, own] - draws[:, column])
            for column, name in enumerate(self.systems)
            if column != own
        }

    @property
    def is_first(self) -> bool:
        """Whether no other system has a higher mean."""
        return min(one.value for one in self.leads().values()) > 0

    @property
    def is_safe(self) -> bool:
        """Whether the product is nowhere far below the best plain way."""
        return min(lead.value for _, lead in self.shortfalls().values()) >= -ALLOWED

    @property
    def holds(self) -> bool:
        """Whether both conditions hold."""
        return self.is_first and self.is_safe

    @property
    def _own(self) -> int:
        return self.systems.index(PRODUCT)

    def to_json(self) -> dict[str, Any]:
        """Return all figures."""
        return {
            "sets": {one.name: self._set_to_json(one) for one in self.sets},
            "mean": {measure: self._row(*self.overall(measure)) for measure in (MRR, RECALL)},
            "lead_of_the_mean": {name: asdict(lead) for name, lead in self.leads().items()},
            "against_the_best_plain": {
                name: {"best": best, **asdict(lead)}
                for name, (best, lead) in self.shortfalls().items()
            },
            "first_on_the_mean": self.is_first,
            "nowhere_below_the_best_plain": self.is_safe,
        }

    def _set_to_json(self, one: SetScores) -> dict[str, Any]:
        return {
            "questions": len(one.groups),
            "groups": int(one.groups.max()) + 1,
            "articles": one.articles,
            "passages": one.passages,
            **{
                measure: self._row(one.means(measure), self.draws[measure, one.name])
                for measure in (MRR, RECALL)
            },
        }

    def _row(self, means: Values, draws: Values) -> dict[str, dict[str, float]]:
        return {
            name: asdict(figure(means[column], draws[:, column]))
            for column, name in enumerate(self.systems)
        }


def _told(best: SetScores, asked: SetScores) -> str:
    name = best.systems[best.best_plain]
    return name if best is asked else f"{name}, last turn"


def _seed(one: SetScores) -> int:
    """Return a seed of the set's own, the same one for the same questions."""
    return zlib.crc32((one.repeats or one.name).encode())
