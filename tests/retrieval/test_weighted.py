"""Weighted statistics: a question that counts twice is as good as two."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.reliability import calibration_error
from retrieval.risk_coverage import area
from retrieval.weighted import Statistic, difference, mean, middle, percentile
from tests.retrieval.evaluated import outcome

counts = st.lists(st.integers(0, 4), min_size=5, max_size=5).filter(any)
numbers = st.lists(st.integers(0, 9), min_size=5, max_size=5)


def value(statistic: Statistic, weights: list[int] | None = None, count: int = 5) -> float:
    return float(statistic(np.array([weights or [1] * count], dtype=np.float64))[0])


def by_area(values: list[int]) -> Statistic:
    return area(
        [
            outcome(f"{n}", "a" if one % 2 else "b", relevant={"a": 1}, probability=one / 9)
            for n, one in enumerate(values)
        ]
    )


def by_calibration(values: list[int]) -> Statistic:
    return calibration_error(
        [outcome("", "a", relevant={"a": one % 2}, probability=one / 9) for one in values]
    )


@pytest.mark.parametrize(
    "statistic",
    [
        lambda values: mean(values, [True] * len(values)),
        lambda values: percentile(values, 0.5),
        lambda values: percentile(values, 0.99),
        by_calibration,
    ],
)
@given(values=numbers, weights=counts)
def test_a_weight_counts_a_question_as_often(
    statistic: Callable[[list[int]], Statistic], values: list[int], weights: list[int]
) -> None:
    repeated = [one for one, count in zip(values, weights, strict=True) for _ in range(count)]
    weighted = value(statistic(values), weights)
    assert weighted == pytest.approx(value(statistic(repeated), count=len(repeated)))


@given(values=numbers, weights=counts)
def test_the_area_is_the_mean_risk_at_the_places_of_the_questions(
    values: list[int], weights: list[int]
) -> None:
    surest = sorted(range(5), key=lambda n: -values[n])
    answered = wrong = total = 0.0
    for n in surest:
        answered += weights[n]
        wrong += weights[n] * (values[n] % 2 == 0)
        total += weights[n] * (wrong / answered if answered else 0.0)
    assert value(by_area(values), weights) == pytest.approx(total / sum(weights))


def test_a_mean_is_taken_over_those_that_count_and_is_nan_over_none() -> None:
    counted = mean([1, 2, 4], [True, True, False])
    assert value(counted, count=3) == 1.5
    assert math.isnan(value(counted, [0, 0, 1]))


def test_statistics_combine() -> None:
    low, high = mean([0, 1], [True, True]), mean([1, 2], [True, True])
    assert value(middle(low, high), count=2) == 1.0
    assert value(difference(low, high), count=2) == 1.0
