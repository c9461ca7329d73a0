"""What a person may write to set when they hear of what they follow."""

import re
from dataclasses import replace
from datetime import time
from zoneinfo import available_timezones

from bot.following.due_times import Habits

_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"
_DIGEST = re.compile(_CLOCK)
_QUIET = re.compile(rf"{_CLOCK}\s*[-\u2013\u2014]\s*{_CLOCK}")


def wished(habits: Habits, written: str) -> Habits | None:
    """Return the habits with what was written, None if it is not understood.

    A time zone by its IANA name, in any case; "07:30" for a daily digest; "22:30-06:15" for quiet
    hours, none if both are the same.
    """
    found = _QUIET.fullmatch(written)
    if found is not None:
        hours = _time(found[1], found[2]), _time(found[3], found[4])
        return replace(habits, quiet=None if hours[0] == hours[1] else hours)
    found = _DIGEST.fullmatch(written)
    if found is not None:
        return replace(habits, is_daily=True, digest=_time(found[1], found[2]))
    zone = zone_named(written)
    return None if zone is None else replace(habits, zone=zone)


def zone_named(written: str) -> str | None:
    """Return the IANA name of a time zone, however it is cased; None if there is none."""
    wanted = written.replace(" ", "_").casefold()
    known = {zone.casefold(): zone for zone in available_timezones()}
    return known.get(wanted)


def _time(hour: str, minute: str) -> time:
    return time(int(hour), int(minute))
