"""How the bot is used: counts and times, never a text, and nobody by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, Engine, distinct, func, select

from bot.journal import Kind
from bot.state_schema import answers, follows, updates, votes
from corpus.database import reading
from retrieval.answers import Confidence

DAYS = 30

_ASKING = (Kind.QUESTION.value, Kind.EDITED.value)
_VOTE = "vote"
_MOST_TIMED = 2_000
"""Answers whose time is looked at, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How the bot was used in the last `days`.

    `seconds` is the median time from receiving a question to its answer, as far as the journal
    still knows when it came; None if it knows of none.
    """

    days: int
    questions: int
    nothing_found: int
    chats: int
    seconds: float | None
    votes_up: int
    votes_down: int
    follows: int

    @property
    def answered_share(self) -> int:
        """Return how many of a hundred questions were answered."""
        return round(100 * (self.questions - self.nothing_found) / max(self.questions, 1))

    @property
    def daily(self) -> float:
        """Return the questions a day."""
        return self.questions / self.days


class Usages:
    """What can be counted in the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Count in the tables of `bot.state_schema`."""
        self._engine = engine

    def of(self, now: datetime, *, days: int = DAYS) -> Usage:
        """Return how the bot was used in the last `days`."""
        return _usage(self._engine, now=now, days=days)


def _usage(engine: Engine, *, now: datetime, days: int) -> Usage:
    since = now - timedelta(days=days)
    with reading(engine) as connection:
        asked = _count(connection, answers.c.created_at >= since)
        nothing = _count(
            connection,
            answers.c.created_at >= since,
            answers.c.confidence == Confidence.NONE.value,
        )
        chats = connection.execute(
            select(func.count(distinct(answers.c.chat_id))).where(answers.c.created_at >= since)
        ).scalar_one()
        graded = connection.execute(
            select((votes.c.grade > 0).label("is_up"), func.count().label("number"))
            .where(votes.c.voted_at >= since, votes.c.kind == _VOTE)
            .group_by(votes.c.grade > 0)
        )
        grades = {bool(row.is_up): row.number for row in graded}
        followed = connection.execute(select(func.count()).select_from(follows)).scalar_one()
        times = _times(connection)
    return Usage(
        days=days,
        questions=asked,
        nothing_found=nothing,
        chats=int(chats),
        seconds=median(times) if times else None,
        votes_up=int(grades.get(True, 0)),
        votes_down=int(grades.get(False, 0)),
        follows=int(followed),
    )


def _count(connection: Connection, *conditions: object) -> int:
    statement = select(func.count()).select_from(answers)
    for condition in conditions:
        statement = statement.where(condition)  # type: ignore[arg-type]
    return int(connection.execute(statement).scalar_one())


def _times(connection: Connection) -> Sequence[float]:
    """Return the seconds from receiving a question to its answer, of those the journal has.

    An answer belongs to the newest question of its chat that came before it.
    """
    came = (
        select(func.max(updates.c.received_at))
        .where(
            updates.c.chat_id == answers.c.chat_id,
            updates.c.kind.in_(_ASKING),
            updates.c.received_at <= answers.c.created_at,
        )
        .scalar_subquery()
    )
    oldest = select(func.min(updates.c.received_at)).scalar_subquery()
    newest = (
        select(answers.c.created_at, came.label("came_at"))
        .where(answers.c.created_at >= oldest, answers.c.question_id.is_not(None))
        .order_by(answers.c.created_at.desc())
        .limit(_MOST_TIMED)
    )
    rows = connection.execute(newest)
    return [
        (row.created_at - row.came_at).total_seconds() for row in rows if row.came_at is not None
    ]
