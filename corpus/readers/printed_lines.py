"""Lines as they are printed: pieces of text and where they stand on their page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_RAISED = 0.92  # times the size of the line: a number that small is a mark of a note


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text and where it stands, in points from the left and the bottom of its page."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The lines of a page in the order they were written."""

    height: float
    lines: tuple[Line, ...]


def same_line(first: Line, second: Line) -> bool:
    """Return whether `second` goes on where `first` ends: a raised number, or the next cell."""
    low, high = max(first.bottom, second.bottom), first.bottom + first.size
    overlap = min(high, second.bottom + second.size) - low
    return overlap > min(first.size, second.size) / 2 and second.left >= first.right - 1


def merged(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield `lines` with the pieces of one line put together."""
    open_line: Line | None = None
    for line in lines:
        if open_line is None or not same_line(open_line, line):
            if open_line is not None:
                yield open_line
            open_line = line
            continue
        larger = open_line if open_line.size >= line.size else line
        open_line = Line(
            text=open_line.text + _between(open_line, line) + line.text.strip(),
            left=open_line.left,
            right=line.right,
            bottom=larger.bottom,
            size=larger.size,
        )
    if open_line is not None:
        yield open_line


def _between(first: Line, second: Line) -> str:
    """Return the space between two pieces of a line: none before a raised number."""
    raised = second.size < _RAISED * first.size and second.text.strip().isdigit()
    return "" if raised else " "


def page_of(height: float, lines: Iterable[Line]) -> Page:
    """Return the page with the pieces of its lines put together."""
    return Page(height=height, lines=tuple(merged(lines)))
