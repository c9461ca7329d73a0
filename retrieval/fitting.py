"""Fitting the numbers of the ranking to question sets.

The ranking is fitted by the list-wise softmax loss (ListNet's top-one form, Cao et al., 2007): the
scores of a question's passages, as a distribution, should put their mass on the relevant ones.
Every set counts equally, however many questions it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.fusion import Features, FusionWeights

_L2 = 0.002
_ANSWERING_SHARE = 0.6
"""Of a question's mass, what goes to passages that hold an answer; the rest to all relevant."""
_STEPS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingCase:
    """One question's passages: `near` [n, vector features], `worded` [n, keyword features].

    `evidence` is [evidence]. `target` is [n], non-negative, summing to 1. `group` names the
    article the question is about.
    """

    near: Features
    worded: Features
    evidence: Features
    target: Features
    group: str


def target(relevant: Sequence[bool], answering: Sequence[bool]) -> Features:
    """Return float64 [n], where the mass should lie; all zero if nothing is relevant."""
    held = np.asarray(relevant, dtype=np.float64)
    exact = np.asarray(answering, dtype=np.float64) * held
    if not held.any():
        return held
    mass: Features = held / held.sum()
    if exact.any():
        mass = _ANSWERING_SHARE * exact / exact.sum() + (1 - _ANSWERING_SHARE) * mass
    return mass


def fit_fusion(sets: Sequence[Sequence[RankingCase]]) -> FusionWeights:
    """Return the weights with the least loss over all sets, each set counting equally."""
    from scipy.optimize import minimize  # noqa: PLC0415 - fitting is rare, importing slow

    problem = _Problem(sets)
    best = minimize(
        problem.loss_and_gradient,
        problem.start(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _STEPS},
    )
    return problem.weights(best.x)


class _Problem:
    """The loss of fusion weights, over all passages of all questions laid end to end."""

    def __init__(self, sets: Sequence[Sequence[RankingCase]]) -> None:
        cases = [case for some in sets for case in some]
        self._near = np.concatenate([case.near for case in cases])
        self._worded = np.concatenate([case.worded for case in cases])
        self._evidence = np.stack([case.evidence for case in cases])
        self._target = np.concatenate([case.target for case in cases])
        sizes = [len(case.target) for case in cases]
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._question = np.repeat(np.arange(len(cases)), sizes)
        self._share = np.concatenate(
            [np.full(len(some), 1.0 / len(some) / len(sets)) for some in sets]
        )
        self._scales = [_spread(self._near), _spread(self._worded), _spread(self._evidence)]
        self._center = self._evidence.mean(axis=0)
        self._near = self._near / self._scales[0]
        self._worded = self._worded / self._scales[1]
        self._evidence = (self._evidence - self._center) / self._scales[2]

    def start(self) -> Features:
        """Return where to begin: all features count half, no evidence counts."""
        features = self._near.shape[1] + self._worded.shape[1]
        return np.concatenate([np.full(features, 0.5), np.zeros(self._evidence.shape[1] + 1)])

    def loss_and_gradient(self, numbers: Features) -> tuple[float, Features]:
        """Return the regularised mean loss and its gradient, float64 like `numbers`."""
        near, worded, evidence, bias = self._parts(numbers)
        count = 2.0 / (1.0 + np.exp(-(self._evidence @ evidence + bias)))
        by_near, by_worded = self._near @ near, self._worded @ worded
        weight = count[self._question]
        scores = weight * by_near + (2.0 - weight) * by_worded
        scores -= np.maximum.reduceat(scores, self._starts)[self._question]
        masses = np.exp(scores)
        totals = np.add.reduceat(masses, self._starts)
        logs = scores - np.log(totals)[self._question]
        losses = -np.add.reduceat(self._target * logs, self._starts)
        error = (np.exp(logs) - self._target) * self._share[self._question]
        of_count = np.add.reduceat(error * (by_near - by_worded), self._starts)
        of_count *= count * (1.0 - count / 2.0)
        gradient = np.concatenate(
            [
                self._near.T @ (error * weight),
                self._worded.T @ (error * (2.0 - weight)),
                self._evidence.T @ of_count,
                [of_count.sum()],
            ]
        )
        loss = float(losses @ self._share + _L2 * numbers @ numbers)
        return loss, gradient + 2.0 * _L2 * numbers

    def weights(self, numbers: Features) -> FusionWeights:
        """Return the weights for features as they are, not scaled."""
        near, worded, evidence, bias = self._parts(numbers)
        evidence = evidence / self._scales[2]
        return FusionWeights(
            vectors=_rounded(near / self._scales[0]),
            keywords=_rounded(worded / self._scales[1]),
            evidence=_rounded(evidence),
            bias=round(float(bias - evidence @ self._center), 6),
        )

    def _parts(self, numbers: Features) -> tuple[Features, Features, Features, float]:
        first = self._near.shape[1]
        second = first + self._worded.shape[1]
        return numbers[:first], numbers[first:second], numbers[second:-1], float(numbers[-1])


def _spread(columns: Features) -> Features:
    spread: Features = columns.std(axis=0)
    return np.where(spread > 0, spread, 1.0)


def _rounded(numbers: Features) -> tuple[float, ...]:
    return tuple(round(float(number), 6) for number in numbers)
