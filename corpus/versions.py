"""Storing one version of an article: its row, its text and its passages."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from corpus.articles import Span
from corpus.drafts import Draft, plain
from corpus.insertions import Insertion
from corpus.schema import passages, revisions, texts, versions
from corpus.selections import DETAILS, AnyRow

_METADATA = select(*DETAILS).where(versions.c.id == bindparam("version_id"))
SPANS = (
    select(passages.c.start, passages.c.end)
    .where(passages.c.version_id == bindparam("version_id"))
    .order_by(passages.c.id)
)
"""The ranges of a version's passages, by id."""

_LAST_PASSAGE = text("SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
_ADD_VERSION = Insertion(versions, [it.name for it in versions.c if it.name != "id"])
_ADD_TEXT = Insertion(texts, ("version_id", "text", "raw"))
_ADD_PASSAGES = Insertion(passages, ("id", "version_id", "start", "end"))


class Stored(NamedTuple):
    """What decides on a put: ids, origin, state and hashes of the current version."""

    id: int
    origin: str
    state: str
    current_version: int
    version_id: int
    text_hash: str
    fingerprint: str
    first_passage: int
    passage_count: int


class PassageIds:
    """Gives out ids no passage ever had; only one write transaction at a time may."""

    def __init__(self, connection: Connection) -> None:
        """Look nothing up before the first ids are asked for."""
        self._connection = connection
        self._last: int | None = None

    def take(self, count: int) -> range:
        """Return `count` ids that follow each other and all given before."""
        if self._last is None:
            self._last = self._connection.scalar(_LAST_PASSAGE) or 0
        ids = range(self._last + 1, self._last + 1 + count)
        self._last += count
        return ids


def passage_ids(row: AnyRow | Stored) -> range:
    """Return the ids of the passages of a version, from its row."""
    return range(row.first_passage, row.first_passage + row.passage_count)


def add_version(
    connection: Connection,
    *,
    article_id: int,
    number: int,
    draft: Draft,
    ids: range,
    moment: datetime,
) -> int:
    """Store a version whose passages get the `ids`; return the version's own id."""
    values: dict[str, Any] = {
        "article_id": article_id,
        "number": number,
        "text_hash": draft.text_hash,
        "first_passage": ids.start,
        "passage_count": len(ids),
        "stored_at": moment,
        **draft.details(),
    }
    version_id = _ADD_VERSION.one(connection, values)
    body = {"version_id": version_id, "text": draft.text, "raw": draft.packed_raw()}
    _ADD_TEXT.one(connection, body)
    _add_passages(connection, version_id, ids, draft)
    return version_id


def change_details(
    connection: Connection, stored: Stored, *, draft: Draft, ids: range, moment: datetime
) -> None:
    """Rewrite all of a version but its text, and note what its metadata was.

    Its passages are made anew if `ids` are other ones than they have.
    """
    version_id: int = stored.version_id
    _note_previous(connection, version_id, moment)
    if ids != passage_ids(stored):
        connection.execute(delete(passages).where(passages.c.version_id == version_id))
        _add_passages(connection, version_id, ids, draft)
    connection.execute(
        update(versions)
        .where(versions.c.id == version_id)
        .values(first_passage=ids.start, passage_count=len(ids), **draft.details())
    )
    connection.execute(
        update(texts).where(texts.c.version_id == version_id).values(raw=draft.packed_raw())
    )


def is_split_alike(connection: Connection, stored: Stored, draft: Draft) -> bool:
    """Whether the passages of a stored version are those of `draft`."""
    rows = connection.execute(SPANS, {"version_id": stored.version_id})
    return tuple(Span(start=start, end=end) for start, end in rows) == draft.spans


def _note_previous(connection: Connection, version_id: int, moment: datetime) -> None:
    found = connection.execute(_METADATA, {"version_id": version_id})
    previous = json.dumps(plain(dict(found.mappings().one())))
    connection.execute(
        insert(revisions),
        {"version_id": version_id, "previous": previous, "revised_at": moment},
    )


def _add_passages(connection: Connection, version_id: int, ids: range, draft: Draft) -> None:
    rows = (
        {"id": number, "version_id": version_id, "start": span.start, "end": span.end}
        for number, span in zip(ids, draft.spans, strict=True)
    )
    _ADD_PASSAGES.all(connection, rows)
