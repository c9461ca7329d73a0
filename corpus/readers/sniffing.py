"""What a text is, told by its content first and its file's name last."""

import json
import re
from enum import StrEnum

from corpus.errors import UnreadableSourceError


class Format(StrEnum):
    """The formats there are readers for."""

    HTML = "html"
    JSON_LINES = "json lines"
    JSON = "json"
    MARKDOWN = "markdown"
    PLAIN = "plain text"


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
_OTHER_XML = re.compile(r"\s*<(?:\?xml|rss|feed|urlset|sitemapindex|svg|opml)\b", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6}[ \t]+\S.*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^[^\s=].*\n={3,}[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"\[[^\[\]\n]+\]\((?:https?://|/|\.{0,2}/|#)[^)\s]*\)")
_FENCE = re.compile(r"^```[\w-]*\s*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?:[A-Za-z_][\w -]*:.*\n)+---[ \t]*(?:\n|$)")
_SIGNS_OF_MARKDOWN = 2  # links or fences; one may be an accident, a heading is none


def format_of(text: str, suffix: str) -> Format:
    """Return the format of a document from its text (its head will do) and its file suffix.

    Raises `UnreadableSourceError` for XML that is no page.
    """
    if _LOOKS_LIKE_HTML.match(text):
        return Format.HTML
    if _OTHER_XML.match(text):
        message = "it is XML, not an article; save the page or the text itself"
        raise UnreadableSourceError(message)
    named = _BY_SUFFIX.get(suffix.lower())
    if named is Format.JSON_LINES or is_json_lines(text):
        return Format.JSON_LINES
    if named is Format.JSON or _LOOKS_LIKE_JSON.match(text):
        return Format.JSON
    if named is Format.MARKDOWN or is_markdown(text):
        return Format.MARKDOWN
    return Format.HTML if named is Format.HTML and "</" in text else Format.PLAIN


def is_json_lines(text: str) -> bool:
    """Return whether the first line that is not blank is a JSON object by itself."""
    head = text.lstrip("\ufeff \t\r\n")
    if not head.startswith("{"):
        return False
    try:
        return isinstance(json.loads(head.split("\n", 1)[0]), dict)
    except (ValueError, RecursionError):
        return False


def is_markdown(text: str) -> bool:
    """Return whether `text` has headings, links or front matter as Markdown writes them."""
    signs = len(_LINK.findall(text)) + len(_FENCE.findall(text))
    heading = _HEADING.search(text) or _UNDERLINED.search(text)
    return (
        heading is not None or signs >= _SIGNS_OF_MARKDOWN or _FRONT_MATTER.match(text) is not None
    )
