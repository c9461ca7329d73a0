"""What readers give back, whatever the format."""

from dataclasses import dataclass
from datetime import datetime

from corpus.articles import RawArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one document says of itself. Absent metadata is `None`; `text` is normalised.

    `warnings` tell what of it could not be used, each as one clause.
    """

    title: str
    text: str
    url: str | None = None
    source: str | None = None
    author: str | None = None
    published: datetime | None = None
    language: str | None = None
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
            language=self.language,
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
