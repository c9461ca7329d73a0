"""When alerts may go out: laws for all times, and days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.following.due_times import Habits, due, local_moment, quiet_until

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "America/St_Johns",
)
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
HABITS = st.builds(
    Habits,
    zone=st.sampled_from(ZONES),
    is_daily=st.booleans(),
    digest=MINUTES,
    quiet=st.none() | st.tuples(MINUTES, MINUTES),
    cap=st.integers(1, 4),
)
AGO = st.timedeltas(timedelta(days=-2), timedelta(days=2))
BERLIN = ZoneInfo("Europe/Berlin")
AT_ONCE = Habits(zone="Europe/Berlin")
DAILY = Habits(zone="Europe/Berlin", is_daily=True, digest=time(8))
NIGHT = Habits(zone="Europe/Berlin", quiet=(time(22), time(7)))


def berlin(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return local_moment(date(2026, month, day), time(hour, minute), BERLIN)


def clock(moment: datetime, zone: ZoneInfo = BERLIN) -> str:
    return f"{moment.astimezone(zone):%m-%d %H:%M}"


@given(HABITS, MOMENTS, AGO, st.lists(AGO, max_size=6))
def test_nothing_is_due_before_now_in_quiet_hours_or_above_the_cap(
    habits: Habits, now: datetime, found: timedelta, sent: list[timedelta]
) -> None:
    before = [now + ago for ago in sent]
    moment = due(found=now + found, now=now, habits=habits, sent=before)
    zone = ZoneInfo(habits.zone)
    that_day = [
        one for one in before if one.astimezone(zone).date() == moment.astimezone(zone).date()
    ]
    assert moment >= now
    assert quiet_until(moment, habits) is None
    assert len(that_day) < habits.cap


@given(HABITS, MOMENTS, AGO, st.lists(AGO, max_size=6), st.timedeltas(timedelta(0), timedelta(1)))
def test_what_is_due_does_not_move_away_while_one_waits_for_it(
    habits: Habits, now: datetime, found: timedelta, sent: list[timedelta], waited: timedelta
) -> None:
    before, was_found = [now - abs(ago) for ago in sent], now - abs(found)
    moment = due(found=was_found, now=now, habits=habits, sent=before)
    meanwhile = min(now + waited, moment)
    assert due(found=was_found, now=meanwhile, habits=habits, sent=before) <= moment


@given(HABITS, MOMENTS, AGO)
def test_nobody_waits_longer_than_three_days_for_what_no_cap_holds(
    habits: Habits, now: datetime, found: timedelta
) -> None:
    moment = due(found=now + found, now=now, habits=habits, sent=[])
    assert moment - now <= timedelta(days=3)


@given(HABITS.filter(lambda habits: not habits.is_daily), MOMENTS, AGO)
def test_outside_of_quiet_hours_at_once_is_now(
    habits: Habits, now: datetime, found: timedelta
) -> None:
    moment = due(found=now + found, now=now, habits=habits, sent=[])
    assert (moment == now) is (quiet_until(now, habits) is None)


@given(HABITS, MOMENTS, AGO, st.timedeltas(timedelta(0), timedelta(days=1)))
def test_a_clock_set_back_loses_nothing_and_holds_nothing_for_longer_than_found_now(
    habits: Habits, now: datetime, found: timedelta, back: timedelta
) -> None:
    set_back = due(found=now + abs(found), now=now - back, habits=habits, sent=[])
    assert set_back == due(found=now - back, now=now - back, habits=habits, sent=[])


@given(HABITS, MOMENTS, MOMENTS)
def test_a_later_find_is_never_due_earlier(habits: Habits, one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    now = second
    assert due(found=first, now=now, habits=habits, sent=[]) <= due(
        found=second, now=now, habits=habits, sent=[]
    )


@given(st.sampled_from(ZONES), MINUTES, MOMENTS)
def test_every_day_has_one_digest_whatever_the_clocks_do(
    zone: str, digest: time, now: datetime
) -> None:
    habits = Habits(zone=zone, is_daily=True, digest=digest)
    here = ZoneInfo(zone)
    moments = []
    for _ in range(5):
        now = due(found=now, now=now, habits=habits, sent=[])
        moments.append(now)
        now += timedelta.resolution
    days = [moment.astimezone(here).date() for moment in moments]
    assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(days=1)] * 4


def test_the_digest_comes_at_its_local_time_before_and_after_summer_time() -> None:
    october = due(found=berlin(10, 24, 12), now=berlin(10, 24, 12), habits=DAILY, sent=[])
    november = due(found=berlin(10, 25, 12), now=berlin(10, 25, 12), habits=DAILY, sent=[])
    assert [clock(october), clock(november)] == ["10-25 08:00", "10-26 08:00"]
    assert november - october == timedelta(days=1)
    before = due(found=berlin(10, 24, 7), now=berlin(10, 24, 7), habits=DAILY, sent=[])
    assert october - before == timedelta(hours=25)


def test_a_digest_at_an_hour_that_exists_twice_comes_once_at_the_first() -> None:
    habits = Habits(zone="Europe/Berlin", is_daily=True, digest=time(2, 30))
    first = due(found=berlin(10, 24, 12), now=berlin(10, 24, 12), habits=habits, sent=[])
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after = first + timedelta(minutes=1)
    assert clock(due(found=after, now=after, habits=habits, sent=[])) == "10-26 02:30"


def test_a_digest_at_an_hour_that_is_left_out_comes_an_hour_later_by_the_clock() -> None:
    habits = Habits(zone="Europe/Berlin", is_daily=True, digest=time(2, 30))
    moment = due(found=berlin(3, 28, 12), now=berlin(3, 28, 12), habits=habits, sent=[])
    assert clock(moment) == "03-29 03:30"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ((11, 1, 21, 59), "11-01 21:59"),
        ((11, 1, 22, 0), "11-02 07:00"),
        ((11, 1, 23, 30), "11-02 07:00"),
        ((11, 2, 0, 0), "11-02 07:00"),
        ((11, 2, 6, 59), "11-02 07:00"),
        ((11, 2, 7, 0), "11-02 07:00"),
        ((10, 24, 23, 0), "10-25 07:00"),
        ((3, 28, 23, 0), "03-29 07:00"),
    ],
)
def test_quiet_hours_over_midnight_hold_until_their_end(
    now: tuple[int, int, int, int], expected: str
) -> None:
    moment = berlin(*now)
    assert clock(due(found=moment, now=moment, habits=NIGHT, sent=[])) == expected


def test_a_digest_that_falls_in_quiet_hours_comes_at_their_end() -> None:
    habits = Habits(zone="Europe/Berlin", is_daily=True, digest=time(6), quiet=(time(22), time(7)))
    now = berlin(11, 1, 12)
    assert clock(due(found=now, now=now, habits=habits, sent=[])) == "11-02 07:00"


def test_a_digest_missed_while_the_bot_was_away_comes_at_once() -> None:
    now = berlin(11, 3, 15)
    assert due(found=berlin(11, 1, 12), now=now, habits=DAILY, sent=[]) == now


def test_what_the_cap_holds_comes_at_the_time_of_the_digest_of_the_next_day() -> None:
    habits = Habits(zone="Europe/Berlin", cap=2, digest=time(9))
    now = berlin(11, 1, 12)
    sent = [berlin(11, 1, 9), berlin(11, 1, 10)]
    for later in (now, berlin(11, 2, 0), berlin(11, 2, 8, 59)):
        assert clock(due(found=now, now=later, habits=habits, sent=sent)) == "11-02 09:00"
    full = [*sent, berlin(11, 2, 1), berlin(11, 2, 2)]
    assert clock(due(found=now, now=berlin(11, 3, 0), habits=habits, sent=full)) == "11-03 09:00"
    yesterday = [berlin(10, 31, 23), berlin(11, 1, 10)]
    assert due(found=now, now=now, habits=habits, sent=yesterday) == now


def test_equal_bounds_are_no_quiet_hours() -> None:
    habits = Habits(quiet=(time(5), time(5)))
    now = berlin(11, 1, 12)
    assert quiet_until(now, habits) is None
