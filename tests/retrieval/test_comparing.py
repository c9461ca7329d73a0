"""Comparing two evaluations: what changed, and what is chance."""

import json
from dataclasses import replace

import pytest

from retrieval.comparing import Change, Turn, compare
from retrieval.outcomes import Outcome, OutcomesError
from retrieval.question_sets import Kind
from tests.retrieval.evaluated import NONE, POSSIBLE, mixed, outcome


def asked(count: int, right: int, **more: object) -> list[Outcome]:
    """Return questions about as many articles, the first `right` of which found theirs."""
    return [
        outcome(f"q{n}", "a" if n < right else "b", relevant={"a": 1}, about=(f"{n}",), **more)
        for n in range(count)
    ]


def change(turn: Turn, name: str, kind: Kind = Kind.PRESENT) -> Change:
    return Change(turn=turn, kind=kind, id=name, text=f"{name}?")


def test_an_evaluation_does_not_differ_from_itself() -> None:
    found = compare(mixed(), mixed())
    assert (found.questions, found.only_before, found.only_after, found.changes) == (12, 0, 0, [])
    for section in (found.quality, found.latency_ms):
        for measures in section.values():
            for one in measures.values():
                assert (one.change.value, one.change.low, one.change.high) == (0, 0, 0)
                assert one.is_chance
                assert one.before == one.after


def test_every_question_that_changed_is_named_with_its_turn() -> None:
    right = {"relevant": {"a": 1}, "units": 1}
    before = [
        outcome("q1", "a", found=((0,),), **right),
        outcome("q2", "a", found=((),), confidence=NONE, **right),
        outcome("q3", "b", relevant={"a": 1}),
        outcome("q4", "a", confidence=POSSIBLE),
        outcome("q5", "a", found=((0,),), **right),
    ]
    after = [
        outcome("q1", "a", found=((),), **right),
        outcome("q2", "a", found=((0,),), **right),
        outcome("q3", "a", relevant={"a": 1}),
        outcome("q4", "b", confidence=NONE),
        outcome("q5", "b", "a", found=((0,),), **right),
    ]
    assert compare(before, after, resamples=10).changes == [
        change(Turn.WON, "q2"),
        change(Turn.WON, "q3"),
        change(Turn.LOST, "q1"),
        change(Turn.ANSWERED, "q2"),
        change(Turn.REFUSED, "q4", Kind.ABSENT),
    ]


def test_what_only_one_file_holds_is_counted_and_left_out() -> None:
    before, after = asked(6, 3)[:5], asked(6, 3)[2:]
    found = compare(before, after, resamples=10)
    assert (found.questions, found.only_before, found.only_after) == (3, 2, 1)
    assert found.quality["ranking"]["recall@1"].before == pytest.approx(1 / 3)


def test_a_difference_that_all_questions_share_is_no_chance_and_a_single_one_is() -> None:
    found = compare(asked(40, 10), asked(40, 30)).quality["ranking"]["recall@1"]
    assert (found.before, found.after, found.change.value) == pytest.approx((0.25, 0.75, 0.5))
    assert 0.3 < found.change.low < 0.5 < found.change.high < 0.7
    assert not found.is_chance
    assert not compare(asked(40, 30), asked(40, 10)).quality["ranking"]["recall@1"].is_chance
    assert compare(asked(40, 10), asked(40, 11)).quality["ranking"]["recall@1"].is_chance


def test_the_draws_are_paired_so_that_what_both_share_cancels() -> None:
    faster = [replace(one, timings_ms={"total": n * 50.0}) for n, one in enumerate(asked(40, 20))]
    slower = [replace(one, timings_ms={"total": one.timings_ms["total"] + 1.0}) for one in faster]
    found = compare(faster, slower).latency_ms["total"]["p50"].change
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 1.0, 1.0))


def test_a_measure_only_one_can_show_is_left_out() -> None:
    plain = asked(4, 2)
    spanned = asked(4, 2, spans=(True,))
    assert compare(plain, spanned, resamples=10).quality["spans"] == {}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ([], "share no question"),
        ([outcome("else", "a", relevant={"a": 1})], "share no question"),
        ([outcome("q1", "a")], "q1 is not the same in both files"),
        ([outcome("q1", "a", relevant={"a": 1}, text="Other?")], "q1 is not the same"),
    ],
)
def test_two_different_sets_are_refused(other: list[Outcome], reason: str) -> None:
    with pytest.raises(OutcomesError, match=reason) as caught:
        compare([outcome("q1", "a", relevant={"a": 1})], other)
    assert "; " in str(caught.value)


def test_a_comparison_is_json() -> None:
    later = [replace(one, confidence=NONE) for one in mixed()]
    found = json.loads(json.dumps(compare(mixed(), later, resamples=50).to_json()))
    assert found["questions"] == 12
    assert {one["turn"] for one in found["changes"]} == {"refused now"}
    answered = found["abstention"]["answered_when_present"]
    assert (answered["after"], answered["difference"]) == (0.0, -0.75)
    assert answered["interval"][0] <= -0.75 <= answered["interval"][1]
    assert found["latency_ms"]["total"]["p50"]["difference"] == 0.0
