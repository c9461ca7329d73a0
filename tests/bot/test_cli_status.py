"""What `status` says of a library: ages and sizes a person can read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.library_state import State
from corpus.outcomes import LibraryCounts

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def a_state(
    *,
    age: timedelta | None = timedelta(),
    size: int = 0,
    retired: int = 0,
    calibrated: bool = True,
) -> State:
    return State(
        folder=Path("library"),
        counts=LibraryCounts(
            articles=3,
            retired=retired,
            versions=5,
            passages=9,
            collections=2,
            newest_published=None if age is None else NOW,
            newest_stored=None if age is None else NOW - age,
            bytes_on_disk=size,
        ),
        space=None,
        lag=4,
        calibrated=calibrated,
        sizes={"articles": size},
        now=NOW,
    )


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(seconds=61), "1 minute ago"),
        (timedelta(hours=3, minutes=59), "3 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: timedelta, told: str) -> None:
    assert dict(a_state(age=age).lines())["changed"] == told


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_234, "1.23 kB"),
        (45_600_000, "45.6 MB"),
        (7_000_000_000_000_000, "7e+03 TB"),
    ],
)
def test_a_size_is_told_in_three_digits(size: int, told: str) -> None:
    assert dict(a_state(size=size).lines())["sizes"] == f"articles {told}"


def test_an_index_that_is_behind_says_what_catches_up() -> None:
    lines = dict(a_state().lines())
    assert lines["index"] == "4 changes behind; the next question or ingest catches up"
    assert "model" not in lines


def test_a_model_without_numbers_of_its_own_says_how_to_get_them() -> None:
    told = dict(a_state(calibrated=False).lines())["confidence"]
    assert told.endswith("no match is called strong; run `passagebot calibrate DIR`")
    assert "confidence" not in dict(a_state().lines())
    assert a_state(calibrated=False).to_json()["calibrated"] is False


def test_retired_articles_are_counted_apart() -> None:
    assert dict(a_state(retired=2).lines())["articles"] == "3 in 2 collections, 2 retired"


def test_a_library_that_never_held_anything_has_no_age() -> None:
    assert not {"newest", "changed"} & dict(a_state(age=None).lines()).keys()
    out = a_state(age=None).to_json()
    assert (out["age_seconds"], out["newest_stored"], out["model"]) == (None, None, None)


def test_the_json_tells_the_age_in_seconds() -> None:
    assert a_state(age=timedelta(hours=1)).to_json()["age_seconds"] == 3600.0
