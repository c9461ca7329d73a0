"""Probabilities against what came true."""

import numpy as np
import pytest

from retrieval.reliability import calibration_error, reliability
from retrieval.risk_coverage import area, risk_coverage
from tests.retrieval.evaluated import outcome

RIGHT = {"relevant": {"a": 1}}
OUTCOMES = [
    outcome("q1", "a", probability=0.95, **RIGHT),
    outcome("q2", "b", probability=0.9, **RIGHT),
    outcome("q3", "a", probability=0.31, **RIGHT),
    outcome("q4", "a", probability=0.39),
    outcome("q5", "a", probability=1.0, **RIGHT),
]


def test_bins_hold_what_fell_into_them() -> None:
    bins = reliability(OUTCOMES, resamples=50, seed=0)
    assert [(one.start, one.end, one.questions) for one in bins] == [(0.3, 0.4, 2), (0.9, 1.0, 3)]
    assert [one.probability for one in bins] == pytest.approx([0.35, 0.95])
    assert [one.right.value for one in bins] == pytest.approx([1 / 2, 2 / 3])


def test_the_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    found = calibration_error(OUTCOMES)(np.ones((1, 5)))
    assert found == pytest.approx([(2 * abs(0.35 - 0.5) + 3 * abs(0.95 - 2 / 3)) / 5])


def test_the_curve_goes_from_the_surest_to_all() -> None:
    coverage, risk = risk_coverage(OUTCOMES)
    assert coverage == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert risk == pytest.approx([0, 0, 1 / 3, 2 / 4, 2 / 5])
    assert area(OUTCOMES)(np.ones((1, 5))) == pytest.approx([(1 / 3 + 2 / 4 + 2 / 5) / 5])


def test_an_absent_question_is_never_right() -> None:
    sure = outcome("q", "a", probability=1.0)
    assert calibration_error([sure])(np.ones((1, 1))) == pytest.approx([1.0])
    assert area([sure])(np.ones((1, 1))) == pytest.approx([1.0])
