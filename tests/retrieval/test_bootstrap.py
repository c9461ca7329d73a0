"""The bootstrap: articles are drawn, not questions, and every draw can be repeated."""

import math

import numpy as np
import pytest

from retrieval.bootstrap import Figure, Groups, figures
from retrieval.measures import measures
from retrieval.question_sets import Kind
from retrieval.weighted import Statistic, mean
from tests.retrieval.evaluated import mixed, outcome


def figure(statistic: Statistic, outcomes: list, **more: int) -> Figure:
    return figures({"": {"": statistic}}, outcomes, **more)[""][""]


def drawn(outcomes: list, count: int = 50) -> np.ndarray:
    return np.concatenate(list(Groups(outcomes).draws(count, seed=1)))


def test_questions_that_share_an_article_are_drawn_together_over_others_too() -> None:
    outcomes = [
        outcome("q1", relevant={"a": 1}),
        outcome("q2", relevant={"a": 1, "b": 1}),
        outcome("q3", relevant={"b": 1}),
        outcome("q4", relevant={"c": 1}),
        outcome("near", kind=Kind.NEAR_MISS, about=("c",)),
        outcome("n1", about=("left out: x",)),
        outcome("n2", about=("left out: x",)),
        outcome("n3"),
        outcome("n4"),
    ]
    assert len(Groups(outcomes)) == 5
    weights = drawn(outcomes)
    assert (weights[:, :3] == weights[:, :1]).all()
    assert (weights[:, 3] == weights[:, 4]).all()
    assert (weights[:, 5] == weights[:, 6]).all()
    assert len({tuple(row) for row in weights[:, [0, 3, 5, 7, 8]]}) > 5


def test_groups_with_and_without_an_answer_are_drawn_as_many_as_there_are() -> None:
    weights = drawn(mixed())
    groups = {0: [0, 2, 4, 6], 1: [8, 10, 11]}
    assert (weights[:, groups[0]].sum(axis=1) == 4).all()
    assert (weights[:, groups[1]].sum(axis=1) == 3).all()


def test_the_same_seed_gives_the_same_interval_and_another_another() -> None:
    outcomes = mixed()
    statistic = mean([one.probability for one in outcomes], [True] * len(outcomes))
    assert figure(statistic, outcomes) == figure(statistic, outcomes, seed=0)
    assert figure(statistic, outcomes) != figure(statistic, outcomes, seed=1)


def test_many_questions_are_drawn_in_blocks_that_are_all_counted() -> None:
    outcomes = [outcome(f"q{n}", relevant={f"{n}": 1}) for n in range(3_000)]
    blocks = list(Groups(outcomes).draws(2_000, seed=0))
    assert [block.shape[1] for block in blocks] == [3_000, 3_000]
    assert sum(block.shape[0] for block in blocks) == 2_000


def test_an_interval_is_that_of_the_drawn_articles() -> None:
    """Of ten articles five are right: the mean of ten draws is binomial."""
    outcomes = [outcome(f"q{n}", relevant={f"{n // 10}": 1}) for n in range(100)]
    right = [float(n < 50) for n in range(100)]
    found = figure(mean(right, [True] * 100), outcomes)
    assert found == Figure(value=0.5, low=0.2, high=0.8)


def test_a_measure_that_no_draw_can_show_has_no_interval() -> None:
    outcomes = [outcome("q1", relevant={"a": 1})]
    found = figure(mean([1.0], [False]), outcomes)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_draws_that_cannot_show_a_measure_are_left_out_of_its_interval() -> None:
    outcomes = [outcome(f"q{n}", relevant={f"{n}": 1}) for n in range(2)]
    found = figure(mean([1.0, 0.0], [True, False]), outcomes)
    assert found == Figure(value=1.0, low=1.0, high=1.0)


def test_every_measure_lies_within_its_interval() -> None:
    outcomes = mixed()
    for section in figures(measures(outcomes), outcomes, resamples=400).values():
        for name, found in section.items():
            assert found.low <= found.value <= found.high, name


def test_outcomes_without_any_question_are_no_groups() -> None:
    assert len(Groups([])) == 0
    with pytest.raises(StopIteration):
        next(iter(Groups([]).draws(0, seed=0)))
