"""Showing that the bot is at work while a question is searched."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.telegram.delivery import Delivery, Target
from bot.telegram.pacing import Bucket, Clock

SHOWN_SECONDS = 4.5
"""Telegram shows typing for five seconds, or until a message comes."""
PER_SECOND = 5.0
BURST = 15
"""Typing is a courtesy: it must not take from the answers what it costs."""


class Typing:
    """Shows typing at once, but under load not for every question."""

    def __init__(self, delivery: Delivery, *, clock: Clock = time.monotonic) -> None:
        """Show it through `delivery`."""
        self._delivery = delivery
        self._clock = clock
        self._bucket = Bucket(per_second=PER_SECOND, burst=BURST, now=clock())

    @asynccontextmanager
    async def shown(self, target: Target) -> AsyncIterator[None]:
        """Show typing while the block runs; none is on its way any more when it has ended."""
        done = asyncio.Event()
        task = asyncio.create_task(self._show(target, done))
        try:
            yield
        finally:
            done.set()
            await task

    async def _show(self, target: Target, done: asyncio.Event) -> None:
        while not done.is_set():
            if self._bucket.wait(self._clock()) <= 0:
                self._bucket.take(self._clock())
                await self._delivery.typing(target)
            await _wait(done, SHOWN_SECONDS)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
