"""The frozen records every layer speaks: articles as read, as stored, and their passages.

Offsets are code points of the text of one article version. All times are aware and in UTC;
a date without a time is midnight.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

MAIN_COLLECTION = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of code points, `text[start:end]`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Raise `ValueError` unless 0 <= start < end."""
        if not 0 <= self.start < self.end:
            message = f"a span needs 0 <= start < end, not {self.start}..{self.end}"
            raise ValueError(message)

    def of(self, text: str) -> str:
        """Return the slice of `text` this span names."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """An article as a reader found it, before cleaning.

    `text` is final: what is stored and quoted. `raw` is the document's bytes (for one line of
    a JSON-lines file, that line). `origin` names where it came from, and tells two sources
    that use the same key apart. Empty metadata is `None`, never "". `furniture` are the ranges
    of `text` its reader knows to belong to a printed page and not to the prose, each a whole
    paragraph: running heads and page numbers. Sorted, without overlaps.
    """

    key: str
    origin: str
    title: str
    text: str
    raw: bytes
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    furniture: tuple[Span, ...] = ()


class DropReason(StrEnum):
    """Why cleaning leaves a range out of the view."""

    REPEATED_HEADLINE = "repeated headline"
    REPEATED_PARAGRAPH = "repeated paragraph"
    MENU = "menu line"
    SHARE = "share or read-also line"
    NOTICE = "cookie or subscription notice"
    RUNNING_HEAD = "running head or page number"
    BYLINE = "byline"
    REPEATED_CAPTION = "repeated caption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A range cleaning leaves out of the view; the text itself is never changed."""

    span: Span
    reason: DropReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningMap:
    """What the view of a text shows and what it leaves out.

    `headline` is the one occurrence of the title that the view keeps; it is not prose, so no
    passage contains it. `dropped` is sorted, without overlaps.
    """

    headline: Span | None
    dropped: tuple[Dropped, ...]

    def count(self, reason: DropReason) -> int:
        """Return how many ranges were dropped for `reason`."""
        return sum(1 for drop in self.dropped if drop.reason is reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedArticle:
    """A raw article with all that is derived from it before it is stored."""

    raw: RawArticle
    language: str
    cleaning: CleaningMap
    spans: tuple[Span, ...]


class ArticleState(StrEnum):
    """Whether an article answers questions."""

    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a reader is told about the article version a passage comes from."""

    key: str
    collection: str
    version: int
    title: str
    source: str | None
    author: str | None
    url: str | None
    published: datetime | None
    language: str
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One stored version of an article, with its whole text."""

    version_id: int
    citation: Citation
    origin: str
    state: ArticleState
    is_current: bool
    text: str
    text_hash: str
    raw_hash: str
    cleaning: CleaningMap
    spans: tuple[Span, ...]
    stored_at: datetime

    def view(self) -> str:
        """Return the text as shown to a reader: without the ranges cleaning leaves out."""
        pieces: list[str] = []
        position = 0
        for drop in self.cleaning.dropped:
            pieces.append(self.text[position : drop.span.start])
            position = drop.span.end
        pieces.append(self.text[position:])
        return "".join(pieces).strip()

    def prepared(self, raw: bytes) -> PreparedArticle:
        """Return the article as it would be put again; `raw` is the document it was read from."""
        cited = self.citation
        article = RawArticle(
            key=cited.key,
            origin=self.origin,
            title=cited.title,
            text=self.text,
            raw=raw,
            url=cited.url,
            source=cited.source,
            author=cited.author,
            published=cited.published,
            updated=cited.updated,
            language=cited.language,
        )
        return PreparedArticle(
            raw=article, language=cited.language, cleaning=self.cleaning, spans=self.spans
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stored passage: an exact slice of the text of the article version it cites."""

    id: int
    version_id: int
    span: Span
    text: str
    text_hash: str
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of the store's log: a run of passages that now answers, or no longer does.

    `add` may name passages an index already holds (their title changed): upsert them.
    """

    position: int
    kind: Literal["add", "remove"]
    passage_ids: range

    @classmethod
    def made(cls, *, position: int, kind: str, first: int, last: int) -> Self:
        """Return a change from its stored columns; `first` and `last` are inclusive."""
        if kind not in {"add", "remove"}:
            message = f"unknown change kind {kind!r}"
            raise ValueError(message)
        return cls(
            position=position,
            kind="add" if kind == "add" else "remove",
            passage_ids=range(first, last + 1),
        )
