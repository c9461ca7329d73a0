"""Calibrating: fit to the cases of question sets, and report on the set left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.calibration import Calibration
from retrieval.cases import SetUnderFit, confidence_cases, ranking_cases
from retrieval.confidence import ConfidenceModel
from retrieval.fitting import (
    ConfidenceCase,
    RankingCase,
    balanced_accuracy,
    fit_confidence,
    fit_fusion,
    left_out,
    probabilities,
)
from retrieval.fusion import FusionWeights, balance, fuse

STRONG_PRECISION = 0.975
_ENOUGH = 50
"""A set with fewer cases says nothing about such a precision."""
_BARS = np.linspace(0.02, 0.98, 97)


def calibrate(
    sets: Sequence[SetUnderFit], start: Calibration, *, fitted_for: str
) -> tuple[Calibration, "CalibrationReport"]:
    """Return numbers fitted to all sets, and what they reach on each set when it is left out.

    `start` gives the numbers to gather the first evidence with. With a single set nothing can be
    left out, and the report is about the fit itself.
    """
    fitted = replace(start, fitted_for=fitted_for, fitted_on=tuple(some.name for some in sets))
    first, final = zip(*(ranking_cases(some, fitted) for some in sets), strict=True)
    ranks = _ranks_left_out({some.name: found for some, found in zip(sets, final, strict=True)})
    fitted = replace(fitted, first_pass=fit_fusion(first), final_pass=fit_fusion(final))
    cases = {some.name: confidence_cases(some, fitted) for some in sets}
    weights, bias = fit_confidence(list(cases.values()))
    chances = left_out(cases) if len(cases) > 1 else _in_sample(cases, weights, bias)
    possible, strong = bars(cases, chances)
    confidence = ConfidenceModel(
        weights=tuple(round(float(weight), 6) for weight in weights),
        bias=round(bias, 6),
        possible_from=possible,
        strong_from=strong,
    )
    return replace(fitted, confidence=confidence), _report(
        cases, chances, ranks, (possible, strong)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReport:
    """How one set does with numbers fitted to the others.

    `reciprocal_rank` is the mean over the answerable questions, of the first relevant passage.
    """

    reciprocal_rank: float
    balanced_accuracy: float | None
    answered_when_present: float
    answered_when_absent: float | None
    strong_precision: float | None
    strong_coverage: float


CalibrationReport = Mapping[str, SetReport]


def bars(
    cases: Mapping[str, Sequence[ConfidenceCase]], chances: Mapping[str, NDArray[np.float64]]
) -> tuple[float, float]:
    """Return the two bars: where answering begins, and where a match is strong.

    Answering begins where the mean balanced accuracy over the sets is highest. A match is strong
    from where on the mean precision over the sets is `STRONG_PRECISION`, questions that a set
    itself leaves unanswered aside: often a passage comes so near that no one would call it wrong.
    """
    possible = max(_BARS, key=lambda bar: _mean_accuracy(cases, chances, float(bar)))
    precise = [
        bar
        for bar in _BARS
        if bar >= possible and _mean_precision(cases, chances, float(bar)) >= STRONG_PRECISION
    ]
    return round(float(possible), 2), round(float(precise[0] if precise else _BARS[-1]), 2)


def _mean_accuracy(
    cases: Mapping[str, Sequence[ConfidenceCase]],
    chances: Mapping[str, NDArray[np.float64]],
    bar: float,
) -> float:
    found = [_accuracy(some, chances[name] >= bar) for name, some in cases.items()]
    return float(np.mean([one for one in found if one is not None]))


def _accuracy(cases: Sequence[ConfidenceCase], answered: NDArray[np.bool_]) -> float | None:
    answerable = np.array([case.answerable for case in cases])
    if answerable.all() or not answerable.any():
        return None
    return balanced_accuracy(answerable, answered)


def _mean_precision(
    cases: Mapping[str, Sequence[ConfidenceCase]],
    chances: Mapping[str, NDArray[np.float64]],
    bar: float,
) -> float:
    enough = {name: some for name, some in cases.items() if _staged(some).sum() >= _ENOUGH}
    found = [
        _precision(some, (chances[name] >= bar) & _staged(some))
        for name, some in (enough or cases).items()
    ]
    return float(np.mean([1.0 if one is None else one for one in found]))


def _staged(cases: Sequence[ConfidenceCase]) -> NDArray[np.bool_]:
    return np.array([case.staged for case in cases])


def _precision(cases: Sequence[ConfidenceCase], strong: NDArray[np.bool_]) -> float | None:
    right = np.array([case.right for case in cases])
    return float(right[strong].mean()) if strong.any() else None


def _ranks_left_out(sets: Mapping[str, Sequence[RankingCase]]) -> dict[str, float]:
    """Return each set's mean reciprocal rank by weights fitted to the others, if there are any."""
    ranks = {}
    for name, cases in sets.items():
        others = [some for other, some in sets.items() if other != name]
        weights = fit_fusion(others or [cases])
        ranks[name] = float(np.mean([_reciprocal_rank(case, weights) for case in cases]))
    return ranks


def _reciprocal_rank(case: RankingCase, weights: FusionWeights) -> float:
    scores = fuse(case.near, case.worded, balance(case.evidence, weights), weights)
    best = scores[case.target > 0].max()
    return 1.0 / (1 + int((scores > best).sum()))


def _report(
    cases: Mapping[str, Sequence[ConfidenceCase]],
    chances: Mapping[str, NDArray[np.float64]],
    ranks: Mapping[str, float],
    bars: tuple[float, float],
) -> CalibrationReport:
    possible, strong = bars
    return {
        name: _set_report(some, ranks[name], chances[name] >= possible, chances[name] >= strong)
        for name, some in cases.items()
    }


def _set_report(
    cases: Sequence[ConfidenceCase],
    reciprocal_rank: float,
    answered: NDArray[np.bool_],
    strong: NDArray[np.bool_],
) -> SetReport:
    answerable = np.array([case.answerable for case in cases])
    return SetReport(
        reciprocal_rank=reciprocal_rank,
        balanced_accuracy=_accuracy(cases, answered),
        answered_when_present=float(answered[answerable].mean()),
        answered_when_absent=float(answered[~answerable].mean()) if not answerable.all() else None,
        strong_precision=_precision(cases, strong),
        strong_coverage=float(strong[answerable].mean()),
    )


def _in_sample(
    cases: Mapping[str, Sequence[ConfidenceCase]], weights: NDArray[np.float64], bias: float
) -> dict[str, NDArray[np.float64]]:
    return {name: probabilities(some, weights, bias) for name, some in cases.items()}
