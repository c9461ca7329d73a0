"""What handlers work with, put together once by `application`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from telegram import Message, Update, User
from telegram.ext import CallbackContext, JobQueue

from bot.administration.office import Office
from bot.conversations import Conversations
from bot.example_questions import Shelf
from bot.feedback.gap_keeping import Embed, no_vectors
from bot.following.matching import Matching
from bot.latest import NewestSource
from bot.people.speakers import Speakers
from bot.speech import ENGLISH, Speech
from bot.state import BotState
from bot.telegram.access import AllowedChats
from bot.telegram.addressed import language_of, topic_of
from bot.telegram.announcing import Menus
from bot.telegram.callbacks import NewToken
from bot.telegram.delivery import Delivery, Target
from bot.telegram.errand import Errands
from bot.telegram.inline_calls import InlineCalls
from bot.telegram.messages import Desk
from bot.telegram.order import Turns
from bot.telegram.presence import Presence

Context = CallbackContext[Any, Any, Any, Any]
OLD_QUESTION_SECONDS = 30.0


def message_of(update: Update) -> Message:
    """Return the message an update brings; handlers of messages get no other updates."""
    message = update.message or update.edited_message
    if message is None:
        reason = f"update {update.update_id} brings no message"
        raise TypeError(reason)
    return message


class Extent(Protocol):
    """How large a library is, as far as a reader sees it."""

    @property
    def articles(self) -> int:
        """Return the number of articles that answer."""

    @property
    def newest_published(self) -> datetime | None:
        """Return the day of the newest of them."""


class Library(NewestSource, Protocol):
    """The store, as far as the bot reads it."""

    def extent(self, collections: Sequence[str] = ()) -> Extent:
        """Return how large some collections are together; none means all."""

    def position(self) -> int:
        """Return the position of the library's log; it grows with every change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The bot's parts. `chats` keeps each chat's order, `messages` that of each message shown.

    `menus` are the lists of commands. `inline` makes the calls of inline and guest mode; `guests` says whether the second is wanted.
    `embed` gives the vectors of questions. `retention` is how long questions and answers are kept,
    None without end; `languages` are those the model of the library knows, None if nobody said.
    `office` is what administrators change the library with. `matching` looks for news of what is
    followed, None where nobody looks; `jobs` is the clock of what is done later.
    """

    allowed: AllowedChats
    conversations: Conversations
    delivery: Delivery
    desk: Desk
    errands: Errands
    library: Library
    state: BotState
    chats: Turns
    messages: Turns
    new_token: NewToken
    now: Callable[[], datetime]
    inline: InlineCalls
    menus: Menus
    embed: Embed = no_vectors
    admins: frozenset[int] = frozenset()
    guests: bool = True
    speakers: Speakers = field(default_factory=Speakers)
    presence: Presence
    examples: Shelf = field(default_factory=Shelf)
    examples_after: float | None = None
    retention: timedelta | None = None
    languages: frozenset[str] | None = None
    office: Office | None = None
    matching: Matching | None = None
    jobs: JobQueue[Any] = field(default_factory=JobQueue)

    def speech(self, person: User | None) -> Speech:
        """Return the language the bot speaks with a person who wrote or pressed just now."""
        if person is None:
            return ENGLISH
        return self.speakers.speech(person.id, person.language_code)

    def speech_of(self, user_id: int) -> Speech:
        """Return the language of a person who is written to unasked; see `keep_language`."""
        return self.speakers.speech_of(user_id)

    async def keep_language(self, person: User) -> None:
        """Keep the language of a person who will be written to unasked, also after a restart."""
        if person.language_code:
            self.speakers.remember(person.id, person.language_code)
            await self.conversations.write(
                self.state.people.remember_code, person.id, person.language_code
            )

    def language_of(self, message: Message) -> str:
        """Return the tag of the language an asker reads: their choice, else Telegram's, else ""."""
        asker = message.from_user
        return (self.speakers.chosen(asker.id) if asker else None) or language_of(message)

    def reply_to(self, message: Message) -> Target:
        """Return where an answer to a message goes.

        In groups it replies. In a private chat it stands under its question anyway, and replies
        only where that could be mistaken: several questions at once, or one from long ago.
        """
        chat_id = message.chat.id
        age = (self.now() - message.date).total_seconds()
        topic = topic_of(message)
        is_plain = chat_id > 0 and topic is None
        if is_plain and age < OLD_QUESTION_SECONDS and not self.chats.is_crowded(chat_id):
            return Target(chat_id=chat_id)
        return Target(chat_id=chat_id, thread_id=topic, reply_to=message.message_id)
