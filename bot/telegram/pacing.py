"""How fast messages may go out: per chat, per group, and overall.

The limits stay below Telegram's own (about one message a second in a chat, twenty a minute in a
group, thirty a second in all), because a refusal costs more time than a pause.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]
_REMEMBERED_CHATS = 10_000
_MINUTE = 61.0
"""Seconds; one more than a minute has, because a turn is not yet a message."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The limits. So many of a burst may follow each other at once, then at the steady rate."""

    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 15
    overall_per_second: float = 28.0
    overall_burst: int = 2


class Bucket:
    """A steady rate with a burst (generic cell rate algorithm, ITU-T I.371)."""

    def __init__(self, *, per_second: float, burst: int, now: float) -> None:
        """Start at rest."""
        self._interval = 1 / per_second
        self._ahead = (burst - 1) / per_second
        self._due = now

    def wait(self, now: float) -> float:
        """Return in how many seconds the next one may go; at most zero for at once."""
        return self._due - self._ahead - now - _ROUNDING

    def take(self, now: float) -> None:
        """Note that one goes."""
        self._due = max(self._due, now) + self._interval


class _Chat:
    """A chat's rate, the times of its last sends, and until when it must be left alone."""

    def __init__(self, pace: Pace, now: float) -> None:
        self.bucket = Bucket(per_second=pace.chat_per_second, burst=pace.chat_burst, now=now)
        self.sent: deque[float] = deque()
        self.closed_until = now


class Pacer:
    """Gives out turns to send; for one event loop."""

    def __init__(
        self, pace: Pace, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        """Start with every chat at rest; `clock` counts seconds."""
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._chats: OrderedDict[int, _Chat] = OrderedDict()
        self._overall = Bucket(
            per_second=pace.overall_per_second, burst=pace.overall_burst, now=clock()
        )
        self._queue = asyncio.Lock()

    async def chat_turn(self, chat_id: int) -> None:
        """Return when a message may go to the chat. Ids below zero are groups and channels."""
        while (wait := self._chat_wait(chat_id)) > 0:
            await self._sleep(wait)
        chat, now = self._chat(chat_id), self._clock()
        chat.bucket.take(now)
        if chat_id < 0:
            chat.sent.append(now)

    async def overall_turn(self) -> None:
        """Return when a message may go to Telegram at all; first come, first served."""
        async with self._queue:
            while (wait := self._overall.wait(self._clock())) > 0:
                await self._sleep(wait)
            self._overall.take(self._clock())

    def close(self, chat_id: int, seconds: float) -> None:
        """Leave the chat alone for so long: Telegram said so."""
        chat = self._chat(chat_id)
        chat.closed_until = max(chat.closed_until, self._clock() + seconds)

    def _chat(self, chat_id: int) -> _Chat:
        chat = self._chats.setdefault(chat_id, _Chat(self._pace, self._clock()))
        self._chats.move_to_end(chat_id)
        while len(self._chats) > _REMEMBERED_CHATS:
            self._chats.popitem(last=False)
        return chat

    def _chat_wait(self, chat_id: int) -> float:
        chat, now = self._chat(chat_id), self._clock()
        while chat.sent and chat.sent[0] + _MINUTE <= now:
            chat.sent.popleft()
        wait = max(chat.closed_until - now, chat.bucket.wait(now))
        if len(chat.sent) < self._pace.group_per_minute:
            return wait
        return max(wait, chat.sent[0] + _MINUTE - now)
