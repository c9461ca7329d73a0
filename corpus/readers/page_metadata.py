"""What a web page says of itself: JSON-LD (schema.org), Open Graph, meta elements and `<time>`.

Each field has its sources in the order they are believed; a date keeps its time of day.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from corpus.dates import day_in, parse_date
from corpus.languages import language_code
from corpus.normalising import normalise_line
from corpus.readers.fragments import parse_html
from corpus.readers.structured_data import main_object, names_in

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "article.published",
    "displaydate",
    "citation_publication_date",
    "citation_date",
    "date",
)
_UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
)
_AUTHOR = (
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "byl",
    "byline",
    "citation_author",
    "twitter:data1",
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|writer|autor)(?:$|[\s_-]|name)", re.IGNORECASE
)
_DATED = re.compile(
    r"(?:^|[\s_-])(?:date|time|timestamp|pub|published|posted|datum|fecha|dato|meta)(?:$|[\s_-]|line)",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^(?:by|written by|words by|story by|von|de|por|par|af|av|автор:?|от)\s+|^author:\s*",
    re.IGNORECASE,
)
_NOT_NAME = re.compile(
    r"https?://|www\.|@|\d{2,}|^(?:admin|staff|editor|redaktion|redaksjonen|"
    r"author|authors|null|none|undefined|webmaster)$",
    re.IGNORECASE,
)
_LONGEST_NAME = 120  # characters of one or several names
_MOST_WORDS = 12
_LONGEST_DATE_LINE = 120  # characters of a line that tells the date
_SAME = 36 * 3600  # seconds between two ways to write one day


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """What a page says of itself; what it does not say is None.

    `byline` is what the layout marks as the author's name, which is less certain than `author`.
    `times` are those of all its `<time>` elements, whatever they are for; `shown_day` is the first
    date written out where the layout marks one.
    """

    title: str | None = None
    author: str | None = None
    byline: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    times: tuple[datetime, ...] = ()
    shown_day: datetime | None = None


def read_metadata(html: str) -> PageMetadata:
    """Return what the page `html` says of itself, nothing of it guessed from its prose."""
    root = parse_html(html)
    if root is None:
        return PageMetadata()
    said = _Said(root)
    return PageMetadata(
        title=said.line("headline") or said.meta_line(("og:title", "twitter:title", "dc.title")),
        author=_author(said.names("author"), *map(said.meta, _AUTHOR)),
        byline=_author(said.bylines()),
        published=timed(said.dates("datePublished", _PUBLISHED)),
        updated=timed(said.dates("dateModified", _UPDATED)),
        times=tuple(said.times()),
        shown_day=said.shown_day(),
        source=said.meta_line(("og:site_name",))
        or said.line("publisher")
        or said.meta_line(("application-name",)),
        url=said.canonical(),
        language=language_code(root.get("lang") or said.line("inLanguage")),
    )


def timed(dates: Iterable[datetime]) -> datetime | None:
    """Return the first date, with the time of day a later one gives for the same day."""
    found = list(dates)
    if not found:
        return None
    first = found[0]
    if first.time() != datetime.min.time():
        return first
    same = (it for it in found[1:] if it.time() != datetime.min.time())
    return next((it for it in same if abs((it - first).total_seconds()) <= _SAME), first)


def _author(*candidates: Iterable[str]) -> str | None:
    """Return the names the first of the candidates holds that holds any."""
    for names in candidates:
        found = list(dict.fromkeys(filter(None, map(author_name, names))))
        if found:
            return ", ".join(found)
    return None


def author_name(text: str) -> str | None:
    """Return the name in `text`, a byline or a name; None if it is none."""
    line = _BY.sub("", normalise_line(text)).strip(" ,|·–—-")  # noqa: RUF001 - dashes as printed
    is_name = len(line) <= _LONGEST_NAME and len(line.split()) <= _MOST_WORDS
    return line if is_name and line and not _NOT_NAME.search(line) else None


class _Said:
    """The parts of a page that say something of it."""

    def __init__(self, root: Any) -> None:  # noqa: ANN401 - an lxml element
        self._root = root
        self._meta: dict[str, list[str]] = {}
        for element in root.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = normalise_line(element.get("content") or "")
            if name and content:
                self._meta.setdefault(name.strip().lower(), []).append(content)
        self._article = main_object(root)

    def meta(self, name: str) -> list[str]:
        """Return what the meta elements called `name` say."""
        return self._meta.get(name, [])

    def meta_line(self, names: Iterable[str]) -> str | None:
        """Return the first thing meta elements of these names say."""
        return next((value for name in names for value in self.meta(name)), None)

    def names(self, field: str) -> list[str]:
        """Return the names a field of the article's data holds."""
        return list(names_in(self._article.get(field)))

    def line(self, field: str) -> str | None:
        """Return a field of the article's data as one line."""
        return next(filter(None, map(normalise_line, self.names(field))), None)

    def canonical(self) -> str | None:
        """Return the address the page gives as its own."""
        links = [it.get("href") for it in self._root.iter("link") if it.get("rel") == "canonical"]
        main = self._article.get("mainEntityOfPage")
        page = main.get("@id") if isinstance(main, dict) else main
        found = (*links, *self.meta("og:url"), self._article.get("url"), page)
        return next((it for it in found if isinstance(it, str) and _is_address(it)), None)

    def dates(self, field: str, names: Iterable[str]) -> Iterator[datetime]:
        """Yield the dates of the article's data, of meta elements, and of marked elements."""
        values = [self._article.get(field), *(it for name in names for it in self.meta(name))]
        for value in [*values, *self._marked(field)]:
            date = parse_date(value) if isinstance(value, str) else None
            if date is not None:
                yield date

    def _marked(self, field: str) -> Iterator[str]:
        """Yield the dates of elements that say they are the one."""
        for element in self._root.iter("time", "span", "div", "abbr", "p"):
            is_first = element.get("pubdate") is not None and field == "datePublished"
            if is_first or element.get("itemprop") == field:
                shown = "".join(element.itertext()).strip()
                yield element.get("datetime") or element.get("content") or shown

    def times(self) -> Iterator[datetime]:
        """Yield the moments of all `<time>` elements."""
        for element in self._root.iter("time"):
            date = parse_date(element.get("datetime"))
            if date is not None:
                yield date

    def shown_day(self) -> datetime | None:
        """Return the first day written out in an element that is marked as the place of one."""
        for element in self._root.iter("time", "span", "p", "div", "li"):
            marks = f"{element.get('class') or ''} {element.get('id') or ''}"
            if element.tag != "time" and not _DATED.search(marks):
                continue
            line = normalise_line(" ".join(element.itertext()))
            day = day_in(line) if len(line) <= _LONGEST_DATE_LINE else None
            if day is not None:
                return day
        return None

    def bylines(self) -> Iterator[str]:
        """Yield what elements hold that are marked as the author's name."""
        for element in self._root.iter("a", "span", "p", "div", "address", "li"):
            is_marked = "author" in (element.get("rel") or "").split()
            is_marked |= element.get("itemprop") == "author"
            if is_marked or _BYLINE.search(element.get("class") or ""):
                yield "".join(element.itertext())


def _is_address(value: str) -> bool:
    return value.startswith(("http://", "https://"))
