"""Reliability: whether a probability of .8 is right eight times in ten.

Right means that the first hit's article is a relevant one, which is what the engine's probability
is about. The expected calibration error is the mean distance between both in bins of equal width,
each counting by its questions (Naeini et al., 2015; Guo et al., 2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.bootstrap import Figure, figures
from retrieval.outcomes import Outcome
from retrieval.weighted import Numbers, Statistic, mean, ratio

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """The questions with a probability from `start` to below `end`; the last bin includes 1.

    `probability` is their mean probability, `right` the share of right ones.
    """

    start: float
    end: float
    questions: int
    probability: float
    right: Figure


def calibration_error(outcomes: Sequence[Outcome]) -> Statistic:
    """Return the expected calibration error, in [0, 1]."""
    members = np.eye(BINS)[_bins(outcomes)]
    gaps = np.array([one.probability - one.right for one in outcomes])[:, None] * members

    def found(weights: Numbers) -> Numbers:
        return ratio(np.abs(weights @ gaps).sum(axis=1), weights.sum(axis=1))

    return found


def reliability(outcomes: Sequence[Outcome], *, resamples: int, seed: int) -> list[ReliabilityBin]:
    """Return the bins that hold questions, by rising probability."""
    numbers = _bins(outcomes)
    held = [int(number) for number in np.unique(numbers)]
    right = [one.right for one in outcomes]
    shares = {str(number): mean(right, list(numbers == number)) for number in held}
    found = figures({"": shares}, outcomes, resamples=resamples, seed=seed)[""]
    chances = np.array([one.probability for one in outcomes])
    return [
        ReliabilityBin(
            start=number / BINS,
            end=(number + 1) / BINS,
            questions=int((numbers == number).sum()),
            probability=float(chances[numbers == number].mean()),
            right=found[str(number)],
        )
        for number in held
    ]


def _bins(outcomes: Sequence[Outcome]) -> NDArray[np.int64]:
    chances = np.array([one.probability for one in outcomes])
    return np.minimum((chances * BINS).astype(np.int64), BINS - 1)
