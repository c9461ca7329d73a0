"""Rows as the records everything else speaks."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

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
from corpus.drafts import NOTHING_CLEANED
from corpus.errors import LibraryDamagedError
from corpus.packing import Unpacker
from corpus.sqlite_files import Row

CITED = """articles.key, articles.collection, versions.number, versions.title, versions.source,
    versions.author, versions.url, versions.published, versions.language, versions.updated"""
"""The columns `citation_of` reads."""


def passages_from(rows: Iterable[tuple[Any, ...]]) -> dict[int, Passage]:
    """Return passages by id from rows as SQLite gives them, a citation for each version once.

    A row has a passage's id, version, start and end, its version's hash, `CITED`, and its slice.
    """
    cited: dict[int, Citation] = {}
    found = {}
    for number, version_id, start, end, text_hash, *citation, text in rows:
        if version_id not in cited:
            cited[version_id] = citation_of(citation)
        found[number] = Passage(
            id=number,
            version_id=version_id,
            span=Span(start=start, end=end),
            text=text,
            text_hash=text_hash.hex(),
            citation=cited[version_id],
        )
    return found


def citation_of(columns: Sequence[Any]) -> Citation:
    """Return the citation in `CITED`, as SQLite gives them."""
    key, collection, number, title, source, author, url, published, language, updated = columns
    return Citation(
        key=key,
        collection=collection,
        version=number,
        title=title,
        source=source,
        author=author,
        url=url,
        published=moment_of(published),
        language=language,
        updated=moment_of(updated),
    )


def moment_of(stored: str | None) -> datetime | None:
    """Return a moment as it is kept, aware, in UTC."""
    return datetime.fromisoformat(stored) if stored else None


def article_from(row: Row, spans: Iterable[Row]) -> Article:
    """Return an article, with the start and end of each of its passages.

    A row has the version's id, text, the article's origin, state and current version, the hash of
    the text and of the document, the cleaning map, when it was stored, and `CITED`.
    """
    version_id, text, origin, state, current, text_hash, raw_hash, cleaning, stored_at, *more = row
    citation = citation_of(more)
    return Article(
        version_id=version_id,
        citation=citation,
        origin=origin,
        state=ArticleState(state),
        is_current=citation.version == current,
        text=Unpacker().text(text),
        text_hash=text_hash.hex(),
        raw_hash=raw_hash.hex(),
        cleaning=cleaning_from_json(cleaning or NOTHING_CLEANED),
        spans=tuple(Span(start=start, end=end) for start, end in spans),
        stored_at=datetime.fromisoformat(stored_at),
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
