"""Make the settings of people, and what Telegram was told about the bot."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people",
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("language", sa.String),
        sa.Column("language_code", sa.String),
        sa.Column("told_at", sa.String),
    )
    op.create_table(
        "announced",
        sa.Column("username", sa.String, primary_key=True),
        sa.Column("fingerprint", sa.String, nullable=False),
    )
