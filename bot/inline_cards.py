"""Messages sent through inline and guest mode: no chat of the bot's, so known by an id of their own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.state_schema import answers, inline_cards
from corpus.database import reading, writing

NO_CHAT = 0
"""The chat of an answer that is offered to be sent anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineCard:
    """One message: whose answer it shows, who sent it, and a hash of how it looks, if known."""

    inline_message_id: str
    token: str
    sender_id: int
    shown: str | None
    sent_at: datetime


class InlineCards:
    """The messages over the engine of the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the table of `bot.state_schema`."""
        self._engine = engine

    def note(self, card: InlineCard) -> None:
        """Remember a message; what is known of it already stays."""
        row = {
            "inline_message_id": card.inline_message_id,
            "token": card.token,
            "sender_id": card.sender_id,
            "shown": card.shown,
            "sent_at": card.sent_at,
        }
        with writing(self._engine) as connection:
            connection.execute(insert(inline_cards).values(row).on_conflict_do_nothing())

    def card(self, inline_message_id: str) -> InlineCard | None:
        """Return a message, or None if it is not known."""
        statement = select(inline_cards).where(
            inline_cards.c.inline_message_id == inline_message_id
        )
        with reading(self._engine) as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else InlineCard(**row._mapping)  # noqa: SLF001 - documented name

    def note_shown(self, inline_message_id: str, shown: str) -> None:
        """Remember how a message looks."""
        statement = update(inline_cards).where(
            inline_cards.c.inline_message_id == inline_message_id
        )
        with writing(self._engine) as connection:
            connection.execute(statement.values(shown=shown))

    def prune(self, *, before: datetime) -> int:
        """Drop answers offered before a moment that nobody is known to have sent; count them.

        Messages whose answer is gone by now, and who sent them, are dropped too.
        """
        sent = select(inline_cards.c.token)
        offered = delete(answers).where(
            answers.c.chat_id == NO_CHAT,
            answers.c.created_at < before,
            answers.c.token.not_in(sent),
        )
        kept = select(answers.c.token).where(answers.c.chat_id == NO_CHAT)
        orphaned = delete(inline_cards).where(
            inline_cards.c.sent_at < before, inline_cards.c.token.not_in(kept)
        )
        with writing(self._engine) as connection:
            dropped = connection.execute(offered).rowcount
            connection.execute(orphaned)
        return dropped

    def forget(self, user_id: int) -> int:
        """Erase who sent which message, and what was offered to them; count both.

        The messages themselves stay in their chats; their buttons say that nothing is kept.
        """
        sent = delete(inline_cards).where(inline_cards.c.sender_id == user_id)
        offered = delete(answers).where(answers.c.chat_id == NO_CHAT, answers.c.asker_id == user_id)
        with writing(self._engine) as connection:
            return connection.execute(sent).rowcount + connection.execute(offered).rowcount
