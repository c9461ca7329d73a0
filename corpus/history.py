"""What the store held at an earlier moment, and when articles stopped answering.

"As of" a moment means by the time of ingestion: of each article the version that was stored last
until then, with the metadata it had then. What was removed since is erased and takes no part.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, select

from corpus.articles import ArticleState, Span
from corpus.database import open_engine, use_write_ahead_log, writing
from corpus.drafts import sha256
from corpus.library_file import FILE_NAME, PAGE_BYTES
from corpus.migrating import CORPUS_MIGRATIONS, bring_up_to_date
from corpus.schema import (
    articles,
    changes,
    passages,
    retirements,
    revisions,
    texts,
    tombstones,
    versions,
)
from corpus.selections import AnyRow

_AT_ONCE = 200
"""Versions copied at a time, with their texts."""
_RETIRED = ArticleState.RETIRED.value
_DATES = ("published", "updated")

_ASIDE = exists().where(
    retirements.c.article_id == articles.c.id,
    retirements.c.retired_at <= bindparam("moment"),
    retirements.c.returned_at.is_(None) | (retirements.c.returned_at > bindparam("moment")),
)
_NOTED = exists().where(
    retirements.c.article_id == articles.c.id, retirements.c.returned_at.is_(None)
)
_NEVER_KNOWN = and_(articles.c.state == _RETIRED, ~_NOTED)
"""Retired before days were noted: it is taken for retired at any time."""
_NEWEST_THEN = (
    select(versions.c.article_id, func.max(versions.c.number).label("number"))
    .where(versions.c.stored_at <= bindparam("moment"))
    .group_by(versions.c.article_id)
    .subquery()
)
_THEN = (
    select(versions.c.id)
    .join(
        _NEWEST_THEN,
        (versions.c.article_id == _NEWEST_THEN.c.article_id)
        & (versions.c.number == _NEWEST_THEN.c.number),
    )
    .join(articles, articles.c.id == versions.c.article_id)
    .where(~_ASIDE, ~_NEVER_KNOWN)
    .order_by(versions.c.first_passage, versions.c.id)
)
_REVISED_SINCE = (
    select(revisions.c.version_id, revisions.c.previous)
    .where(revisions.c.revised_at > bindparam("moment"))
    .order_by(revisions.c.id.desc())
)
_LAST_TIMES = (
    select(func.max(versions.c.stored_at)),
    select(func.max(revisions.c.revised_at)),
    select(func.max(retirements.c.retired_at)),
    select(func.max(retirements.c.returned_at)),
)
_REMOVED_SINCE = select(func.count()).where(tombstones.c.removed_at > bindparam("moment"))
_DAYLESS = select(func.count()).where(_NEVER_KNOWN)
_REMOVED_AT = select(func.max(tombstones.c.removed_at)).where(
    tombstones.c.collection == bindparam("collection"),
    tombstones.c.key == bindparam("key"),
    ~exists().where(
        articles.c.collection == bindparam("collection"), articles.c.key == bindparam("key")
    ),
)
_RETIRED_AT = (
    select(func.max(retirements.c.retired_at))
    .join_from(retirements, articles)
    .where(
        articles.c.collection == bindparam("collection"),
        articles.c.key == bindparam("key"),
        retirements.c.returned_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a moment of the past can be told of.

    `is_present` says that nothing was stored, revised or retired since. `removed_since` articles
    are erased, whether or not they were there then; `retired_sometime` were retired nobody knows
    when.
    """

    is_present: bool
    removed_since: int
    retired_sometime: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """A version as far as a receipt names it, with the spans of its passages."""

    id: int
    collection: str
    key: str
    number: int
    text_hash: str
    spans: tuple[Span, ...]


def versions_after(connection: Connection, after: int, *, current: bool) -> list[StoredVersion]:
    """Return some versions with ids above `after`, by id: current ones, or all others."""
    is_current = versions.c.number == articles.c.current_version
    chosen = (
        select(
            versions.c.id,
            versions.c.number,
            versions.c.text_hash,
            articles.c.collection,
            articles.c.key,
        )
        .join_from(versions, articles)
        .where(versions.c.id > after, is_current if current else ~is_current)
        .order_by(versions.c.id)
        .limit(_AT_ONCE)
    )
    rows = _rows(connection, chosen)
    spans = _spans_of(connection, [row["id"] for row in rows])
    return [StoredVersion(**row, spans=tuple(spans[row["id"]])) for row in rows]


def _spans_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {version_id: [] for version_id in ids}
    chosen = select(passages).where(passages.c.version_id.in_(ids)).order_by(passages.c.id)
    for row in connection.execute(chosen):
        found[row.version_id].append(Span(start=row.start, end=row.end))
    return found


def past_at(connection: Connection, moment: datetime) -> Past:
    """Return what can be told of the library at `moment`."""
    times = [connection.scalar(statement) for statement in _LAST_TIMES]
    return Past(
        is_present=all(time is None or time <= moment for time in times),
        removed_since=connection.scalar(_REMOVED_SINCE, {"moment": moment}) or 0,
        retired_sometime=connection.scalar(_DAYLESS) or 0,
    )


def withdrawn_at(connection: Connection, key: str, collection: str) -> datetime | None:
    """Return when an article was retired, else when it was last removed; `None` if unknown."""
    wanted = {"key": key, "collection": collection}
    retired: datetime | None = connection.scalar(_RETIRED_AT, wanted)
    removed: datetime | None = connection.scalar(_REMOVED_AT, wanted)
    return retired or removed


def copy_as_of(connection: Connection, folder: Path, moment: datetime) -> int:
    """Make a store in the empty `folder` with what answered at `moment`; return how many articles.

    Ids, version numbers and texts are the same; the raw documents are left behind. Texts are read
    in groups: memory does not grow with the library.
    """
    path = folder / FILE_NAME
    engine = open_engine(path, page_bytes=PAGE_BYTES)
    try:
        bring_up_to_date(engine, path, CORPUS_MIGRATIONS)
        use_write_ahead_log(engine)
        with writing(engine) as copy:
            return _copy(connection, copy, moment)
    finally:
        engine.dispose()


def _copy(connection: Connection, copy: Connection, moment: datetime) -> int:
    then = list(connection.scalars(_THEN, {"moment": moment}))
    before = _metadata_then(connection, moment)
    history = ""
    for start in range(0, len(then), _AT_ONCE):
        ids = then[start : start + _AT_ONCE]
        rows = _rows(connection, select(versions).where(versions.c.id.in_(ids)))
        numbers = {row["article_id"]: row["number"] for row in rows}
        owners = _rows(connection, select(articles).where(articles.c.id.in_(list(numbers))))
        for owner in owners:
            owner |= {"state": ArticleState.ACTIVE.value, "current_version": numbers[owner["id"]]}
        _add(copy, articles, owners)
        _add(copy, versions, [row | before.get(row["id"], {}) for row in rows])
        stored = select(texts.c.version_id, texts.c.text).where(texts.c.version_id.in_(ids))
        _add(copy, texts, [row | {"raw": b""} for row in _rows(connection, stored)])
        spans = select(passages).where(passages.c.version_id.in_(ids)).order_by(passages.c.id)
        _add(copy, passages, _rows(connection, spans))
        history = _log(copy, rows, history)
    return len(then)


def _metadata_then(connection: Connection, moment: datetime) -> dict[int, dict[str, Any]]:
    """Return the metadata, by version, that was changed after `moment`, as it was then."""
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(_REVISED_SINCE, {"moment": moment}):
        found[row.version_id] = _from_json(row)  # newest first, so that the oldest stays
    return found


def _from_json(row: AnyRow) -> dict[str, Any]:
    previous = json.loads(row.previous)
    for name in _DATES:
        text = previous.get(name)
        previous[name] = None if text is None else datetime.fromisoformat(text)
    source = previous["source"]
    return {**previous, "folded_source": None if source is None else source.casefold()}


def _rows(connection: Connection, statement: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [dict(row) for row in connection.execute(statement).mappings()]


def _add(copy: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:  # noqa: ANN401
    if rows:
        copy.execute(insert(table), list(rows))


def _log(copy: Connection, rows: Iterable[Mapping[str, Any]], history: str) -> str:
    """Write that the passages of some versions answer; return the history after them."""
    logged = []
    for row in sorted(rows, key=lambda row: row["first_passage"]):
        if not row["passage_count"]:
            continue
        first, last = row["first_passage"], row["first_passage"] + row["passage_count"] - 1
        history = sha256(f"{history} add {first} {last} {row['fingerprint']}".encode())
        logged.append(
            {"kind": "add", "first_passage": first, "last_passage": last, "history": history}
        )
    _add(copy, changes, logged)
    return history
