"""Which chats the bot is out of, in memory: asked before every send, noted in the database."""

from collections.abc import Mapping
from datetime import datetime

from bot.conversations import Conversations
from bot.people.departures import Departures


class Presence:
    """Whether messages of the bot reach a chat, as far as is known."""

    def __init__(
        self,
        departures: Departures,
        conversations: Conversations,
        *,
        left: Mapping[int, datetime],
    ) -> None:
        """Note changes in `departures`; `left` is what stands there."""
        self._departures = departures
        self._conversations = conversations
        self._left = dict(left)

    def is_out_of(self, chat_id: int) -> bool:
        """Return whether the bot was removed from a chat, or blocked in it."""
        return chat_id in self._left

    async def leave(self, chat_id: int, at: datetime) -> None:
        """Note that a chat gets nothing more."""
        self._left[chat_id] = at
        await self._conversations.write(self._departures.leave, chat_id, at)

    async def enter(self, chat_id: int) -> None:
        """Note that the bot is in a chat, where it was out of it."""
        if self._left.pop(chat_id, None) is not None:
            await self._conversations.write(self._departures.enter, chat_id)

    async def heard(self, chat_id: int, at: datetime) -> None:
        """Note a message written at a moment: who writes after the bot left has it back."""
        left_at = self._left.get(chat_id)
        if left_at is not None and at > left_at:
            await self.enter(chat_id)
