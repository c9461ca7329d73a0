"""Alerts in the bot's database: what was found for followed questions, and how far it has come.

    pending -> sending -> sent
                       `-> ambiguous     (nobody knows whether it arrived)
            `-> dropped                  (it cannot be delivered, or nothing is left of it)

A row is written before anything is sent. What is `sending` when the process dies may or may not
have arrived: it is never sent again, but marked ambiguous.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Row, bindparam, delete, func, select, update

from bot.references import Story, stories_from_json, stories_to_json
from bot.state_schema import alerts, follows
from corpus.database import outside_transactions, reading, writing


class AlertState(StrEnum):
    """How far an alert has come."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    DROPPED = "dropped"


OUT = (AlertState.SENDING, AlertState.SENT, AlertState.AMBIGUOUS)
"""What may have reached somebody: it counts among the messages of its day."""
SETTLED = (AlertState.SENT, AlertState.AMBIGUOUS, AlertState.DROPPED)

_MOVE = (
    update(alerts)
    .where(alerts.c.token == bindparam("which"), alerts.c.state == bindparam("before"))
    .values(state=bindparam("after"), note=bindparam("remark"))
)
_LEAVE = (
    update(alerts)
    .where(alerts.c.token == bindparam("which"), alerts.c.state == AlertState.PENDING.value)
    .values(state=AlertState.SENDING.value, sent_at=bindparam("moment"))
)
_IS_HELD = (
    select(follows.c.token)
    .where(follows.c.token == alerts.c.follow, follows.c.paused.is_not(None))
    .exists()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An alert that is to be sent: for whom, where, and since when it waits."""

    id: int
    person_id: int
    chat_id: int
    thread_id: int | None
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A story found for a followed question, as it stands on a page of an answer."""

    id: int
    follow: str
    person_id: int
    question: str
    story: Story
    state: AlertState


class Alerts:
    """The alerts over the engine of the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the tables of `bot.state_schema`."""
        self._engine = engine

    def waiting(self) -> list[Waiting]:
        """Return what is to be sent and not held by a pause, oldest first."""
        statement = (
            select(*(alerts.c[name] for name in Waiting.__slots__))
            .where(alerts.c.state == AlertState.PENDING.value, ~_IS_HELD)
            .order_by(alerts.c.id)
        )
        with reading(self._engine) as connection:
            return [Waiting(**row) for row in connection.execute(statement).mappings()]

    def believe(self, now: datetime) -> None:
        """Let what was found later than now, by a clock that was set back since, be found now."""
        ahead = (alerts.c.state == AlertState.PENDING.value) & (alerts.c.found_at > now)
        with writing(self._engine) as connection:
            connection.execute(update(alerts).where(ahead).values(found_at=now))

    def sent_to(self, person_id: int, *, since: datetime) -> list[datetime]:
        """Return when messages with alerts went to a person, also those that may have."""
        statement = (
            select(func.min(alerts.c.sent_at, type_=alerts.c.sent_at.type))
            .where(
                alerts.c.person_id == person_id,
                alerts.c.sent_at >= since,
                alerts.c.state.in_([state.value for state in OUT]),
            )
            .group_by(alerts.c.token)
        )
        with reading(self._engine) as connection:
            return sorted(connection.scalars(statement))

    def leave_out(self, ids: Sequence[int], note: str) -> None:
        """Note that pending alerts are not sent: they may not be seen, or nothing is left."""
        some = alerts.c.id.in_(ids) & (alerts.c.state == AlertState.PENDING.value)
        values = {"state": AlertState.DROPPED.value, "note": note}
        with writing(self._engine) as connection:
            connection.execute(update(alerts).where(some).values(values))

    def some(self, ids: Sequence[int]) -> list[Alert]:
        """Return alerts by id, oldest first."""
        statement = select(alerts).where(alerts.c.id.in_(ids)).order_by(alerts.c.id)
        with reading(self._engine) as connection:
            return [_alert(row) for row in connection.execute(statement)]

    def put_together(self, ids: Sequence[int], token: str) -> list[Alert]:
        """Bring pending alerts together in the answer `token`; return those that still are."""
        with writing(self._engine) as connection:
            for number, one in enumerate(ids):
                pending = (alerts.c.id == one) & (alerts.c.state == AlertState.PENDING.value)
                connection.execute(update(alerts).where(pending).values(token=token, number=number))
        return self.in_answer(token)

    def in_answer(self, token: str) -> list[Alert]:
        """Return the alerts that an answer shows, in the order of its pages."""
        statement = select(alerts).where(alerts.c.token == token).order_by(alerts.c.number)
        with reading(self._engine) as connection:
            return [_alert(row) for row in connection.execute(statement)]

    def is_pending(self, token: str) -> bool:
        """Return whether an answer's alerts are still to be sent: nobody stopped them since."""
        pending = select(alerts.c.id).where(
            alerts.c.token == token, alerts.c.state == AlertState.PENDING.value, ~_IS_HELD
        )
        with reading(self._engine) as connection:
            return connection.execute(pending.limit(1)).first() is not None

    def about_to_send(self, token: str, *, at: datetime) -> None:
        """Note that an answer's alerts may be out from now on."""
        with outside_transactions(self._engine) as connection:
            connection.execute(_LEAVE, {"which": token, "moment": at})

    def not_sent(self, token: str) -> None:
        """Note that they are not out after all."""
        self._move(token, AlertState.SENDING, AlertState.PENDING)

    def arrived(self, token: str) -> None:
        """Note that they arrived."""
        self._move(token, AlertState.SENDING, AlertState.SENT)

    def unknown(self, token: str, note: str) -> None:
        """Note that nobody knows whether they arrived; they are not sent again."""
        self._move(token, AlertState.SENDING, AlertState.AMBIGUOUS, note)

    def dropped(self, token: str, note: str) -> None:
        """Note that they cannot be delivered, or that nothing is left of them."""
        for state in (AlertState.PENDING, AlertState.SENDING):
            self._move(token, state, AlertState.DROPPED, note)

    def settle_interrupted(self) -> int:
        """Mark what was being sent when the last process ended; return how many messages."""
        statement = (
            update(alerts)
            .where(alerts.c.state == AlertState.SENDING.value)
            .values(
                state=AlertState.AMBIGUOUS.value, note="the bot ended while this was being sent"
            )
            .returning(alerts.c.token)
        )
        with writing(self._engine) as connection:
            return len(set(connection.scalars(statement)))

    def prune(self, *, before: datetime) -> None:
        """Delete settled alerts that were found before a moment."""
        settled = alerts.c.state.in_([state.value for state in SETTLED])
        with writing(self._engine) as connection:
            connection.execute(delete(alerts).where(settled, alerts.c.found_at < before))

    def count(self, *states: AlertState) -> int:
        """Return how many alerts stand at one of these points."""
        statement = select(func.count()).where(alerts.c.state.in_([one.value for one in states]))
        with reading(self._engine) as connection:
            return int(connection.execute(statement).scalar_one())

    def _move(
        self, token: str, before: AlertState, after: AlertState, note: str | None = None
    ) -> None:
        row = {"which": token, "before": before.value, "after": after.value, "remark": note}
        with outside_transactions(self._engine) as connection:
            connection.execute(_MOVE, row)


def story_to_json(story: Story) -> str:
    """Return a story in the form in which an alert keeps it."""
    return json.dumps(stories_to_json((story,)), ensure_ascii=False)


def named_in(stored: str) -> set[tuple[str, str]]:
    """Return the articles, (collection, key), a kept story quotes, or names as copies."""
    return {
        (named.collection, named.key)
        for hit in _story(stored)
        for named in (hit.article, *hit.copies)
    }


def _story(stored: str) -> Story:
    return stories_from_json(json.loads(stored))[0]


def _alert(row: Row[tuple[Any, ...]]) -> Alert:
    return Alert(
        id=row.id,
        follow=row.follow,
        person_id=row.person_id,
        question=row.question,
        story=_story(row.story),
        state=AlertState(row.state),
    )
