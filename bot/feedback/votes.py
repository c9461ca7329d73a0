"""What readers think of the passages they were shown: one vote a person, passage and question."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum, StrEnum, auto
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, and_, case, delete, func, insert, select

from bot.references import ArticleRef
from bot.state_schema import votes
from corpus.articles import Span
from corpus.database import reading, writing

_WORD = re.compile(r"\w+")
_LENT_ARTICLE = re.compile(r" \(in: .*\)$", re.DOTALL)


class Grade(IntEnum):
    """What a vote says of a passage under a question."""

    UP = 1
    """It answers."""
    DOWN = -1
    """It does not."""


class Cast(Enum):
    """What became of a vote."""

    NEW = auto()
    CHANGED = auto()
    TAKEN_BACK = auto()


class _Kind(StrEnum):
    VOTE = "vote"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """Who judges what: a passage under a question that stands alone.

    `token` is that of the answer under which the passage was shown.
    """

    user_id: int
    question: str
    receipt: str
    article: ArticleRef
    span: Span
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many readers judged a passage under a question, and how; nobody is named.

    `question` is in the words of the first who voted; `chosen` counts who sent the passage to a
    chat from a list of results.
    """

    question: str
    receipt: str
    article: ArticleRef
    span: Span
    ups: int
    downs: int
    chosen: int


def question_key(question: str) -> str:
    """Return what the same question is known by, however it is spaced, cased and punctuated.

    16 hexadecimal digits of a SHA-256.
    """
    words = " ".join(_WORD.findall(question.casefold())) or question
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def alone(question: str, searched_for: str) -> str:
    """Return a question in the form that stands without its conversation.

    That is what was searched for: a follow-up holds the words lent to it there, in brackets. The
    article a reply was about is no part of the question.
    """
    return _LENT_ARTICLE.sub("", searched_for).strip() or question


class Votes:
    """The votes over the engine of the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the table of `bot.state_schema`."""
        self._engine = engine

    def cast(self, ballot: Ballot, grade: Grade, *, at: datetime) -> Cast:
        """Note a vote; the same one again takes it back, the other one takes its place."""
        mine = _of(ballot, _Kind.VOTE)
        with writing(self._engine) as connection:
            before = connection.scalars(select(votes.c.grade).where(mine)).one_or_none()
            connection.execute(delete(votes).where(mine))
            if before == grade:
                return Cast.TAKEN_BACK
            connection.execute(insert(votes).values(_row(ballot, _Kind.VOTE, grade, at)))
        return Cast.NEW if before is None else Cast.CHANGED

    def choose(self, ballot: Ballot, *, at: datetime) -> None:
        """Note that somebody picked the passage from a list: a weak sign, kept apart from votes."""
        with writing(self._engine) as connection:
            connection.execute(delete(votes).where(_of(ballot, _Kind.CHOSEN)))
            connection.execute(insert(votes).values(_row(ballot, _Kind.CHOSEN, Grade.UP, at)))

    def grade(self, ballot: Ballot) -> Grade | None:
        """Return the person's own vote, or None."""
        statement = select(votes.c.grade).where(_of(ballot, _Kind.VOTE))
        with reading(self._engine) as connection:
            found = connection.scalars(statement).one_or_none()
        return None if found is None else Grade(found)

    def disliked(self, token: str) -> bool:
        """Return whether an answer has votes against it, and none for it."""
        statement = select(votes.c.grade).where(votes.c.token == token, _is(_Kind.VOTE)).distinct()
        with reading(self._engine) as connection:
            return connection.scalars(statement).all() == [Grade.DOWN]

    def tallies(self) -> list[Tally]:
        """Return what was judged under each question, in an order that depends on nothing else."""
        first = func.min(votes.c.voted_at)
        words = (
            select(votes.c.question_key, votes.c.question)
            .group_by(votes.c.question_key, votes.c.question)
            .order_by(first, votes.c.question)
        )
        counted = (
            select(
                *(votes.c[name] for name in ("question_key", "receipt", *_PLACE)),
                func.sum(_count(_Kind.VOTE, Grade.UP)).label("ups"),
                func.sum(_count(_Kind.VOTE, Grade.DOWN)).label("downs"),
                func.sum(_count(_Kind.CHOSEN, Grade.UP)).label("chosen"),
            )
            .group_by(*(votes.c[name] for name in ("question_key", "receipt", *_PLACE)))
            .order_by(votes.c.question_key, votes.c.receipt)
        )
        with reading(self._engine) as connection:
            named: dict[str, str] = {}
            for row in connection.execute(words):
                named.setdefault(row.question_key, row.question)
            return [_tally(row, named[row.question_key]) for row in connection.execute(counted)]

    def forget(self, user_id: int) -> int:
        """Erase everything a person judged or picked; return how much that was."""
        return self._erase(votes.c.user_id == user_id)

    def forget_articles(self, names: Collection[tuple[str, str]]) -> int:
        """Erase what was judged of articles, (collection, key); return how much that was."""
        return sum(
            self._erase(and_(votes.c.collection == collection, votes.c.key == key))
            for collection, key in names
        )

    def _erase(self, condition: ColumnElement[bool]) -> int:
        with writing(self._engine) as connection:
            return connection.execute(delete(votes).where(condition)).rowcount


_PLACE = ("collection", "key", "version", "start", "end")


def _is(kind: _Kind) -> ColumnElement[bool]:
    return votes.c.kind == kind.value


def _of(ballot: Ballot, kind: _Kind) -> ColumnElement[bool]:
    return and_(
        votes.c.user_id == ballot.user_id,
        votes.c.receipt == ballot.receipt,
        votes.c.question_key == question_key(ballot.question),
        _is(kind),
    )


def _count(kind: _Kind, grade: Grade) -> ColumnElement[int]:
    return case((and_(_is(kind), votes.c.grade == grade.value), 1), else_=0)


def _row(ballot: Ballot, kind: _Kind, grade: Grade, at: datetime) -> dict[str, object]:
    return {
        "user_id": ballot.user_id,
        "receipt": ballot.receipt,
        "question_key": question_key(ballot.question),
        "kind": kind.value,
        "grade": grade.value,
        "question": ballot.question,
        "collection": ballot.article.collection,
        "key": ballot.article.key,
        "version": ballot.article.version,
        "start": ballot.span.start,
        "end": ballot.span.end,
        "token": ballot.token,
        "voted_at": at,
    }


def _tally(row: Row[*tuple[Any, ...]], question: str) -> Tally:
    return Tally(
        question=question,
        receipt=row.receipt,
        article=ArticleRef(collection=row.collection, key=row.key, version=row.version),
        span=Span(start=row.start, end=row.end),
        ups=row.ups,
        downs=row.downs,
        chosen=row.chosen,
    )
