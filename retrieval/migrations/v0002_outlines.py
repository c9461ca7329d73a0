"""Keep the outline of a passage beside its embedding."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; outlines not kept yet are made when they are needed."""
    op.add_column(
        "embeddings", sa.Column("outline", sa.LargeBinary, nullable=False, server_default="")
    )
