"""Which chats the bot works in, and what of the library each may see."""

from collections.abc import Iterable, Mapping

from bot.state import StoredAnswer


class AllowedChats:
    """The chats of the settings; none named means all. A group that moved keeps its rights.

    Guests are let in beside them: private chats of who came by an invitation.
    """

    def __init__(
        self,
        chats: frozenset[int],
        moved: Mapping[int, int],
        collections: Mapping[int, tuple[str, ...]] | None = None,
    ) -> None:
        """Allow `chats`; `moved` maps old ids of groups to new ones.

        A chat in `collections` sees only these; all others see everything.
        """
        self._chats = set(chats)
        self._collections = dict(collections or {})
        self._guests: Mapping[int, tuple[str, ...]] = {}
        for old_id, new_id in moved.items():
            self.follow(old_id, new_id)

    def allows(self, chat_id: int) -> bool:
        """Return whether the bot works there. A private chat has its user's id."""
        return not self._chats or chat_id in self._chats or chat_id in self._guests

    @property
    def are_all(self) -> bool:
        """Return whether the bot works everywhere, so that nobody needs an invitation."""
        return not self._chats

    def is_named(self, chat_id: int) -> bool:
        """Return whether the settings allow a chat, whoever was invited."""
        return not self._chats or chat_id in self._chats

    def welcome(self, guests: Mapping[int, tuple[str, ...]]) -> None:
        """Let in these guests, and no others, with the collections each may see; empty means all.

        What the settings say of a chat's collections holds first.
        """
        self._guests = dict(guests) if self._chats else {}

    def collections(self, chat_id: int) -> tuple[str, ...]:
        """Return the collections a chat may see; none means all, as in a question's filters."""
        return self._collections.get(chat_id) or self._guests.get(chat_id, ())

    def views(self) -> list[tuple[str, ...]]:
        """Return each selection of collections that some chat is limited to; () for all is first."""
        limited = (*self._collections.values(), *self._guests.values())
        return list(dict.fromkeys([(), *limited]))

    def sees(self, chat_id: int, collection: str) -> bool:
        """Return whether a chat may see what is in a collection."""
        limits = self.collections(chat_id)
        return not limits or collection in limits

    def sees_answer(self, chat_id: int, answer: StoredAnswer) -> bool:
        """Return whether a chat may see all that an answer quotes or names."""
        hits = (hit for story in answer.stories for hit in story)
        named = (one for hit in hits for one in (hit.article, *hit.copies))
        return all(self.sees(chat_id, one.collection) for one in named)

    def seen(
        self, chat_id: int, articles: Iterable[tuple[str, str]]
    ) -> tuple[tuple[str, str], ...]:
        """Return those of the articles, (collection, key), that a chat may see."""
        return tuple(name for name in articles if self.sees(chat_id, name[0]))

    def follow(self, old_id: int, new_id: int) -> None:
        """Give the supergroup an allowed group became the rights of that group."""
        if old_id in self._chats:
            self._chats.add(new_id)
        if old_id in self._collections:
            self._collections.setdefault(new_id, self._collections[old_id])
