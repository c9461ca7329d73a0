"""Which passages answer now, and their slices.

A passage *answers now* when its version is the current one of an active article.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, tuple_
from sqlalchemy.dialects import sqlite

from corpus.articles import ArticleState, Passage
from corpus.database import driver_rows
from corpus.rows import CITED, passage_from, passages_from
from corpus.schema import articles, passages, texts, versions

CHUNK = 500
"""How many passages `next_passages` reads at most."""

IS_CURRENT = (versions.c.article_id == articles.c.id) & (
    versions.c.number == articles.c.current_version
)
IS_ACTIVE = articles.c.state == ArticleState.ACTIVE.value

_PASSAGE = (passages.c.id, passages.c.version_id, passages.c.start, passages.c.end)


def _listed(name: str) -> Select[int]:
    """Return the numbers in the JSON array bound to `name`: any number of them, in one text."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


def _passages(*more: ColumnElement[Any]) -> Select[Any]:
    """Return a selection of the passages that answer now, with their citations."""
    return (
        select(*_PASSAGE, versions.c.text_hash, *CITED, *more)
        .select_from(passages)
        .join(versions, versions.c.id == passages.c.version_id)
        .join(articles, IS_CURRENT)
        .where(IS_ACTIVE)
    )


_SLICE = func.substr(texts.c.text, passages.c.start + 1, passages.c.end - passages.c.start)
_BY_ID = (
    _passages(_SLICE.label("slice"))
    .join(texts, texts.c.version_id == passages.c.version_id)
    .where(passages.c.id.in_(_listed("ids")))
)
_BY_ID_SQL = _BY_ID.compile(dialect=sqlite.dialect())
_IN_RANGE = (
    _passages()
    .where(passages.c.id.between(bindparam("first"), bindparam("last")))
    .order_by(passages.c.id)
    .limit(CHUNK)
)
_TEXTS = select(texts.c.version_id, texts.c.text).where(texts.c.version_id.in_(_listed("ids")))
_RANGES = (
    select(versions.c.first_passage, versions.c.passage_count)
    .join(articles, IS_CURRENT)
    .where(IS_ACTIVE)
    .order_by(versions.c.first_passage)
)


def passages_by_id(connection: Connection, ids: Sequence[int]) -> dict[int, Passage]:
    """Return those of `ids` that answer now, in the order given: one statement, however many."""
    wanted = [int(number) for number in ids]
    values = {**_BY_ID_SQL.params, "ids": json.dumps(wanted)}
    names = _BY_ID_SQL.positiontup or ()
    rows = driver_rows(connection, str(_BY_ID_SQL), [values[name] for name in names])
    found = passages_from(rows)
    return {number: found[number] for number in wanted if number in found}


def next_passages(connection: Connection, first: int, last: int) -> list[Passage]:
    """Return up to `CHUNK` passages that answer now with ids in `first..last`, ordered by id.

    Each text is read once and sliced here, which a long article is much faster with.
    """
    rows = connection.execute(_IN_RANGE, {"first": first, "last": last}).all()
    version_ids = sorted({row.version_id for row in rows})
    stored = connection.execute(_TEXTS, {"ids": json.dumps(version_ids)})
    text_of = {row.version_id: row.text for row in stored}
    return [passage_from(row, text_of[row.version_id][row.start : row.end]) for row in rows]


def allowed_passages(
    connection: Connection,
    *,
    since: datetime | None,
    until: datetime | None,
    source: str | None,
    language: str | None,
    collections: Sequence[str],
    keys: Sequence[tuple[str, str]],
) -> list[int]:
    """Return the ids that answer now under the filters, ascending.

    Raise `ValueError` for a bound without a time zone.
    """
    for bound in (since, until):
        if bound is not None and bound.tzinfo is None:
            message = f"{bound} needs a time zone"
            raise ValueError(message)
    selection = _RANGES
    if since is not None:
        selection = selection.where(versions.c.published >= since)
    if until is not None:
        selection = selection.where(versions.c.published < until)
    if source is not None:
        selection = selection.where(versions.c.folded_source == source.casefold())
    if language is not None:
        selection = selection.where(func.lower(versions.c.language) == language.lower())
    if collections:
        selection = selection.where(articles.c.collection.in_(collections))
    if keys:
        selection = selection.where(tuple_(articles.c.collection, articles.c.key).in_(keys))
    ranges = connection.execute(selection)
    return list(chain.from_iterable(range(first, first + count) for first, count in ranges))
