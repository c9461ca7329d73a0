"""Invitations: links that let people in, and who came by them; kept in the bot's database."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select, update

from bot.state_schema import guests, invitations
from corpus.database import reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link. `collections` are what its guests may see, empty for all; `guests` came by it."""

    token: str
    made_by: int
    collections: tuple[str, ...]
    uses_left: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    guests: int = 0

    def is_open(self, now: datetime) -> bool:
        """Return whether somebody may still come by it."""
        return self.revoked_at is None and self.uses_left > 0 and now < self.expires_at


class Invitations:
    """The invitations over the engines of the bot's own database. Safe to share by threads."""

    def __init__(self, engine: Engine, *, durable: Engine) -> None:
        """Use the tables of `bot.state_schema`; who is let in goes through `durable`."""
        self._engine = engine
        self._durable = durable

    def make(self, invitation: Invitation) -> None:
        """Write down a new invitation."""
        row = {
            "token": invitation.token,
            "made_by": invitation.made_by,
            "collections": json.dumps(invitation.collections),
            "uses_left": invitation.uses_left,
            "created_at": invitation.created_at,
            "expires_at": invitation.expires_at,
        }
        with writing(self._durable) as connection:
            connection.execute(insert(invitations), row)

    def all(self) -> list[Invitation]:
        """Return every invitation that was not forgotten, newest first."""
        counted = (
            select(invitations, func.count(guests.c.user_id).label("guests"))
            .outerjoin(guests, guests.c.token == invitations.c.token)
            .group_by(invitations.c.token)
            .order_by(invitations.c.created_at.desc())
        )
        with reading(self._engine) as connection:
            return [
                Invitation(
                    token=row.token,
                    made_by=row.made_by,
                    collections=tuple(json.loads(row.collections)),
                    uses_left=row.uses_left,
                    created_at=row.created_at,
                    expires_at=row.expires_at,
                    revoked_at=row.revoked_at,
                    guests=row.guests,
                )
                for row in connection.execute(counted)
            ]

    def get(self, token: str) -> Invitation | None:
        """Return an invitation, or None."""
        return next((one for one in self.all() if one.token == token), None)

    def lets_in(self, token: str, user_id: int, *, now: datetime) -> bool:
        """Return whether somebody who opens the link may come in, or came by it before."""
        invitation = self.get(token)
        if invitation is None or invitation.revoked_at is not None:
            return False
        return invitation.is_open(now) or user_id in self.guests()

    def accept(self, token: str, user_id: int, *, now: datetime) -> tuple[str, ...] | None:
        """Let somebody in by a link; return what they may see, `None` if it lets nobody in.

        Who opens one link twice uses it once; a newer link replaces what an older one allowed.
        """
        with writing(self._durable) as connection:
            row = connection.execute(
                select(invitations).where(
                    invitations.c.token == token, invitations.c.revoked_at.is_(None)
                )
            ).one_or_none()
            if row is None:
                return None
            came_before = connection.execute(
                select(guests).where(guests.c.user_id == user_id, guests.c.token == token)
            ).one_or_none()
            seen = tuple(json.loads(row.collections))
            if came_before is not None:
                return seen
            if row.uses_left < 1 or now >= row.expires_at:
                return None
            connection.execute(
                update(invitations)
                .where(invitations.c.token == token)
                .values(uses_left=row.uses_left - 1)
            )
            connection.execute(delete(guests).where(guests.c.user_id == user_id))
            values = {"user_id": user_id, "token": token, "collections": row.collections}
            connection.execute(insert(guests), {**values, "came_at": now})
        return seen

    def guests(self) -> dict[int, tuple[str, ...]]:
        """Return what each guest may see; empty means all."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(guests.c.user_id, guests.c.collections))
            return {row.user_id: tuple(json.loads(row.collections)) for row in rows}

    def revoke(self, token: str, *, now: datetime) -> int:
        """End an invitation and send away who came by it; return how many that were."""
        with writing(self._durable) as connection:
            connection.execute(
                update(invitations).where(invitations.c.token == token).values(revoked_at=now)
            )
            gone = connection.execute(delete(guests).where(guests.c.token == token))
            return int(gone.rowcount)

    def forget_person(self, user_id: int) -> None:
        """Delete that somebody came by an invitation: they are not let in any more."""
        with writing(self._durable) as connection:
            connection.execute(delete(guests).where(guests.c.user_id == user_id))

    def forget(self, *, before: datetime) -> None:
        """Delete invitations that ended before a moment and that nobody who stays came by."""
        ended = select(invitations.c.token).where(
            invitations.c.expires_at < before,
            invitations.c.token.not_in(select(guests.c.token)),
        )
        with writing(self._engine) as connection:
            connection.execute(delete(invitations).where(invitations.c.token.in_(ended)))
