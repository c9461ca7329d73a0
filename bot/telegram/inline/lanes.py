"""Of what somebody types only the newest is searched for: each person has a lane of their own."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from bot.telegram.order import Turns

_Found = TypeVar("_Found")


class Lanes(Generic[_Found]):
    """Runs searches, one at a time for each person and few at a time for all.

    A newer search of the same person takes the place of what waits, and what is found for an older
    one is dropped. So however fast somebody types, they have one search under way, and others'
    questions wait for few of them.
    """

    def __init__(self, *, at_once: int) -> None:
        """Run so many searches at once."""
        self._newest: dict[Hashable, asyncio.Event] = {}
        self._turns = Turns()
        self._slots = asyncio.Semaphore(at_once)

    async def newest(
        self, person: Hashable, search: Callable[[], Awaitable[_Found]]
    ) -> _Found | None:
        """Return what `search` found; None, at once, when a newer one of the same person came."""
        outdated = asyncio.Event()
        if (before := self._newest.get(person)) is not None:
            before.set()
        self._newest[person] = outdated
        running = asyncio.ensure_future(self._run(person, search, outdated))
        waiting = asyncio.ensure_future(outdated.wait())
        try:
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            return None if outdated.is_set() else running.result()
        finally:
            waiting.cancel()
            running.add_done_callback(_let_go)
            if self._newest.get(person) is outdated:
                del self._newest[person]

    async def _run(
        self,
        person: Hashable,
        search: Callable[[], Awaitable[_Found]],
        outdated: asyncio.Event,
    ) -> _Found | None:
        async with self._turns.turn(person):
            if outdated.is_set():
                return None
            async with self._slots:
                return None if outdated.is_set() else await search()


def _let_go(search: "asyncio.Task[_Found | None]") -> None:
    """Take what a search raised for which nobody waits any more."""
    if not search.cancelled():
        search.exception()
