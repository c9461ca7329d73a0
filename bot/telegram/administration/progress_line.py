"""A line in a message that tells how far work is, changed now and then while the work runs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from bot.telegram.messages import plain
from bot.telegram.services import Services


class ProgressLine:
    """Edits one message while work runs: never more often than asked for, and never after it."""

    def __init__(self, services: Services, *, chat_id: int, message_id: int, every: float) -> None:
        """Edit a message at most once in `every` seconds."""
        self._services = services
        self._place = (chat_id, message_id)
        self._every = every
        self._text: str | None = None
        self._done = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def tell(self, text: str) -> None:
        """Show `text` at the next turn; may be called from any thread."""
        with suppress(RuntimeError):  # the loop has ended: nobody looks any more
            self._loop.call_soon_threadsafe(self._note, text)

    @asynccontextmanager
    async def shown(
        self, beat: Callable[[], object] = lambda: None
    ) -> AsyncIterator["ProgressLine"]:
        """Edit the message while the block runs; `beat` is called at each turn, in a thread."""
        task = asyncio.create_task(self._show(beat))
        try:
            yield self
        finally:
            self._done.set()
            await task

    def _note(self, text: str) -> None:
        self._text = text

    async def _show(self, beat: Callable[[], object]) -> None:
        shown: str | None = None
        while not await self._is_done():
            await self._services.conversations.write(beat)
            if self._text is not None and self._text != shown:
                shown = self._text
                await self._edit(shown)

    async def _edit(self, text: str) -> None:
        services, (chat_id, message_id) = self._services, self._place
        notice = services.errands.notice(
            f"progress in chat {chat_id}", still_wanted=lambda: not self._done.is_set()
        )
        async with services.messages.turn(self._place):
            await services.delivery.edit(
                plain(text), chat_id=chat_id, message_id=message_id, errand=notice
            )

    async def _is_done(self) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), self._every)
        return self._done.is_set()
