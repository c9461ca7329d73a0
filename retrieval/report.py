"""What an evaluation found, as one record: every figure with its interval."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from retrieval.bootstrap import RESAMPLES, Figure, Figures, Groups, figures
from retrieval.measures import latencies, measures
from retrieval.outcomes import Outcome
from retrieval.question_sets import Kind
from retrieval.reliability import ReliabilityBin, reliability
from retrieval.risk_coverage import risk_coverage

_CURVE_POINTS = 101
_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What was searched: counts, and bytes by file or folder of the library."""

    articles: int
    passages: int
    files: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return the outside form, with the bytes of all files together."""
        return asdict(self) | {"bytes": sum(self.files.values())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The measures of one question set.

    `quality` has the sections of `measures`, shares in [0, 1]; `latency_ms` milliseconds by hop.
    `groups` is how many groups of questions about the same articles the intervals rest on.
    """

    name: str
    model: str
    outcomes: Sequence[Outcome]
    groups: int
    resamples: int
    quality: Figures
    latency_ms: Figures
    reliability: Sequence[ReliabilityBin]
    library: Library

    @property
    def verbatim(self) -> bool:
        """Whether every passage was an exact slice of its article."""
        return all(one.verbatim for one in self.outcomes)

    @property
    def kinds(self) -> dict[Kind, int]:
        """Return how many questions there are of each kind."""
        counted = Counter(one.kind for one in self.outcomes)
        return {kind: counted[kind] for kind in Kind}

    @property
    def judged(self) -> dict[str, int]:
        """Return how many questions the sections that need gold texts rest on."""
        return {
            "ranking": self.kinds[Kind.PRESENT],
            "passages": sum(one.units > 0 for one in self.outcomes),
            "spans": sum(one.spans is not None for one in self.outcomes),
            "highlights": sum(one.highlighted is not None for one in self.outcomes),
        }

    def value(self, section: str, name: str) -> float | None:
        """Return a figure of `quality`, `None` if the set cannot show it."""
        found = self.quality[section].get(name)
        return found.value if found else None

    def to_json(self) -> dict[str, Any]:
        """Return the outside form. `intervals` has the form of the figures, with [low, high]."""
        return {
            "set": self.name,
            "model": self.model,
            "questions": len(self.outcomes),
            "answerable": self.kinds[Kind.PRESENT],
            "kinds": {kind.value: count for kind, count in self.kinds.items()},
            "judged": self.judged,
            "groups": self.groups,
            "resamples": self.resamples,
            **_values(self.quality),
            "latency_ms": _values(self.latency_ms),
            "intervals": {
                **_intervals(self.quality),
                "latency_ms": _intervals(self.latency_ms),
            },
            "library": self.library.to_json(),
            "verbatim": self.verbatim,
            "reliability": [_bin_to_json(one) for one in self.reliability],
            "risk_coverage": _curve(self.outcomes),
            "outcomes": [one.to_json() for one in self.outcomes],
        }


def report_of(
    outcomes: Sequence[Outcome],
    library: Library,
    *,
    name: str,
    model: str,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Report:
    """Return the measures over all outcomes, intervals by `resamples` draws from `seed`."""
    return Report(
        name=name,
        model=model,
        outcomes=outcomes,
        groups=len(Groups(outcomes)),
        resamples=resamples,
        quality=figures(measures(outcomes), outcomes, resamples=resamples, seed=seed),
        latency_ms=figures(latencies(outcomes), outcomes, resamples=resamples, seed=seed),
        reliability=reliability(outcomes, resamples=resamples, seed=seed),
        library=library,
    )


def interval_to_json(figure: Figure) -> list[float] | None:
    """Return [low, high], rounded; `None` if there is no interval."""
    if math.isnan(figure.low):
        return None
    return [round(figure.low, _DIGITS), round(figure.high, _DIGITS)]


def _values(sections: Figures) -> dict[str, dict[str, float]]:
    return {
        section: {name: round(figure.value, _DIGITS) for name, figure in some.items()}
        for section, some in sections.items()
    }


def _intervals(sections: Figures) -> dict[str, dict[str, list[float] | None]]:
    return {
        section: {name: interval_to_json(figure) for name, figure in some.items()}
        for section, some in sections.items()
    }


def _bin_to_json(one: ReliabilityBin) -> dict[str, Any]:
    return {
        "from": one.start,
        "to": one.end,
        "questions": one.questions,
        "probability": round(one.probability, _DIGITS),
        "right": round(one.right.value, _DIGITS),
        "interval": interval_to_json(one.right),
    }


def _curve(outcomes: Sequence[Outcome]) -> list[list[float]]:
    """Return up to `_CURVE_POINTS` points [coverage, risk], evenly spread."""
    coverage, risk = risk_coverage(outcomes)
    picked = np.unique(np.linspace(0, len(coverage) - 1, _CURVE_POINTS).round().astype(int))
    return [[round(float(coverage[n]), _DIGITS), round(float(risk[n]), _DIGITS)] for n in picked]
