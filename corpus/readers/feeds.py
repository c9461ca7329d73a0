"""Feeds: RSS and Atom (by feedparser), and JSON Feed. Reading only; nothing is fetched."""

import json
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from corpus.dates import parse_date
from corpus.decoding import decode
from corpus.errors import EmptySourceError, OversizedSourceError, UnreadableSourceError
from corpus.languages import language_code
from corpus.normalising import normalise, normalise_line
from corpus.readers.damage import damage_named
from corpus.readers.documents import Document, Failure, Found, Place
from corpus.readers.fragments import read_fragment
from corpus.titles import find_title

LARGEST_FEED = 16 * 1024 * 1024  # bytes

_KIND = "a feed"
_HTML = ("text/html", "application/xhtml+xml")
_ENDS = (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</channel>", b"</atom:feed>")
_TAIL = 200  # bytes in which a feed has to end
_LONGEST_ID = 512  # characters
_LIKE_ADDRESS = ("http://", "https://", "urn:", "tag:")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed. `text` is normalised, "" if there is none.

    `key` is its id where that is fit for one, else its link; None without either. `is_summary`
    tells that the feed gave only a summary: the article itself is at `url`.
    """

    key: str | None
    title: str
    text: str
    is_summary: bool
    raw: bytes
    url: str | None = None
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed and its entries, in the order they stand in. `url` is the site it belongs to."""

    title: str | None
    url: str | None
    language: str | None
    entries: tuple[FeedEntry, ...]


def read_feed(data: bytes) -> Feed:
    """Return the feed in `data`, whichever kind it is.

    Raise `UnreadableSourceError` for what is damaged, cut off or no feed, and
    `OversizedSourceError` beyond `LARGEST_FEED`.
    """
    if len(data) > LARGEST_FEED:
        megabytes = LARGEST_FEED // (1024 * 1024)
        message = f"it is a feed of more than {megabytes} MB; split it, or write JSON lines"
        raise OversizedSourceError(message)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(data)
    return _xml_feed(data)


def feed_articles(data: bytes, place: Place) -> Iterator[Found | Failure]:
    """Yield the entries of a feed as articles; one without a word is a failure by itself."""
    feed = read_feed(data)
    if not feed.entries:
        message = "the feed has no entries; remove it from the sources, or fetch it later"
        raise EmptySourceError(message)
    for number, entry in enumerate(feed.entries, 1):
        where = f"entry {number}"
        if not any(map(str.isalnum, entry.text)):
            yield place.failure("no text; save the page it links to", where)
            continue
        inner = place if entry.key else place.inside(where)
        yield inner.found(_document(entry, feed), entry.raw, where if entry.key else "")


def _document(entry: FeedEntry, feed: Feed) -> Document:
    note = "the feed holds only a summary of it; save the page it links to"
    return Document(
        title=entry.title,
        text=entry.text,
        key=entry.key,
        url=entry.url,
        source=feed.title,
        author=entry.author,
        published=entry.published,
        updated=entry.updated,
        language=entry.language or feed.language,
        warnings=(note,) if entry.is_summary else (),
    )


def _xml_feed(data: bytes) -> Feed:
    import feedparser  # noqa: PLC0415 - for feeds alone

    if b"<!ENTITY" in data:
        message = "it is a feed that declares entities of its own; save it without them"
        raise UnreadableSourceError(message)
    with damage_named(_KIND):
        found = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    is_cut = not data.rstrip()[-_TAIL:].lower().endswith(_ENDS)
    if not found.version or (found.bozo and is_cut):
        message = "it is a feed that is damaged or cut off; fetch it again"
        raise UnreadableSourceError(message)
    with damage_named(_KIND):
        author = _authors(found.feed)
        return Feed(
            title=_line(found.feed.get("title")),
            url=_line(found.feed.get("link")),
            language=language_code(_line(found.feed.get("language"))),
            entries=tuple(_xml_entry(entry, author) for entry in found.entries),
        )


def _xml_entry(entry: Any, author: str | None) -> FeedEntry:  # noqa: ANN401 - no types
    contents = [it for it in entry.get("content", ()) if it.get("value", "").strip()]
    summary = entry.get("summary_detail") or {}
    longest = max(contents, key=lambda it: len(it["value"]), default=summary)
    text, headings = _prose(longest.get("value", ""), longest.get("type", _HTML[0]))
    title, _ = _prose(entry.get("title", ""), (entry.get("title_detail") or {}).get("type", ""))
    return _entry(
        identity=entry.get("id"),
        title=normalise_line(title) or find_title(text, headings),
        text=text,
        url=_line(entry.get("link")),
        author=_authors(entry) or author,
        published=_moment(entry, "published"),
        updated=_moment(entry, "updated"),
        language=language_code(_line(longest.get("language"))),
        is_summary=not contents,
    )


def _entry(*, identity: object, **fields: Any) -> FeedEntry:  # noqa: ANN401 - the fields above
    url = fields["url"]
    known = normalise_line(str(identity)) if identity else ""
    is_fit = known.startswith(_LIKE_ADDRESS) or not url
    key = known if known and is_fit and len(known) <= _LONGEST_ID else url
    told = {name: str(value) for name, value in fields.items() if value not in (None, False)}
    raw = json.dumps({"id": known, **told}, ensure_ascii=False)
    return FeedEntry(key=key, raw=raw.encode(errors="replace"), **fields)


def _prose(value: str, kind: str) -> tuple[str, tuple[str, ...]]:
    if kind in _HTML or "</" in value:
        fragment = read_fragment(value)
        return fragment.text, fragment.headings
    return normalise(value), ()


def _authors(entry: Any) -> str | None:  # noqa: ANN401 - as above
    names = [_line(it.get("name")) for it in entry.get("authors", ())]
    return ", ".join(dict.fromkeys(filter(None, names))) or _line(entry.get("author"))


def _moment(entry: Any, name: str) -> datetime | None:  # noqa: ANN401 - as above
    """Return a time of an entry; asked as of a plain dict, which warns of no old names."""
    known = parse_date(dict.get(entry, name))
    parts = dict.get(entry, f"{name}_parsed")
    if known is not None or not parts:
        return known
    try:
        return datetime.fromtimestamp(timegm(parts), tz=UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _json_feed(data: bytes) -> Feed:
    try:
        content = json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        message = "it is a JSON feed that is damaged or cut off; fetch it again"
        raise UnreadableSourceError(message) from error
    with damage_named(_KIND):
        language = language_code(_line(content.get("language")))
        entries = tuple(_json_entry(item, content) for item in content["items"])
        return Feed(
            title=_line(content.get("title")),
            url=_line(content.get("home_page_url")),
            language=language,
            entries=entries,
        )


def _json_entry(item: dict[str, Any], feed: dict[str, Any]) -> FeedEntry:
    html, plain = item.get("content_html"), item.get("content_text")
    summary = "" if html or plain else item.get("summary") or ""
    text, headings = _prose(html, _HTML[0]) if html else _prose(plain or summary, "text/plain")
    authors = item.get("authors") or feed.get("authors") or [item.get("author")]
    names = [_line(it.get("name")) for it in authors or () if isinstance(it, dict)]
    return _entry(
        identity=item.get("id"),
        title=_line(item.get("title")) or find_title(text, headings),
        text=text,
        url=_line(item.get("url")) or _line(item.get("external_url")),
        author=", ".join(filter(None, names)) or None,
        published=parse_date(item.get("date_published")),
        updated=parse_date(item.get("date_modified")),
        language=language_code(_line(item.get("language"))),
        is_summary=not (html or plain),
    )


def _line(value: object) -> str | None:
    return normalise_line(value) or None if isinstance(value, str) else None
