"""What a document is, told by its content first and its file's name last."""

import json
import re
from enum import StrEnum

from corpus.errors import UnreadableSourceError
from corpus.readers.columns import Columns, is_table


class Format(StrEnum):
    """The formats there are readers for."""

    HTML = "html"
    JSON_LINES = "json lines"
    JSON = "json"
    MARKDOWN = "markdown"
    PLAIN = "plain text"
    TABLE = "table"
    FEED = "feed"
    JSON_FEED = "json feed"
    WORDPRESS = "wordpress export"
    TELEGRAM = "telegram export"
    OPML = "list of feeds"
    SITEMAP = "sitemap"
    MAIL = "mail"
    MAILBOX = "mailbox"
    WEB_ARCHIVE = "web archive"
    PDF = "pdf"
    RICH_TEXT = "rich text"
    WORD = "word document"
    OPEN_DOCUMENT = "open document"
    BOOK = "book"
    ZIP = "zip archive"
    TAR = "tar archive"
    GZIP = "gzip file"


_BY_SUFFIX = {
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".json": Format.JSON,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
}
_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype html|html|head|body|article|main|div|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_LOOKS_LIKE_JSON = re.compile(r"\s*(?:\[\s*)?\{\s*\"[^\"\n]{1,40}\"\s*:")
_JSON_FEED = re.compile(r'\s*\{.{0,20000}"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/', re.DOTALL)
_TELEGRAM = re.compile(
    r'\s*\{.{0,2000}"type"\s*:\s*"(?:saved_messages|replies|personal_chat|bot_chat|'
    r'(?:private|public)_(?:group|supergroup|channel))".{0,2000}"messages"\s*:\s*\['
    r'|\s*\{.{0,20000}"chats"\s*:\s*\{.{0,2000}"list"\s*:\s*\[',
    re.DOTALL,
)
_ROOT = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:(?:<!--(?:(?!-->).)*-->|<\?[^>]*\?>|<!DOCTYPE[^\[>]*(?:\[[^\]]*\])?>)\s*)*"
    r"<(?:\w+:)?(\w+)",
    re.IGNORECASE | re.DOTALL,
)
_ROOTS = {
    "rss": Format.FEED,
    "feed": Format.FEED,
    "rdf": Format.FEED,
    "opml": Format.OPML,
    "urlset": Format.SITEMAP,
    "sitemapindex": Format.SITEMAP,
}
_XML = re.compile(
    r"\s*<(?:\?xml|!doctype|rss|feed|urlset|sitemapindex|svg|opml|rdf:rdf)\b", re.IGNORECASE
)
_WORDPRESS = "wordpress.org/export/"
_HEAD = 20_000  # characters that tell one kind of feed from another
_HEADING = re.compile(r"^#{1,6}[ \t]+\S.*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^[^\s=].*\n={3,}[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"\[[^\[\]\n]+\]\((?:https?://|/|\.{0,2}/|#)[^)\s]*\)")
_FENCE = re.compile(r"^```[\w-]*\s*$", re.MULTILINE)
_FRONT_MATTER = re.compile(
    r"\s*---[ \t]*\r?\n(?:[A-Za-z_][\w -]*:.*\n)(?:.*\n){0,60}?(?:---|\.\.\.)[ \t]*\r?(?:\n|$)"
    r"|\s*\+\+\+[ \t]*\r?\n(?:.*\n){0,60}?[A-Za-z_][\w-]*[ \t]*=.*\n(?:.*\n){0,60}?\+\+\+[ \t]*\r?(?:\n|$)"
)
_SIGNS_OF_MARKDOWN = 2  # links or fences; one may be an accident, a heading is none


def format_of(text: str, suffix: str, columns: Columns | None = None) -> Format:
    """Return the format of a document from its text (its head will do) and its file suffix.

    `columns` are those the user named. Raises `UnreadableSourceError` for XML of another kind.
    """
    named = _BY_SUFFIX.get(suffix.lower())
    marked = _markup_format(text) or _json_format(text, named)
    if marked is not None:
        return marked
    if is_table(text, suffix.lower(), columns):
        return Format.TABLE
    if named is Format.MARKDOWN or is_markdown(text):
        return Format.MARKDOWN
    return Format.HTML if named is Format.HTML and "</" in text else Format.PLAIN


def _markup_format(text: str) -> Format | None:
    if _LOOKS_LIKE_HTML.match(text):
        return Format.HTML
    return _xml_format(text) if _XML.match(text) else None


def _json_format(text: str, named: Format | None) -> Format | None:
    if _JSON_FEED.match(text):
        return Format.JSON_FEED
    if _TELEGRAM.match(text):
        return Format.TELEGRAM
    if named is Format.JSON_LINES or is_json_lines(text):
        return Format.JSON_LINES
    return Format.JSON if named is Format.JSON or _LOOKS_LIKE_JSON.match(text) else None


def _xml_format(text: str) -> Format:
    root = _ROOT.match(text)
    kind = _ROOTS.get(root[1].lower()) if root else None
    if kind is Format.FEED and _WORDPRESS in text[:_HEAD]:
        return Format.WORDPRESS
    if kind is None:
        message = "it is XML, not an article; save the page or the text itself"
        raise UnreadableSourceError(message)
    return kind


def is_json_lines(text: str) -> bool:
    """Return whether the first line that is not blank is a JSON object by itself."""
    head = text.lstrip("\ufeff \t\r\n")
    if not head.startswith("{"):
        return False
    try:
        return isinstance(json.loads(head.split("\n", 1)[0]), dict)
    except (ValueError, RecursionError):
        return False


def is_export(text: str) -> bool:
    """Return whether the head of a document is that of a JSON feed or a Telegram export."""
    return bool(_JSON_FEED.match(text) or _TELEGRAM.match(text))


def is_markdown(text: str) -> bool:
    """Return whether `text` has headings, links or front matter as Markdown writes them."""
    signs = len(_LINK.findall(text)) + len(_FENCE.findall(text))
    heading = _HEADING.search(text) or _UNDERLINED.search(text)
    return (
        heading is not None or signs >= _SIGNS_OF_MARKDOWN or _FRONT_MATTER.match(text) is not None
    )
