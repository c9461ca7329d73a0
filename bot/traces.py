"""Rows that tell of a person, or of what was asked, where no other class erases them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Delete, Engine, Update, delete, or_, select, update

from bot.journal import SETTLED
from bot.state_schema import (
    alerts,
    answers,
    departures,
    inline_cards,
    invitations,
    people,
    updates,
    votes,
    works,
)
from bot.works import SILENT
from corpus.database import reading, writing

NOBODY = 0
"""No chat and no user has this id."""


class Traces:
    """Traces of people over the engine of the bot's database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the tables of `bot.state_schema`."""
        self._engine = engine

    def groups_of(self, user_id: int) -> list[int]:
        """Return the groups in which a person asked something that is still kept."""
        statement = select(answers.c.chat_id).where(answers.c.asker_id == user_id).distinct()
        with reading(self._engine) as connection:
            return sorted(connection.scalars(statement))

    def forget_answers(self, user_id: int) -> int:
        """Erase the answers a person was given; return how many that were."""
        return self._do(delete(answers).where(_is(user_id, answers.c.asker_id, answers.c.chat_id)))

    def forget_updates(self, user_id: int) -> int:
        """Erase a private chat from the journal; return how many updates that were.

        What is still under way keeps its row until it is settled, and loses the chat's id.
        """
        of_chat = updates.c.chat_id == user_id
        self._do(delete(departures).where(departures.c.chat_id == user_id))
        settled = self._do(delete(updates).where(of_chat, updates.c.state.in_(SETTLED)))
        return settled + self._do(update(updates).where(of_chat).values(chat_id=NOBODY))

    def forget_settings(self, user_id: int) -> int:
        """Erase a person's settings; return 1 if there were any."""
        return self._do(delete(people).where(people.c.user_id == user_id))

    def forget_host(self, user_id: int) -> int:
        """Erase who made invitations, which stay valid for others; return how many those are."""
        made = invitations.c.made_by == user_id
        return self._do(update(invitations).where(made).values(made_by=NOBODY))

    def forget_works(self, user_id: int, *, now: datetime) -> int:
        """Erase work that ended without saying so, with the chat it was begun in."""
        ended = works.c.alive_at < now - SILENT
        return self._do(delete(works).where(works.c.chat_id == user_id, ended))

    def forget_before(self, moment: datetime) -> int:
        """Erase answers, votes, alerts and journal rows from before a moment; return how many."""
        statements: Sequence[Delete] = (
            delete(answers).where(answers.c.created_at < moment),
            delete(votes).where(votes.c.voted_at < moment),
            delete(inline_cards).where(inline_cards.c.sent_at < moment),
            delete(alerts).where(alerts.c.found_at < moment),
            delete(updates).where(updates.c.state.in_(SETTLED), updates.c.received_at < moment),
        )
        return sum(map(self._do, statements))

    def _do(self, statement: Delete | Update) -> int:
        with writing(self._engine) as connection:
            return connection.execute(statement).rowcount


def _is(user_id: int, *columns: ColumnElement[int]) -> ColumnElement[bool]:
    return or_(*(column == user_id for column in columns))
