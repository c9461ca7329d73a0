"""When an alert may go out: at once or with the daily digest, not in quiet hours, not above the cap.

Pure functions of what the database holds: a moment is never remembered, only computed, so a
restart or a clock that is set back or forward changes nothing but the next result.

Local times follow RFC 5545, section 3.3.5: one that exists twice means the first, one that a
change of the clock leaves out is read with the offset before the change (02:30 becomes 03:30).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_DAYS = 400
"""A search for a free day ends here: no cap fills as many days ahead."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """When a person wants alerts. Times are local, in `zone`, an IANA name.

    With `is_daily` they come together at `digest`, else at once. `quiet` is from and until, over
    midnight if the first is later; None for no quiet hours. `cap` is how many messages a day.
    """

    zone: str = "UTC"
    is_daily: bool = False
    digest: time = time(8)
    quiet: tuple[time, time] | None = None
    cap: int = 10


def due(*, found: datetime, now: datetime, habits: Habits, sent: Sequence[datetime]) -> datetime:
    """Return when what was found at a moment may go out: `now` or later, aware, in UTC.

    `sent` are the moments of the messages that went to the person in the last days. What was
    found later than now, by a clock that was set back since, counts as found now.
    """
    zone, found = ZoneInfo(habits.zone), min(found, now)
    days = [_day(one, zone) for one in sent]
    moment = max(now, _digest(found, habits, zone)) if habits.is_daily else now
    return _free(max(moment, _after_full_days(found, days, habits, zone)), days, habits, zone)


def local_moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the moment of a local time, aware, in UTC."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def quiet_until(moment: datetime, habits: Habits) -> datetime | None:
    """Return the end of the quiet hours a moment lies in, in UTC; None if it lies in none."""
    zone = ZoneInfo(habits.zone)
    ends = [end for start, end in _quiet_hours(moment, habits, zone) if start <= moment < end]
    return max(ends, default=None)


def _quiet_hours(
    moment: datetime, habits: Habits, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the quiet hours around a moment."""
    if habits.quiet is None or habits.quiet[0] == habits.quiet[1]:
        return
    start, end = habits.quiet
    length = timedelta() if start < end else _DAY
    today = _day(moment, zone)
    for day in (today - _DAY, today, today + _DAY):
        yield local_moment(day, start, zone), local_moment(day + length, end, zone)


def _digest(found: datetime, habits: Habits, zone: ZoneInfo) -> datetime:
    """Return the first digest that can hold what was found."""
    today = _day(found, zone)
    days = (today + number * _DAY for number in range(-1, 3))
    return min(one for day in days if (one := local_moment(day, habits.digest, zone)) >= found)


def _after_full_days(
    found: datetime, sent: Sequence[date], habits: Habits, zone: ZoneInfo
) -> datetime:
    """Return when what was found may go out at the earliest, after days at their cap.

    What the cap holds back comes at the time of the digest, also to those who have none.
    """
    day = _day(found, zone)
    if sent.count(day) < habits.cap:
        return found
    while sent.count(day) >= habits.cap:
        day += _DAY
    return local_moment(day, habits.digest, zone)


def _free(moment: datetime, sent: Sequence[date], habits: Habits, zone: ZoneInfo) -> datetime:
    """Return the first moment from `moment` on that is not quiet, on a day below the cap."""
    for _ in range(MOST_DAYS):
        while (end := quiet_until(moment, habits)) is not None:
            moment = end
        day = _day(moment, zone)
        if sent.count(day) < habits.cap:
            return moment
        moment = max(moment, local_moment(day + _DAY, habits.digest, zone))
    return moment


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
