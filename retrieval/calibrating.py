"""Calibrating: fit to the cases of question sets, and judge on what was left out of the fit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from retrieval.calibration import Calibration
from retrieval.calibration_report import Bars, CalibrationReport, best_bars, judged
from retrieval.cases import confidence_cases, ranking_cases
from retrieval.confidence import ConfidenceModel
from retrieval.confidence_cases import CasesOfSet, Staging
from retrieval.confidence_fitting import fit_confidence, folded, left_out, probabilities
from retrieval.cosine_scale import CosineScale, scale_for
from retrieval.errors import RetrievalError
from retrieval.fitting import RankingCase, fit_fusion
from retrieval.folds import FOLDS, folds
from retrieval.fusion import FusionWeights, balance, fuse
from retrieval.protocols import Embedder, Progress, no_progress
from retrieval.sets_under_fit import SetUnderFit

LEAST_QUESTIONS = 30
"""Questions with an answer that the sets must have together."""
LEAST_ARTICLES = 2 * FOLDS
"""Articles that the questions of a lone set must be about."""


class CalibrationError(RetrievalError):
    """The question sets cannot tell how sure an answer is."""


def calibrate(
    sets: Sequence[SetUnderFit],
    start: Calibration,
    embedder: Embedder,
    *,
    refit_ranking: bool,
    progress: Progress = no_progress,
) -> tuple[Calibration, CalibrationReport]:
    """Return numbers fitted to all sets for a model, and what they reach on what was left out.

    `start` gives the numbers to compare with; without `refit_ranking` those of the ranking stay.
    Sets of one family are left out together; of a lone family, each set is judged in parts, by
    numbers fitted to questions about other articles. Raise `CalibrationError` if a set says too
    little.
    """
    scale = scale_for(embedder, start)
    before = {some.name: confidence_cases(some, start, scale, progress) for some in sets}
    _require_enough(before)
    ranked_before = _final_ranks(sets, start, scale)
    fitted = replace(
        start, fitted_for=embedder.space.name, fitted_on=tuple(some.name for some in sets)
    )
    cases, ranks = before, ranked_before
    if refit_ranking:
        fitted, ranks = _with_ranking(sets, fitted)
        cases = {some.name: confidence_cases(some, fitted, None, progress) for some in sets}
    chances = _held_out(cases)
    bars = best_bars(cases, chances)
    confidence = _model(fit_confidence(list(cases.values())), bars)
    return replace(fitted, confidence=confidence), CalibrationReport(
        held_out="sets" if _families(cases) > 1 else "articles",
        before=judged(before, _chances(before, start.confidence), ranked_before, _bars(start)),
        after=judged(cases, chances, ranks, bars),
    )


def _model(fitted: tuple[NDArray[np.float64], float], bars: Bars) -> ConfidenceModel:
    weights, bias = fitted
    return ConfidenceModel(
        weights=tuple(round(float(weight), 6) for weight in weights),
        bias=round(bias, 6),
        possible_from=bars.possible_from,
        strong_from=bars.strong_from,
    )


def _bars(calibration: Calibration) -> Bars:
    confidence = calibration.confidence
    return Bars(possible_from=confidence.possible_from, strong_from=confidence.strong_from)


def _families(cases: Mapping[str, CasesOfSet]) -> int:
    return len({some.family for some in cases.values()})


def _held_out(cases: Mapping[str, CasesOfSet]) -> dict[str, NDArray[np.float64]]:
    """Return each case's probability by numbers fitted without the articles it is about."""
    if _families(cases) > 1:
        return left_out(cases)
    return {name: folded(some) for name, some in cases.items()}


def _chances(
    cases: Mapping[str, CasesOfSet], model: ConfidenceModel
) -> dict[str, NDArray[np.float64]]:
    weights = np.array(model.weights)
    return {name: probabilities(some.cases, weights, model.bias) for name, some in cases.items()}


def _require_enough(sets: Mapping[str, CasesOfSet]) -> None:
    total = sum(int(some.of(Staging.PRESENT).sum()) for some in sets.values())
    for name, some in sets.items():
        _require_telling(name, some, total=total, alone=len(sets) == 1)


def _require_telling(name: str, some: CasesOfSet, *, total: int, alone: bool) -> None:
    """Raise `CalibrationError` if nothing can be learned from a set, with what to do."""
    present = some.of(Staging.PRESENT)
    articles = {case.group for case in some.cases}
    problem = ""
    if not present.any():
        problem = "has no question that its articles answer; judge some in qrels.tsv"
    elif total < LEAST_QUESTIONS:
        problem = (
            f"has {present.sum()} questions with an answer, too few to calibrate on; "
            f"add some, at least {LEAST_QUESTIONS} are needed"
        )
    elif present.all():
        problem = "has one article only, so no question can be unanswerable; add articles"
    elif not some.right.any():
        problem = "has no question whose first hit is right; check the keys in qrels.tsv"
    elif alone and len(articles) < LEAST_ARTICLES:
        problem = (
            f"asks about {len(articles)} articles, too few to judge on others than fitted to; "
            f"ask about {LEAST_ARTICLES} at least, or give a second folder"
        )
    if problem:
        message = f"{name} {problem}"
        raise CalibrationError(message)


def _final_ranks(
    sets: Sequence[SetUnderFit], calibration: Calibration, scale: CosineScale | None
) -> dict[str, float]:
    """Return each set's mean reciprocal rank by numbers as they are."""
    weights = calibration.final_pass
    return {
        some.name: _mean_rank(ranking_cases(some, calibration, scale)[1], weights) for some in sets
    }


def _with_ranking(
    sets: Sequence[SetUnderFit], start: Calibration
) -> tuple[Calibration, dict[str, float]]:
    """Return the numbers with the ranking fitted to all sets, and the mean reciprocal ranks.

    Each set is ranked by weights fitted to the other families.
    """
    found = {some.name: ranking_cases(some, start, None) for some in sets}
    final = {name: cases for name, (_, cases) in found.items()}
    family = {some.name: some.family for some in sets}
    ranks = {}
    for name, cases in final.items():
        others = [some for other, some in final.items() if family[other] != family[name]]
        ranks[name] = _mean_rank(cases, fit_fusion(others)) if others else _folded_rank(cases)
    first_pass = fit_fusion([cases for cases, _ in found.values()])
    final_pass = fit_fusion(list(final.values()))
    return replace(start, first_pass=first_pass, final_pass=final_pass), ranks


def _folded_rank(cases: Sequence[RankingCase]) -> float:
    """Return the mean reciprocal rank of a lone set, each by weights fitted to other articles."""
    fold = folds([case.group for case in cases])
    ranks = []
    for number in range(FOLDS):
        weights = fit_fusion([list(compress(cases, fold != number))])
        ranks += [_reciprocal_rank(case, weights) for case in compress(cases, fold == number)]
    return float(np.mean(ranks))


def _mean_rank(cases: Sequence[RankingCase], weights: FusionWeights) -> float:
    return float(np.mean([_reciprocal_rank(case, weights) for case in cases]))


def _reciprocal_rank(case: RankingCase, weights: FusionWeights) -> float:
    scores = fuse(case.near, case.worded, balance(case.evidence, weights), weights)
    best = scores[case.target > 0].max()
    return 1.0 / (1 + int((scores > best).sum()))
