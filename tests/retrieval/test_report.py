"""The report of an evaluation, and its outside form."""

import json

import pytest

from retrieval.bootstrap import Figure
from retrieval.question_sets import Kind
from retrieval.report import Library, Report, interval_to_json, report_of
from tests.retrieval.evaluated import mixed, outcome

LIBRARY = Library(articles=5, passages=9, files={"index/a": 3, "library.sqlite": 4})


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(mixed(), LIBRARY, name="set", model="hashing", resamples=200)


def test_a_report_counts_what_its_figures_rest_on(report: Report) -> None:
    assert report.kinds == {Kind.PRESENT: 8, Kind.ABSENT: 3, Kind.NEAR_MISS: 1}
    assert report.judged == {"ranking": 8, "passages": 8, "spans": 8, "highlights": 8}
    assert report.groups == 7
    assert report.value("abstention", "answered_when_near_miss") == 1.0
    assert report.value("abstention", "nothing of the kind") is None


def test_every_figure_has_its_interval_under_the_same_name(report: Report) -> None:
    found = json.loads(json.dumps(report.to_json()))
    for section, bounds in found["intervals"].items():
        for name, bound in bounds.items():
            value = found[section][name]
            inner = [(value, bound)] if section != "latency_ms" else []
            inner += [(value[p], bound[p]) for p in bound] if section == "latency_ms" else []
            assert all(low <= one <= high for one, (low, high) in inner), (section, name)
    assert set(found["intervals"]) == {
        "ranking",
        "passages",
        "spans",
        "highlights",
        "abstention",
        "calibration",
        "latency_ms",
    }


def test_the_outside_form_says_what_was_measured(report: Report) -> None:
    found = report.to_json()
    assert (found["set"], found["model"], found["questions"]) == ("set", "hashing", 12)
    assert found["kinds"] == {"present": 8, "absent": 3, "near miss": 1}
    assert (found["answerable"], found["groups"], found["resamples"]) == (8, 7, 200)
    assert found["library"] == {"articles": 5, "passages": 9, "files": LIBRARY.files, "bytes": 7}
    assert found["latency_ms"]["total"]["p50"] == 11.0
    assert [one["id"] for one in found["outcomes"]] == [one.id for one in mixed()]
    assert sum(one["questions"] for one in found["reliability"]) == 12
    assert found["risk_coverage"][0] == [0.0833, 1.0]
    assert found["risk_coverage"][-1][0] == 1.0


def test_a_long_curve_is_thinned_to_its_ends_and_a_hundred_points_between() -> None:
    many = [outcome(f"q{n}", "a", relevant={"a": 1}) for n in range(1_000)]
    curve = report_of(many, LIBRARY, name="", model="", resamples=2).to_json()["risk_coverage"]
    assert (len(curve), curve[0], curve[-1]) == (101, [0.001, 0.0], [1.0, 0.0])


def test_one_passage_that_is_no_slice_makes_the_whole_report_say_so() -> None:
    outcomes = [*mixed(), outcome("q", "a", verbatim=False)]
    assert not report_of(outcomes, LIBRARY, name="", model="", resamples=2).verbatim


def test_a_figure_without_an_interval_has_none_outside_either() -> None:
    assert interval_to_json(Figure(value=1.0, low=float("nan"), high=float("nan"))) is None
    assert interval_to_json(Figure(value=1.0, low=0.12345, high=1.0)) == [0.1235, 1.0]
