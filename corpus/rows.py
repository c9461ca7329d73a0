"""Rows as the records everything else speaks."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from corpus.articles import (
    Article,
    ArticleState,
    Citation,
    CleaningMap,
    Dropped,
    DropReason,
    Passage,
    Span,
)
from corpus.errors import LibraryDamagedError
from corpus.schema import articles, versions

AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns; which ones stands beside the statement that reads it."""

CITED = (
    articles.c.key,
    articles.c.collection,
    versions.c.number,
    versions.c.title,
    versions.c.source,
    versions.c.author,
    versions.c.url,
    versions.c.published,
    versions.c.language,
    versions.c.updated,
)
"""The columns `citation_from` reads."""


def citation_from(row: AnyRow) -> Citation:
    """Return the citation in a row that has the columns `CITED`."""
    return Citation(
        key=row.key,
        collection=row.collection,
        version=row.number,
        title=row.title,
        source=row.source,
        author=row.author,
        url=row.url,
        published=row.published,
        language=row.language,
        updated=row.updated,
    )


def passage_from(row: AnyRow, text: str) -> Passage:
    """Return the passage in a row of `passages` joined with `CITED`; `text` is its slice."""
    return Passage(
        id=row.id,
        version_id=row.version_id,
        span=Span(start=row.start, end=row.end),
        text=text,
        text_hash=row.text_hash,
        citation=citation_from(row),
    )


def passages_from(rows: Iterable[tuple[Any, ...]]) -> dict[int, Passage]:
    """Return passages by id from rows as SQLite gives them, a citation for each version once.

    A row has a passage's id, version, start and end, its version's hash, `CITED`, and its slice.
    """
    cited: dict[int, Citation] = {}
    found = {}
    for number, version_id, start, end, text_hash, *citation, text in rows:
        if version_id not in cited:
            cited[version_id] = _citation(citation)
        found[number] = Passage(
            id=number,
            version_id=version_id,
            span=Span(start=start, end=end),
            text=text,
            text_hash=text_hash,
            citation=cited[version_id],
        )
    return found


def _citation(columns: Sequence[Any]) -> Citation:
    key, collection, number, title, source, author, url, published, language, updated = columns
    return Citation(
        key=key,
        collection=collection,
        version=number,
        title=title,
        source=source,
        author=author,
        url=url,
        published=datetime.fromisoformat(published) if published else None,
        language=language,
        updated=datetime.fromisoformat(updated) if updated else None,
    )


def article_from(row: AnyRow, spans: Iterable[AnyRow]) -> Article:
    """Return the article in a row of its version, text and `CITED`, with its passages' rows."""
    return Article(
        version_id=row.version_id,
        citation=citation_from(row),
        origin=row.origin,
        state=ArticleState(row.state),
        is_current=row.number == row.current_version,
        text=row.text,
        text_hash=row.text_hash,
        raw_hash=row.raw_hash,
        cleaning=cleaning_from_json(row.cleaning),
        spans=tuple(Span(start=span.start, end=span.end) for span in spans),
        stored_at=row.stored_at,
    )


def cleaning_from_json(text: str) -> CleaningMap:
    """Return the map `corpus.drafts.cleaning_to_json` wrote.

    Raise `LibraryDamagedError` for anything else.
    """
    try:
        stored = json.loads(text)
        headline = stored["headline"]
        return CleaningMap(
            headline=None if headline is None else Span(start=headline[0], end=headline[1]),
            dropped=tuple(
                Dropped(span=Span(start=start, end=end), reason=DropReason(reason))
                for start, end, reason in stored["dropped"]
            ),
        )
    except (ValueError, TypeError, LookupError) as error:
        message = f"a cleaning map cannot be read ({error}); upgrade passagebot, or ingest the article again"
        raise LibraryDamagedError(message) from error
