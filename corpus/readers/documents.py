"""What readers give back, whatever the format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import quote

from corpus.articles import RawArticle, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one document says of itself. Absent metadata is `None`; `text` is normalised.

    `key` is set if the document names itself by something that stays. `furniture` are the ranges
    of `text` that belong to the page and not to the prose: running heads and page numbers.
    `warnings` tell what of it could not be used, each as one clause.
    """

    title: str
    text: str
    key: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    furniture: tuple[Span, ...] = ()
    warnings: tuple[str, ...] = ()

    def article(self, *, key: str, origin: str, raw: bytes) -> RawArticle:
        """Return the article this document is under `key`."""
        return RawArticle(
            key=key,
            origin=origin,
            title=self.title,
            text=self.text,
            raw=raw,
            url=self.url,
            source=self.source,
            author=self.author,
            published=self.published,
            updated=self.updated,
            language=self.language,
            furniture=self.furniture,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article a reader found. `source` names the file, and the line within it.

    `names_itself` tells whether the article brought its key; else its file's name is the key.
    """

    source: str
    article: RawArticle
    names_itself: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A source that gave no article; `reason` is one line that ends in what to do."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document lies: `source` in reports, `origin` in the library.

    `key` is what an article from there is called that does not name itself.
    """

    source: str
    key: str
    origin: str

    def inside(self, part: str) -> Self:
        """Return the place of `part`, a file or a chapter that has a name, within this one."""
        separator = "/" if "#" in self.origin else "#"
        return type(self)(
            source=f"{self.source} ({part})",
            key=f"{self.key}/{part}",
            origin=f"{self.origin}{separator}{quote(part, errors='surrogatepass')}",
        )

    def found(self, document: Document, raw: bytes, where: str = "") -> Found:
        """Return `document` as the article it is here; `where` names an entry in reports."""
        return Found(
            source=f"{self.source} ({where})" if where else self.source,
            article=document.article(key=document.key or self.key, origin=self.origin, raw=raw),
            names_itself=document.key is not None,
            warnings=document.warnings,
        )

    def failure(self, reason: str, where: str = "") -> Failure:
        """Return the one line that says why nothing could be read here."""
        line = " ".join(reason.split())  # what it quotes of a document may hold line ends
        return Failure(source=self.source, reason=f"{where}: {line}" if where else line)
