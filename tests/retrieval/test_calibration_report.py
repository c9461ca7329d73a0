"""The report of a calibration: figures by hand, and bars that keep what they promise."""

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import calibration_report
from retrieval.calibration_report import (
    Bars,
    CalibrationReport,
    balanced_accuracy,
    best_bars,
    judged,
)
from retrieval.confidence_cases import CasesOfSet, ConfidenceCase, Staging

PRESENT, GONE, DETAIL, ABSENT, NEAR = Staging


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration_report, "_ENOUGH", 4)


def a_set(*cases: tuple[Staging, bool]) -> CasesOfSet:
    return CasesOfSet(
        family="a",
        cases=tuple(
            ConfidenceCase(features=np.zeros(1), right=right, staging=staging, group="g")
            for staging, right in cases
        ),
    )


MIXED = a_set(
    (PRESENT, True),
    (PRESENT, True),
    (PRESENT, False),
    (PRESENT, True),
    (GONE, False),
    (GONE, False),
    (ABSENT, False),
    (ABSENT, False),
    (NEAR, False),
    (NEAR, False),
    (DETAIL, False),
    (DETAIL, False),
)
CHANCES = np.array([0.9, 0.9, 0.9, 0.1, 0.1, 0.5, 0.1, 0.1, 0.95, 0.5, 0.5, 0.95])
HALF = Bars(possible_from=0.5, strong_from=0.9)


def test_each_kind_of_question_is_reported_apart() -> None:
    (found,) = judged({"set": MIXED}, {"set": CHANCES}, {"set": 0.75}, HALF).sets.values()
    assert found.questions == 8
    assert found.reciprocal_rank == 0.75
    assert found.answered_present == 0.75
    assert found.answered_absent == 0.25
    assert found.answered_near_misses == 1.0
    assert found.answered_without_detail == 1.0
    assert found.balanced_accuracy == pytest.approx((0.75 + 0.5) / 2)
    assert found.strong_present == 0.75
    assert found.strong_absent == 0.0
    assert found.strong_near_misses == 0.5
    assert found.strong_without_detail == 0.5
    assert found.strong_precision == 0.5
    gaps = [abs(0.1 * 4 - 1), abs(0.5 * 2 - 0), abs(0.9 * 3 + 0.95 - 2)]
    assert found.calibration_error == pytest.approx(sum(gaps) / 10)


def test_what_a_set_has_no_questions_for_is_not_reported() -> None:
    some = a_set((PRESENT, True), (PRESENT, True))
    (found,) = judged({"set": some}, {"set": np.array([0.1, 0.1])}, {"set": 1}, HALF).sets.values()
    assert found.balanced_accuracy is found.answered_absent is found.answered_near_misses is None
    assert found.strong_precision is found.strong_without_detail is None
    assert balanced_accuracy(a_set((GONE, False)), np.array([True])) is None


def test_a_mean_is_over_the_sets_that_have_the_figure() -> None:
    present = a_set((PRESENT, True))
    chances = {"mixed": CHANCES, "present": np.array([0.1])}
    found = judged(
        {"mixed": MIXED, "present": present}, chances, {"mixed": 1.0, "present": 0.5}, HALF
    )
    assert found.mean("reciprocal_rank") == 0.75
    assert found.mean("answered_absent") == 0.25
    assert found.mean("answered_present") == pytest.approx(0.375)
    only = judged({"present": present}, chances, {"present": 0.5}, HALF)
    assert only.mean("answered_absent") is None


def test_the_report_goes_out_as_json() -> None:
    found = judged({"set": MIXED}, {"set": CHANCES}, {"set": 0.75}, HALF)
    sent = json.loads(
        json.dumps(CalibrationReport(held_out="sets", before=found, after=found).to_json())
    )
    assert list(sent) == ["held_out", "before", "after"]
    assert sent["after"]["bars"] == {"possible_from": 0.5, "strong_from": 0.9}
    assert sent["after"]["sets"]["set"]["answered_present"] == 0.75


def bars(cases: Sequence[tuple[Staging, bool]], chances: Sequence[float]) -> tuple[float, float]:
    found = best_bars({"set": a_set(*cases)}, {"set": np.array(chances)})
    return found.possible_from, found.strong_from


def test_answering_begins_where_both_kinds_are_told_apart_best() -> None:
    cases = [(PRESENT, True)] * 3 + [(ABSENT, False)] * 3
    possible, strong = bars(cases, [0.9, 0.6, 0.5, 0.4, 0.2, 0.1])
    assert 0.4 < possible <= 0.5
    assert strong >= possible


def test_a_match_is_strong_from_where_nearly_all_are_right() -> None:
    cases = [(PRESENT, True)] * 2 + [(PRESENT, False)] + [(GONE, False)]
    _, strong = bars(cases, [0.9, 0.8, 0.695, 0.1])
    assert 0.7 <= strong <= 0.8


def test_near_misses_raise_the_bar_of_strong_but_not_that_of_answering() -> None:
    cases = [(PRESENT, True)] * 4 + [(GONE, False)] * 4
    chances = [0.9, 0.8, 0.8, 0.6, 0.1, 0.1, 0.1, 0.1]
    plain = bars(cases, chances)
    near = bars([*cases, (DETAIL, False)], [*chances, 0.705])
    assert near[0] == plain[0]
    assert plain[1] <= 0.6
    assert 0.7 < near[1] <= 0.8


def test_where_no_bar_is_precise_enough_hardly_anything_is_strong() -> None:
    cases = [(PRESENT, False)] * 4 + [(GONE, False)]
    assert bars(cases, [1.0, 1.0, 1.0, 1.0, 0.1])[1] == 0.98


def test_a_set_too_small_to_tell_is_judged_when_there_is_no_larger_one() -> None:
    large = a_set(*[(PRESENT, True)] * 4, (GONE, False))
    small = a_set((PRESENT, False), (GONE, False))
    chances = {"large": np.array([0.9, 0.9, 0.9, 0.9, 0.1]), "small": np.array([0.965, 0.1])}
    assert best_bars({"large": large, "small": small}, chances).strong_from <= 0.9
    assert best_bars({"small": small}, chances).strong_from > 0.95


@given(st.lists(st.tuples(st.sampled_from(Staging), st.floats(0, 1)), min_size=1, max_size=30))
def test_the_bars_lie_in_order_inside_zero_to_one(cases: list[tuple[Staging, float]]) -> None:
    some = a_set(*[(staging, staging is PRESENT) for staging, _ in cases])
    if balanced_accuracy(some, np.ones(len(cases), dtype=np.bool_)) is None:
        return
    found = best_bars({"set": some}, {"set": np.array([chance for _, chance in cases])})
    assert 0 < found.possible_from <= found.strong_from < 1
