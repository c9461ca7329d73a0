"""The tables of a library, as the code of this release uses them.

`corpus/migrations` makes them in the file; a test holds the two together.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from corpus.database import UtcTime
from corpus.stored_types import Cleaning, Digest, PackedText

metadata = MetaData()

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("collection", String, nullable=False),
    Column("key", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("state", String, nullable=False),
    Column("current_version", Integer, nullable=False),
    UniqueConstraint("collection", "key"),
    CheckConstraint("state in ('active', 'retired')"),
    Index("articles_by_origin", "collection", "origin"),
    sqlite_autoincrement=True,
)
"""`current_version` is the number of the version that answers while the article is active."""

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("source", String),
    Column("folded_source", String),
    Column("author", String),
    Column("url", String),
    Column("published", UtcTime),
    Column("updated", UtcTime),
    Column("language", String, nullable=False),
    Column("cleaning", Cleaning, nullable=False),
    Column("text_hash", Digest, nullable=False),
    Column("raw_hash", Digest, nullable=False),
    Column("fingerprint", Digest, nullable=False),
    Column("first_passage", Integer, nullable=False),
    Column("passage_count", Integer, nullable=False),
    Column("stored_at", UtcTime, nullable=False),
    UniqueConstraint("article_id", "number"),
    sqlite_autoincrement=True,
)
"""All of a version but its text. `fingerprint` is a hash of all that was stored but the raw bytes:
an article whose fingerprint is the same is unchanged. `folded_source` is compared by filters.
Its passages are `first_passage` and the `passage_count - 1` ids after it."""

texts = Table(
    "texts",
    metadata,
    Column("version_id", ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("text", PackedText, nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
"""The text and the document it was read from, packed beside it (`corpus.packing`), empty if it was
left out; apart, so that looking at versions stays cheap."""

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("versions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    CheckConstraint('0 <= start and start < "end"'),
    sqlite_autoincrement=True,
)
"""Ids are never used twice, and those of one version follow each other."""

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("versions.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("previous", String, nullable=False),
    Column("revised_at", UtcTime, nullable=False),
)
"""What a version's metadata was before it changed without its text, as JSON."""

changes = Table(
    "changes",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("first_passage", Integer, nullable=False),
    Column("last_passage", Integer, nullable=False),
    Column("history", Digest, nullable=False),
    CheckConstraint("kind in ('add', 'remove')"),
    sqlite_autoincrement=True,
)
"""The log indexes pull. `last_passage` is inclusive. `history` is a hash of this change, what it
added, and the `history` before it: equal ones name equal logs."""

tombstones = Table(
    "tombstones",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("collection", String, nullable=False),
    Column("key", String, nullable=False),
    Column("versions", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("removed_at", UtcTime, nullable=False),
    Column("wiped", Integer, nullable=False),
    Index("tombstones_by_key", "collection", "key"),
)
"""What is left of a removed article. `wiped` is 1 once the file was rewritten without it."""

retirements = Table(
    "retirements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("retired_at", UtcTime, nullable=False),
    Column("returned_at", UtcTime),
)
"""When an article stopped answering, and when it came back. An article that was retired before
this was written down has none."""

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("parent_id", ForeignKey("sources.id", ondelete="CASCADE"), index=True),
    Column("collection", String, nullable=False),
    Column("address", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("columns", String),
    Column("etag", String),
    Column("last_modified", String),
    Column("device", String),
    Column("added_at", UtcTime, nullable=False),
    Column("tried_at", UtcTime),
    Column("succeeded_at", UtcTime),
    Column("next_attempt", UtcTime),
    Column("error", String),
    Column("failures", Integer, nullable=False),
    UniqueConstraint("collection", "address"),
    CheckConstraint("kind in ('folder', 'file', 'feed', 'list of feeds', 'sitemap', 'page')"),
    sqlite_autoincrement=True,
)
"""What is followed. `address` is a URL (`file:` for folders and files), `columns` the `--map` it
was given as JSON, `device` the disk a folder lies on. A feed of a list has that as its parent."""

source_items = Table(
    "source_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("address", String, nullable=False),
    Column("origin", String, nullable=False, index=True),
    Column("hint", String),
    Column("etag", String),
    Column("last_modified", String),
    Column("gone", Integer, nullable=False),
    Column("missing_since", UtcTime),
    Column("next_attempt", UtcTime),
    Column("error", String),
    Column("failures", Integer, nullable=False),
    UniqueConstraint("source_id", "address"),
)
"""A file, page or entry of a source. Its articles are those whose origin is `origin`, or that and
`#` and a part. `hint` is what tells without reading that it is as it was: size, time and inode of a
file, `lastmod` of a page, a hash of an entry. `gone` is 1 once its articles were retired."""
