"""Drafts: articles an administrator looked at and has not added yet, kept in the bot's database.

What was read is kept, not what was sent, so that a preview and what is added are one thing, and
hostile bytes are read once. Drafts expire; their text goes with them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Row, and_, delete, func, insert, or_, select, update

from bot.state_schema import draft_parts, drafts
from corpus.database import reading, writing

KEPT = timedelta(days=1)
"""How long a draft waits, and how long what was added can be undone."""

MOST_WAITING = 30
"""Drafts one person may have waiting at once."""

ABANDONED = timedelta(minutes=15)
"""After so long without a sign of life, work that was begun may be begun by another press."""

_PART_BYTES = 512 * 1024
"""A piece of a draft: written so quickly that nothing else waits for it."""


class DraftState(StrEnum):
    """How far a draft has come."""

    OPEN = "open"
    ADDING = "adding"
    ADDED = "added"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What an administrator wrote in place of what a reader found; `None` where nothing."""

    title: str | None = None
    source: str | None = None
    published: datetime | None = None

    def to_json(self) -> str:
        """Return the text `from_json` reads."""
        day = None if self.published is None else self.published.isoformat()
        return json.dumps({"title": self.title, "source": self.source, "published": day})

    @classmethod
    def from_json(cls, stored: str) -> "Edits":
        """Return what `to_json` wrote."""
        fields = json.loads(stored)
        day = fields["published"]
        published = None if day is None else datetime.fromisoformat(day)
        return cls(title=fields["title"], source=fields["source"], published=published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft. `summary` is what its preview says, `plan` what the library held before.

    `result` is what was done, fit for JSON; None as long as nothing was.

    `message_id` is None until its preview was sent; `size` is the bytes of its parts.
    """

    token: str
    chat_id: int
    person_id: int
    collection: str
    summary: Mapping[str, Any]
    created_at: datetime
    message_id: int | None = None
    state: DraftState = DraftState.OPEN
    edits: Edits = field(default_factory=Edits)
    plan: Sequence[Mapping[str, Any]] | None = None
    result: Mapping[str, Any] | None = None
    size: int = 0


class Drafts:
    """The drafts over the engines of the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine, *, durable: Engine) -> None:
        """Use the tables of `bot.state_schema`; what a press decides goes through `durable`."""
        self._engine = engine
        self._durable = durable

    def keep(self, draft: Draft, content: bytes = b"") -> None:
        """Write a draft with what was read; its parts first, each in a transaction of its own."""
        for number, start in enumerate(range(0, len(content), _PART_BYTES)):
            part = {"token": draft.token, "number": number}
            with writing(self._engine) as connection:
                data = content[start : start + _PART_BYTES]
                connection.execute(insert(draft_parts), {**part, "data": data})
        with writing(self._durable) as connection:
            connection.execute(insert(drafts), _row(draft) | {"size": len(content)})

    def get(self, token: str, *, now: datetime) -> Draft | None:
        """Return a draft, `None` if it is not kept any more."""
        return self._one(drafts.c.token == token, now=now)

    def at(self, chat_id: int, message_id: int, *, now: datetime) -> Draft | None:
        """Return the draft whose preview is a message, `None` if there is none."""
        here = and_(drafts.c.chat_id == chat_id, drafts.c.message_id == message_id)
        return self._one(here, now=now)

    def content(self, token: str) -> bytes:
        """Return what was read, b"" where nothing is kept."""
        parts = select(draft_parts.c.data).where(draft_parts.c.token == token)
        with reading(self._engine) as connection:
            return b"".join(connection.scalars(parts.order_by(draft_parts.c.number)))

    def waiting(self, person_id: int, *, now: datetime) -> int:
        """Return how many drafts of a person wait for a decision."""
        waiting = select(func.count()).where(
            drafts.c.person_id == person_id,
            drafts.c.state == DraftState.OPEN,
            drafts.c.created_at > now - KEPT,
        )
        with reading(self._engine) as connection:
            return int(connection.execute(waiting).scalar_one())

    def place(self, token: str, message_id: int | None) -> None:
        """Remember in which message a draft's preview stands."""
        self._change(token, message_id=message_id)

    def edit(
        self, token: str, edits: Edits, *, collection: str, summary: Mapping[str, Any]
    ) -> None:
        """Remember what an administrator wrote in place of what was found, if nothing was decided."""
        values = {
            "edits": edits.to_json(),
            "collection": collection,
            "summary": json.dumps(dict(summary)),
        }
        with writing(self._engine) as connection:
            is_open = (drafts.c.token == token, drafts.c.state == DraftState.OPEN)
            connection.execute(update(drafts).where(*is_open).values(**values))

    def settle(
        self, token: str, state: DraftState, result: Mapping[str, Any] | None = None
    ) -> None:
        """Note how far a draft has come and what was done, and that nobody works on it any more."""
        told = None if result is None else json.dumps(dict(result))
        self._change(token, state=state.value, result=told, claimed_by=None, claimed_at=None)
        if state in {DraftState.DISCARDED, DraftState.ADDED, DraftState.UNDONE}:
            with writing(self._engine) as connection:
                connection.execute(delete(draft_parts).where(draft_parts.c.token == token))

    def claim(
        self, token: str, *, begin: DraftState, under_way: DraftState, by: int, now: datetime
    ) -> bool:
        """Return whether the update `by` may carry a draft from `begin` on; one update may.

        The same update may again, after a restart, and another one when the first is abandoned.
        """
        is_mine = and_(
            drafts.c.state == under_way,
            or_(drafts.c.claimed_by == by, drafts.c.claimed_at < now - ABANDONED),
        )
        statement = (
            update(drafts)
            .where(drafts.c.token == token, or_(drafts.c.state == begin, is_mine))
            .values(state=under_way.value, claimed_by=by, claimed_at=now)
        )
        with writing(self._durable) as connection:
            return connection.execute(statement).rowcount == 1

    def alive(self, token: str, now: datetime) -> None:
        """Note that a draft is still being worked on."""
        self._change(token, claimed_at=now)

    def note_plan(self, token: str, plan: Iterable[Mapping[str, Any]] | None) -> None:
        """Remember what the library held before a draft was added; None forgets it."""
        told = None if plan is None else json.dumps([dict(one) for one in plan])
        with writing(self._durable) as connection:
            connection.execute(update(drafts).where(drafts.c.token == token).values(plan=told))

    def forget(self, *, before: datetime) -> None:
        """Delete drafts made before a moment, with what was read."""
        self._delete(drafts.c.created_at < before)

    def forget_person(self, person_id: int) -> None:
        """Delete all drafts of a person."""
        self._delete(drafts.c.person_id == person_id)

    def _delete(self, condition: Any) -> None:  # noqa: ANN401 - a condition of SQLAlchemy
        doomed = select(drafts.c.token).where(condition)
        with writing(self._engine) as connection:
            connection.execute(delete(draft_parts).where(draft_parts.c.token.in_(doomed)))
            connection.execute(delete(drafts).where(condition))

    def _one(self, *conditions: Any, now: datetime) -> Draft | None:  # noqa: ANN401 - as above
        statement = select(drafts).where(*conditions, drafts.c.created_at > now - KEPT)
        with reading(self._engine) as connection:
            row = connection.execute(statement.order_by(drafts.c.created_at.desc())).first()
        return None if row is None else _draft(row)

    def _change(self, token: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(drafts).where(drafts.c.token == token).values(**values))


def _row(draft: Draft) -> dict[str, object]:
    return {
        "token": draft.token,
        "chat_id": draft.chat_id,
        "message_id": draft.message_id,
        "person_id": draft.person_id,
        "state": draft.state.value,
        "collection": draft.collection,
        "summary": json.dumps(dict(draft.summary)),
        "edits": draft.edits.to_json(),
        "created_at": draft.created_at,
    }


def _draft(row: Row[*tuple[Any, ...]]) -> Draft:
    return Draft(
        token=row.token,
        chat_id=row.chat_id,
        message_id=row.message_id,
        person_id=row.person_id,
        state=DraftState(row.state),
        collection=row.collection,
        summary=json.loads(row.summary),
        edits=Edits.from_json(row.edits),
        plan=None if row.plan is None else json.loads(row.plan),
        result=None if row.result is None else json.loads(row.result),
        size=row.size,
        created_at=row.created_at,
    )
