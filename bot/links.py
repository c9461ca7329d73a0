"""Links to articles: which may be opened, and how to open one at a sentence."""

import re
from urllib.parse import urlsplit

from bot.text_fragments import text_directive
from corpus.articles import Span

LONGEST_URL = 1000
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f\\<>\"]")
_HOST = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")


def web_url(url: str | None) -> str | None:
    """Return `url` if a reader may be sent there: http or https, a dotted host, no user name."""
    if url is None or len(url) > LONGEST_URL or _FORBIDDEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return None
    return url if host is not None and _HOST.fullmatch(host) else None


def text_fragment_url(url: str, text: str, span: Span | None = None) -> str:
    """Return `url` with a text directive that opens the page at `span` of its `text`.

    Without `span`, `text` is the quote itself and nothing is known of what stands around it.
    """
    directive = text_directive(text, span or Span(start=0, end=len(text))) if text else None
    if directive is None:
        return url
    address, _, fragment = url.partition("#")
    return f"{address}#{fragment.partition(':~:')[0]}:~:text={directive}"
