"""Work that one process at a time does, of all that share the bot's database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update

from bot.state_schema import works
from corpus.database import reading, writing

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

SILENT = timedelta(seconds=90)
"""Whoever gives no sign of life for so long has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work that is under way, and the message that tells how far it is; None if there is none."""

    name: str
    holder: str
    chat_id: int
    message_id: int | None
    started_at: datetime
    alive_at: datetime

    def has_ended(self, now: datetime) -> bool:
        """Return whether its process must have ended."""
        return now - self.alive_at > SILENT


class Works:
    """What is under way, over the engine of the bot's own database. Safe to share by threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the table of `bot.state_schema`."""
        self._engine = engine

    def begin(self, name: str, *, holder: str, chat_id: int, now: datetime) -> bool:
        """Return whether `holder` may do the work: nobody who is alive does it."""
        row = {"name": name, "holder": holder, "chat_id": chat_id}
        with writing(self._engine) as connection:
            stale = works.c.alive_at < now - SILENT
            connection.execute(delete(works).where(works.c.name == name, stale))
            held = connection.execute(select(works.c.holder).where(works.c.name == name)).scalar()
            if held is None:
                times = {"started_at": now, "alive_at": now}
                connection.execute(insert(works), {**row, **times})
            return held in {None, holder}

    def note(self, name: str, *, holder: str, now: datetime, message_id: int | None = None) -> None:
        """Give a sign of life, and remember the message that tells how far the work is."""
        values: dict[str, object] = {"alive_at": now}
        if message_id is not None:
            values["message_id"] = message_id
        with writing(self._engine) as connection:
            mine = (works.c.name == name, works.c.holder == holder)
            connection.execute(update(works).where(*mine).values(**values))

    def abandon(self, name: str, *, holder: str) -> None:
        """Say that the work was broken off: nobody is alive who does it."""
        with writing(self._engine) as connection:
            mine = (works.c.name == name, works.c.holder == holder)
            connection.execute(update(works).where(*mine).values(alive_at=_LONG_AGO))

    def end(self, name: str, *, holder: str) -> None:
        """Let others do the work."""
        with writing(self._engine) as connection:
            mine = (works.c.name == name, works.c.holder == holder)
            connection.execute(delete(works).where(*mine))

    def under_way(self, name: str) -> Work | None:
        """Return the work if anybody began it and did not end it."""
        with reading(self._engine) as connection:
            row = connection.execute(select(works).where(works.c.name == name)).one_or_none()
        if row is None:
            return None
        return Work(
            name=row.name,
            holder=row.holder,
            chat_id=row.chat_id,
            message_id=row.message_id,
            started_at=row.started_at,
            alive_at=row.alive_at,
        )
