"""The clock, passed as an argument so that tests can hold it still, and how moments are kept."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def stored_moment(moment: datetime) -> str:
    """Return an aware moment as databases keep it: ISO 8601 in UTC with microseconds.

    The text sorts as the moment does. Raise `ValueError` for one without a time zone.
    """
    if moment.tzinfo is None:
        message = f"{moment} needs a time zone"
        raise ValueError(message)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
