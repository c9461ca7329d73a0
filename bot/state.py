"""The bot's own memory: the journal, the answers buttons belong to, receipts shown.

It lives in `bot.sqlite`, apart from the library, so that reading articles in never locks it.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, Row, bindparam, delete, event, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.drafts import Drafts
from bot.feedback.gaps import Gaps
from bot.feedback.votes import Votes
from bot.following import follows
from bot.following.follows import Follows
from bot.inline_cards import InlineCards
from bot.invitations import Invitations
from bot.journal import SETTLE, WENT_WELL, Journal
from bot.people.departures import Departures
from bot.people.people import People
from bot.prepared import Prepared
from bot.reasons import Reasons
from bot.references import Story, stories_from_json, stories_to_json
from bot.standing import Standing
from bot.state_schema import answers, moments, moved_chats, receipts
from bot.traces import Traces
from bot.usage import Usages
from bot.works import Works
from corpus.articles import Span
from corpus.database import open_engine, reading, use_write_ahead_log, writing
from corpus.migrating import bring_up_to_date
from retrieval.answers import Confidence

FILE_NAME = "bot.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 5.0
LEAVING = "leaving"
"""How an answer looks of whose message it is not known yet whether it arrived."""


_INSERT_ANSWER = insert(answers)
_PUT_ANSWER = Prepared(
    _INSERT_ANSWER.on_conflict_do_update(
        index_elements=["token"], set_=dict(_INSERT_ANSWER.excluded)
    ),
    columns=answers.c.keys(),
)
_PUT_RECEIPT = Prepared(insert(receipts).on_conflict_do_nothing(), columns=receipts.c.keys())
_NOTE_SHOWN = Prepared(
    update(answers)
    .where(answers.c.token == bindparam("which"))
    .values(message_id=bindparam("message"), shown=bindparam("looks"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReceipt:
    """A quote that was shown: which slice of which article version."""

    code: str
    collection: str
    key: str
    version: int
    span: Span
    shown_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """What an answer's buttons stand for.

    `message_id` is None until the answer was sent, `question_id` where it answers no message,
    `asker_id` where nobody is known to have asked. `shown` is a hash of the message as it stands.
    `reasons` say why it was given, where something was searched; what `is_listing` answers no
    question but lists what is new; what `is_part` answers one of several questions of a message.
    """

    token: str
    chat_id: int
    thread_id: int | None
    message_id: int | None
    question_id: int | None
    asker_id: int | None
    question: str
    searched_for: str
    confidence: Confidence
    stories: tuple[Story, ...]
    shown: str | None
    created_at: datetime
    reasons: Reasons | None = None
    is_listing: bool = False
    is_part: bool = False

    @property
    def is_private(self) -> bool:
        """Return whether it was given in a private chat: Telegram's group ids are negative."""
        return self.chat_id > 0


class BotState:
    """The bot's database. Safe to use from several threads; a context manager."""

    def __init__(self, engine: Engine, *, durable: Engine) -> None:
        """Use engines over a database that is up to date; see `open`.

        What `engine` commits survives the death of the process, what `durable` commits also that
        of the machine; the first is ten times as fast.
        """
        self._engine = engine
        self._durable = durable
        self._standing = Standing(engine)
        self.journal = Journal(engine, durable=durable)
        self.votes = Votes(engine)
        self.gaps = Gaps(engine)
        self.follows = Follows(engine, self._standing)
        self.cards = InlineCards(engine)
        self.people = People(engine)
        self.departures = Departures(engine)
        self.traces = Traces(engine)
        self.drafts = Drafts(engine, durable=durable)
        self.invitations = Invitations(engine, durable=durable)
        self.works = Works(engine)
        self.usages = Usages(engine)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the state kept in `folder`; make or migrate it if need be.

        Raises `corpus.errors.LibraryError` if the file cannot be used.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        durable = open_engine(path, timeout=BUSY_SECONDS)
        if bring_up_to_date(durable, path, MIGRATIONS):
            use_write_ahead_log(durable)
        engine = open_engine(path, timeout=BUSY_SECONDS)
        event.listen(engine, "connect", _without_waiting_for_the_disk)
        return cls(engine, durable=durable)

    def close(self) -> None:
        """Let go of the file."""
        self.journal.close()
        self._standing.close()
        self._engine.dispose()
        self._durable.dispose()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()

    def keep(
        self,
        answer: StoredAnswer | None,
        shown: Sequence[StoredReceipt],
        *,
        update_id: int | None = None,
    ) -> None:
        """Remember an answer, and quotes that are about to be shown; of those the first time.

        The work for `update_id` has gone well so far: its attempts are counted anew.
        """
        run = self._standing.run
        with self._standing.writing():
            if update_id is not None:
                run(WENT_WELL, {"which": update_id})
            if answer is not None:
                run(_PUT_ANSWER, _row(answer))
            for receipt in shown:
                run(_PUT_RECEIPT, _receipt_row(receipt))

    def note_arrived(
        self, update_id: int | None, token: str, *, message_id: int | None, shown: str
    ) -> None:
        """Remember in which message an answer stands and how that looks; settle its update."""
        row = {"which": token, "message": message_id, "looks": shown}
        with self._standing.writing():
            self._standing.run(_NOTE_SHOWN, row)
            if update_id is not None:
                settled = {"which": update_id, "progress": "done", "remark": None}
                self._standing.run(SETTLE, settled)

    def note_leaving(self, token: str, *, is_out: bool) -> None:
        """Remember that the message of a new answer may be out, or that it is not after all."""
        shown = LEAVING if is_out else None
        with writing(self._engine) as connection:
            connection.execute(update(answers).where(answers.c.token == token).values(shown=shown))

    def answer(self, token: str) -> StoredAnswer | None:
        """Return what a token stands for, or None."""
        return self._one_answer(answers.c.token == token)

    def answer_to(self, *, chat_id: int, question_id: int) -> StoredAnswer | None:
        """Return the newest answer given to a message."""
        return self._one_answer(answers.c.chat_id == chat_id, answers.c.question_id == question_id)

    def answers_to(self, *, chat_id: int, question_id: int) -> list[StoredAnswer]:
        """Return all answers given to a message, in the order of its questions."""
        asked = select(answers).where(
            answers.c.chat_id == chat_id, answers.c.question_id == question_id
        )
        ordered = asked.order_by(answers.c.message_id.is_(None), answers.c.message_id)
        with reading(self._engine) as connection:
            return [_answer(row) for row in connection.execute(ordered)]

    def answer_shown(self, *, chat_id: int, message_id: int) -> StoredAnswer | None:
        """Return the answer that a message of the bot shows a page of."""
        return self._one_answer(answers.c.chat_id == chat_id, answers.c.message_id == message_id)

    def newest_answers(
        self, *, chat_id: int, thread_id: int | None, since: datetime, most: int
    ) -> list[StoredAnswer]:
        """Return the last answers to questions in a chat or topic, from `since` on, oldest first."""
        newest = (
            select(answers)
            .where(
                answers.c.chat_id == chat_id, answers.c.thread_id.is_not_distinct_from(thread_id)
            )
            .where(answers.c.created_at >= since, answers.c.is_listing.is_(False))
            .order_by(answers.c.created_at.desc())
            .limit(most)
        )
        with reading(self._engine) as connection:
            return [_answer(row) for row in connection.execute(newest)][::-1]

    def newest_answer(self, *, chat_id: int, thread_id: int | None) -> StoredAnswer | None:
        """Return the last answer given in a chat, or in one of its topics."""
        return self._one_answer(
            answers.c.chat_id == chat_id,
            answers.c.thread_id.is_not_distinct_from(thread_id),
            answers.c.is_listing.is_(False),
        )

    def _one_answer(self, *conditions: object) -> StoredAnswer | None:
        newest = select(answers).order_by(answers.c.created_at.desc()).limit(1)
        for condition in conditions:
            newest = newest.where(condition)  # type: ignore[arg-type]
        with reading(self._engine) as connection:
            row = connection.execute(newest).one_or_none()
        return None if row is None else _answer(row)

    def forget(self, articles: Collection[tuple[str, str]]) -> int:
        """Erase the receipts of articles, (collection, key), and the answers that quote them.

        Return how many answers that were.
        """
        with writing(self._engine) as connection:
            for collection, key in articles:
                connection.execute(
                    delete(receipts).where(
                        receipts.c.collection == collection, receipts.c.key == key
                    )
                )
            rows = connection.execute(select(answers.c.token, answers.c.stories)).all()
            quoting = [row.token for row in rows if _quotes(row.stories, articles)]
            for token in quoting:
                connection.execute(delete(answers).where(answers.c.token == token))
            follows.forget_articles(connection, articles)
        return len(quoting)

    def receipt(self, code: str) -> StoredReceipt | None:
        """Return the quote a receipt was given for, or None if it was never shown."""
        with reading(self._engine) as connection:
            row = connection.execute(select(receipts).where(receipts.c.code == code)).one_or_none()
        return None if row is None else receipt_from(row)

    def move_chat(self, old_id: int, new_id: int) -> None:
        """Follow a group that became a supergroup: its answers go with it."""
        row = {"old_id": old_id, "new_id": new_id}
        with writing(self._engine) as connection:
            connection.execute(insert(moved_chats).values(row).on_conflict_do_nothing())
            connection.execute(
                update(answers).where(answers.c.chat_id == old_id).values(chat_id=new_id)
            )
            follows.move_chat(connection, old_id, new_id)

    def moved_chats(self) -> dict[int, int]:
        """Return the new id of every chat that moved."""
        with reading(self._engine) as connection:
            return {row.old_id: row.new_id for row in connection.execute(select(moved_chats))}

    def note_moment(self, name: str, at: datetime) -> None:
        """Remember when something last happened."""
        row = {"name": name, "at": at}
        statement = insert(moments).values(row)
        with writing(self._engine) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))

    def moment(self, name: str) -> datetime | None:
        """Return when something last happened, or None."""
        with reading(self._engine) as connection:
            statement = select(moments.c.at).where(moments.c.name == name)
            return connection.scalars(statement).one_or_none()


def _without_waiting_for_the_disk(connection: DBAPIConnection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def receipt_from(row: Row[*tuple[Any, ...]]) -> StoredReceipt:
    """Return the quote in a row of `receipts`."""
    return StoredReceipt(
        code=row.code,
        collection=row.collection,
        key=row.key,
        version=row.version,
        span=Span(start=row.start, end=row.end),
        shown_at=row.shown_at,
    )


def _quotes(stories: str, articles: Collection[tuple[str, str]]) -> bool:
    """Whether stored stories hold a passage of one of the articles, or name it as a copy."""
    return any(
        (named.collection, named.key) in articles
        for story in stories_from_json(json.loads(stories))
        for hit in story
        for named in (hit.article, *hit.copies)
    )


def _row(answer: StoredAnswer) -> dict[str, object]:
    return {
        "token": answer.token,
        "chat_id": answer.chat_id,
        "thread_id": answer.thread_id,
        "message_id": answer.message_id,
        "question_id": answer.question_id,
        "asker_id": answer.asker_id,
        "question": answer.question,
        "searched_for": answer.searched_for,
        "confidence": answer.confidence.value,
        "stories": json.dumps(stories_to_json(answer.stories), ensure_ascii=False),
        "shown": answer.shown,
        "created_at": answer.created_at,
        "reasons": answer.reasons.to_json() if answer.reasons else None,
        "is_listing": answer.is_listing,
        "is_part": answer.is_part,
    }


def _receipt_row(receipt: StoredReceipt) -> dict[str, object]:
    return {
        "code": receipt.code,
        "collection": receipt.collection,
        "key": receipt.key,
        "version": receipt.version,
        "start": receipt.span.start,
        "end": receipt.span.end,
        "shown_at": receipt.shown_at,
    }


def _answer(row: Row[tuple[object, ...]]) -> StoredAnswer:
    fields = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    fields["confidence"] = Confidence(fields["confidence"])
    fields["stories"] = stories_from_json(json.loads(fields["stories"]))
    fields["reasons"] = Reasons.from_json(fields["reasons"]) if fields["reasons"] else None
    return StoredAnswer(**fields)
