"""Sources and their items in the store's file.

Every method is a transaction of its own, or a part of the batch its thread is in.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from corpus.clock import Clock
from corpus.schema import articles, source_items, sources, tombstones
from corpus.selections import AnyRow
from corpus.sources import Item, Source, SourceKind
from corpus.validators import Validators
from corpus.writing import Writer

_ITEM_VALUES = (
    "origin",
    "hint",
    "etag",
    "last_modified",
    "gone",
    "missing_since",
    "next_attempt",
    "error",
    "failures",
)
_PUT_ITEM = upsert(source_items)
_PUT_ITEM = _PUT_ITEM.on_conflict_do_update(
    index_elements=["source_id", "address"],
    set_={name: _PUT_ITEM.excluded[name] for name in _ITEM_VALUES},
)
_AT_ORIGIN = or_(
    articles.c.origin == bindparam("origin"),
    and_(articles.c.origin > bindparam("from_part"), articles.c.origin < bindparam("to_part")),
)
_KEYS_AT = (
    select(articles.c.key)
    .where(articles.c.collection == bindparam("collection"), articles.c.state == "active")
    .where(_AT_ORIGIN)
    .order_by(articles.c.id)
)
_OTHERS = (
    select(func.count())
    .select_from(source_items)
    .join(sources, sources.c.id == source_items.c.source_id)
    .where(
        source_items.c.origin == bindparam("origin"),
        source_items.c.gone == 0,
        sources.c.collection == bindparam("collection"),
        or_(
            source_items.c.source_id != bindparam("source_id"),
            source_items.c.address != bindparam("address"),
        ),
    )
)
_REMOVED = select(func.count()).where(
    tombstones.c.collection == bindparam("collection"),
    tombstones.c.key == bindparam("key"),
    ~select(articles.c.id)
    .where(articles.c.collection == bindparam("collection"), articles.c.key == bindparam("key"))
    .exists(),
)
_JOINED = source_items.join(sources, sources.c.id == source_items.c.source_id)
_IN_COLLECTION = and_(articles.c.collection == sources.c.collection, articles.c.state == "active")
_COUNTED_WHOLE = select(source_items.c.source_id, sources.c.parent_id, articles.c.id).select_from(
    _JOINED.join(articles, and_(_IN_COLLECTION, articles.c.origin == source_items.c.origin))
)
_COUNTED_PARTS = select(source_items.c.source_id, sources.c.parent_id, articles.c.id).select_from(
    _JOINED.join(
        articles,
        and_(
            _IN_COLLECTION,
            articles.c.origin > source_items.c.origin + "#",
            articles.c.origin < source_items.c.origin + "$",
        ),
    )
)


class SourceRecords:
    """What is remembered of sources."""

    def __init__(
        self,
        *,
        reading: Callable[[], AbstractContextManager[Connection]],
        step: Callable[[], AbstractContextManager[Writer]],
        now: Clock,
    ) -> None:
        """Read and write by the transactions of a store; `now` dates what is registered."""
        self._reading = reading
        self._step = step
        self._now = now

    def all(self) -> list[Source]:
        """Return every source, in the order they were added."""
        return self._found()

    def get(self, source: Source) -> Source:
        """Return a source as it is now; raise `LookupError` if it is no longer followed."""
        return self._found(sources.c.id == source.id)[0]

    def find(self, address: str, *, collection: str | None = None) -> list[Source]:
        """Return the sources at `address`, one in each collection or in the one given."""
        found = self._found(sources.c.address == address)
        return [it for it in found if collection in {None, it.collection}]

    def children(self, source: Source) -> list[Source]:
        """Return the feeds of a list."""
        return self._found(sources.c.parent_id == source.id)

    def _found(self, *conditions: ColumnElement[bool]) -> list[Source]:
        statement = select(sources).where(*conditions).order_by(sources.c.id)
        with self._reading() as connection:
            return [_source(row) for row in connection.execute(statement)]

    def register(
        self,
        address: str,
        kind: SourceKind,
        *,
        collection: str,
        columns: Mapping[str, str] | None = None,
        parent_id: int | None = None,
    ) -> Source:
        """Return the source at `address`, which is followed from now on.

        One that is followed already takes on `kind` and `columns`, and keeps what is known of it.
        """
        told = None if columns is None else json.dumps(dict(columns))
        values: dict[str, Any] = {"kind": kind.value, "columns": told}
        with self._step() as writer:
            statement = upsert(sources).values(
                address=address,
                collection=collection,
                parent_id=parent_id,
                added_at=self._now(),
                failures=0,
                **values,
            )
            writer.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["collection", "address"], set_=values
                )
            )
        return self.find(address, collection=collection)[0]

    def change(self, source: Source, **values: str | int | datetime | None) -> None:
        """Rewrite columns of a source."""
        with self._step() as writer:
            writer.connection.execute(
                update(sources).where(sources.c.id == source.id).values(**values)
            )

    def relocate(self, source: Source, address: str) -> None:
        """Follow a source at another address, unless one is followed there already."""
        if not self.find(address, collection=source.collection):
            self.change(source, address=address)

    def forget(self, source: Source) -> None:
        """Stop following a source, and the feeds of a list with it; articles stay."""
        with self._step() as writer:
            writer.connection.execute(delete(sources).where(sources.c.id == source.id))

    def items(self, source: Source) -> dict[str, Item]:
        """Return the items of a source by their address."""
        with self._reading() as connection:
            rows = connection.execute(
                select(source_items).where(source_items.c.source_id == source.id)
            )
            return {row.address: _item(row) for row in rows}

    def note(self, source: Source, *items: Item) -> None:
        """Remember items as they are now."""
        if items:
            with self._step() as writer:
                writer.connection.execute(_PUT_ITEM, [_row(source, item) for item in items])

    def drop(self, source: Source, addresses: Iterable[str]) -> None:
        """Forget items."""
        doomed = [{"doomed": address} for address in addresses]
        if doomed:
            statement = delete(source_items).where(
                source_items.c.source_id == source.id,
                source_items.c.address == bindparam("doomed"),
            )
            with self._step() as writer:
                writer.connection.execute(statement, doomed)

    def keys_at(self, origin: str, *, collection: str) -> list[str]:
        """Return the keys of the active articles from `origin` or from parts of it."""
        values = {**_parts(origin), "collection": collection}
        with self._reading() as connection:
            return list(connection.scalars(_KEYS_AT, values))

    def has_others(self, source: Source, item: Item) -> bool:
        """Return whether another item, of this source or of any, stands for the same origin."""
        values = {
            "origin": item.origin,
            "collection": source.collection,
            "source_id": source.id,
            "address": item.address,
        }
        with self._reading() as connection:
            return bool(connection.scalar(_OTHERS, values))

    def is_removed(self, key: str, *, collection: str) -> bool:
        """Return whether a person removed the article of this key, and nobody put it back."""
        with self._reading() as connection:
            return bool(connection.scalar(_REMOVED, {"key": key, "collection": collection}))

    def move(self, origin: str, to: str, *, collection: str) -> bool:
        """Let the articles from `origin` be from `to`; `False` if others are from there already."""
        if self.keys_at(to, collection=collection):
            return False
        with self._step() as writer:
            writer.connection.execute(
                update(articles)
                .where(articles.c.collection == collection, articles.c.origin == origin)
                .values(origin=to)
            )
        return True

    def article_counts(self, source: Source | None = None) -> dict[int, int]:
        """Return how many articles of each source answer, or of one.

        A list of feeds has those of its feeds.
        """
        owner = sources.c.id if source is None else literal(source.id)
        mine = or_(sources.c.id == owner, sources.c.parent_id == owner)
        pairs = union(*(it.where(mine) for it in (_COUNTED_WHOLE, _COUNTED_PARTS))).subquery()
        statement = select(pairs.c.source_id, pairs.c.parent_id, func.count()).group_by(
            pairs.c.source_id, pairs.c.parent_id
        )
        counts: dict[int, int] = {}
        with self._reading() as connection:
            for of, parent, count in connection.execute(statement):
                counts[of] = counts.get(of, 0) + count
                if parent is not None:
                    counts[parent] = counts.get(parent, 0) + count
        return counts


def _parts(origin: str) -> dict[str, str]:
    return {"origin": origin, "from_part": f"{origin}#", "to_part": f"{origin}$"}


def _source(row: AnyRow) -> Source:
    return Source(
        id=row.id,
        collection=row.collection,
        address=row.address,
        kind=SourceKind(row.kind),
        parent_id=row.parent_id,
        columns=None if row.columns is None else json.loads(row.columns),
        validators=Validators(etag=row.etag, last_modified=row.last_modified),
        device=row.device,
        added_at=row.added_at,
        tried_at=row.tried_at,
        succeeded_at=row.succeeded_at,
        next_attempt=row.next_attempt,
        error=row.error,
        failures=row.failures,
    )


def _item(row: AnyRow) -> Item:
    return Item(
        address=row.address,
        origin=row.origin,
        hint=row.hint,
        validators=Validators(etag=row.etag, last_modified=row.last_modified),
        gone=bool(row.gone),
        missing_since=row.missing_since,
        next_attempt=row.next_attempt,
        error=row.error,
        failures=row.failures,
    )


def _row(source: Source, item: Item) -> dict[str, Any]:
    return {
        "source_id": source.id,
        "address": item.address,
        "origin": item.origin,
        "hint": item.hint,
        "etag": item.validators.etag,
        "last_modified": item.validators.last_modified,
        "gone": int(item.gone),
        "missing_since": item.missing_since,
        "next_attempt": item.next_attempt,
        "error": item.error,
        "failures": item.failures,
    }
