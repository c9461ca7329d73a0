"""When people want to hear of what they follow, as the bot's database keeps it."""

from collections.abc import Callable
from datetime import time
from typing import Any

from sqlalchemy import Engine, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.due_times import Habits
from bot.state_schema import alert_habits
from corpus.database import reading, writing

DEFAULT = Habits()


class HabitsOfPeople:
    """The habits over the engine of the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the tables of `bot.state_schema`."""
        self._engine = engine

    def of(self, person_id: int) -> Habits:
        """Return when a person wants alerts; as everybody does who has said nothing."""
        statement = select(alert_habits).where(alert_habits.c.person_id == person_id)
        with reading(self._engine) as connection:
            row = connection.execute(statement).one_or_none()
        return DEFAULT if row is None else _habits(row)

    def has_said(self, person_id: int) -> bool:
        """Return whether a person has said when they want alerts."""
        return self.of(person_id) != DEFAULT

    def token_of(self, person_id: int, new_token: Callable[[], str]) -> str:
        """Return the 12 characters that stand for a person's habits on buttons."""
        row = {"person_id": person_id, "token": new_token(), **_columns(DEFAULT)}
        mine = select(alert_habits.c.token).where(alert_habits.c.person_id == person_id)
        with writing(self._engine) as connection:
            connection.execute(insert(alert_habits).values(row).on_conflict_do_nothing())
            return str(connection.execute(mine).scalar_one())

    def owner(self, token: str) -> int | None:
        """Return whose habits a button's token stands for, None if nobody's any more."""
        statement = select(alert_habits.c.person_id).where(alert_habits.c.token == token)
        with reading(self._engine) as connection:
            return connection.execute(statement).scalar_one_or_none()

    def keep(self, person_id: int, habits: Habits) -> None:
        """Remember the habits of a person who has a token."""
        statement = update(alert_habits).where(alert_habits.c.person_id == person_id)
        with writing(self._engine) as connection:
            connection.execute(statement.values(_columns(habits)))


def _columns(habits: Habits) -> dict[str, object]:
    start, end = habits.quiet or (None, None)
    return {
        "zone": habits.zone,
        "is_daily": int(habits.is_daily),
        "digest": _written(habits.digest),
        "quiet_from": _written(start),
        "quiet_until": _written(end),
        "cap": habits.cap,
    }


def _habits(row: Row[tuple[Any, ...]]) -> Habits:
    start, end = row.quiet_from, row.quiet_until
    return Habits(
        zone=row.zone,
        is_daily=bool(row.is_daily),
        digest=time.fromisoformat(row.digest),
        quiet=(time.fromisoformat(start), time.fromisoformat(end)) if start and end else None,
        cap=row.cap,
    )


def _written(clock: time | None) -> str | None:
    return None if clock is None else f"{clock:%H:%M}"
