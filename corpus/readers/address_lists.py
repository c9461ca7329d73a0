"""Lists of addresses: feeds to follow (OPML) and pages of a site (sitemap.xml). Parsing only."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from corpus.dates import parse_date
from corpus.errors import OversizedSourceError, UnreadableSourceError
from corpus.languages import language_code
from corpus.normalising import normalise_line
from corpus.readers.damage import damage_named
from corpus.readers.documents import Failure, Found
from corpus.readers.safe_xml import Element, name_of, parse_xml, value
from corpus.readers.sniffing import Format
from corpus.urls import is_web

LARGEST_SITEMAP = 50 * 1024 * 1024  # bytes unpacked, as sitemaps.org limits them
LARGEST_OPML = 8 * 1024 * 1024  # bytes
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed somebody follows: its address, its name, and the site it belongs to."""

    url: str
    title: str | None
    site: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapEntry:
    """A page of a site, or another sitemap. `updated` is its `lastmod`.

    `published`, `title` and `language` are what a sitemap for news says of the article.
    """

    url: str
    updated: datetime | None
    published: datetime | None = None
    title: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The pages a sitemap names, or, for an index, the sitemaps; in the order they stand in."""

    pages: tuple[SitemapEntry, ...]
    sitemaps: tuple[SitemapEntry, ...]


def read_opml(data: bytes) -> tuple[Subscription, ...]:
    """Return the feeds in an OPML file, each once.

    Raise `UnreadableSourceError` at damage, `OversizedSourceError` beyond `LARGEST_OPML`.
    """
    if len(data) > LARGEST_OPML:
        megabytes = LARGEST_OPML // (1024 * 1024)
        message = f"it is a list of feeds of more than {megabytes} MB; split it"
        raise OversizedSourceError(message)
    root = parse_xml(data, "a list of feeds (OPML)")
    found = [it for it in root.iter("{*}outline") if _attribute(it, "xmlUrl")]
    feeds: dict[str, Subscription] = {}
    for feed in map(_subscription, found):
        if is_web(feed.url):
            feeds.setdefault(feed.url, feed)
    return tuple(feeds.values())


def read_sitemap(data: bytes) -> Sitemap:
    """Return what a sitemap or a sitemap index names, also one packed with gzip.

    Raise `UnreadableSourceError` for a damaged one, `OversizedSourceError` for one larger than
    `LARGEST_SITEMAP`. Entries without a web address are left out.
    """
    root = parse_xml(_unpacked(data), "a sitemap")
    if name_of(root) not in {"urlset", "sitemapindex"}:
        message = "it is XML, but no sitemap; give the address of sitemap.xml"
        raise UnreadableSourceError(message)
    is_index = name_of(root) == "sitemapindex"
    entries = tuple(entry for it in root for entry in _entry(it))
    return Sitemap(pages=() if is_index else entries, sitemaps=entries if is_index else ())


def refuse_list(kind: Format, data: bytes) -> Iterator[Found | Failure]:
    """Raise `UnreadableSourceError`: a list of addresses holds no article itself."""
    if kind is Format.OPML:
        listed = f"{len(read_opml(data))} feeds"
    else:
        sitemap = read_sitemap(data)
        listed = f"{len(sitemap.pages)} pages and {len(sitemap.sitemaps)} sitemaps"
    message = f"it is a list of {listed}, not an article; give the addresses as sources"
    raise UnreadableSourceError(message)


def _subscription(outline: Element) -> Subscription:
    return Subscription(
        url=_attribute(outline, "xmlUrl"),
        title=_attribute(outline, "title") or _attribute(outline, "text") or None,
        site=_attribute(outline, "htmlUrl") or None,
    )


def _attribute(outline: Element, name: str) -> str:
    """Return an attribute whose name is written in whatever case."""
    found = (value for key, value in outline.attrib.items() if key.lower() == name.lower())
    return normalise_line(next(found, ""))


def _unpacked(data: bytes) -> bytes:
    if data.startswith(_GZIP):
        with damage_named("a packed sitemap"), gzip.GzipFile(fileobj=BytesIO(data)) as packed:
            data = packed.read(LARGEST_SITEMAP + 1)
    if len(data) > LARGEST_SITEMAP:
        megabytes = LARGEST_SITEMAP // (1024 * 1024)
        message = f"it is a sitemap of more than {megabytes} MB; give the sitemaps of its parts"
        raise OversizedSourceError(message)
    return data


def _entry(element: Element) -> Iterator[SitemapEntry]:
    """Yield the entry an element is, if it has a web address."""
    url = normalise_line(value(element, "loc"))
    if is_web(url):
        yield SitemapEntry(
            url=url,
            updated=parse_date(value(element, "lastmod") or None),
            published=parse_date(value(element, "publication_date") or None),
            title=normalise_line(value(element, "title")) or None,
            language=language_code(normalise_line(value(element, "language")) or None),
        )
