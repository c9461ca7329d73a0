"""Showing that the bot is at work while a question is searched."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.telegram.delivery import Delivery, Target

SHOWN_SECONDS = 4.5
"""Telegram shows typing for five seconds, or until a message comes."""
AT_ONCE = 3
BUSY_DELAY = 0.3


class Typing:
    """Shows typing at once when little is going on; under load only for slow searches."""

    def __init__(self, delivery: Delivery) -> None:
        """Show it through `delivery`."""
        self._delivery = delivery
        self._under_way = 0

    @asynccontextmanager
    async def shown(self, target: Target) -> AsyncIterator[None]:
        """Show typing while the block runs; none is on its way any more when it has ended."""
        done = asyncio.Event()
        self._under_way += 1
        delay = 0.0 if self._under_way <= AT_ONCE else BUSY_DELAY
        task = asyncio.create_task(self._show(target, done, delay))
        try:
            yield
        finally:
            self._under_way -= 1
            done.set()
            await task

    async def _show(self, target: Target, done: asyncio.Event, delay: float) -> None:
        while not await _comes(done, within=delay):
            await self._delivery.typing(target)
            delay = SHOWN_SECONDS


async def _comes(event: asyncio.Event, *, within: float) -> bool:
    if not within:
        return event.is_set()
    try:
        await asyncio.wait_for(event.wait(), within)
    except TimeoutError:
        return False
    return True
