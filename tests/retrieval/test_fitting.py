"""Fitting: it finds the weights that made the data, and each set counts equally."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval import fitting
from retrieval.fitting import (
    ConfidenceCase,
    RankingCase,
    balanced_accuracy,
    fit_confidence,
    fit_fusion,
    left_out,
    probabilities,
    target,
)
from retrieval.fusion import EVIDENCE, FusionWeights, balance, fuse

PLANTED = FusionWeights(
    vectors=(3.0, 1.5), keywords=(0.8, 2.0, 1.0), evidence=(4.0, 0.0, -2.0, 0.0, 1.0), bias=-0.4
)


def ranking_cases(count: int, seed: int, weights: FusionWeights = PLANTED) -> list[RankingCase]:
    """Return questions whose mass lies where `weights` put it."""
    random = np.random.default_rng(seed)
    cases = []
    for _ in range(count):
        passages = int(random.integers(2, 12))
        near, worded = random.random((passages, 2)), random.random((passages, 3))
        seen = random.random(len(EVIDENCE))
        masses = np.exp(fuse(near, worded, balance(seen, weights), weights))
        cases.append(
            RankingCase(near=near, worded=worded, evidence=seen, target=masses / masses.sum())
        )
    return cases


def test_planted_weights_of_the_ranking_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "_L2", 0.0)
    found = fit_fusion([ranking_cases(300, 1), ranking_cases(300, 2)])
    assert found.vectors == pytest.approx(PLANTED.vectors, rel=0.05)
    assert found.keywords == pytest.approx(PLANTED.keywords, rel=0.05)
    assert found.evidence == pytest.approx(PLANTED.evidence, abs=0.25)
    assert found.bias == pytest.approx(PLANTED.bias, abs=0.25)


def test_fitted_weights_order_new_questions_as_the_planted_ones_do() -> None:
    found = fit_fusion([ranking_cases(200, 3)])
    agreed = []
    for case in ranking_cases(100, 4):
        orders = [
            fuse(case.near, case.worded, balance(case.evidence, weights), weights).argmax()
            for weights in (PLANTED, found)
        ]
        agreed.append(orders[0] == orders[1])
    assert np.mean(agreed) > 0.9


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999))
def test_the_gradient_is_the_slope_of_the_loss(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = fitting._Problem([ranking_cases(5, seed), ranking_cases(3, seed + 1)])
    place = problem.start() + random.normal(scale=0.5, size=problem.start().size)
    _, gradient = problem.loss_and_gradient(place)
    step = 1e-6
    for axis in range(place.size):
        ahead, behind = place.copy(), place.copy()
        ahead[axis] += step
        behind[axis] -= step
        slope = (problem.loss_and_gradient(ahead)[0] - problem.loss_and_gradient(behind)[0]) / (
            2 * step
        )
        assert gradient[axis] == pytest.approx(slope, abs=1e-5)


def test_a_set_counts_the_same_however_many_questions_it_holds() -> None:
    one, two = ranking_cases(20, 5), ranking_cases(20, 6, replace(PLANTED, vectors=(0.1, 0.1)))
    few = fit_fusion([one, two])
    many = fit_fusion([one, two * 7])
    assert fit_fusion([one + two * 7]).vectors != pytest.approx(few.vectors, rel=0.2)
    assert few.vectors == pytest.approx(many.vectors, rel=0.05)
    assert few.keywords == pytest.approx(many.keywords, rel=0.05)


def test_a_feature_that_never_changes_is_no_trouble() -> None:
    flat = [replace(case, near=np.full_like(case.near, 0.5)) for case in ranking_cases(20, 7)]
    found = fit_fusion([flat])
    assert np.isfinite([*found.vectors, *found.keywords, *found.evidence, found.bias]).all()


def test_the_mass_of_a_question_goes_to_what_is_relevant_and_most_to_what_answers() -> None:
    assert target([False, False], [True, True]).tolist() == [0, 0]
    assert target([True, False, True], [False, True, False]).tolist() == [0.5, 0, 0.5]
    found = target([True, True, False], [True, False, True])
    assert found.sum() == pytest.approx(1)
    assert found.tolist() == pytest.approx([0.8, 0.2, 0])


@given(flags=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=9))
def test_a_target_is_a_distribution_over_the_relevant(flags: list[tuple[bool, bool]]) -> None:
    relevant = [one for one, _ in flags]
    found = target(relevant, [two for _, two in flags])
    assert found.sum() == pytest.approx(float(any(relevant)))
    assert all(mass > 0 if held else mass == 0 for mass, held in zip(found, relevant, strict=True))


def confidence_cases(
    count: int, seed: int, weights: tuple[float, ...] = (4.0, -3.0, 0.0), bias: float = -0.5
) -> list[ConfidenceCase]:
    random = np.random.default_rng(seed)
    cases = []
    for _ in range(count):
        features = random.random(len(weights))
        chance = 1 / (1 + np.exp(-(features @ np.array(weights) + bias)))
        right = bool(random.random() < chance)
        cases.append(ConfidenceCase(features=features, right=right, answerable=right, staged=True))
    return cases


def test_planted_weights_of_the_confidence_are_found_up_to_their_shrinking() -> None:
    weights, bias = fit_confidence([confidence_cases(2_000, 1), confidence_cases(3_000, 2)])
    assert weights == pytest.approx([4.0, -3.0, 0.0], abs=0.5)
    assert bias == pytest.approx(-0.5, abs=0.4)


def test_probabilities_are_as_often_right_as_they_say() -> None:
    fitted = fit_confidence([confidence_cases(1_500, 3)])
    cases = confidence_cases(2_000, 4)
    chances = probabilities(cases, *fitted)
    assert ((chances > 0) & (chances < 1)).all()
    right = np.array([case.right for case in cases])
    for low in (0.2, 0.4, 0.6):
        inside = (chances >= low) & (chances < low + 0.2)
        assert right[inside].mean() == pytest.approx(chances[inside].mean(), abs=0.1)


def test_a_set_that_is_left_out_does_not_change_its_own_probabilities() -> None:
    one, two, three = (confidence_cases(100, seed) for seed in (5, 6, 7))
    found = left_out({"one": one, "two": two, "three": three})
    assert found["one"] == pytest.approx(probabilities(one, *fit_confidence([two, three])))
    flipped = [replace(case, right=not case.right) for case in one]
    again = left_out({"one": flipped, "two": two, "three": three})
    assert again["one"] == pytest.approx(found["one"])
    assert again["two"] != pytest.approx(found["two"])


@pytest.mark.parametrize(
    ("answerable", "answered", "expected"),
    [
        ([True, True, False, False], [True, True, False, False], 1.0),
        ([True, True, False, False], [True, False, True, False], 0.5),
        ([True, True, True, False], [True, True, True, True], 0.5),
        ([True, True, True, False], [False, True, True, False], 5 / 6),
    ],
)
def test_balanced_accuracy_counts_both_kinds_alike(
    answerable: list[bool], answered: list[bool], expected: float
) -> None:
    kinds: tuple[NDArray[np.bool_], NDArray[np.bool_]] = np.array(answerable), np.array(answered)
    assert balanced_accuracy(*kinds) == pytest.approx(expected)
