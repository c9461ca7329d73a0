"""Showing that the bot is at work while a question is searched."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.telegram.delivery import Delivery, Target
from bot.telegram.pacing import Bucket, Clock

UNNOTICED_SECONDS = 0.3
"""What takes no longer is there before anybody could read that it is coming."""
SHOWN_SECONDS = 4.5
"""Telegram shows typing for five seconds, or until a message comes."""
PER_SECOND = 5.0
BURST = 15
"""Typing is a courtesy: it must not take from the answers what it costs."""


class Typing:
    """Shows typing while something takes long, but under load not for every question."""

    def __init__(
        self,
        delivery: Delivery,
        *,
        clock: Clock = time.monotonic,
        unnoticed: float = UNNOTICED_SECONDS,
    ) -> None:
        """Show it through `delivery` for what takes longer than `unnoticed` seconds."""
        self._delivery = delivery
        self._clock = clock
        self._unnoticed = unnoticed
        self._bucket = Bucket(per_second=PER_SECOND, burst=BURST, now=clock())

    @asynccontextmanager
    async def shown(self, target: Target) -> AsyncIterator[None]:
        """Show typing while the block runs; none is on its way any more when it has ended."""
        done = asyncio.Event()
        tasks: list[asyncio.Task[None]] = []

        def begin() -> None:
            tasks.append(asyncio.create_task(self._show(target, done)))

        timer = asyncio.get_running_loop().call_later(self._unnoticed, begin)
        try:
            yield
        finally:
            timer.cancel()
            done.set()
            for task in tasks:
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
