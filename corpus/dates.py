"""Dates as articles give them, read without guessing."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from corpus.month_names import month_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = 100_000_000_000  # as seconds that would be the year 5138
_COMPACT_DAY = re.compile(r"(?:19|20)\d{6}")
_NUMBER = re.compile(r"-?\d{9,13}(?:\.\d+)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º)?\.? (?:de )?([^\W\d_]{3,12})\.?,?(?: de| del)? (\d{4})\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", re.IGNORECASE)


def parse_date(value: object) -> datetime | None:
    """Return the moment `value` names, in UTC, or None if it cannot be told for certain.

    Read are ISO 8601 and RFC 822 dates, seconds or milliseconds since 1970, and dates with the
    month in letters in the languages of `corpus.month_names`. A date without a time is midnight, a time without zone UTC.
    """
    try:
        moment = _parse(value)
        return None if moment is None else _in_utc(moment)
    except (ValueError, OverflowError):
        return None


def day_in(line: str) -> datetime | None:
    """Return the first day written out in a line ("Updated 9 March 2026, 10:15"), at midnight UTC.

    None if there is none with its month in letters: "3/4/26" is two days.
    """
    matches = (form.search(line) for form in (_DAY_FIRST, _MONTH_FIRST))
    first = min(filter(None, matches), key=lambda match: match.start(), default=None)
    return parse_date(first[0]) if first else None


def unreadable_date(value: object, published: datetime | None) -> tuple[str, ...]:
    """Return a warning if a date was given and could not be read."""
    if published is not None or value is None or value == "":
        return ()
    return (f"its date {value!r} cannot be read; write it as YYYY-MM-DD",)


def _parse(value: object) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _of_text(str(value)) if _COMPACT_DAY.fullmatch(str(value)) else _of_number(value)
    return _of_text(value.strip()) if isinstance(value, str) else None


def _of_number(seconds: float) -> datetime:
    scale = 1_000 if abs(seconds) >= _MILLISECONDS_FROM else 1
    return _EPOCH + timedelta(seconds=seconds / scale)


def _of_text(text: str) -> datetime | None:
    if _NUMBER.fullmatch(text):
        return _of_number(float(text))
    named = _of_named_parts(text)
    if named is not None:
        return named
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def _of_named_parts(text: str) -> datetime | None:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
        return datetime(year, month, day, tzinfo=UTC)
    if match := _DAY_FIRST.fullmatch(text):
        return _of_month_name(int(match[3]), match[2], int(match[1]))
    if match := _MONTH_FIRST.fullmatch(text):
        return _of_month_name(int(match[3]), match[1], int(match[2]))
    return None


def _of_month_name(year: int, name: str, day: int) -> datetime | None:
    month = month_of(name)
    return datetime(year, month, day, tzinfo=UTC) if month else None


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
