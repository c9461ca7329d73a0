"""What a calibration reaches on questions it was not fitted to, and the bars that follow from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.confidence_cases import CasesOfSet, Staging

STRONG_PRECISION = 0.975
"""How often a strong match is right, on the mean of the sets; near misses aside."""
STRONG_PRECISION_WITH_NEAR_MISSES = 0.95
_NEAR_MISSES = 0.25
"""The latter holds when a near miss is asked with every fourth question that has an answer."""
_ENOUGH = 50
"""A set with fewer cases says nothing about such a precision."""
_NEARLY = 0.003
"""Differences of the mean balanced accuracy below this are noise."""
_BINS = 10
_BARS = np.linspace(0.02, 0.98, 97)
_REFUSABLE = (Staging.WITHOUT_ARTICLE, Staging.ABSENT, Staging.NEAR_MISS)
_STAGED = (Staging.PRESENT, Staging.WITHOUT_ARTICLE)
_NEAR = (Staging.WITHOUT_DETAIL, Staging.NEAR_MISS)

Chances = Mapping[str, NDArray[np.float64]]
"""By set, the probability of each case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Where answering begins, and where a match is strong."""

    possible_from: float
    strong_from: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReport:
    """How one set does; `None` where it has no such questions. All but the first are shares.

    `present` are questions with an answer. `absent` ones have none, their articles being taken
    out or never there; of `near_misses` the set says that an article looks as if it answered;
    `without_detail` are questions whose article is there without the passages that answer. The
    balanced accuracy is over the first three. `reciprocal_rank` is the mean of the first relevant
    passage, `calibration_error` the expected one, over all but questions `without_detail`.
    """

    questions: int
    reciprocal_rank: float
    balanced_accuracy: float | None
    answered_present: float
    answered_absent: float | None
    answered_near_misses: float | None
    answered_without_detail: float | None
    strong_precision: float | None
    strong_present: float
    strong_absent: float | None
    strong_near_misses: float | None
    strong_without_detail: float | None
    calibration_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The bars, and what each set does with them."""

    bars: Bars
    sets: Mapping[str, SetReport]

    def mean(self, name: str) -> float | None:
        """Return the mean of one figure over the sets that have it."""
        found = [getattr(one, name) for one in self.sets.values()]
        known = [value for value in found if value is not None]
        return float(np.mean(known)) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationReport:
    """The numbers in use until now, and the new ones, on questions the new ones have not seen.

    `held_out` says what was left out in turn to judge the new ones: "sets" or "articles".
    """

    held_out: str
    before: Judged
    after: Judged

    def to_json(self) -> dict[str, Any]:
        """Return the outside form."""
        return asdict(self)


def judged(
    sets: Mapping[str, CasesOfSet], chances: Chances, ranks: Mapping[str, float], bars: Bars
) -> Judged:
    """Return what the sets reach with these probabilities, reciprocal ranks and bars."""
    return Judged(
        bars=bars,
        sets={
            name: _set_report(some, chances[name], ranks[name], bars) for name, some in sets.items()
        },
    )


def best_bars(sets: Mapping[str, CasesOfSet], chances: Chances) -> Bars:
    """Return the two bars that suit the sets best.

    Answering begins at the lowest bar whose mean balanced accuracy over the sets is nearly the
    highest: a possible match is shown as no more than that. A match is strong from where on the mean precision over the sets is `STRONG_PRECISION`, questions that a set
    itself leaves unanswered aside (often a passage comes so near that no one would call it
    wrong), and `STRONG_PRECISION_WITH_NEAR_MISSES` with near misses among them.
    """
    accuracies = [_mean_accuracy(sets, chances, float(bar)) for bar in _BARS]
    possible = _BARS[
        next(n for n, one in enumerate(accuracies) if one >= max(accuracies) - _NEARLY)
    ]
    precise = [
        bar
        for bar in _BARS
        if bar >= possible
        and _mean_precision(sets, chances, float(bar), near=0.0) >= STRONG_PRECISION
        and _mean_precision(sets, chances, float(bar), near=_NEAR_MISSES)
        >= STRONG_PRECISION_WITH_NEAR_MISSES
    ]
    strong = precise[0] if precise else _BARS[-1]
    return Bars(possible_from=round(float(possible), 2), strong_from=round(float(strong), 2))


def balanced_accuracy(some: CasesOfSet, answered: NDArray[np.bool_]) -> float | None:
    """Return the mean of the shares of answerable ones answered and of the others refused."""
    shares = _share(answered, some.of(Staging.PRESENT)), _share(~answered, some.of(*_REFUSABLE))
    return None if None in shares else float(np.mean([one for one in shares if one is not None]))


def _mean_accuracy(sets: Mapping[str, CasesOfSet], chances: Chances, bar: float) -> float:
    found = [balanced_accuracy(some, chances[name] >= bar) for name, some in sets.items()]
    return float(np.mean([one for one in found if one is not None]))


def _mean_precision(
    sets: Mapping[str, CasesOfSet], chances: Chances, bar: float, *, near: float
) -> float:
    enough = {name: some for name, some in sets.items() if some.of(*_STAGED).sum() >= _ENOUGH}
    found = [
        _precision(some, chances[name] >= bar, near) for name, some in (enough or sets).items()
    ]
    return float(np.mean(found))


def _precision(some: CasesOfSet, strong: NDArray[np.bool_], near: float) -> float:
    """Return the precision with `near` near misses for each question that has an answer."""
    staged = strong & some.of(*_STAGED)
    right = float((staged & some.right).sum())
    missed = near * some.of(Staging.PRESENT).sum() * (_share(strong, some.of(*_NEAR)) or 0.0)
    given = staged.sum() + missed
    return float(right / given) if given else 1.0


def _set_report(
    some: CasesOfSet, chances: NDArray[np.float64], reciprocal_rank: float, bars: Bars
) -> SetReport:
    answered, strong = chances >= bars.possible_from, chances >= bars.strong_from
    real = ~some.of(Staging.WITHOUT_DETAIL)
    absent = some.of(Staging.WITHOUT_ARTICLE, Staging.ABSENT)
    near, detail = some.of(Staging.NEAR_MISS), some.of(Staging.WITHOUT_DETAIL)
    present = some.of(Staging.PRESENT)
    return SetReport(
        questions=int((real & ~some.of(Staging.WITHOUT_ARTICLE)).sum()),
        reciprocal_rank=reciprocal_rank,
        balanced_accuracy=balanced_accuracy(some, answered),
        answered_present=_share(answered, present) or 0.0,
        answered_absent=_share(answered, absent),
        answered_near_misses=_share(answered, near),
        answered_without_detail=_share(answered, detail),
        strong_precision=_share(some.right, strong & real),
        strong_present=_share(strong, present) or 0.0,
        strong_absent=_share(strong, absent),
        strong_near_misses=_share(strong, near),
        strong_without_detail=_share(strong, detail),
        calibration_error=_calibration_error(chances[real], some.right[real]),
    )


def _share(flags: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    return float(flags[among].mean()) if among.any() else None


def _calibration_error(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error in bins of equal width (Naeini et al., 2015)."""
    bins = np.minimum((chances * _BINS).astype(np.int64), _BINS - 1)
    gaps = np.bincount(bins, weights=chances - right, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(chances))
