"""Runs what was accepted: each chat in order, chats beside each other, presses at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.journal import Entry, Kind
from bot.telegram.errand import Errands
from bot.telegram.order import Turns

MOST_OPEN = 1_000
"""Updates under way at once; above, no more are fetched."""

Work = Callable[[], Awaitable[None]]
_log = logging.getLogger(__name__)


class Dispatcher:
    """Starts the work for updates and settles each in the journal when it is done."""

    def __init__(
        self,
        *,
        chats: Turns,
        errands: Errands,
        when_settled: Callable[[int], None] = lambda _update_id: None,
    ) -> None:
        """Keep the order of `chats`; tell `when_settled` of every update that is done."""
        self._chats = chats
        self._errands = errands
        self._when_settled = when_settled
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._room.set()

    def submit(self, entry: Entry, work: Work) -> None:
        """Start the work for an update; that of one chat runs in the order submitted."""
        task = asyncio.create_task(self._run(entry, work), name=f"update {entry.update_id}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        if len(self._tasks) >= MOST_OPEN:
            self._room.clear()

    async def room(self) -> None:
        """Return when more work may be fetched."""
        await self._room.wait()

    async def drain(self, seconds: float) -> None:
        """Finish what is under way; what takes longer is cut off and done after the next start."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            _log.warning("%d updates are left for the next start", len(late))
            await asyncio.wait(late)

    async def _run(self, entry: Entry, work: Work) -> None:
        if entry.kind in {Kind.PRESS, Kind.FLEETING}:
            await work()
        else:
            async with self._chats.turn(entry.chat_id):
                await work()
        if entry.kind is not Kind.FLEETING:
            await self._errands.finish(entry.update_id)
        self._when_settled(entry.update_id)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if len(self._tasks) < MOST_OPEN:
            self._room.set()
        if not task.cancelled() and task.exception() is not None:
            _log.error("%s could not be settled", task.get_name(), exc_info=task.exception())
