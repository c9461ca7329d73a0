"""Keep with each answer why it was given, and whether it only lists what is new."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the two columns; older answers keep no reasons."""
    op.add_column("answers", sa.Column("reasons", sa.String))
    op.add_column(
        "answers", sa.Column("is_listing", sa.Boolean, nullable=False, server_default=sa.false())
    )
