"""Remember the chats that the bot was removed from, or that blocked it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "departures",
        sa.Column("chat_id", sa.BigInteger, primary_key=True),
        sa.Column("left_at", sa.String, nullable=False),
    )
