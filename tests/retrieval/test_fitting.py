"""Fitting: it finds the weights that made the data, and each set counts equally."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import fitting
from retrieval.candidates import EVIDENCE
from retrieval.fitting import RankingCase, fit_fusion, target
from retrieval.fusion import FusionWeights, balance, fuse

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
            RankingCase(
                near=near,
                worded=worded,
                evidence=seen,
                target=masses / masses.sum(),
                group="article",
            )
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
