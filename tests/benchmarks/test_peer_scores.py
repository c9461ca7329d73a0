import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.comparison import MRR, Comparison, SetScores
from benchmarks.peers.environments import REQUIREMENTS, pinned
from benchmarks.peers.plain import fused
from benchmarks.peers.scores import drawn_means, figure, groups_of, per_question
from benchmarks.peers.tables import to_markdown

RELEVANT = [{"a": 1}, {"b": 1}, {"a": 1, "c": 1}, {"d": 1}]
ALL_RIGHT = [["a"], ["b"], ["a", "c"], ["d"]]
SECOND = [["x", "a"], ["x", "b"], ["x", "a", "c"], ["x", "d"]]


Rankings = list[list[str]]


def set_scores(
    name: str, product: Rankings, dense: Rankings, keywords: Rankings, repeats: str | None = None
) -> SetScores:
    rankings = {"passagebot": product, "dense": dense, "BM25": keywords, "RRF 60": dense}
    return SetScores.of(name, rankings, RELEVANT, articles=4, passages=4, repeats=repeats)


def test_a_reciprocal_rank_is_that_of_the_first_relevant_article() -> None:
    scores = per_question([["x", "a"], [], ["c"], ["a", "b"]], RELEVANT)
    assert scores["mrr@10"].tolist() == [0.5, 0.0, 1.0, 0.0]


def test_recall_is_the_share_of_the_relevant_articles_among_ten() -> None:
    scores = per_question([["a"], [*"0123456789b"], ["x", "c"], ["d"]], RELEVANT)
    assert scores["recall@10"].tolist() == [1.0, 0.0, 0.5, 1.0]


def test_questions_that_share_an_article_are_one_group_also_by_way_of_others() -> None:
    groups = groups_of([{"a": 1}, {"b": 1}, {"c": 1}, {"a": 1, "b": 1}])
    assert groups[0] == groups[1] == groups[3]
    assert groups[2] != groups[0]


def test_groups_are_drawn_as_a_whole() -> None:
    values = np.array([[1.0], [1.0], [0.0], [0.0]])
    means = drawn_means(values, np.array([0, 0, 1, 1]), seed=1)
    assert set(means[:, 0]) == {0.0, 0.5, 1.0}


def test_systems_are_scored_on_the_same_draws() -> None:
    values = np.random.default_rng(0).random((50, 1)) + np.array([[0.0, 0.25]])
    means = drawn_means(values, np.arange(50), seed=1)
    assert np.allclose(means[:, 1] - means[:, 0], 0.25)


def test_an_interval_of_a_normal_spread_is_two_deviations_either_way() -> None:
    draws = np.random.default_rng(0).normal(0.7, 0.1, 100_000)
    found = figure(0.7, draws)
    assert (found.low, found.high) == pytest.approx((0.7 - 0.196, 0.7 + 0.196), abs=0.005)


def test_fusion_prefers_what_both_lists_hold() -> None:
    assert fused([[1, 2, 3], [4, 3]]) == [3, 1, 4, 2]


def test_the_conditions_hold_for_a_product_that_is_always_right() -> None:
    found = Comparison(sets=(set_scores("one", ALL_RIGHT, SECOND, SECOND),))
    assert found.holds
    assert found.leads()["dense"].value == pytest.approx(0.5)


def test_a_product_that_is_only_as_good_as_another_is_not_first() -> None:
    found = Comparison(sets=(set_scores("one", ALL_RIGHT, ALL_RIGHT, SECOND),))
    assert not found.is_first
    assert found.is_safe


def test_one_set_below_the_best_plain_way_breaks_the_second_condition() -> None:
    sets = (
        set_scores("one", ALL_RIGHT, SECOND, SECOND),
        set_scores("two", SECOND, SECOND, ALL_RIGHT),
    )
    found = Comparison(sets=sets)
    assert not found.is_safe
    assert found.shortfalls()["two"][0] == "BM25"
    assert (
        "below the best of dense and BM25: does NOT hold"
        in to_markdown(found, found).splitlines()[-1]
    )


def test_a_set_asked_again_with_history_stays_out_of_the_mean_and_has_both_rivals() -> None:
    sets = (
        set_scores("one", SECOND, ALL_RIGHT, SECOND),
        set_scores("one + history", ALL_RIGHT, SECOND, SECOND, repeats="one"),
    )
    found = Comparison(sets=sets)
    means, _ = found.overall(MRR)
    assert means.tolist() == [0.5, 1.0, 0.5, 1.0]
    assert found.shortfalls()["one + history"] == ("dense, last turn", figure(0.0, np.zeros(9)))


def test_all_figures_are_json() -> None:
    found = Comparison(sets=(set_scores("one", ALL_RIGHT, SECOND, SECOND),))
    figures = json.loads(json.dumps(found.to_json()))
    assert figures["sets"]["one"]["mrr@10"]["dense"]["value"] == 0.5
    assert figures["first_on_the_mean"]


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_requirement_of_a_peer_is_a_name_and_a_version(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert len(pinned(path.stem)) == len(lines)
    assert pinned(path.stem)["torch"] == "2.13.0"
