"""What a library already holds of an article that is about to be added: its address, its text."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import bindparam, or_, select

from corpus.articles import Citation
from corpus.database import open_engine, reading
from corpus.schema import articles, versions
from corpus.selections import CITED, IS_ACTIVE, IS_CURRENT, citation_from

MOST = 10

_ALIKE = (
    select(*CITED, articles.c.origin, versions.c.text_hash)
    .join_from(articles, versions, IS_CURRENT)
    .where(
        IS_ACTIVE,
        or_(
            versions.c.url == bindparam("url"),
            versions.c.text_hash == bindparam("text_hash"),
        ),
    )
    .order_by(articles.c.id)
    .limit(MOST)
)


def find_alike(
    library: Path, *, text_hash: str, url: str | None, collections: Sequence[str] = ()
) -> tuple[list[Citation], list[Citation]]:
    """Return the active articles with this very text, and others with this address.

    `library` is the file of a store; at most `MOST` are looked at, the oldest first. No
    `collections` means all. It reads the rows of all versions, but none of their texts. Raise
    `LibraryError`s.
    """
    engine = open_engine(library, read_only=True)
    try:
        with reading(engine) as connection:
            rows = connection.execute(_ALIKE, {"url": url, "text_hash": text_hash}).all()
    finally:
        engine.dispose()
    seen = [row for row in rows if not collections or row.collection in collections]
    same = [citation_from(row) for row in seen if row.text_hash == text_hash]
    return same, [citation_from(row) for row in seen if row.text_hash != text_hash]
