"""Links to articles: which may be opened, and how to open one at a sentence.

Text fragments follow the WICG's "URL Fragment Text Directives".
"""

import re
from urllib.parse import quote, urlsplit

LONGEST_URL = 1000
WHOLE_QUOTE = 80
EDGE_WORDS = 5
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f\\<>\"]")
_HOST = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
_WORD = re.compile(r"\S+")
_CLAUSE = re.compile(r"[^，。、；：！？\s]+[，。、；：！？]*")  # noqa: RUF001 - Chinese and Japanese


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


def text_fragment_url(url: str, quoted: str) -> str:
    """Return `url` with a text directive that opens the page at `quoted`.

    A short quote is named whole; of a longer one the first and the last words, each within
    one line, because a browser matches each end inside one block of the page.
    """
    lines = [line.strip() for line in quoted.splitlines() if line.strip()]
    if not lines:
        return url
    directive = _directive(lines)
    address, _, fragment = url.partition("#")
    return f"{address}#{fragment.partition(':~:')[0]}:~:text={directive}"


def _directive(lines: list[str]) -> str:
    if len(lines) == 1 and len(lines[0]) <= WHOLE_QUOTE:
        return _encode(lines[0])
    first, last = _edge(lines[0], head=True), _edge(lines[-1], head=False)
    return f"{_encode(first)},{_encode(last)}"


def _edge(line: str, *, head: bool) -> str:
    """Return the first or last words of a line (clauses, where nothing divides words)."""
    found = list(_WORD.finditer(line))
    count = EDGE_WORDS
    if len(found) <= 1:
        found, count = list(_CLAUSE.finditer(line)) or found, 1
    ends = found[:count] if head else found[-count:]
    return line[ends[0].start() : ends[-1].end()]


def _encode(text: str) -> str:
    """Percent-encode; a hyphen has a meaning of its own inside a directive."""
    return quote(text, safe="").replace("-", "%2D")
