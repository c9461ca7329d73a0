"""What an administrator hands in, read by the corpus' readers: a file, a link, a text.

Everything here runs beside the bot, in a process that may be ended: what is read comes from
strangers. The readers keep their own bounds; those of a draft as a whole stand here.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from urllib.parse import quote

import zstandard

from corpus.articles import RawArticle, Span
from corpus.errors import SourceError
from corpus.fetching import Fetcher
from corpus.names import storable
from corpus.pages import articles_at, kind_of
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.plain import read_plain
from corpus.readers.reading import read_data
from corpus.sources import SourceKind
from corpus.urls import tidy

MOST_ARTICLES = 5_000
MOST_BYTES = 256 * 1024 * 1024
"""Texts and documents of one draft, together."""

_LONGEST_NAME = 200
_LISTS = frozenset({SourceKind.OPML, SourceKind.SITEMAP})

Entry = Found | Failure


class MaterialKind(StrEnum):
    """What was handed in."""

    FILE = "file"
    LINK = "link"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What was handed in. `name` is a file's name, or a link's address.

    `url`, `source` and `published` are known of a post of a channel, and hold where what was read
    says nothing else. `key` and `origin` name an article that does not name itself.
    """

    kind: MaterialKind
    name: str
    data: bytes = b""
    key: str = ""
    origin: str = ""
    url: str | None = None
    source: str | None = None
    published: datetime | None = None

    @classmethod
    def file(cls, name: str, data: bytes) -> Self:
        """Return a file: one of the same name is the same article, maybe in another version."""
        known = storable(name)[-_LONGEST_NAME:] or "file"
        origin = f"telegram:{quote(known)}"
        return cls(kind=MaterialKind.FILE, name=known, data=data, key=known, origin=origin)

    @classmethod
    def link(cls, url: str) -> Self:
        """Return a link that was sent."""
        return cls(kind=MaterialKind.LINK, name=url)

    @classmethod
    def text(cls, text: str) -> Self:
        """Return a text that was pasted: the same text is the same article."""
        data = text.encode(errors="replace")
        key = f"pasted/{hashlib.sha256(data).hexdigest()[:16]}"
        return cls(kind=MaterialKind.TEXT, name=key, data=data, key=key, origin=f"telegram:{key}")

    def of_post(self, *, key: str, url: str, source: str | None, published: datetime) -> Self:
        """Return the same as what a channel posted at `url`."""
        return replace(self, key=key, origin=url, url=url, source=source, published=published)


def entries_of(material: Material, fetcher: Fetcher) -> Iterator[Entry]:
    """Yield the articles in what was handed in, and a failure for each that cannot be read.

    Never raises for what was handed in; beyond `MOST_ARTICLES` or `MOST_BYTES` a failure says so,
    and is the last.
    """
    articles = size = 0
    for entry in _entries(material, fetcher):
        if isinstance(entry, Found):
            articles += 1
            size += len(entry.article.text) + len(entry.article.raw)
        if articles > MOST_ARTICLES or size > MOST_BYTES:
            reason = (
                f"it holds more than {MOST_ARTICLES} articles or {MOST_BYTES >> 20} MB; "
                "`passagebot ingest` it on the machine the bot runs on"
            )
            yield Failure(source=material.name, reason=reason)
            return
        yield _with_post(entry, material)


def _entries(material: Material, fetcher: Fetcher) -> Iterator[Entry]:
    match material.kind:
        case MaterialKind.LINK:
            yield from _at_link(material.name, fetcher)
        case MaterialKind.FILE:
            yield from read_data(material.data, _place(material), name=material.name)
        case MaterialKind.TEXT:
            yield _pasted(material)


def _at_link(url: str, fetcher: Fetcher) -> Iterator[Entry]:
    try:
        fetched = fetcher.fetch(tidy(url))
        if kind_of(fetched.data or b"", fetched.url) in _LISTS:
            reason = "it is a list of addresses; `passagebot ingest` follows those"
            yield Failure(source=url, reason=reason)
            return
    except SourceError as error:
        yield Failure(source=url, reason=str(error))
        return
    yield from articles_at(fetched)


def _place(material: Material) -> Place:
    return Place(source=material.name, key=material.key, origin=material.origin)


def _pasted(material: Material) -> Entry:
    place = _place(material)
    document = read_plain(material.data.decode())
    if not any(map(str.isalnum, document.text)):
        return place.failure("it holds no words; send some prose")
    return place.found(document, material.data)


def _with_post(entry: Entry, material: Material) -> Entry:
    """Return an article with what is known of the post it came in, where it says nothing itself."""
    if isinstance(entry, Failure) or material.url is None:
        return entry
    article = entry.article
    known = replace(
        article,
        url=article.url or material.url,
        source=article.source or material.source,
        published=article.published or material.published,
    )
    return replace(entry, article=known)


def packed(entries: Iterable[Entry]) -> bytes:
    """Return the bytes `unpacked` reads: lines of JSON in a zstandard frame."""
    lines = (json.dumps(_to_json(entry)) for entry in entries)
    return zstandard.ZstdCompressor(level=3).compress("\n".join(lines).encode())


def unpacked(content: bytes) -> Iterator[Entry]:
    """Yield the entries in what `packed` returned."""
    if not content:
        return
    text = zstandard.ZstdDecompressor().decompress(content, max_output_size=0).decode()
    for line in filter(None, text.split("\n")):
        yield _from_json(json.loads(line))


def _to_json(entry: Entry) -> dict[str, Any]:
    if isinstance(entry, Failure):
        return {"source": entry.source, "reason": entry.reason}
    article = entry.article
    return {
        "source": entry.source,
        "names_itself": entry.names_itself,
        "warnings": entry.warnings,
        "article": {
            "key": article.key,
            "origin": article.origin,
            "title": article.title,
            "text": article.text,
            "raw": base64.b64encode(article.raw).decode(),
            "url": article.url,
            "source": article.source,
            "author": article.author,
            "published": _told(article.published),
            "updated": _told(article.updated),
            "language": article.language,
            "furniture": [[span.start, span.end] for span in article.furniture],
        },
    }


def _from_json(line: dict[str, Any]) -> Entry:
    if "reason" in line:
        return Failure(source=line["source"], reason=line["reason"])
    fields = line["article"]
    article = RawArticle(
        **{name: fields[name] for name in _AS_THEY_ARE},
        raw=base64.b64decode(fields["raw"]),
        published=_moment(fields["published"]),
        updated=_moment(fields["updated"]),
        furniture=tuple(Span(start=start, end=end) for start, end in fields["furniture"]),
    )
    return Found(
        source=line["source"],
        article=article,
        names_itself=line["names_itself"],
        warnings=tuple(line["warnings"]),
    )


_AS_THEY_ARE = ("key", "origin", "title", "text", "url", "source", "author", "language")


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
