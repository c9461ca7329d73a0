"""Long polling: fetch, journal, and only then confirm by asking for what comes after."""

import asyncio
import logging
import time
from math import inf
from typing import Any, Protocol

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.telegram.client import POLL_SECONDS
from bot.telegram.errors import TokenError
from bot.telegram.failures import pause_of
from bot.telegram.pacing import Clock, Sleep
from corpus.errors import LibraryError

LONGEST_PAUSE = 30.0
GENTLE_PAUSE = 3.1
"""Telegram holds back who asks for the same updates twice within three seconds."""

_log = logging.getLogger(__name__)


class Updates(Protocol):
    """Where updates come from."""

    async def raw_updates(self, *, offset: int | None, wait: int) -> list[dict[str, Any]]:
        """Return the updates from `offset` on and confirm those below."""


class Taker(Protocol):
    """Where they go."""

    async def take(self, batch: list[dict[str, Any]]) -> int | None:
        """Write them down and start their work; return the offset that confirms them."""


class Backoff:
    """Pauses that grow while something keeps failing."""

    def __init__(self, sleep: Sleep) -> None:
        """Pause with `sleep`."""
        self._sleep = sleep
        self.failures = 0

    async def pause(self, *, at_least: float = 0.0) -> None:
        """Wait: half a second, then twice as long each time, up to half a minute."""
        grown = min(LONGEST_PAUSE, 0.5 * 2**self.failures)
        self.failures += 1
        await self._sleep(max(grown, at_least))

    def reset(self) -> None:
        """Start anew: it worked."""
        self.failures = 0


class Poller:
    """Fetches updates until it is cancelled."""

    def __init__(
        self,
        *,
        updates: Updates,
        taker: Taker,
        last_poll_ago: float | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = time.monotonic,
    ) -> None:
        """Hand what `updates` gives to `taker`.

        `last_poll_ago` is how many seconds ago an earlier process polled. If it died a moment ago
        its poll may still wait at the server, and two at once are a conflict: until that has
        surely ended no fetch waits there.
        """
        self._updates = updates
        self._taker = taker
        self._sleep = sleep
        self._clock = clock
        self._last_poll_ago = inf if last_poll_ago is None else last_poll_ago
        self._gentle_until = clock() + POLL_SECONDS + 1 - self._last_poll_ago
        self._backoff = Backoff(sleep)
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll for ever. Raises `TokenError` when Telegram refuses the token."""
        wait = 0  # what waits already decides what is answered first: fetch it without waiting
        if self._last_poll_ago < GENTLE_PAUSE:
            await self._taker.take([])
            await self._sleep(GENTLE_PAUSE - self._last_poll_ago)
        while True:
            try:
                batch = await self._updates.raw_updates(offset=self._offset, wait=wait)
                following = await self._taker.take(batch)
            except InvalidToken:
                raise TokenError from None  # its text holds the token
            except TelegramError as error:
                await self._after(error)
            except LibraryError as error:
                _log.error("updates cannot be written down: %s", error)
                await self._backoff.pause()
            else:
                await self._go_on(batch, following)
                wait = await self._next_wait(batch)

    async def _next_wait(self, batch: list[dict[str, Any]]) -> int:
        """Return how long the next fetch may wait at the server."""
        if self._clock() >= self._gentle_until:
            return POLL_SECONDS
        if not batch:
            await self._sleep(GENTLE_PAUSE)
        return 0

    async def _go_on(self, batch: list[dict[str, Any]], following: int | None) -> None:
        self._offset = following or self._offset
        if batch and following is None:
            await self._backoff.pause()
            return
        if self._backoff.failures:
            _log.warning("Telegram can be reached again")
        self._backoff.reset()

    async def _after(self, error: TelegramError) -> None:
        match error:
            case Conflict():
                _log.error(
                    "another process polls with this token, or a webhook is set; end it: %s", error
                )
            case RetryAfter():
                _log.info("polling: %s", error)
            case _ if not self._backoff.failures:
                _log.warning("Telegram cannot be reached (%s); trying again", error)
        await self._backoff.pause(at_least=pause_of(error))
