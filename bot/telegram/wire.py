"""The instant a request leaves: what must be written down is written just before, not earlier.

That is simple for the connections of `direct`. Behind a proxy httpx sends the requests: between waiting for a connection and the last byte of a request lie milliseconds in which a killed
process loses the message. Requests that matter therefore leave one at a time: each waits for its
turn when its connection is ready, and announces itself when all but its body, without which the
server can do nothing, is out. A process that dies loses one message at most.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx
from telegram.request import HTTPXRequest

_READY = "http11.send_request_headers.started"
_LEAVING = "http11.send_request_body.started"
_OUT = frozenset(
    {
        "http11.send_request_headers.failed",
        "http11.send_request_body.complete",
        "http11.send_request_body.failed",
    }
)


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


class AnnouncingRequest(HTTPXRequest):
    """python-telegram-bot's HTTP transport, used behind a proxy, announcing what leaves."""

    def __init__(self, *, connections: int, seconds: float, connect_seconds: float) -> None:
        """Use up to so many connections; wait so long for an answer, or for a connection."""
        self._gate = asyncio.Lock()
        super().__init__(
            connection_pool_size=connections,
            read_timeout=seconds,
            write_timeout=seconds,
            connect_timeout=connect_seconds,
            pool_timeout=seconds,
            httpx_kwargs={"event_hooks": {"request": [self._watch]}},
        )

    async def _watch(self, request: httpx.Request) -> None:
        departing = announcement()
        if departing is not None:
            departure = _Departure(self._gate, departing)
            request.extensions = {**request.extensions, "trace": departure}


class _Departure:
    """Holds the gate from a request's turn until its last byte is out."""

    def __init__(self, gate: asyncio.Lock, announcement: Announcement) -> None:
        self._gate = gate
        self._announcement = announcement
        self._inside = False

    async def __call__(self, event: str, _details: Mapping[str, Any]) -> None:
        try:
            if event == _READY:
                await self._gate.acquire()
                self._inside = True
                await self._announcement.turn()
            elif event == _LEAVING:
                self._announcement.leaving()
        except BaseException:
            self._open()
            raise
        if event in _OUT:
            self._open()

    def _open(self) -> None:
        if self._inside:
            self._inside = False
            self._gate.release()
