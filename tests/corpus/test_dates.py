from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.dates import day_in, parse_date, unreadable_date
from corpus.month_names import month_of

DAY = datetime(2024, 3, 5, tzinfo=UTC)
MOMENT = datetime(2024, 3, 5, 13, 45, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2024-03-05",
        "20240305",
        20240305,
        "2024/3/5",
        "2024.03.05",
        "5 March 2024",
        "5th Mar. 2024",
        "March 5, 2024",
        "Sept 5, 2024",
        "2024-03-05T00:00:00Z",
        " 2024-03-05 ",
        1709596800,
        1709596800000,
        "1709596800",
        "1709596800.0",
    ],
)
def test_a_day_is_midnight_in_utc(value: object) -> None:
    expected = DAY.replace(month=9) if "Sept" in str(value) else DAY
    assert parse_date(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "2024-03-05T13:45:10",
        "2024-03-05T14:45:10+01:00",
        "2024-03-05 13:45:10Z",
        "Tue, 05 Mar 2024 13:45:10 GMT",
        "Tue, 05 Mar 2024 08:45:10 -0500",
        1709646310,
    ],
)
def test_a_moment_is_turned_into_utc(value: object) -> None:
    assert parse_date(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        "03/04/2024",
        "2024-13-05",
        "2024/13/05",
        "2024",
        "2024-03",
        "5 Brumaire 2024",
        "31 February 2024",
        "99991232",
        "0001-01-01T00:00:00+14:00",
        True,
        [2024],
        1e300,
        float("nan"),
        float("inf"),
    ],
)
def test_what_names_no_certain_day_is_no_date(value: object) -> None:
    assert parse_date(value) is None


@given(st.text() | st.integers() | st.floats() | st.none() | st.lists(st.integers()))
def test_no_value_breaks_the_reader_and_dates_are_in_utc(value: object) -> None:
    moment = parse_date(value)
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(timezones=st.timezones(), allow_imaginary=False))
def test_every_iso_moment_is_read_exactly(moment: datetime) -> None:
    assume(10 < moment.year < 9_990)  # near the ends of the calendar there may be no such UTC
    assert parse_date(moment.isoformat()) == moment.astimezone(UTC)


def test_an_unreadable_date_is_warned_of_and_no_date_is_not() -> None:
    assert unreadable_date("yesterday", None) == (
        "its date 'yesterday' cannot be read; write it as YYYY-MM-DD",
    )
    assert unreadable_date([1], None)
    assert unreadable_date(None, None) == ()
    assert unreadable_date("", None) == ()
    assert unreadable_date("2024-03-05", DAY) == ()


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Updated 9 March 2026, 10:15", (2026, 3, 9)),
        ("Von Jonas Brandt | 21. November 2025", (2025, 11, 21)),
        ("2 de abril de 2026", (2026, 4, 2)),
        ("Publié le 1er août 2024", (2024, 8, 1)),
        ("опубликовано 5 мая 2023", (2023, 5, 5)),
        ("January 15, 2026, and again on 3 May 2027", (2026, 1, 15)),
    ],
)
def test_a_day_written_out_is_found_in_a_line(line: str, day: tuple[int, int, int]) -> None:
    assert day_in(line) == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize("line", ["", "3/4/26", "31 February 2026", "12 ju 2026", "page 9 of 2026"])
def test_no_day_is_guessed_from_a_line(line: str) -> None:
    assert day_in(line) is None


@pytest.mark.parametrize(
    ("name", "month"),
    [("Mar", 3), ("März", 3), ("sept", 9), ("ju", None), ("jui", None), ("juin", 6), ("مايو", 5)],
)
def test_a_month_is_known_by_its_name_or_its_first_letters(name: str, month: int | None) -> None:
    assert month_of(name) == month
