"""Dates in English words as periods: the days they name, as half-open ranges in UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
_DECEMBER = len(MONTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days from `start` until before `end`, midnights in UTC; `unit` is what named them."""

    start: datetime
    end: datetime
    unit: str


def period(words: str, now: datetime, *, whole: bool = True) -> Period | None:
    """Return the period "last week", "3 may 2025" or "2024" name, `None` if it is no date.

    Relative to `now`, in UTC; of several years or weeks a date may mean, the latest that is not
    in the future. Unless `whole`, it is the one day so long ago.
    """
    from dateparser.date import DateDataParser  # noqa: PLC0415 - slow, and few questions hold a date

    today = midnight(now)
    settings = {
        "RELATIVE_BASE": today.replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "TIMEZONE": "UTC",
    }
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(words)
    if found.date_obj is None:
        return None
    return _around(
        midnight(found.date_obj.replace(tzinfo=UTC)), str(found.period) if whole else "day"
    )


def get_ready() -> None:
    """Load what the first date would wait for: half a second."""
    period("yesterday", datetime.now(UTC))


def midnight(moment: datetime) -> datetime:
    """Return the beginning of a moment's day in UTC."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _around(day: datetime, unit: str) -> Period:
    """Return the day, or the whole week, month or year it lies in."""
    match unit:
        case "year":
            start = day.replace(month=1, day=1)
            end = start.replace(year=start.year + 1)
        case "month":
            start = day.replace(day=1)
            end = _next_month(start)
        case "week":
            start = day - timedelta(days=day.weekday())
            end = start + timedelta(days=7)
        case _:
            start, end, unit = day, day + timedelta(days=1), "day"
    return Period(start=start, end=end, unit=unit)


def _next_month(first: datetime) -> datetime:
    if first.month == _DECEMBER:
        return first.replace(year=first.year + 1, month=1)
    return first.replace(month=first.month + 1)


def published(since: datetime | None, until: datetime | None) -> str:
    """Return in English what is asked of a date of publication; `until` is exclusive."""
    if since is None or until is None:
        if since is not None:
            return f"published since {_day(since)}"
        return f"published before {_day(until)}" if until is not None else ""
    whole = {unit: _around(since, unit).end for unit in ("day", "month", "year")}
    last = until - timedelta(days=1)
    if until == whole["day"]:
        return f"published on {_day(since)}"
    if since.day == 1 and until == whole["month"]:
        return f"published in {since:%B %Y}"
    if since.day == since.month == 1 and until == whole["year"]:
        return f"published in {since.year}"
    first = f"{since.day}" if (since.month, since.year) == (last.month, last.year) else _day(since)
    return f"published from {first} to {_day(last)}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
