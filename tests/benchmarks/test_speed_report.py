"""The report of speed beside peers: medians, ratios to the best, and what is not measured."""

import pytest

from benchmarks.peers.speed_report import Figures, to_markdown


def figures() -> Figures:
    return Figures(
        machine="2 cores of a processor",
        load_before="1.0",
        load_after="2.0",
        passages=600,
        large=24_000,
        limit_per_second=200.0,
        rounds={
            "passagebot": [
                {"passages_per_second": 90.0, "p50_milliseconds": 9.0, "large_p50_milliseconds": 8},
                {"passages_per_second": 110.0, "p50_milliseconds": 11.0},
            ],
            "slow": [{"passages_per_second": 10.0, "p50_milliseconds": 20.0}],
            "quick": [
                {
                    "passages_per_second": 20.0,
                    "p50_milliseconds": 40.0,
                    "large_p50_milliseconds": 80,
                }
            ],
        },
    )


def test_medians_are_over_the_rounds() -> None:
    assert figures().medians()["passagebot"]["passages_per_second"] == 100
    assert figures().medians()["passagebot"]["p50_milliseconds"] == 10


def test_ratios_are_to_the_peer_that_is_best_in_each_column() -> None:
    assert figures().ratios() == {
        "passages_per_second": pytest.approx(5),
        "p50_milliseconds": pytest.approx(0.5),
        "large_p50_milliseconds": pytest.approx(0.1),
    }


def test_the_report_tells_machine_load_goals_and_the_share_of_the_limit() -> None:
    told = to_markdown(figures())
    assert told.startswith("2 cores of a processor; load 1.0 before, 2.0 after; 600 passages")
    assert "| slow | 10 | 20 |  |" in told
    assert "| passagebot / best peer | 5 | 0.5 | 0.1 |" in told
    assert "| goal | >= 5 | <= 0.333 | <= 0.2 |" in told
    assert "Indexing reaches 50%" in told


def test_a_peer_without_words_is_no_measure_for_hybrid_questions() -> None:
    known = figures()
    known.rounds["handmade"] = [{"passages_per_second": 50.0, "p50_milliseconds": 1.0}]
    assert known.ratios()["p50_milliseconds"] == pytest.approx(0.5)
    assert known.ratios()["passages_per_second"] == pytest.approx(2)
