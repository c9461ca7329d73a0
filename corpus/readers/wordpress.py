"""Exports of WordPress (WXR): the published posts and pages, from their own HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.dates import parse_date
from corpus.errors import EmptySourceError
from corpus.languages import language_code
from corpus.normalising import normalise_line
from corpus.readers.documents import Document, Failure, Found, Place
from corpus.readers.fragments import read_fragment
from corpus.readers.safe_xml import Element, elements, text_of, value
from corpus.titles import find_title

_KIND = "an export of WordPress"
_TYPES = frozenset({"post", "page"})
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_SHORTCODE = re.compile(r"(?<!\[)\[(/?)([a-z][a-z0-9_-]{2,40})(\s[^\[\]<>]*)?/?\](?!\])")
_ALONE = frozenset(
    {"gallery", "caption", "embed", "audio", "video", "playlist", "nextpage", "more"}
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PARAGRAPH = re.compile(r"<(?:p|div|h[1-6]|ul|ol|table|blockquote|figure|pre)\b", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\r?\n[ \t]*\r?\n\s*")
_NEVER = "0000-00-00"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """What an export says before its first post."""

    title: str | None
    language: str | None
    authors: dict[str, str]  # login to the name shown


def read_wordpress(data: bytes, place: Place) -> Iterator[Found | Failure]:
    """Yield the published posts and pages of an export; one without words is a failure.

    Drafts, private posts, attachments and menus are passed over. Raise a `SourceError` at
    damage, after the posts before it, and for an export without a published post.
    """
    site: _Site | None = None
    is_empty = True
    for number, item in enumerate(elements(data, "item", _KIND), 1):
        site = site or _site(item.getparent())
        if value(item, "post_type") not in _TYPES or value(item, "status") != "publish":
            continue
        is_empty = False
        document = _document(item, site)
        where = f"item {number}"
        if any(map(str.isalnum, document.text)):
            inner = place if document.key else place.inside(where)
            yield inner.found(document, _raw(item), where if document.key else "")
        else:
            yield place.failure("no text; remove it from the export", where)
    if is_empty:
        message = "the export holds no published post; export posts or pages"
        raise EmptySourceError(message)


def _site(channel: Element) -> _Site:
    logins = (
        (value(it, "author_login"), normalise_line(value(it, "author_display_name")))
        for it in channel.iter("{*}author")
    )
    return _Site(
        title=normalise_line(text_of(channel.find("title"))) or None,
        language=language_code(text_of(channel.find("language")) or None),
        authors={login: name for login, name in logins if name},
    )


def _document(item: Element, site: _Site) -> Document:
    fragment = read_fragment(_as_html(text_of(item.find(_CONTENT))))
    login = normalise_line(value(item, "creator"))
    url = normalise_line(text_of(item.find("link"))) or None
    return Document(
        title=normalise_line(read_fragment(text_of(item.find("title"))).text)
        or find_title(fragment.text, fragment.headings),
        text=fragment.text,
        key=normalise_line(text_of(item.find("guid"))) or url,
        url=url,
        source=site.title,
        author=site.authors.get(login, login) or None,
        published=parse_date(
            _date(item, "post_date_gmt")
            or text_of(item.find("pubDate"))
            or _date(item, "post_date")
        ),
        updated=parse_date(_date(item, "post_modified_gmt") or _date(item, "post_modified")),
        language=site.language,
    )


def _date(item: Element, name: str) -> str | None:
    date = value(item, name)
    return None if date.startswith(_NEVER) or not date else date


def _as_html(content: str) -> str:
    """Return a post as the site would show it: old posts part paragraphs by blank lines."""
    content = _without_shortcodes(_COMMENT.sub("", content)).strip()
    if _PARAGRAPH.search(content):
        return _BLANK_LINES.sub("\n<p>", content)
    return "<p>" + "<p>".join(part.replace("\n", "<br>") for part in _BLANK_LINES.split(content))


def _without_shortcodes(content: str) -> str:
    """Return `content` without the marks plugins leave; "[sic]" is a word of the post."""
    marks = list(_SHORTCODE.finditer(content))
    names = _ALONE.union(mark[2] for mark in marks if mark[1])

    def shown(mark: re.Match[str]) -> str:
        is_mark = mark[2] in names or "=" in (mark[3] or "")
        return "" if is_mark else mark[0]

    return _SHORTCODE.sub(shown, content)


def _raw(item: Element) -> bytes:
    from lxml import etree  # noqa: PLC0415 - loaded with the first item

    return bytes(etree.tostring(item, encoding="utf-8", with_tail=False))
