"""Fitting the confidence: planted weights come back, signs hold, and what is left out is unseen."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval import confidence_fitting
from retrieval.confidence import FEATURES, LOWERING
from retrieval.confidence_cases import CasesOfSet, ConfidenceCase, Staging
from retrieval.confidence_fitting import fit_confidence, folded, left_out, probabilities
from retrieval.folds import FOLDS, folds

PLANTED = np.array([-2.0 if name in LOWERING else 3.0 for name in FEATURES])


def a_set(
    count: int,
    seed: int,
    *,
    weights: NDArray[np.float64] = PLANTED,
    family: str | None = None,
    groups: int = 20,
) -> CasesOfSet:
    """Return cases that are right as often as planted weights say."""
    random = np.random.default_rng(seed)
    features = random.random((count, len(FEATURES)))
    odds = (features - 0.5) @ weights
    right = random.random(count) < 1 / (1 + np.exp(-odds))
    cases = tuple(
        ConfidenceCase(
            features=row, right=bool(good), staging=Staging.PRESENT, group=f"{place % groups}"
        )
        for place, (row, good) in enumerate(zip(features, right, strict=True))
    )
    return CasesOfSet(family=family or f"family {seed}", cases=cases)


def test_planted_weights_are_found_but_for_their_shrinking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confidence_fitting, "_L2", 0.0)
    weights, bias = fit_confidence([a_set(3_000, 1), a_set(4_000, 2)])
    assert weights == pytest.approx(PLANTED, abs=0.6)
    assert bias == pytest.approx(-float(PLANTED.sum()) / 2, abs=1)


def test_no_weight_has_the_sign_its_feature_does_not_mean() -> None:
    weights, _ = fit_confidence([a_set(1_000, 3, weights=-PLANTED)])
    assert weights == pytest.approx(np.zeros(len(FEATURES)), abs=1e-6)


def test_probabilities_are_as_often_right_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confidence_fitting, "_L2", 0.001)
    fitted = fit_confidence([a_set(3_000, 5)])
    some = a_set(3_000, 6)
    chances = probabilities(some.cases, *fitted)
    assert ((chances > 0) & (chances < 1)).all()
    for low in (0.2, 0.4, 0.6):
        inside = (chances >= low) & (chances < low + 0.2)
        assert some.right[inside].mean() == pytest.approx(chances[inside].mean(), abs=0.1)


def test_a_family_that_is_left_out_does_not_change_its_own_probabilities() -> None:
    one, twin = a_set(100, 7, family="a"), a_set(100, 8, family="a")
    other, third = a_set(100, 9, family="b"), a_set(100, 10, family="c")
    sets = {"one": one, "other": other, "twin": twin, "third": third}
    found = left_out(sets)
    assert list(found) == list(sets)
    assert found["one"] == pytest.approx(probabilities(one.cases, *fit_confidence([other, third])))
    flipped = replace(twin, cases=tuple(replace(c, right=not c.right) for c in twin.cases))
    again = left_out({**sets, "twin": flipped})
    assert again["one"] == pytest.approx(found["one"])
    assert again["other"] != pytest.approx(found["other"])


def test_a_case_of_a_lone_set_is_judged_by_questions_about_other_articles() -> None:
    some = a_set(200, 11)
    found = folded(some)
    fold = folds([case.group for case in some.cases])
    changed = replace(
        some,
        cases=tuple(
            replace(case, right=not case.right) if number == 0 else case
            for case, number in zip(some.cases, fold, strict=True)
        ),
    )
    again = folded(changed)
    assert again[fold == 0] == pytest.approx(found[fold == 0])
    assert again[fold != 0] != pytest.approx(found[fold != 0])


@given(groups=st.lists(st.sampled_from("abcdefghijklmnop"), max_size=60))
def test_folds_keep_groups_whole_and_differ_by_no_more_than_a_group(groups: list[str]) -> None:
    found = folds(groups)
    assert len(found) == len(groups)
    for group in set(groups):
        assert len({int(f) for f, g in zip(found, groups, strict=True) if g == group}) == 1
    sizes = [int((found == number).sum()) for number in range(FOLDS)]
    assert max(sizes) - min(sizes) <= max(map(groups.count, groups), default=0)


def test_sets_of_one_family_and_small_ones_count_less() -> None:
    one, two, alone = (
        a_set(400, seed, family=name) for seed, name in ((1, "a"), (2, "a"), (3, "b"))
    )
    small = a_set(50, 4)
    shares = confidence_fitting._shares([one, two, alone, small])
    parts = [shares[:400].sum(), shares[400:800].sum(), shares[800:1200].sum(), shares[1200:].sum()]
    assert shares.sum() == pytest.approx(1)
    assert parts[0] == pytest.approx(parts[1])
    assert parts[2] / parts[0] == pytest.approx(math.sqrt(2))
    assert parts[2] / parts[3] == pytest.approx(4)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999))
def test_the_gradient_is_the_slope_of_the_loss(seed: int) -> None:
    random = np.random.default_rng(seed)
    right = (random.random(30) < 0.5).astype(np.float64)
    loss = confidence_fitting._LogisticLoss(random.random((30, 4)), right, np.full(30, 1 / 30))
    place = random.normal(size=5)
    _, gradient = loss.with_gradient(place)
    for axis in range(5):
        step = np.zeros(5)
        step[axis] = 1e-6
        slope = (loss.with_gradient(place + step)[0] - loss.with_gradient(place - step)[0]) / 2e-6
        assert gradient[axis] == pytest.approx(slope, abs=1e-5)


def test_a_feature_that_never_changes_is_no_trouble() -> None:
    some = a_set(100, 12)
    flat = replace(
        some,
        cases=tuple(replace(c, features=np.append(0.5, c.features[1:])) for c in some.cases),
    )
    weights, bias = fit_confidence([flat])
    assert np.isfinite([*weights, bias]).all()
