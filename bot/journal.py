"""The journal of accepted updates: written before Telegram forgets them, settled once answered.

    accepted -> answering -> sending -> done
                                     `-> ambiguous

`answering` is for pressed buttons, whose query is answered once. What is `sending` when the
process dies may or may not have arrived: it is never sent again, but marked ambiguous.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, Row, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.prepared import Prepared
from bot.standing import Standing
from bot.state_schema import updates
from corpus.database import reading, writing


class Kind(StrEnum):
    """What an update asks for."""

    QUESTION = "question"
    EDITED = "edited"
    PRESS = "press"
    OTHER = "other"
    FLEETING = "fleeting"
    """Not written down: too old after seconds, as what somebody is typing."""


class Progress(StrEnum):
    """How far an update has come."""

    ACCEPTED = "accepted"
    ANSWERING = "answering"
    SENDING = "sending"
    DONE = "done"
    AMBIGUOUS = "ambiguous"


OPEN = (Progress.ACCEPTED, Progress.ANSWERING)
SETTLED = (Progress.DONE, Progress.AMBIGUOUS)


_MOVE_ON = (
    update(updates)
    .where(
        updates.c.update_id == bindparam("which"),
        *(updates.c.state != settled.value for settled in SETTLED),
    )
    .values(state=bindparam("progress"), note=func.coalesce(bindparam("remark"), updates.c.note))
)
_ACCEPT = Prepared(
    insert(updates).on_conflict_do_nothing().returning(updates.c.update_id),
    columns=[column.name for column in updates.c if column.name != "note"],
)
_THIS_ONE = update(updates).where(updates.c.update_id == bindparam("which"))
_BEGIN = Prepared(_THIS_ONE.values(attempts=updates.c.attempts + 1))
WENT_WELL = Prepared(_THIS_ONE.values(attempts=0))
"""The statement that forgets the attempts at an update."""

_MOVE = Prepared(_MOVE_ON)
SETTLE = Prepared(_MOVE_ON.values(payload=None))
"""The statement that notes the end of an update and erases what was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One accepted update. `asked_at` is when its message was written, if it has one.

    `attempts` counts how often its work was begun and did not get as far as something to send.
    """

    update_id: int
    chat_id: int
    kind: Kind
    payload: str
    asked_at: datetime | None
    received_at: datetime
    progress: Progress = Progress.ACCEPTED
    attempts: int = 0


class Journal:
    """The journal over the engine of the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine, *, durable: Engine) -> None:
        """Use the tables of `bot.state_schema`; what is accepted goes through `durable`."""
        self._engine = engine
        self._durable = Standing(durable)
        self._standing = Standing(engine)

    def close(self) -> None:
        """Let go of the file."""
        self._durable.close()
        self._standing.close()

    def accept(self, entries: Sequence[Entry]) -> set[int]:
        """Write the entries; return the update ids that were not there before."""
        if not entries:
            return set()
        rows = [
            {
                "update_id": entry.update_id,
                "chat_id": entry.chat_id,
                "kind": entry.kind.value,
                "state": entry.progress.value,
                "payload": entry.payload,
                "asked_at": entry.asked_at,
                "received_at": entry.received_at,
                "attempts": entry.attempts,
            }
            for entry in entries
        ]
        with self._durable.writing():
            return {new for row in rows for (new,) in self._durable.run(_ACCEPT, row)}

    def resume(self) -> list[Entry]:
        """Return what was accepted and not begun to be sent, oldest first."""
        statement = select(updates).where(updates.c.state.in_(OPEN)).order_by(updates.c.update_id)
        with reading(self._engine) as connection:
            return [_entry(row) for row in connection.execute(statement)]

    def begin(self, update_id: int) -> None:
        """Count an attempt at an update, just before the work that may end the process."""
        self._standing.run(_BEGIN, {"which": update_id})

    def settle_interrupted(self) -> list[int]:
        """Mark what was being sent when the last process ended; return those update ids."""
        statement = (
            update(updates)
            .where(updates.c.state == Progress.SENDING)
            .values(
                state=Progress.AMBIGUOUS.value,
                payload=None,
                note="the bot ended while this was being sent",
            )
            .returning(updates.c.update_id)
        )
        with writing(self._engine) as connection:
            return sorted(connection.scalars(statement))

    def mark(self, update_id: int, progress: Progress, *, note: str | None = None) -> None:
        """Note how far an open update has come. A settled one stays as it is."""
        statement = SETTLE if progress in SETTLED else _MOVE
        row = {"which": update_id, "progress": progress.value, "remark": note}
        self._standing.run(statement, row)

    def count(self, *progress: Progress) -> int:
        """Return how many updates stand at one of these points."""
        statement = select(updates.c.update_id).where(updates.c.state.in_(progress))
        with reading(self._engine) as connection:
            return len(connection.scalars(statement).all())

    def forget(self, *, before: datetime) -> None:
        """Delete settled updates that were received before a moment."""
        statement = delete(updates).where(
            updates.c.state.in_(SETTLED), updates.c.received_at < before
        )
        with writing(self._engine) as connection:
            connection.execute(statement)


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    return Entry(
        update_id=fields["update_id"],
        chat_id=fields["chat_id"],
        kind=Kind(fields["kind"]),
        payload=fields["payload"],
        asked_at=fields["asked_at"],
        received_at=fields["received_at"],
        progress=Progress(fields["state"]),
        attempts=fields["attempts"],
    )
