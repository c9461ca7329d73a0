"""Followed questions in the bot's database: who follows what, where, and what they know of it.

A follow is a question that waits for news. It belongs to one person, and its alerts go where it
was followed. It ends when it is stopped, or after its first alert if it was to be told of once.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.feedback.votes import question_key
from bot.following.alerts import Alerts, AlertState, named_in
from bot.following.habits import HabitsOfPeople
from bot.prepared import Prepared
from bot.standing import Standing
from bot.state_schema import alert_habits, alerts, followed_articles, follows, looks
from corpus.database import driver_rows, reading, writing
from retrieval.protocols import Vectors
from retrieval.stored_vectors import vector_from_bytes, vector_to_bytes
from retrieval.stories import Name

MOST_FOLLOWS = 50
"""Questions one person may follow."""

_NEWS = "news"
_PUT_LOOK = insert(looks)
_PUT_ARTICLE = insert(followed_articles).on_conflict_do_nothing()

_THERE = Prepared(
    select(follows.c.token).where(
        follows.c.chat_id == bindparam("chat"),
        follows.c.thread_id.is_not_distinct_from(bindparam("thread")),
        follows.c.question_key == bindparam("asked"),
    )
)


class Paused(StrEnum):
    """Why a follow finds nothing at present."""

    ASKED = "asked"
    """Whoever follows wished so."""
    SHUT = "shut"
    """The chat takes no messages: the bot was blocked or removed. Ends when somebody writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A followed question.

    `person_id` is who follows, or the chat for those who write in its name. What the library's
    log holds up to the position `since` is no news. With `is_once` it ends with its first alert.
    `vector` is float32 [dimension] in the vector space named `space`, None if it is to be made.
    """

    token: str
    person_id: int
    chat_id: int
    thread_id: int | None
    question: str
    language: str
    is_once: bool
    since: int
    created_at: datetime
    paused: Paused | None = None
    vector: Vectors | None = None
    space: str | None = None

    @property
    def is_private(self) -> bool:
        """Return whether its alerts go to a private chat: Telegram's group ids are negative."""
        return self.chat_id > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How far the library's log was looked through, and which log that was.

    `history` is the hash of the log up to `position`; versions with ids above `version` are new.
    """

    position: int
    history: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A story that answers a followed question. `story` is a page of an answer, as JSON.

    `articles` are those that tell it now, (collection, key).
    """

    follow: Follow
    story: str
    articles: tuple[Name, ...]


class Follows:
    """The follows over the engine of the bot's own database. Safe to use from several threads."""

    def __init__(self, engine: Engine, standing: Standing) -> None:
        """Use the tables of `bot.state_schema`; what every answer asks goes over `standing`."""
        self._engine = engine
        self._standing = standing
        self.alerts = Alerts(engine)
        self.habits = HabitsOfPeople(engine)

    def add(self, follow: Follow, *, known: Iterable[Name] = ()) -> bool:
        """Follow a question; `known` are articles whoever follows has seen.

        Return whether it was added: not if the same is followed there already, or the person
        follows as many questions as one may.
        """
        with writing(self._engine) as connection:
            place = _place(follow.chat_id, follow.thread_id, follow.question)
            if driver_rows(connection, _THERE.text, _THERE.values(place)):
                return False
            of_person = select(func.count()).where(follows.c.person_id == follow.person_id)
            if connection.execute(of_person).scalar_one() >= MOST_FOLLOWS:
                return False
            connection.execute(insert(follows), _row(follow))
            _note_known(connection, follow.token, known)
        return True

    def there(self, chat_id: int, thread_id: int | None, question: str) -> Follow | None:
        """Return what is followed with the same question in a place; in a group, by anybody."""
        rows = self._standing.run(_THERE, _place(chat_id, thread_id, question))
        return self.one(rows[0][0]) if rows else None

    def one(self, token: str) -> Follow | None:
        """Return a follow, or None."""
        with reading(self._engine) as connection:
            row = connection.execute(select(follows).where(follows.c.token == token)).one_or_none()
        return None if row is None else _follow(row)

    def of_person(self, person_id: int) -> list[Follow]:
        """Return all that a person follows anywhere, oldest first."""
        return self._some(follows.c.person_id == person_id)

    def in_chat(self, chat_id: int) -> list[Follow]:
        """Return all that is followed in a chat, oldest first."""
        return self._some(follows.c.chat_id == chat_id)

    def standing(self) -> list[Follow]:
        """Return all that are not paused, oldest first."""
        return self._some(follows.c.paused.is_(None))

    def pause(self, token: str, *, at: datetime) -> None:
        """Find nothing more for a follow until it is resumed; what was found is held."""
        self._change(follows.c.token == token, paused=Paused.ASKED.value, paused_at=at)

    def resume(self, token: str, *, since: int) -> None:
        """Go on; what came up to the position `since`, while it was paused, is no news."""
        self._change(follows.c.token == token, paused=None, paused_at=None, since=since)

    def keep_on(self, token: str) -> None:
        """Let a follow that would end with its first alert go on."""
        self._change(follows.c.token == token, is_once=0)

    def stop(self, token: str) -> None:
        """Forget a follow, with what was found for it and is not sent yet."""
        with writing(self._engine) as connection:
            _erase(connection, [token])

    def shut(self, chat_id: int, *, at: datetime) -> int:
        """Pause all follows of a chat that takes no messages; return how many that were."""
        open_there = (follows.c.chat_id == chat_id) & follows.c.paused.is_(None)
        return self._change(open_there, paused=Paused.SHUT.value, paused_at=at)

    def reopen(self, chat_id: int, *, since: int) -> int:
        """Resume the follows of a chat that takes messages again; return how many.

        What came up to the position `since` is no news for them.
        """
        there = (follows.c.chat_id == chat_id) & (follows.c.paused == Paused.SHUT.value)
        return self._change(there, paused=None, paused_at=None, since=since)

    def chats(self, paused: Paused | None) -> set[int]:
        """Return the chats with follows that are paused for a reason; for None, with open ones."""
        is_paused = follows.c.paused.is_(None) if paused is None else follows.c.paused == paused
        with reading(self._engine) as connection:
            return set(connection.scalars(select(follows.c.chat_id).where(is_paused).distinct()))

    def keep_vectors(self, vectors: Sequence[tuple[str, Vectors]], *, space: str) -> None:
        """Remember the vectors of follows, by token; each is float32 [dimension] in `space`."""
        with writing(self._engine) as connection:
            for token, vector in vectors:
                values = {"vector": vector_to_bytes(vector), "space": space}
                connection.execute(update(follows).where(follows.c.token == token).values(values))

    def known(self, token: str) -> set[Name]:
        """Return the articles whose stories whoever follows has seen."""
        statement = select(followed_articles.c.collection, followed_articles.c.key).where(
            followed_articles.c.follow == token
        )
        with reading(self._engine) as connection:
            return {(row.collection, row.key) for row in connection.execute(statement)}

    def look(self) -> Look | None:
        """Return how far the library was looked through, None before the first look."""
        with reading(self._engine) as connection:
            row = connection.execute(select(looks).where(looks.c.name == _NEWS)).one_or_none()
        if row is None:
            return None
        return Look(position=row.position, history=row.history, version=row.version)

    def begin_anew(self, look: Look) -> None:
        """Look from here on: at first, or when the library is another one than it was."""
        with writing(self._engine) as connection:
            connection.execute(_put(look))
            connection.execute(update(follows).values(since=look.position))

    def note(self, before: Look, after: Look, found: Sequence[Found], *, at: datetime) -> bool:
        """Write down what a look found, and that it was done: both, or neither.

        Return False, and write nothing, if another look was noted in the meantime. What was
        stopped or paused meanwhile finds nothing.
        """
        with writing(self._engine) as connection:
            reached = connection.execute(
                select(looks.c.position).where(looks.c.name == _NEWS)
            ).scalar_one_or_none()
            if reached != before.position:
                return False
            connection.execute(_put(after))
            standing = set(connection.scalars(select(follows.c.token).where(_IS_OPEN)))
            told: set[str] = set()
            for one in found:
                token = one.follow.token
                if token in standing and token not in told:
                    _write(connection, one, at)
                    told |= {token} if one.follow.is_once else set()
            for token in told:
                connection.execute(delete(follows).where(follows.c.token == token))
                _forget_known(connection, token)
        return True

    def forget(self, user_id: int) -> int:
        """Erase all that a person follows, what was found for it, and when they want to hear.

        Return how many questions that were.
        """
        with writing(self._engine) as connection:
            chosen = select(follows.c.token).where(
                or_(follows.c.person_id == user_id, follows.c.chat_id == user_id)
            )
            tokens = list(connection.scalars(chosen))
            _erase(connection, tokens)
            connection.execute(
                delete(alerts).where(
                    or_(alerts.c.person_id == user_id, alerts.c.chat_id == user_id)
                )
            )
            connection.execute(delete(alert_habits).where(alert_habits.c.person_id == user_id))
        return len(tokens)

    def _some(self, condition: Any) -> list[Follow]:  # noqa: ANN401 - SQLAlchemy's expressions
        statement = select(follows).where(condition).order_by(follows.c.created_at, follows.c.token)
        with reading(self._engine) as connection:
            return [_follow(row) for row in connection.execute(statement)]

    def _change(self, condition: Any, **values: object) -> int:  # noqa: ANN401
        with writing(self._engine) as connection:
            return connection.execute(update(follows).where(condition).values(**values)).rowcount


_IS_OPEN = follows.c.paused.is_(None)


def forget_articles(connection: Connection, names: Collection[Name]) -> None:
    """Erase what refers to articles that are removed: alerts that quote them, and what is known."""
    for collection, key in names:
        gone = (followed_articles.c.collection == collection) & (followed_articles.c.key == key)
        connection.execute(delete(followed_articles).where(gone))
    for row in connection.execute(select(alerts.c.id, alerts.c.story)).all():
        if named_in(row.story) & set(names):
            connection.execute(delete(alerts).where(alerts.c.id == row.id))


def move_chat(connection: Connection, old_id: int, new_id: int) -> None:
    """Follow a group that became a supergroup; it has no topics yet."""
    for table in (follows, alerts):
        moved = update(table).where(table.c.chat_id == old_id)
        connection.execute(moved.values(chat_id=new_id))
        own = update(table).where(table.c.person_id == old_id)
        connection.execute(own.values(person_id=new_id))


def renewed(follow: Follow, vector: Vectors | None, space: str) -> Follow:
    """Return the follow with a vector of the space in use."""
    return replace(follow, vector=vector, space=space)


def _place(chat_id: int, thread_id: int | None, question: str) -> dict[str, Any]:
    return {"chat": chat_id, "thread": thread_id, "asked": question_key(question)}


def _write(connection: Connection, found: Found, at: datetime) -> None:
    follow = found.follow
    row = {
        "follow": follow.token,
        "person_id": follow.person_id,
        "chat_id": follow.chat_id,
        "thread_id": follow.thread_id,
        "question": follow.question,
        "story": found.story,
        "state": AlertState.PENDING.value,
        "found_at": at,
    }
    connection.execute(insert(alerts), row)
    _note_known(connection, follow.token, found.articles)


def _note_known(connection: Connection, token: str, names: Iterable[Name]) -> None:
    rows = [{"follow": token, "collection": name[0], "key": name[1]} for name in names]
    if rows:
        connection.execute(_PUT_ARTICLE, rows)


def _erase(connection: Connection, tokens: Sequence[str]) -> None:
    """Erase follows, and what is not sent of what was found for them."""
    for token in tokens:
        connection.execute(delete(follows).where(follows.c.token == token))
        unsent = (alerts.c.follow == token) & (alerts.c.state == AlertState.PENDING.value)
        connection.execute(delete(alerts).where(unsent))
        _forget_known(connection, token)


def _forget_known(connection: Connection, token: str) -> None:
    connection.execute(delete(followed_articles).where(followed_articles.c.follow == token))


def _put(look: Look) -> Any:  # noqa: ANN401 - SQLAlchemy's statement
    row = {
        "name": _NEWS,
        "position": look.position,
        "history": look.history,
        "version": look.version,
    }
    return _PUT_LOOK.values(row).on_conflict_do_update(index_elements=["name"], set_=row)


def _row(follow: Follow) -> dict[str, object]:
    return {
        "token": follow.token,
        "person_id": follow.person_id,
        "chat_id": follow.chat_id,
        "thread_id": follow.thread_id,
        "question": follow.question,
        "question_key": question_key(follow.question),
        "language": follow.language,
        "is_once": int(follow.is_once),
        "paused": follow.paused.value if follow.paused else None,
        "since": follow.since,
        "vector": None if follow.vector is None else vector_to_bytes(follow.vector),
        "space": follow.space,
        "created_at": follow.created_at,
    }


def _follow(row: Row[tuple[Any, ...]]) -> Follow:
    stored = row.vector
    return Follow(
        token=row.token,
        person_id=row.person_id,
        chat_id=row.chat_id,
        thread_id=row.thread_id,
        question=row.question,
        language=row.language,
        is_once=bool(row.is_once),
        since=row.since,
        created_at=row.created_at,
        paused=Paused(row.paused) if row.paused else None,
        vector=None if stored is None else vector_from_bytes(stored),
        space=row.space,
    )
