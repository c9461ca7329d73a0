"""The instant a request leaves: what must be written down is written just before, not earlier."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a request awaits before it leaves: its turn, then `leaving`, after which it is out."""

    turn: Callable[[], Awaitable[None]]
    leaving: Callable[[], None]


_announcement: ContextVar[Announcement | None] = ContextVar("announcement", default=None)


@contextmanager
def announced(departing: Announcement) -> Iterator[None]:
    """Let a request made in the block wait for its turn and announce that it leaves."""
    token = _announcement.set(departing)
    try:
        yield
    finally:
        _announcement.reset(token)


def announcement() -> Announcement | None:
    """Return what the request that is being made has to await; None where that is nothing."""
    return _announcement.get()


async def leave() -> None:
    """Do as a request does that leaves; transports other than HTTP call this."""
    departing = announcement()
    if departing is not None:
        await departing.turn()
        departing.leaving()
