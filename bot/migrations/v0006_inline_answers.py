"""Make what inline answers stand for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the messages sent through inline and guest mode."""
    op.create_table(
        "inline_cards",
        sa.Column("inline_message_id", sa.String, primary_key=True),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("sender_id", sa.BigInteger, nullable=False),
        sa.Column("shown", sa.String),
        sa.Column("sent_at", sa.String, nullable=False),
    )
    op.create_index("inline_cards_by_answer", "inline_cards", ["token"])
    op.create_index("inline_cards_by_sender", "inline_cards", ["sender_id"])
