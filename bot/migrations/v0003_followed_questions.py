"""Make the followed questions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make what is followed, what was found for it, when people want to hear of it."""
    _make_follows()
    _make_alerts()
    op.create_table(
        "followed_articles",
        sa.Column("follow", sa.String, primary_key=True),
        sa.Column("collection", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
    )
    op.create_index("followed_articles_by_key", "followed_articles", ["collection", "key"])
    op.create_table(
        "alert_habits",
        sa.Column("person_id", sa.BigInteger, primary_key=True),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("is_daily", sa.Integer, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("quiet_from", sa.String),
        sa.Column("quiet_until", sa.String),
        sa.Column("cap", sa.Integer, nullable=False),
    )
    op.create_table(
        "looks",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("history", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _make_follows() -> None:
    op.create_table(
        "follows",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("question_key", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("is_once", sa.Integer, nullable=False),
        sa.Column("paused", sa.String),
        sa.Column("paused_at", sa.String),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("space", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
    )
    op.create_index("follows_by_person", "follows", ["person_id"])
    op.create_index("follows_by_chat", "follows", ["chat_id", "question_key"])


def _make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("follow", sa.String, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("story", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("token", sa.String),
        sa.Column("number", sa.Integer),
        sa.Column("found_at", sa.String, nullable=False),
        sa.Column("sent_at", sa.String),
        sa.Column("note", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_by_state", "alerts", ["state", "id"])
    op.create_index("alerts_by_token", "alerts", ["token"])
    op.create_index("alerts_by_person", "alerts", ["person_id", "sent_at"])
    op.create_index("alerts_by_follow", "alerts", ["follow"])
