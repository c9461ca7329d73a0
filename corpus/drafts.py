"""A prepared article as the rows it becomes, checked and hashed before anything is locked."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from corpus.articles import CleaningMap, PreparedArticle, RawArticle, Span
from corpus.errors import UnreadableSourceError
from corpus.packing import packed_document

NOTHING_CLEANED = '{"headline": null, "dropped": []}'
"""What `cleaning_to_json` makes of a map that leaves nothing out."""


class Draft:
    """An article with the hashes that tell whether the store holds it already.

    `fingerprint` covers everything but the raw bytes and the origin.
    """

    def __init__(self, article: PreparedArticle) -> None:
        """Check and hash `article`.

        Raise `UnreadableSourceError` for one that cannot be stored exactly, and `ValueError`
        for ranges outside its text.
        """
        _require_storable(article.raw)
        _require_inside(article)
        self.key = article.raw.key
        self.origin = article.raw.origin
        self.text = article.raw.text
        self.spans = article.spans
        self.metadata = metadata_of(article)
        self.cleaning = cleaning_to_json(article.cleaning)
        self.text_hash = sha256(article.raw.text.encode())
        self.fingerprint = self._fingerprint()
        self._raw = article.raw.raw

    def details(self) -> dict[str, Any]:
        """Return the columns of a version that may change while its text stays."""
        source = self.metadata["source"]
        return {
            **self.metadata,
            "folded_source": None if source is None else source.casefold(),
            "cleaning": self.cleaning,
            "raw_hash": sha256(self._raw),
            "fingerprint": self.fingerprint,
        }

    def packed_raw(self) -> bytes:
        """Return the raw document as it is kept beside the text."""
        return packed_document(self._raw, self.text)

    def _fingerprint(self) -> str:
        everything = {
            **_known_since_the_first_release(plain(self.metadata)),
            "text": self.text_hash,
            "cleaning": self.cleaning,
            "spans": [_pair(span) for span in self.spans],
        }
        return sha256(json.dumps(everything).encode())


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def metadata_of(article: PreparedArticle) -> dict[str, Any]:
    """Return what a citation says of `article`, by the names of the columns."""
    raw = article.raw
    return {
        "title": raw.title,
        "source": raw.source,
        "author": raw.author,
        "url": raw.url,
        "published": raw.published,
        "language": article.language,
        "updated": raw.updated,
    }


def plain(metadata: dict[str, Any]) -> dict[str, str | None]:
    """Return `metadata` with its dates as text in UTC, fit for JSON."""
    dates = {name: metadata[name] for name in ("published", "updated")}
    return {
        **metadata,
        **{
            name: None if date is None else date.astimezone(UTC).isoformat()
            for name, date in dates.items()
        },
    }


def cleaning_to_json(cleaning: CleaningMap) -> str:
    """Return the text `corpus.rows.cleaning_from_json` reads."""
    headline = None if cleaning.headline is None else _pair(cleaning.headline)
    dropped = [[*_pair(drop.span), drop.reason.value] for drop in cleaning.dropped]
    return json.dumps({"headline": headline, "dropped": dropped})


def _known_since_the_first_release(metadata: dict[str, str | None]) -> dict[str, str | None]:
    """Return `metadata` without an update that is not there: what had no such field is the same."""
    return {name: value for name, value in metadata.items() if name != "updated" or value}


def _pair(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _require_storable(raw: RawArticle) -> None:
    for name in ("key", "origin", "title", "text", "source", "author", "url"):
        value = getattr(raw, name) or ""
        if "\0" in value or not _is_unicode(value):
            message = f"its {name} holds characters that are not text; save it as UTF-8"
            raise UnreadableSourceError(message)
    for date in (raw.published, raw.updated):
        if date is not None and not _is_moment(date):
            message = f"its date {date} is no moment in time; correct it or leave it out"
            raise UnreadableSourceError(message)


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_moment(date: datetime) -> bool:
    try:
        return date.tzinfo is not None and bool(date.astimezone(UTC))
    except OverflowError:
        return False


def _require_inside(article: PreparedArticle) -> None:
    length = len(article.raw.text)
    outside = [span for span in _all_spans(article) if span.end > length]
    if outside:
        message = f"{outside[0]} lies outside the {length} characters of {article.raw.key}"
        raise ValueError(message)


def _all_spans(article: PreparedArticle) -> Iterable[Span]:
    yield from article.spans
    if article.cleaning.headline is not None:
        yield article.cleaning.headline
    yield from (drop.span for drop in article.cleaning.dropped)
