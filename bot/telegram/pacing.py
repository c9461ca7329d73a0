"""How fast messages may go out: per chat, per group, and overall.

The limits stay below Telegram's own (about one message a second in a chat, twenty a minute in a
group, thirty a second in all), because a refusal costs more time than a pause.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]
_REMEMBERED_CHATS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The limits. `chat_burst` messages may follow each other at once, then one a second."""

    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 15
    overall_per_second: int = 28


@dataclass(slots=True)
class _Chat:
    """When a chat's next message is due, its last sends, and until when it must be left alone."""

    due: float
    sent: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0


class Pacer:
    """Gives out turns to send; one event loop, no locks needed."""

    def __init__(
        self, pace: Pace, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        """Start with every chat at rest; `clock` counts seconds."""
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._chats: OrderedDict[int, _Chat] = OrderedDict()
        self._overall: deque[float] = deque(maxlen=pace.overall_per_second)

    async def turn(self, chat_id: int) -> None:
        """Return when a message may go to the chat. Ids below zero are groups and channels."""
        while (wait := self._chat_wait(chat_id)) > 0:
            await self._sleep(wait)
        self._take(chat_id)
        while (wait := self._overall_wait()) > 0:
            await self._sleep(wait)
        self._overall.append(self._clock())

    def close(self, chat_id: int, seconds: float) -> None:
        """Leave the chat alone for so long: Telegram said so."""
        chat = self._chat(chat_id)
        chat.closed_until = max(chat.closed_until, self._clock() + seconds)

    def _chat(self, chat_id: int) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = _Chat(due=self._clock())
            while len(self._chats) > _REMEMBERED_CHATS:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat_id)
        return chat

    def _chat_wait(self, chat_id: int) -> float:
        chat, now = self._chat(chat_id), self._clock()
        ahead = (self._pace.chat_burst - 1) / self._pace.chat_per_second
        waits = [chat.closed_until - now, chat.due - ahead - now]
        while chat.sent and chat.sent[0] <= now - 60:
            chat.sent.popleft()
        if chat_id < 0 and len(chat.sent) >= self._pace.group_per_minute:
            waits.append(chat.sent[0] + 60 - now)
        return max(waits)

    def _take(self, chat_id: int) -> None:
        chat, now = self._chat(chat_id), self._clock()
        chat.due = max(chat.due, now) + 1 / self._pace.chat_per_second
        if chat_id < 0:
            chat.sent.append(now)

    def _overall_wait(self) -> float:
        if len(self._overall) < self._pace.overall_per_second:
            return 0.0
        return self._overall[0] + 1.0 - self._clock()
