"""Remember chats that were left, and which answers are one of several to a message."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "departures",
        sa.Column("chat_id", sa.BigInteger, primary_key=True),
        sa.Column("left_at", sa.String, nullable=False),
    )
    op.add_column(
        "answers", sa.Column("is_part", sa.Boolean, nullable=False, server_default=sa.false())
    )
