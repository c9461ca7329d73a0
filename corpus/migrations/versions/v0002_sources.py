"""Remember sources, and of each file, page or entry of them what it was when it was read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the two tables of sources."""
    _make_sources()
    _make_items()


def _make_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("sources.id", ondelete="CASCADE")),
        sa.Column("collection", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("columns", sa.String),
        sa.Column("etag", sa.String),
        sa.Column("last_modified", sa.String),
        sa.Column("device", sa.String),
        sa.Column("added_at", sa.String, nullable=False),
        sa.Column("tried_at", sa.String),
        sa.Column("succeeded_at", sa.String),
        sa.Column("next_attempt", sa.String),
        sa.Column("error", sa.String),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.UniqueConstraint("collection", "address"),
        sa.CheckConstraint(
            "kind in ('folder', 'file', 'feed', 'list of feeds', 'sitemap', 'page')"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sources_parent_id", "sources", ["parent_id"])


def _make_items() -> None:
    op.create_table(
        "source_items",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "source_id",
            sa.Integer,
            sa.ForeignKey("sources.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("hint", sa.String),
        sa.Column("etag", sa.String),
        sa.Column("last_modified", sa.String),
        sa.Column("gone", sa.Integer, nullable=False),
        sa.Column("missing_since", sa.String),
        sa.Column("next_attempt", sa.String),
        sa.Column("error", sa.String),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.UniqueConstraint("source_id", "address"),
    )
    op.create_index("ix_source_items_origin", "source_items", ["origin"])
