"""Make drafts of articles, invitations, who came by them, and work that is under way."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables of administration in chat."""
    _make_drafts()
    _make_invitations()
    op.create_table(
        "works",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("started_at", sa.String, nullable=False),
        sa.Column("alive_at", sa.String, nullable=False),
    )


def _make_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("collection", sa.String, nullable=False),
        sa.Column("summary", sa.String, nullable=False),
        sa.Column("edits", sa.String, nullable=False),
        sa.Column("plan", sa.String),
        sa.Column("result", sa.String),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("claimed_by", sa.BigInteger),
        sa.Column("claimed_at", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
    )
    op.create_index("drafts_by_message", "drafts", ["chat_id", "message_id"])
    op.create_index("drafts_by_age", "drafts", ["created_at"])
    op.create_table(
        "draft_parts",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def _make_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("made_by", sa.BigInteger, nullable=False),
        sa.Column("collections", sa.String, nullable=False),
        sa.Column("uses_left", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("expires_at", sa.String, nullable=False),
        sa.Column("revoked_at", sa.String),
    )
    op.create_table(
        "guests",
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("collections", sa.String, nullable=False),
        sa.Column("came_at", sa.String, nullable=False),
    )
    op.create_index("guests_by_token", "guests", ["token"])
