"""Text directives: the few words by which a browser finds a passage on its page.

After the WICG's "URL Fragment Text Directives": `prefix-,start,end,-suffix`, of which all but
`start` may be missing. A browser compares words whatever their case and spaces, each part within
one block of the page, and goes to the first place that fits.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote

from corpus.articles import Span

WHOLE_QUOTE = 80
"""Characters up to which a quote is named whole."""
_EDGE_WORDS = (5, 8, 12)
_AROUND_WORDS = 4
_FURTHEST = 2_000_000
"""Characters of a text that are searched for an earlier place that fits as well."""
_WORD = re.compile(r"\S+")
_CLAUSE = re.compile(r"[^，。、；：！？\s]+[，。、；：！？]*")  # noqa: RUF001 - Chinese and Japanese


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDirective:
    """The parts of a directive, empty where there is none."""

    start: str
    end: str = ""
    prefix: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        """Return the directive as it stands after `:~:text=`."""
        parts = [
            f"{_encode(self.prefix)}-" if self.prefix else "",
            _encode(self.start),
            _encode(self.end),
            f"-{_encode(self.suffix)}" if self.suffix else "",
        ]
        return ",".join(part for part in parts if part)

    def first_place(self, text: str) -> Span | None:
        """Return the first range of `text` a browser would find, `None` if there is none."""
        body = rf"(?P<found>{_pattern(self.start)}"
        body += rf".*?{_pattern(self.end)})" if self.end else ")"
        before = rf"{_pattern(self.prefix)}\s*" if self.prefix else ""
        after = rf"\s*{_pattern(self.suffix)}" if self.suffix else ""
        match = re.search(f"{before}{body}{after}", text, re.IGNORECASE | re.DOTALL)
        return Span(start=match.start("found"), end=match.end("found")) if match else None


def text_directive(text: str, span: Span) -> TextDirective | None:
    """Return the shortest directive of ours that a browser finds at `span` of `text` first.

    If none is unique, the longest; `None` if there is no word in the range.
    """
    lines = _lines(text, span)
    if not lines:
        return None
    wanted = Span(start=lines[0].start, end=lines[-1].end)
    directive = None
    for directive in _directives(text, lines):
        if directive.first_place(text[:_FURTHEST]) == wanted:
            break
    return directive


def _directives(text: str, lines: Sequence[Span]) -> Iterator[TextDirective]:
    """Yield directives for the range of `lines`, from the plainest to the most particular."""
    inner = list(_named(text, lines))
    before = _around(text[: lines[0].start], head=False)
    after = _around(text[lines[-1].end :], head=True)
    for (prefix, suffix), (start, end) in product([("", ""), (before, ""), (before, after)], inner):
        yield TextDirective(start=start, end=end, prefix=prefix, suffix=suffix)


def _named(text: str, lines: Sequence[Span]) -> Iterator[tuple[str, str]]:
    """Yield the whole quote if it is short, else its edges, by more and more words."""
    first, last = lines[0].of(text), lines[-1].of(text)
    if len(lines) == 1 and len(first) <= WHOLE_QUOTE:
        yield first, ""
        return
    for count in _EDGE_WORDS:
        yield _edge(first, count, head=True), _edge(last, count, head=False)


def _lines(text: str, span: Span) -> list[Span]:
    """Return the lines of a range that hold anything, without outer space."""
    found = re.compile(r"\S[^\n]*").finditer(text, span.start, span.end)
    return [Span(start=m.start(), end=m.start() + len(m[0].rstrip())) for m in found]


def _edge(line: str, count: int, *, head: bool) -> str:
    """Return the first or last words of a line (clauses, where nothing divides words)."""
    found = list(_WORD.finditer(line))
    if len(found) <= 1:
        found, count = list(_CLAUSE.finditer(line)) or found, 1
    ends = found[:count] if head else found[-count:]
    return line[ends[0].start() : ends[-1].end()]


def _around(text: str, *, head: bool) -> str:
    """Return the nearest words beside a range, from one line."""
    lines = text.strip().split("\n")
    line = lines[0 if head else -1].strip()
    return _edge(line, _AROUND_WORDS, head=head) if line else ""


def _pattern(part: str) -> str:
    """Return a pattern for the words of `part`, whole ones, whatever the space between."""
    words = r"\s+".join(map(re.escape, part.split()))
    first = r"(?<!\w)" if part[:1].isalnum() and part[0].isascii() else ""
    last = r"(?!\w)" if part[-1:].isalnum() and part[-1].isascii() else ""
    return f"{first}{words}{last}"


def _encode(part: str) -> str:
    """Percent-encode; commas and hyphens have a meaning of their own inside a directive."""
    return quote(part, safe="").replace("-", "%2D")
