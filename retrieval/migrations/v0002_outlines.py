"""Keep the outline of a passage beside its embedding, in a table whose rows are found fast.

Rows of several kilobytes belong beside an index, not inside it, as they were.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEPT = "space_id, content_hash, passage, sentences"


def upgrade() -> None:
    """Move the embeddings over; outlines not kept yet are made when they are needed."""
    op.create_table(
        "embeddings_with_outlines",
        sa.Column("space_id", sa.Integer, sa.ForeignKey("spaces.id"), primary_key=True),
        sa.Column("content_hash", sa.LargeBinary, primary_key=True),
        sa.Column("passage", sa.LargeBinary, nullable=False),
        sa.Column("sentences", sa.LargeBinary, nullable=False),
        sa.Column("outline", sa.LargeBinary, nullable=False, server_default=""),
    )
    op.execute(
        f"INSERT INTO embeddings_with_outlines ({_KEPT}) SELECT {_KEPT} FROM embeddings"  # noqa: S608
    )
    op.drop_table("embeddings")
    op.rename_table("embeddings_with_outlines", "embeddings")
