"""Articles as lines of JSON that hold all there is to know of them, for another library.

The first line is a header, each other one an article with all its versions. Every line ends in a
hash of itself, and the header says how many articles follow, so that damage and a missing end are
noticed.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import zstandard
from sqlalchemy import Connection, Table, bindparam, func, select

from corpus.drafts import sha256
from corpus.packing import unpacked_document
from corpus.schema import articles, passages, retirements, revisions, texts, versions

EXPORT_SCHEMA = 1
KIND = "passagebot export"
CHECK = "check"
METADATA = ("title", "source", "author", "url", "published", "updated", "language")
HASHES = ("text_hash", "raw_hash", "fingerprint")

_CHOSEN = select(articles).order_by(articles.c.collection, articles.c.key)
_COUNT = select(func.count()).select_from(articles)
_ONE = select(articles).where(
    articles.c.collection == bindparam("collection"), articles.c.key == bindparam("key")
)
_VERSIONS = (
    select(versions, texts.c.text)
    .join_from(versions, texts)
    .where(versions.c.article_id == bindparam("id"))
    .order_by(versions.c.number)
)
_RAW = select(texts.c.raw).where(texts.c.version_id == bindparam("id"))

Record = dict[str, Any]


def header(connection: Connection, collections: Sequence[str], *, raw: bool) -> Record:
    """Return the first line: what this is, and how many articles follow."""
    counted = _COUNT.where(articles.c.collection.in_(collections)) if collections else _COUNT
    count = connection.execute(counted).scalar_one()
    return checked({"kind": KIND, "schema": EXPORT_SCHEMA, "raw": raw, "articles": count})


def records(connection: Connection, collections: Sequence[str], *, raw: bool) -> Iterator[Record]:
    """Yield the articles of some collections (of all, if none is named) by collection and key."""
    chosen = _CHOSEN.where(articles.c.collection.in_(collections)) if collections else _CHOSEN
    for row in connection.execute(chosen).mappings().all():
        yield checked(_article(connection, row, raw=raw))


def record_of(connection: Connection, key: str, collection: str) -> Record | None:
    """Return an article as `records` does, without its raw documents; `None` if it is absent."""
    row = connection.execute(_ONE, {"key": key, "collection": collection}).mappings().one_or_none()
    return None if row is None else checked(_article(connection, row, raw=False))


def checked(record: Record) -> Record:
    """Return `record` with a hash of the rest of it as its last value."""
    body = {name: value for name, value in record.items() if name != CHECK}
    return {**body, CHECK: sha256(canonical(body))}


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def without_raw(record: Record) -> Record:
    """Return an article's record without raw documents, as `record_of` gives it."""
    slim = [{**one, "raw": None} for one in record["versions"]]
    return checked({**record, "versions": slim})


def _article(connection: Connection, row: Any, *, raw: bool) -> Record:  # noqa: ANN401
    found = connection.execute(_VERSIONS, {"id": row["id"]}).mappings().all()
    return {
        "collection": row["collection"],
        "key": row["key"],
        "origin": row["origin"],
        "state": row["state"],
        "retirements": [
            [_moment(one["retired_at"]), _moment(one["returned_at"])]
            for one in _of(connection, retirements, "article_id", row["id"])
        ],
        "versions": [_version(connection, one, raw=raw) for one in found],
    }


def _version(connection: Connection, row: Any, *, raw: bool) -> Record:  # noqa: ANN401
    spans = _of(connection, passages, "version_id", row["id"])
    revised = _of(connection, revisions, "version_id", row["id"])
    kept: bytes = connection.execute(_RAW, {"id": row["id"]}).scalar_one() if raw else b""
    return {
        "number": row["number"],
        **{name: _plain(row[name]) for name in METADATA},
        **{name: row[name] for name in HASHES},
        "stored_at": _moment(row["stored_at"]),
        "text": row["text"],
        "cleaning": json.loads(row["cleaning"]),
        "spans": [[span["start"], span["end"]] for span in spans],
        "revisions": [[json.loads(one["previous"]), _moment(one["revised_at"])] for one in revised],
        "raw": base64.b64encode(_frame(kept, row["text"])).decode() if kept else None,
    }


def _frame(kept: bytes, text: str) -> bytes:
    """Return a stored document as a zstandard frame that needs nothing beside it."""
    return zstandard.ZstdCompressor().compress(unpacked_document(kept, text))


def _of(connection: Connection, table: Table, column: str, owner: int) -> Sequence[Any]:
    rows = select(table).where(table.c[column] == owner).order_by(table.c.id)
    return connection.execute(rows).mappings().all()


def _plain(value: datetime | str | None) -> str | None:
    return _moment(value) if isinstance(value, datetime) else value


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()
