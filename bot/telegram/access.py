"""Which chats the bot works in."""

from collections.abc import Mapping


class AllowedChats:
    """The chats of the setting; none named means all. A group that moved stays allowed."""

    def __init__(self, chats: frozenset[int], moved: Mapping[int, int]) -> None:
        """Allow `chats`; `moved` maps old ids of groups to new ones."""
        self._chats = set(chats)
        for old_id, new_id in moved.items():
            self.follow(old_id, new_id)

    def allows(self, chat_id: int) -> bool:
        """Return whether the bot works there. A private chat has its user's id."""
        return not self._chats or chat_id in self._chats

    def follow(self, old_id: int, new_id: int) -> None:
        """Allow the supergroup an allowed group became."""
        if old_id in self._chats:
            self._chats.add(new_id)
