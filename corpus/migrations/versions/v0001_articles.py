"""Make articles, their versions, texts and passages, and the log of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of the first release."""
    _make_articles()
    _make_versions()
    _make_passages()
    _make_logs()


def _make_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("collection", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("current_version", sa.Integer, nullable=False),
        sa.UniqueConstraint("collection", "key"),
        sa.CheckConstraint("state in ('active', 'retired')"),
        sqlite_autoincrement=True,
    )
    op.create_index("articles_by_origin", "articles", ["collection", "origin"])


def _make_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner("article_id", "articles.id"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("source", sa.String),
        sa.Column("folded_source", sa.String),
        sa.Column("author", sa.String),
        sa.Column("url", sa.String),
        sa.Column("published", sa.String),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("cleaning", sa.String, nullable=False),
        sa.Column("text_hash", sa.String, nullable=False),
        sa.Column("raw_hash", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("first_passage", sa.Integer, nullable=False),
        sa.Column("passage_count", sa.Integer, nullable=False),
        sa.Column("stored_at", sa.String, nullable=False),
        sa.UniqueConstraint("article_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "texts",
        _owner("version_id", "versions.id", primary_key=True),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )


def _make_passages() -> None:
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner("version_id", "versions.id"),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.CheckConstraint('0 <= start and start < "end"'),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passages_version_id", "passages", ["version_id"])


def _make_logs() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner("version_id", "versions.id"),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("revised_at", sa.String, nullable=False),
    )
    op.create_index("ix_revisions_version_id", "revisions", ["version_id"])
    op.create_table(
        "changes",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("first_passage", sa.Integer, nullable=False),
        sa.Column("last_passage", sa.Integer, nullable=False),
        sa.Column("history", sa.String, nullable=False),
        sa.CheckConstraint("kind in ('add', 'remove')"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tombstones",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("collection", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("versions", sa.Integer, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("removed_at", sa.String, nullable=False),
        sa.Column("wiped", sa.Integer, nullable=False),
    )
    op.create_index("tombstones_by_key", "tombstones", ["collection", "key"])


def _owner(name: str, parent: str, *, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.Integer,
        sa.ForeignKey(parent, ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )
