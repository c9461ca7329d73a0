"""Fitting the confidence: a logistic regression whose weights keep their sign.

Questions are asked as they are and with what answers them taken out. No weight may have the opposite
sign of what its feature means: where two features say nearly the same, a free fit sets one against
the other, which holds on the fitted sets only. Every set counts equally, however many questions it
holds; of sets over the same articles, which make a family, each counts less.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from retrieval.confidence import FEATURES, LOWERING
from retrieval.confidence_cases import CasesOfSet, ConfidenceCase
from retrieval.folds import FOLDS, folds
from retrieval.fusion import Features

_L2 = 0.02
"""Weaker, the weights fit the sets better and those left out worse; see docs/decisions."""
_STEPS = 300
_FEW_CASES = 200
"""A set with fewer cases counts less, in proportion."""


def fit_confidence(sets: Sequence[CasesOfSet]) -> tuple[Features, float]:
    """Return the weights, float64 [features], and the bias of the probability of being right."""
    from scipy.optimize import minimize  # noqa: PLC0415 - fitting is rare, importing slow

    cases = [case for some in sets for case in some.cases]
    features = np.stack([case.features for case in cases])
    right = np.array([case.right for case in cases], dtype=np.float64)
    shares = _shares(sets)
    center = shares @ features
    scale = np.sqrt(shares @ (features - center) ** 2)
    scale = np.where(scale > 0, scale, 1.0)
    loss = _LogisticLoss((features - center) / scale, right, shares)
    found = minimize(
        loss.with_gradient,
        np.zeros(features.shape[1] + 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, 0.0) if name in LOWERING else (0.0, None) for name in FEATURES]
        + [(None, None)],
        options={"maxiter": _STEPS},
    )
    weights = found.x[:-1] / scale
    return weights, float(found.x[-1] - weights @ center)


class _LogisticLoss:
    """The regularised logistic loss of weights and a bias, over cases that count by `shares`."""

    def __init__(self, features: Features, right: Features, shares: Features) -> None:
        self._features = features
        self._right = right
        self._shares = shares

    def with_gradient(self, numbers: Features) -> tuple[float, Features]:
        """Return the loss and its gradient, float64 [features + 1]."""
        weights, bias = numbers[:-1], numbers[-1]
        odds = self._features @ weights + bias
        losses = np.logaddexp(0.0, odds) - self._right * odds
        error = self._shares * (1.0 / (1.0 + np.exp(-odds)) - self._right)
        gradient = self._features.T @ error + 2.0 * _L2 * weights
        loss = float(self._shares @ losses + _L2 * weights @ weights)
        return loss, np.append(gradient, error.sum())


def _shares(sets: Sequence[CasesOfSet]) -> Features:
    """Return what each case counts, float64 [cases], summing to 1.

    A set counts by one over the square root of the size of its family, and by how many cases it
    has if they are few.
    """
    families = Counter(some.family for some in sets)
    parts = []
    for some in sets:
        count = len(some.cases)
        worth = min(1.0, count / _FEW_CASES) / math.sqrt(families[some.family])
        parts.append(np.full(count, worth / count))
    shares: Features = np.concatenate(parts)
    return shares / float(shares.sum())


def probabilities(
    cases: Sequence[ConfidenceCase], weights: Features, bias: float
) -> NDArray[np.float64]:
    """Return float64 [cases], the probability that each first hit's article is right."""
    features = np.stack([case.features for case in cases])
    chances: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(features @ weights + bias)))
    return chances


def left_out(sets: Mapping[str, CasesOfSet]) -> dict[str, NDArray[np.float64]]:
    """Return each set's probabilities by a model fitted to the sets of all other families."""
    found = {}
    for family in dict.fromkeys(some.family for some in sets.values()):
        fitted = fit_confidence([some for some in sets.values() if some.family != family])
        for name, some in sets.items():
            if some.family == family:
                found[name] = probabilities(some.cases, *fitted)
    return {name: found[name] for name in sets}


def folded(some: CasesOfSet) -> NDArray[np.float64]:
    """Return a set's probabilities, each by a model fitted to questions about other articles."""
    fold = folds([case.group for case in some.cases])
    chances = np.zeros(len(some.cases))
    for number in range(FOLDS):
        fitted = fit_confidence([replace(some, cases=tuple(compress(some.cases, fold != number)))])
        inside = fold == number
        if inside.any():
            chances[inside] = probabilities(list(compress(some.cases, inside)), *fitted)
    return chances
