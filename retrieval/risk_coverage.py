"""Risk and coverage: how wrong the answers are when only the surest are given.

Questions are answered in the order of their probability, the surest first. Coverage is the share
answered so far, risk the share of those whose first article is not a right one, as it never is
for a question the articles do not answer (El-Yaniv and Wiener, 2010; Geifman and El-Yaniv, 2017).
The area under the curve (AURC; Geifman, Uziel and El-Yaniv, 2019) is the mean risk over all
coverages: 0 is perfect, and the overall share of wrong ones is what chance gives.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.outcomes import Outcome
from retrieval.weighted import Numbers, Statistic, ratio


def risk_coverage(outcomes: Sequence[Outcome]) -> tuple[Numbers, Numbers]:
    """Return coverage and risk, float64 [outcomes] each, by rising coverage."""
    wrong = _wrong(outcomes)[_surest_first(outcomes)]
    answered = np.arange(1, len(outcomes) + 1, dtype=np.float64)
    return answered / len(outcomes), np.cumsum(wrong) / answered


def area(outcomes: Sequence[Outcome]) -> Statistic:
    """Return the area under the risk-coverage curve."""
    order = _surest_first(outcomes)
    wrong = _wrong(outcomes)[order]

    def found(weights: Numbers) -> Numbers:
        counted = weights[:, order]
        risks = ratio(np.cumsum(counted * wrong, axis=1), np.cumsum(counted, axis=1))
        return ratio((counted * np.nan_to_num(risks)).sum(axis=1), counted.sum(axis=1))

    return found


def _surest_first(outcomes: Sequence[Outcome]) -> NDArray[np.int64]:
    return np.argsort([-one.probability for one in outcomes], kind="stable")


def _wrong(outcomes: Sequence[Outcome]) -> Numbers:
    return np.array([not one.right for one in outcomes], dtype=np.float64)
