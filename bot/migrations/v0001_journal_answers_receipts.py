"""Make the journal of updates, the answers shown, their receipts, and moved chats."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of the first release."""
    _make_updates()
    _make_answers()
    op.create_table(
        "receipts",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("collection", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("shown_at", sa.String, nullable=False),
    )
    op.create_table(
        "moved_chats",
        sa.Column("old_id", sa.BigInteger, primary_key=True),
        sa.Column("new_id", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "moments",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
    )


def _make_updates() -> None:
    op.create_table(
        "updates",
        sa.Column("update_id", sa.BigInteger, primary_key=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("payload", sa.String),
        sa.Column("asked_at", sa.String),
        sa.Column("received_at", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("note", sa.String),
    )
    op.create_index("updates_by_state", "updates", ["state", "update_id"])
    op.create_index("updates_by_age", "updates", ["received_at"])


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("question_id", sa.BigInteger),
        sa.Column("asker_id", sa.BigInteger),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("searched_for", sa.String, nullable=False),
        sa.Column("confidence", sa.String, nullable=False),
        sa.Column("stories", sa.String, nullable=False),
        sa.Column("shown", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
    )
    op.create_index("answers_by_question", "answers", ["chat_id", "question_id"])
    op.create_index("answers_by_message", "answers", ["chat_id", "message_id"])
