"""When people want to hear of what they follow, as the bot's database keeps it."""

from datetime import time
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.dialects.sqlite import insert

from bot.following.due_times import Habits
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

    def keep(self, person_id: int, habits: Habits) -> None:
        """Remember when a person wants alerts."""
        row = {"person_id": person_id, **_columns(habits)}
        statement = insert(alert_habits).values(row)
        with writing(self._engine) as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["person_id"], set_=row)
            )


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
