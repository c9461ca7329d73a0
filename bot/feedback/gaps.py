"""Questions that nothing answered, alike ones as one: what a library should still be given.

Nobody is named. Who asked is kept only to count people, and to let each take their part back.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Update,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.feedback.gap_likeness import standing
from bot.state_schema import answers, gap_askings, gaps, votes
from corpus.database import reading, writing
from retrieval.answers import Confidence
from retrieval.protocols import Vectors
from retrieval.stored_vectors import vector_from_bytes, vector_to_bytes

MOST_GAPS = 2_000
"""Beyond so many the settled ones go first, then those asked least and longest ago."""


class GapState(StrEnum):
    """What became of a gap."""

    OPEN = "open"
    DONE = "done"
    """An administrator says it is closed; asked in vain again, it opens again."""
    DISMISSED = "dismissed"
    """An administrator does not want to see it again."""
    ANSWERED = "answered"
    """An article answers it now; asked in vain again, it opens again."""


class Why(StrEnum):
    """Why a question counts as unanswered."""

    NOTHING = "nothing"
    """Nothing was found."""
    DISLIKED = "disliked"
    """What was found was only possible, and readers say that it does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One time that a question was asked in vain; `token` is that of its answer."""

    token: str
    chat_id: int
    asker_id: int | None
    question: str
    why: Why
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What new questions are compared with. `vector` is float32 [dimension], None if unknown."""

    token: str
    question: str
    collections: tuple[str, ...]
    vector: Vectors | None
    space: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question with how often, by how many and when it was asked.

    `collections` are what its askers see, none for all. `people` counts those whose name was
    hidden once each. `answer` is the article, (collection, key), that closed it.
    """

    token: str
    question: str
    collections: tuple[str, ...]
    state: GapState
    times: int
    people: int
    first_asked: datetime
    last_asked: datetime
    answer: tuple[str, str] | None


class Gaps:
    """The gaps over the engine of the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the tables of `bot.state_schema`."""
        self._engine = engine

    def unnoted(self, *, since: datetime | None, most: int) -> list[Asking]:
        """Return questions asked in vain since a moment that are not noted yet, oldest first."""
        noted = select(gap_askings.c.token).where(
            gap_askings.c.token == answers.c.token, gap_askings.c.asked_at == answers.c.created_at
        )
        statement = (
            select(answers)
            .where(_in_vain(), answers.c.question_id.is_not(None), answers.c.chat_id != 0)
            .where(~noted.exists())
            .order_by(answers.c.created_at, answers.c.token)
            .limit(most)
        )
        if since is not None:
            judged = select(votes.c.token).where(votes.c.voted_at >= since)
            recent = or_(answers.c.created_at >= since, answers.c.token.in_(judged))
            statement = statement.where(recent)
        with reading(self._engine) as connection:
            return [_asking(row) for row in connection.execute(statement)]

    def known(self) -> list[Known]:
        """Return all gaps, whatever became of them, oldest first."""
        askings = gaps.join(gap_askings, gap_askings.c.gap == gaps.c.token)
        statement = select(gaps).select_from(askings).group_by(gaps.c.token)
        statement = statement.order_by(_FIRST_ASKED, gaps.c.token)
        with reading(self._engine) as connection:
            return [_known(row) for row in connection.execute(statement)]

    def note(self, asking: Asking, *, gap: str | None, collections: tuple[str, ...] = ()) -> str:
        """Note a question under a gap, or under a new one; return that gap's token.

        What it said before it was edited is taken back. A gap that was closed opens again.
        """
        token = gap or _token(asking)
        with writing(self._engine) as connection:
            _take_back(connection, gap_askings.c.token == asking.token)
            state = connection.scalars(
                select(gaps.c.state).where(gaps.c.token == token)
            ).one_or_none()
            if state is None:
                connection.execute(insert(gaps).values(_new(token, asking, collections)))
            elif state != GapState.DISMISSED:
                connection.execute(_settled(token, GapState.OPEN))
            connection.execute(insert(gap_askings).values(_row(asking, token)))
        return token

    def keep_vector(self, token: str, vector: Vectors, *, space: str) -> None:
        """Keep the vector of a gap's question, as float16, with the space it lies in."""
        stored = vector_to_bytes(vector)
        statement = update(gaps).where(gaps.c.token == token).values(vector=stored, space=space)
        with writing(self._engine) as connection:
            connection.execute(statement)

    def take_back(self) -> int:
        """Drop questions that are not asked in vain any more: edited ones, votes taken back."""
        still = select(answers.c.token).where(answers.c.token == gap_askings.c.token, _in_vain())
        there = select(answers.c.token).where(answers.c.token == gap_askings.c.token)
        with writing(self._engine) as connection:
            return _take_back(connection, and_(there.exists(), ~still.exists()))

    def listed(
        self, state: GapState = GapState.OPEN, *, skip: int = 0, most: int | None = None
    ) -> list[Gap]:
        """Return the gaps of one state, most asked first."""
        statement = _counted().where(gaps.c.state == state.value)
        statement = statement.order_by(*_MOST_ASKED).offset(skip).limit(most)
        with reading(self._engine) as connection:
            return [_gap(row) for row in connection.execute(statement)]

    def gap(self, token: str) -> Gap | None:
        """Return a gap, or None if it is gone."""
        with reading(self._engine) as connection:
            row = connection.execute(_counted().where(gaps.c.token == token)).one_or_none()
        return None if row is None else _gap(row)

    def count(self, state: GapState = GapState.OPEN) -> int:
        """Return how many gaps are in a state."""
        statement = select(func.count()).select_from(gaps).where(gaps.c.state == state.value)
        with reading(self._engine) as connection:
            return connection.execute(statement).scalar_one()

    def settle(
        self,
        token: str,
        state: GapState,
        *,
        at: datetime,
        answer: tuple[str, str] | None = None,
    ) -> None:
        """Note what became of a gap, and which article answers it."""
        with writing(self._engine) as connection:
            connection.execute(_settled(token, state, at=at, answer=answer))

    def to_try(self, position: int, *, most: int) -> list[Gap]:
        """Return open gaps not yet asked again at a position of the library's log.

        Those that waited longest come first, then the most asked.
        """
        waiting = or_(gaps.c.tried_at.is_(None), gaps.c.tried_at < position)
        statement = _counted().where(gaps.c.state == GapState.OPEN.value, waiting)
        statement = statement.order_by(func.coalesce(gaps.c.tried_at, -1), *_MOST_ASKED)
        with reading(self._engine) as connection:
            return [_gap(row) for row in connection.execute(statement.limit(most))]

    def note_tried(self, tokens: Collection[str], position: int) -> None:
        """Note that gaps were asked again at a position of the library's log."""
        statement = update(gaps).where(gaps.c.token.in_(tokens)).values(tried_at=position)
        with writing(self._engine) as connection:
            connection.execute(statement)

    def prune(self, most: int = MOST_GAPS) -> int:
        """Drop gaps beyond so many; return how many were dropped."""
        is_open = gaps.c.state == GapState.OPEN.value
        ordered = _counted().order_by(is_open.desc(), *_MOST_ASKED)
        with writing(self._engine) as connection:
            dropped = [row.token for row in connection.execute(ordered)][most:]
            connection.execute(delete(gap_askings).where(gap_askings.c.gap.in_(dropped)))
            connection.execute(delete(gaps).where(gaps.c.token.in_(dropped)))
        return len(dropped)

    def forget(self, user_id: int) -> int:
        """Erase what a person asked in vain; return how many questions that were.

        A gap that others asked too keeps their words, one that nobody else asked is gone. The
        person's answers must be erased first, or they would be noted again.
        """
        with writing(self._engine) as connection:
            return _take_back(connection, gap_askings.c.asker_id == user_id)

    def forget_before(self, moment: datetime) -> int:
        """Erase what was asked in vain before a moment; return how many questions that were."""
        with writing(self._engine) as connection:
            return _take_back(connection, gap_askings.c.asked_at < moment)


_FIRST_ASKED = func.min(gap_askings.c.asked_at)
_MOST_ASKED = (
    func.count(gap_askings.c.token).desc(),
    func.max(gap_askings.c.asked_at).desc(),
    gaps.c.token,
)


_WAS_ASKED = and_(answers.c.searched_for != "", answers.c.is_listing.is_(False))


def _counted() -> Select[Any]:
    """Return the query for gaps with how often they were asked."""
    asked = gap_askings.c
    hidden = func.count(asked.token) - func.count(asked.asker_id)
    people = func.count(asked.asker_id.distinct()) + hidden
    return (
        select(
            *(gaps.c[name] for name in ("token", "question", "collections", "state", "answer")),
            func.count(asked.token).label("times"),
            people.label("people"),
            _FIRST_ASKED.label("first_asked"),
            func.max(asked.asked_at).label("last_asked"),
        )
        .join(gap_askings, asked.gap == gaps.c.token)
        .group_by(gaps.c.token)
    )


def _in_vain() -> ColumnElement[bool]:
    """Return whether an answer was none: nothing found, or a possible one that readers dislike."""
    of_it = and_(votes.c.token == answers.c.token, votes.c.kind == "vote")
    disliked = and_(
        select(votes.c.token).where(of_it, votes.c.grade < 0).exists(),
        ~select(votes.c.token).where(of_it, votes.c.grade > 0).exists(),
    )
    return or_(
        and_(answers.c.confidence == Confidence.NONE.value, _WAS_ASKED),
        and_(answers.c.confidence == Confidence.POSSIBLE.value, disliked),
    )


def _take_back(connection: Connection, which: ColumnElement[bool]) -> int:
    """Drop askings; a gap that loses the first one takes the words of the next, if there is any."""
    touched = connection.scalars(select(gap_askings.c.gap).where(which).distinct()).all()
    dropped = connection.execute(delete(gap_askings).where(which)).rowcount
    for token in touched:
        left = (
            select(gap_askings.c.question)
            .where(gap_askings.c.gap == token)
            .order_by(gap_askings.c.asked_at, gap_askings.c.token)
        )
        words = connection.scalars(left).all()
        if not words:
            connection.execute(delete(gaps).where(gaps.c.token == token))
            continue
        known = connection.scalars(select(gaps.c.question).where(gaps.c.token == token)).one()
        if known not in words:
            changed = {"question": words[0], "vector": None, "space": None}
            connection.execute(update(gaps).where(gaps.c.token == token).values(changed))
    return dropped


def _token(asking: Asking) -> str:
    """Return a token for the gap that a question opens: 12 characters, the same each time."""
    named = f"{asking.token} {asking.question}".encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(hashlib.sha256(named).digest()[:9]).decode()


def _new(token: str, asking: Asking, collections: Sequence[str]) -> dict[str, object]:
    return {
        "token": token,
        "question": asking.question,
        "collections": json.dumps(sorted(collections), ensure_ascii=False),
        "state": GapState.OPEN.value,
    }


def _settled(
    token: str,
    state: GapState,
    *,
    at: datetime | None = None,
    answer: tuple[str, str] | None = None,
) -> Update:
    values = {
        "state": state.value,
        "settled_at": at,
        "answer": json.dumps(answer, ensure_ascii=False) if answer else None,
    }
    return update(gaps).where(gaps.c.token == token).values(values)


def _row(asking: Asking, gap: str) -> dict[str, object]:
    return {
        "token": asking.token,
        "gap": gap,
        "asker_id": asking.asker_id,
        "question": asking.question,
        "why": asking.why.value,
        "asked_at": asking.asked_at,
    }


def _asking(row: Row[*tuple[Any, ...]]) -> Asking:
    found = Confidence(row.confidence) is not Confidence.NONE
    return Asking(
        token=row.token,
        chat_id=row.chat_id,
        asker_id=row.asker_id,
        question=standing(row.question, row.searched_for),
        why=Why.DISLIKED if found else Why.NOTHING,
        asked_at=row.created_at,
    )


def _known(row: Row[*tuple[Any, ...]]) -> Known:
    return Known(
        token=row.token,
        question=row.question,
        collections=tuple(json.loads(row.collections)),
        vector=None if row.vector is None else vector_from_bytes(row.vector),
        space=row.space,
    )


def _gap(row: Row[*tuple[Any, ...]]) -> Gap:
    collection_and_key = json.loads(row.answer) if row.answer else None
    return Gap(
        token=row.token,
        question=row.question,
        collections=tuple(json.loads(row.collections)),
        state=GapState(row.state),
        times=row.times,
        people=row.people,
        first_asked=row.first_asked,
        last_asked=row.last_asked,
        answer=tuple(collection_and_key) if collection_and_key else None,
    )
