"""The tables of `stories.sqlite`, and what is read from them.

A text is named by the hash of its words, so equal texts are one row however many articles tell
it. No table holds any text.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from corpus.selections import AnyRow
from retrieval.copies import Kinship
from retrieval.sketches import ALGORITHM
from retrieval.stories import Link, Name, Story, Telling, stories

FORMAT = f"1 {ALGORITHM}"
"""What made the file; one of another format is made anew."""

_SCHEMA = """
CREATE TABLE progress (format TEXT NOT NULL, position INTEGER NOT NULL, history TEXT NOT NULL);
CREATE TABLE texts (
    id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, has_case INTEGER NOT NULL,
    names BLOB NOT NULL, words BLOB NOT NULL
);
CREATE TABLE tellings (
    first_passage INTEGER PRIMARY KEY, last_passage INTEGER NOT NULL, collection TEXT NOT NULL,
    key TEXT NOT NULL, text_id INTEGER NOT NULL, seen TEXT NOT NULL, is_dated INTEGER NOT NULL
);
CREATE INDEX tellings_text ON tellings (text_id);
CREATE INDEX tellings_key ON tellings (collection, key);
CREATE TABLE buckets (
    bucket INTEGER, text_id INTEGER, is_run INTEGER NOT NULL, PRIMARY KEY (bucket, text_id)
) WITHOUT ROWID;
CREATE INDEX buckets_text ON buckets (text_id);
CREATE TABLE links (
    first_id INTEGER, second_id INTEGER, kind TEXT NOT NULL, strength REAL NOT NULL,
    PRIMARY KEY (first_id, second_id)
) WITHOUT ROWID;
CREATE INDEX links_second ON links (second_id)
"""
_FINGERPRINTS = "SELECT id, fingerprint FROM texts WHERE id IN (SELECT value FROM json_each(?))"
_TELLINGS = "SELECT text_id, collection, key, seen, is_dated FROM tellings WHERE text_id IN (SELECT value FROM json_each(?))"
_FROM = "SELECT first_id, second_id, kind, strength FROM links WHERE first_id IN (SELECT value FROM json_each(?))"
_TO = "SELECT first_id, second_id, kind, strength FROM links WHERE second_id IN (SELECT value FROM json_each(?))"
_TABLES = ("progress", "texts", "tellings", "buckets", "links")


def make_anew(connection: Connection) -> None:
    """Empty the file and make its tables."""
    for table in _TABLES:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA.split(";"):
        connection.exec_driver_sql(statement)


def reached(connection: Connection) -> tuple[int, str] | None:
    """Return the position the file knows and the history up to it; `None` if it must be made."""
    tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'progress'"
    if not connection.exec_driver_sql(tables).scalar_one():
        return None
    row = connection.exec_driver_sql("SELECT format, position, history FROM progress").fetchone()
    return (int(row[1]), str(row[2])) if row and row[0] == FORMAT else None


def reach(connection: Connection, position: int, history: str) -> None:
    """Note up to where the file knows the store's log."""
    connection.exec_driver_sql("DELETE FROM progress")
    values = (FORMAT, position, history)
    connection.exec_driver_sql("INSERT INTO progress VALUES (?, ?, ?)", values)


def all_texts(connection: Connection) -> set[int]:
    """Return the ids of all texts."""
    return set(connection.exec_driver_sql("SELECT id FROM texts").scalars())


def connected(connection: Connection, names: Iterable[Name]) -> set[int]:
    """Return the texts of the articles `names`, and all that links lead to from there."""
    own = "SELECT text_id FROM tellings WHERE collection = ? AND key = ?"
    edge = {row[0] for name in names for row in connection.exec_driver_sql(own, name)}
    found: set[int] = set()
    while edge:
        found |= edge
        edge = {end for link in _links(connection, edge) for end in link[:2]} - found
    return found


def tellers(connection: Connection, text_ids: Iterable[int]) -> list[tuple[int, Name]]:
    """Return each article that tells one of the texts, with the text's id."""
    rows = _rows(connection, _TELLINGS, text_ids)
    return [(text_id, (collection, key)) for text_id, collection, key, *_ in rows]


def stories_of(connection: Connection, text_ids: set[int]) -> list[Story]:
    """Return the stories of texts that no link leaves."""
    fingerprints: dict[int, bytes] = {}
    for row in _rows(connection, _FINGERPRINTS, text_ids):
        fingerprints[row[0]] = row[1]
    texts: dict[bytes, list[Telling]] = {}
    for text_id, collection, key, seen, is_dated in _rows(connection, _TELLINGS, text_ids):
        telling = Telling(
            collection=collection,
            key=key,
            seen=datetime.fromisoformat(seen),
            is_dated=bool(is_dated),
        )
        texts.setdefault(fingerprints[text_id], []).append(telling)
    links = [
        Link(first=ends[0], second=ends[1], kind=Kinship(kind), strength=strength)
        for one, two, kind, strength in _links(connection, text_ids)
        for ends in [sorted((fingerprints[one], fingerprints[two]))]
    ]
    return stories(texts, links)


def _links(connection: Connection, text_ids: Iterable[int]) -> set[tuple[int, int, str, float]]:
    """Return the links that begin or end at the texts."""
    ids = list(text_ids)
    rows = (*_rows(connection, _FROM, ids), *_rows(connection, _TO, ids))
    return {(row[0], row[1], row[2], row[3]) for row in rows}


def _rows(connection: Connection, statement: str, values: Iterable[int]) -> Iterable[AnyRow]:
    return connection.exec_driver_sql(statement, (json.dumps(list(values)),))
