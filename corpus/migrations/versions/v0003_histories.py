"""Remember when articles stopped answering and came back, and when a text says it was updated."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of retirements, and the column for a text's own update.

    When the articles that are retired already were retired, nobody knows.
    """
    op.create_table(
        "retirements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "article_id",
            sa.Integer,
            sa.ForeignKey("articles.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("retired_at", sa.String, nullable=False),
        sa.Column("returned_at", sa.String),
    )
    op.create_index("ix_retirements_article_id", "retirements", ["article_id"])
    op.add_column("versions", sa.Column("updated", sa.String))
