"""The tables of `bot.sqlite`, as the code of this release uses them.

`bot/migrations` makes them in the file; a test holds the two together.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

from corpus.database import UtcTime

metadata = MetaData()

updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("payload", String),
    Column("asked_at", UtcTime),
    Column("received_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("note", String),
    Index("updates_by_state", "state", "update_id"),
    Index("updates_by_age", "received_at"),
)
"""The journal. `payload` is the update as Telegram sent it, and is erased once it is settled."""

answers = Table(
    "answers",
    metadata,
    Column("token", String, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("message_id", BigInteger),
    Column("question_id", BigInteger),
    Column("asker_id", BigInteger),
    Column("question", String, nullable=False),
    Column("searched_for", String, nullable=False),
    Column("confidence", String, nullable=False),
    Column("stories", String, nullable=False),
    Column("shown", String),
    Column("created_at", UtcTime, nullable=False),
    Index("answers_by_question", "chat_id", "question_id"),
    Index("answers_by_message", "chat_id", "message_id"),
)
"""What buttons stand for. `stories` refers to passages and holds no text; `shown` is a hash of the
message as it stands, so that no edit is sent that changes nothing."""

receipts = Table(
    "receipts",
    metadata,
    Column("code", String, primary_key=True),
    Column("collection", String, nullable=False),
    Column("key", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("shown_at", UtcTime, nullable=False),
)
"""Quotes that were shown to somebody, by their receipt."""

moved_chats = Table(
    "moved_chats",
    metadata,
    Column("old_id", BigInteger, primary_key=True),
    Column("new_id", BigInteger, nullable=False),
)
"""Groups that became supergroups."""

moments = Table(
    "moments",
    metadata,
    Column("name", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
)
"""When things last happened."""
