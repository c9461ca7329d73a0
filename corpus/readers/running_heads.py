"""What printed pages say at their edges: running heads and page numbers."""
# ruff: noqa: RUF001 - dashes as printed

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.readers.printed_lines import Line, Page

_EDGE = 0.15  # of the page's height: running heads stand above or below
_SAME_PLACE = 5.0  # points
_FEW_PAGES = 5  # up to here a head that stands twice is a running head
_REPEATS = 3
_LONGEST = 80  # characters of a line with a page number
_NUMBER = re.compile(r"\d+")
_OUTER_NUMBER = re.compile(
    r"(?:page |seite |[-–] ?)?(\d{1,4})\b|.*?\b(\d{1,4})(?: ?[-–])?$", re.IGNORECASE
)


def running_heads(pages: Sequence[Page]) -> frozenset[int]:
    """Return the `id` of each line at the edge of a page that is no prose.

    It stands there on other pages, too, but for its numbers; or it is the outermost line and has
    a number that counts the pages. On a few pages two are enough, else it takes three.
    """
    needed = 2 if len(pages) <= _FEW_PAGES else _REPEATS
    return frozenset([*_repeated(pages, needed), *_numbered(pages, needed)])


def _repeated(pages: Sequence[Page], needed: int) -> Iterator[int]:
    places: dict[str, list[Line]] = {}
    for page in pages:
        for line in _edge_lines(page):
            places.setdefault(_NUMBER.sub("#", line.text.casefold()), []).append(line)
    for lines in places.values():
        for line in lines:
            if sum(abs(line.bottom - it.bottom) <= _SAME_PLACE for it in lines) >= needed:
                yield id(line)


def _numbered(pages: Sequence[Page], needed: int) -> Iterator[int]:
    """Yield the lines whose number is further by one with each page."""
    found = [
        (number - at, line) for at, page in enumerate(pages) for number, line in _numbers(page)
    ]
    offsets = Counter(offset for offset, _ in found)
    for offset, line in found:
        if offsets[offset] >= needed:
            yield id(line)


def _numbers(page: Page) -> Iterator[tuple[int, Line]]:
    """Yield the numbers at the ends of the outermost lines of a page."""
    lines = sorted(_edge_lines(page), key=lambda line: line.bottom)
    outermost = [line for line in (lines[:1] + lines[-1:]) if len(line.text) <= _LONGEST]
    for line in dict.fromkeys(outermost):
        match = _OUTER_NUMBER.match(line.text)
        if match and _is_outermost(line, page):
            yield int(match[1] or match[2]), line


def _is_outermost(line: Line, page: Page) -> bool:
    levels = [it.bottom for it in page.lines]
    return line.bottom in {min(levels), max(levels)}


def _edge_lines(page: Page) -> Iterator[Line]:
    low, high = page.height * _EDGE, page.height * (1 - _EDGE)
    return (line for line in page.lines if not low < line.bottom < high)
