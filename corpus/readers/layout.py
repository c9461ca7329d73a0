"""Lines as they stand on printed pages, to paragraphs: for formats that only know where ink is.

A paragraph that runs across a page break is put together again; what the page itself says
(running heads, page numbers) and footnotes follow behind it, so nothing read is lost.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from corpus.articles import Span
from corpus.blocks import ends_sentence
from corpus.normalising import normalise
from corpus.readers.hyphenation import HYPHENS, Vocabulary
from corpus.readers.printed_lines import Line, Page
from corpus.readers.running_heads import running_heads

_WIDE_GAP = 1.3  # times the usual distance of lines: a new paragraph
_OTHER_SIZE = 0.12  # share by which lines of one paragraph may differ
_SHORT = 0.25  # of the column's width: a line that much shorter ends its paragraph
_INDENT = 0.8  # times the size
_NOTE = 0.92  # times the size of the prose: at the foot of a page, a footnote
_NEIGHBOURS = 12
_MARK = re.compile(r"[•▪◦‣●–—*-]\s|\(?\d{1,3}[.)]\s")  # noqa: RUF001 - dashes as printed
_NOTE_MARK = re.compile(r"[\d*†‡§(\[]")
_LEADERS = re.compile(r"(?:\. ?){4,}\s*[\divxlc]{1,5}$")  # as between a heading and its page


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """The text of pages, normalised. `headings` are its lines in a larger size, largest first."""

    text: str
    furniture: tuple[Span, ...]
    headings: tuple[str, ...]


def lay_out(pages: Sequence[Page]) -> LaidOut:
    """Return the text of `pages`; each running head is a paragraph of its own."""
    writer = _Writer(pages)
    for page in pages:
        writer.take(page)
    writer.close()
    return writer.result()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    text: str
    before: str
    size: float
    is_furniture: bool = False


class _Writer:
    """Puts lines together; knows the paragraph that is still open, and what waits behind it."""

    def __init__(self, pages: Sequence[Page]) -> None:
        lines = [line for page in pages for line in page.lines]
        self._heads = running_heads(pages)
        self._body = median(line.size for line in lines) if lines else 0.0
        self._pitch = _usual_pitch(pages, self._body)
        self._vocabulary = Vocabulary(line.text for line in lines)
        self._blocks: list[_Block] = []
        self._text = ""
        self._before = ""
        self._last: Line | None = None
        self._room = 0.0  # points the last line leaves free in its column
        self._is_new_page = False
        self._waiting: list[_Block] = []

    def take(self, page: Page) -> None:
        """Add the lines of the next page."""
        lines = [line for line in page.lines if id(line) not in self._heads]
        notes = self._notes(page, lines)
        for line in page.lines:
            if id(line) in self._heads:
                self._waiting.append(self._block(line.text, line.size, is_furniture=True))
        self._is_new_page = True
        for at, line in enumerate(lines[: len(lines) - len(notes)]):
            self._add(line, _room(lines, at))
            self._is_new_page = False
        if notes:
            text = " ".join(note.text for note in notes)
            self._waiting.append(self._block(text, notes[0].size))

    def close(self) -> None:
        """End the open paragraph, and write what waited for its end."""
        if self._text.strip(HYPHENS):
            size = self._last.size if self._last else 0.0
            text = self._text.rstrip(HYPHENS)
            self._blocks.append(_Block(text=text, before=self._before, size=size))
        self._text = ""
        self._blocks.extend(self._waiting)
        self._waiting = []

    def result(self) -> LaidOut:
        """Return what was written."""
        text = ""
        furniture = []
        for block in self._blocks:
            shown = normalise(block.text)
            if not shown:
                continue
            text += block.before if text else ""
            if block.is_furniture:
                furniture.append(Span(start=len(text), end=len(text) + len(shown)))
            text += shown
        return LaidOut(text=text, furniture=tuple(furniture), headings=self._headings())

    def _headings(self) -> tuple[str, ...]:
        large = [it for it in self._blocks if it.size > self._body * (1 + _OTHER_SIZE)]
        large.sort(key=lambda block: -round(block.size))
        return tuple(normalise(block.text) for block in large if not block.is_furniture)

    def _block(self, text: str, size: float, *, is_furniture: bool = False) -> _Block:
        return _Block(text=text, before="\n\n", size=size, is_furniture=is_furniture)

    def _notes(self, page: Page, lines: Sequence[Line]) -> Sequence[Line]:
        """Return the footnotes of a page: its last lines, smaller than the prose, from a mark on."""
        start = len(lines)
        while start and lines[start - 1].size < _NOTE * self._body:
            start -= 1
        while start < len(lines) and not _NOTE_MARK.match(lines[start].text):
            start += 1
        low = start < len(lines) and lines[start].bottom < page.height / 2
        return lines[start:] if start and low else ()

    def _add(self, line: Line, room: float) -> None:
        before = self._gap(line)
        if before is None:
            self._text = self._vocabulary.joined(self._text, line.text)
        else:
            self.close()
            self._text, self._before = line.text, "\n\n" if self._is_new_page else before
        self._last, self._room = line, room

    def _gap(self, line: Line) -> str | None:
        """Return what stands before `line`: None if it goes on with the open paragraph."""
        last = self._last
        if last is None or not self._text or _differ(last.size, line.size):
            return "\n\n"
        if self._text[-1:] in HYPHENS:
            return None
        distance = last.bottom - line.bottom
        if self._is_new_page or not distance > 0:
            return None if self._runs_on(line) else "\n\n"
        if distance > _WIDE_GAP * self._pitch * max(1.0, line.size / (self._body or 1.0)):
            return "\n\n"
        if _MARK.match(line.text) or self._room > 0 or _LEADERS.search(last.text):
            return "\n"
        is_indented = line.left > last.left + _INDENT * line.size and ends_sentence(last.text)
        return "\n\n" if is_indented else None

    def _runs_on(self, line: Line) -> bool:
        """Return whether the open paragraph goes on in another column or on another page."""
        open_end = not ends_sentence(self._text)
        return open_end and (line.text[:1].islower() or self._room <= 0)


def _usual_pitch(pages: Iterable[Page], body: float) -> float:
    """Return the commonest distance of two lines of prose, in points."""
    pitches = Counter(
        round(above.bottom - below.bottom, 1)
        for page in pages
        for above, below in zip(page.lines, page.lines[1:], strict=False)
        if 0 < above.bottom - below.bottom < 3 * body
        and not _differ(above.size, body)
        and not _differ(below.size, body)
    )
    return max(pitches, key=lambda pitch: (pitches[pitch], -pitch)) if pitches else 1.2 * body


def _room(lines: Sequence[Line], at: int) -> float:
    """Return by how much a line is shorter than lines of its column ever are within a paragraph.

    Zero or less for a line that may go on in the next.
    """
    line = lines[at]
    near = lines[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
    column = [line, *(it for it in near if it.left < line.right and line.left < it.right)]
    right, left = max(it.right for it in column), min(it.left for it in column)
    return right - line.right - _SHORT * (right - left)


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > _OTHER_SIZE * max(one, other)
