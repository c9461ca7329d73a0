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
NOTICES_PER_SECOND = 10.0
ANSWERS_OF_A_MINUTE = 5
"""Of a group's sends a minute so many are kept for answers."""
NOTICE_PATIENCE = 5.0
"""Seconds after which the first waiting notice goes although answers leave no gap."""
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

    def rest(self, now: float) -> float:
        """Return in how many seconds the whole burst is there again; at most zero for now."""
        return self._due - now - _ROUNDING

    def take(self, now: float) -> None:
        """Note that one goes."""
        self._due = max(self._due, now) + self._interval


class _Chat:
    """A chat's rate, the times of its last sends, and until when it must be left alone."""

    def __init__(self, pace: Pace, now: float) -> None:
        self.bucket = Bucket(per_second=pace.chat_per_second, burst=pace.chat_burst, now=now)
        self.sent: deque[float] = deque()
        self.closed_until = now

    def minute_wait(self, now: float, most: int) -> float:
        """Return in how many seconds fewer than `most` sends lie within a minute."""
        while self.sent and self.sent[0] + _MINUTE <= now:
            self.sent.popleft()
        return self.sent[-most] + _MINUTE - now if len(self.sent) >= most else 0.0


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
        self._notices = Bucket(per_second=NOTICES_PER_SECOND, burst=1, now=clock())
        self._notice_queue = asyncio.Lock()

    async def notice_turn(self, chat_id: int) -> None:
        """Return when a message nobody waits for may get in line for its turns.

        That is when its chat is at rest, no answer waits for a turn overall, and what is left of
        a group's minute is more than `ANSWERS_OF_A_MINUTE`.
        """
        while (wait := self._chat_rest(chat_id)) > 0:
            await self._sleep(wait)
        async with self._notice_queue:
            patient_until = self._clock() + NOTICE_PATIENCE
            while (wait := self._notice_wait(patient_until)) > 0:
                await self._sleep(wait)
            self._notices.take(self._clock())

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
        wait = max(chat.closed_until - now, chat.bucket.wait(now))
        return max(wait, chat.minute_wait(now, self._pace.group_per_minute))

    def _chat_rest(self, chat_id: int) -> float:
        chat, now = self._chat(chat_id), self._clock()
        wait = max(chat.closed_until - now, chat.bucket.rest(now))
        most = max(1, self._pace.group_per_minute - ANSWERS_OF_A_MINUTE)
        return max(wait, chat.minute_wait(now, most))

    def _notice_wait(self, patient_until: float) -> float:
        now = self._clock()
        gap = 0.0 if now >= patient_until else self._overall.rest(now)
        return max(self._notices.wait(now), gap)
