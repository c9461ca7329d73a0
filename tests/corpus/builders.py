"""Articles, stores and clocks for the tests of the store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.articles import CleaningMap, Dropped, DropReason, PreparedArticle, RawArticle, Span
from corpus.store import ArticleStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHORT = 0.2
"""A patience in seconds for tests that expect to be refused."""

NOTHING_DROPPED = CleaningMap(headline=None, dropped=())


class Ticking:
    """A clock that is a second further at every look."""

    def __init__(self, start: datetime = NOON) -> None:
        self._moment = start

    def __call__(self) -> datetime:
        self._moment += timedelta(seconds=1)
        return self._moment


class Calendar:
    """A clock that is set by hand, at noon to begin with."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


def prepared(
    key: str = "article.txt",
    text: str = "The river rose. The bridge held. Nobody was hurt.",
    *,
    origin: str | None = None,
    title: str = "A flood",
    raw: bytes | None = None,
    url: str | None = None,
    source: str | None = None,
    author: str | None = None,
    published: datetime | None = None,
    language: str = "en",
    cleaning: CleaningMap = NOTHING_DROPPED,
    spans: Sequence[Span] | None = None,
) -> PreparedArticle:
    """Return an article ready to be stored; by default its passages are its sentences."""
    return PreparedArticle(
        raw=RawArticle(
            key=key,
            origin=origin or f"file:///articles/{key}",
            title=title,
            text=text,
            raw=text.encode() if raw is None else raw,
            url=url,
            source=source,
            author=author,
            published=published,
        ),
        language=language,
        cleaning=cleaning,
        spans=tuple(sentences(text) if spans is None else spans),
    )


def sentences(text: str) -> list[Span]:
    """Return the ranges between full stops, the stops included."""
    spans = []
    start = 0
    for piece in text.split(". "):
        end = min(len(text), start + len(piece) + 1)
        if start < end:
            spans.append(Span(start=start, end=end))
        start += len(piece) + 2
    return spans


def dropping(start: int, end: int, headline: Span | None = None) -> CleaningMap:
    """Return a map that leaves one menu line out."""
    menu = Dropped(span=Span(start=start, end=end), reason=DropReason.MENU)
    return CleaningMap(headline=headline, dropped=(menu,))


def make_store(folder: Path, *, timeout: float = SHORT) -> ArticleStore:
    """Return a new store whose clock ticks."""
    return ArticleStore.create(folder, now=Ticking(), timeout=timeout)


def answering_ids(store: ArticleStore) -> set[int]:
    """Return what an index would hold that had pulled the whole log, one change at a time."""
    held: set[int] = set()
    position = 0
    while batch := store.changes(after=position, limit=3):
        for change in batch:
            if change.kind == "add":
                held.update(change.passage_ids)
            else:
                held.difference_update(change.passage_ids)
            position = change.position
    return held
