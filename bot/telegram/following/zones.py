"""Time zones, quiet hours and caps as buttons offer them. A button names one by its place.

New ones are added at the end of their list: places are never given anew, since old buttons stay.
"""

from datetime import time

REGIONS: dict[str, tuple[str, ...]] = {
    "Europe": (
        *("Europe/London", "Europe/Lisbon", "Europe/Berlin", "Europe/Madrid", "Europe/Paris"),
        *("Europe/Rome", "Europe/Warsaw", "Europe/Athens", "Europe/Kyiv", "Europe/Istanbul"),
        *("Europe/Moscow", "Atlantic/Reykjavik"),
    ),
    "America": (
        *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
        *("America/Toronto", "America/Mexico_City", "America/Bogota", "America/Lima"),
        *("America/Santiago", "America/Buenos_Aires", "America/Sao_Paulo", "America/Caracas"),
    ),
    "Asia": (
        *("Asia/Jerusalem", "Asia/Riyadh", "Asia/Dubai", "Asia/Tehran", "Asia/Karachi"),
        *("Asia/Kolkata", "Asia/Dhaka", "Asia/Almaty", "Asia/Bangkok", "Asia/Shanghai"),
        *("Asia/Tokyo", "Asia/Vladivostok"),
    ),
    "Africa": (
        *("Africa/Casablanca", "Africa/Algiers", "Africa/Tunis", "Africa/Cairo"),
        *("Africa/Khartoum", "Africa/Lagos", "Africa/Nairobi", "Africa/Johannesburg"),
    ),
    "Pacific": (*("Australia/Perth", "Australia/Sydney", "Pacific/Auckland", "Pacific/Honolulu"),),
}
"""IANA names by the part of the world they are offered under."""

QUIET: tuple[tuple[time, time] | None, ...] = (
    None,
    (time(22), time(7)),
    (time(22), time(8)),
    (time(23), time(7)),
    (time(0), time(9)),
)
CAPS = (3, 10, 30, 100)


def zone_at(region: int, place: int) -> str | None:
    """Return the time zone a button names, None for a button of none."""
    zones = zones_of(region)
    return zones[place] if place < len(zones) else None


def zones_of(region: int) -> tuple[str, ...]:
    """Return the time zones offered in a region, counted from 0; none for no region."""
    regions = list(REGIONS.values())
    return regions[region] if region < len(regions) else ()
