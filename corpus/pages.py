"""Fetched documents as articles: under the address that names each, whatever way led there."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from corpus.articles import RawArticle
from corpus.errors import AddressRefusedError
from corpus.fetching import Fetched
from corpus.readers.columns import Columns
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.reading import format_of_data, read_data
from corpus.readers.sniffing import Format
from corpus.sources import SourceKind
from corpus.urls import is_front_page, is_same_site, joined, tidy

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]{2,40})", re.IGNORECASE)
_PLAIN_TYPES = ("text/html", "text/plain", "text/markdown", "text/csv")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP = b"\x1f\x8b"


def kind_of(data: bytes, url: str) -> SourceKind:
    """Return what a document fetched from `url` is to be followed as; raise a `SourceError`."""
    if data.startswith(_GZIP) and urlsplit(url).path.lower().endswith(".xml.gz"):
        return SourceKind.SITEMAP
    match format_of_data(data, name=urlsplit(url).path):
        case Format.FEED | Format.JSON_FEED:
            return SourceKind.FEED
        case Format.OPML:
            return SourceKind.OPML
        case Format.SITEMAP:
            return SourceKind.SITEMAP
        case _:
            return SourceKind.PAGE


def articles_at(fetched: Fetched, columns: Columns | None = None) -> Iterator[Found | Failure]:
    """Yield the articles in a fetched document, each under its own address.

    A page may name its canonical address, which is believed on its own site only, and not if
    that is the front page: some sites give that for every page.
    """
    data = decoded(fetched)
    origin = tidy(fetched.address)
    place = Place(source=fetched.url, key=origin, origin=origin)
    for found in read_data(data, place, name=urlsplit(fetched.url).path, columns=columns):
        yield found if isinstance(found, Failure) else _addressed(found, origin, fetched.url)


def _addressed(found: Found, origin: str, url: str) -> Found:
    article = found.article
    if article.origin != origin:  # a part of an archive or a book
        return replace(found, article=with_site(article, origin))
    if found.names_itself:
        return found
    identity = canonical(article.url, url) or origin
    named = replace(article, key=identity, origin=identity, url=identity)
    return replace(found, article=with_site(named, url))


def canonical(named: str | None, url: str) -> str | None:
    """Return the address the page found at `url` names as its own, `None` if none is believed."""
    try:
        candidate = tidy(joined(url, named)) if named else None
    except AddressRefusedError:
        return None
    if candidate is None or not is_same_site(candidate, url):
        return None
    return None if is_front_page(candidate) and not is_front_page(url) else candidate


def with_site(article: RawArticle, url: str) -> RawArticle:
    """Return `article` with the site as its source, if it names none, and with a link."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return replace(article, source=article.source or host, url=article.url or url)


def decoded(fetched: Fetched) -> bytes:
    """Return the document as readers expect it: as UTF-8 if only its header names the charset."""
    data = fetched.data or b""
    kind = fetched.content_type.partition(";")[0].strip().lower()
    charset = _CHARSET.search(fetched.content_type)
    if charset is None or kind not in _PLAIN_TYPES or data.startswith(_MARKS) or _is_utf8(data):
        return data
    try:
        return data.decode(charset[1]).encode()
    except (LookupError, ValueError):
        return data


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def main_text(fetched: Fetched) -> RawArticle | None:
    """Return the one article of a page, `None` if it holds none or several."""
    found = list(articles_at(fetched))
    articles = [it.article for it in found if isinstance(it, Found)]
    return articles[0] if len(articles) == 1 == len(found) else None
