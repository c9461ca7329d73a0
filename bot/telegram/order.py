"""One at a time where order matters: per chat, per message."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Queue:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    crowded: bool = False


class Turns:
    """A first-come, first-served queue for each key; kept only while somebody is in it."""

    def __init__(self) -> None:
        """Start without queues."""
        self._queues: dict[Hashable, _Queue] = {}

    @asynccontextmanager
    async def turn(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for all who came before under `key`, and hold the turn while the block runs."""
        queue = self._queues.setdefault(key, _Queue())
        queue.waiting += 1
        queue.crowded = queue.crowded or queue.waiting > 1
        try:
            async with queue.lock:
                yield
        finally:
            queue.waiting -= 1
            if not queue.waiting:
                del self._queues[key]

    def is_crowded(self, key: Hashable) -> bool:
        """Return whether more than one stood in the queue since it was last empty."""
        queue = self._queues.get(key)
        return queue is not None and queue.crowded
