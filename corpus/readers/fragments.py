"""HTML that is all content, as books, feeds and mails hold it, to blocks of prose.

A whole page with its menus is `page`'s task; here nothing is guessed away. Blocks are parted by
a blank line, items of lists and rows of tables by a line end, as in Markdown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corpus.normalising import normalise, normalise_line
from corpus.readers.damage import damage_named

_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section
    summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - for reading
)
_UNSEEN = frozenset(
    """
    audio button canvas embed head iframe img input link map math meta noscript object script
    select style svg template textarea title video
    """.split()  # noqa: SIM905 - for reading
)
_SETS = frozenset({"ol", "ul", "table"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_WIDEST_CELL = 200  # characters; a longer cell is prose in a layout
_FEWEST_CELLS = 2
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """Prose that was marked up. `text` is normalised; `headings` are lines of it, in order."""

    text: str
    headings: tuple[str, ...]


def read_fragment(html: str) -> Fragment:
    """Return the prose in a piece of HTML or a whole HTML document, with all its blocks."""
    root = parse_html(html)
    if root is None:
        return Fragment(text="", headings=())
    writer = _Writer()
    writer.block(root, "")
    headings = (normalise_line(heading) for heading in writer.headings)
    return Fragment(text=normalise("".join(writer.pieces)), headings=tuple(filter(None, headings)))


def parse_html(html: str) -> Any:  # noqa: ANN401 - an lxml element
    """Return the root of `html`, however untidy it is; None if it holds no element at all."""
    from lxml import etree  # noqa: PLC0415 - for HTML alone

    shown = _XML_DECLARATION.sub("", html.replace("\0", "").lstrip("\ufeff"))
    with damage_named("a page"):
        parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        return etree.fromstring(shown, parser) if shown.strip() else None


class _Writer:
    """Walks the tree and collects lines with the blank space before each of them."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.headings: list[str] = []
        self._line = ""
        self._mark = ""  # of a list item that has no text yet
        self._items = 0  # open items of lists
        self._is_first = False  # of the lines of a list or a table

    def block(self, element: Any, before: str) -> None:  # noqa: ANN401 - an lxml element
        """Write the block `element`; its first line stands after `before`."""
        tag = element.tag
        if tag == "tr" and _is_row(element):
            cells = (_spaced("".join(_words(cell))).strip() for cell in element)
            self._write(" | ".join(filter(None, cells)), "\n")
            return
        if tag == "pre":
            self._write("".join(_words(element)).strip("\n"), "\n\n")
            return
        self._is_first |= tag in _SETS and not self._items
        start = len(self.pieces)
        self._inside(element, before)
        self._flush(before)
        if tag in _HEADINGS:
            self.headings.append("".join(self.pieces[start:]))

    def _inside(self, element: Any, before: str) -> None:  # noqa: ANN401 - as above
        self._line += _spaced(element.text)
        number = _first_number(element)
        for child in element:
            if child.tag == "br":
                self._line = self._line.rstrip(" ") + "\n"
            elif child.tag in _BLOCKS:
                self._flush(before)
                self._child(child, number)
                number = number + 1 if number is not None and child.tag == "li" else number
                before = "\n" if element.tag == "li" else "\n\n"
            elif not _is_unseen(child):
                self._inside(child, before)
            self._line += _spaced(child.tail)

    def _child(self, child: Any, number: int | None) -> None:  # noqa: ANN401 - as above
        if _is_unseen(child):
            return
        if child.tag != "li":
            self.block(child, "\n" if self._items else "\n\n")
            return
        self._mark = "" if number is None else f"{number}. "
        self._items += 1
        self.block(child, "\n")
        self._items -= 1
        self._mark = ""

    def _flush(self, before: str) -> None:
        lines = (line.strip(" ") for line in self._line.split("\n"))
        self._write("\n".join(lines).strip("\n"), before)
        self._line = ""

    def _write(self, text: str, before: str) -> None:
        if text.strip():
            gap = "\n\n" if self._is_first else before or "\n\n"
            self.pieces.append(gap + self._mark + text)
            self._mark = ""
            self._is_first = False


def _first_number(element: Any) -> int | None:  # noqa: ANN401 - as above
    """Return the number of the first item of a numbered list."""
    if element.tag != "ol":
        return None
    start = element.get("start", "")
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _is_unseen(element: Any) -> bool:  # noqa: ANN401 - as above
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and _HIDDEN.search(style))


def _is_row(row: Any) -> bool:  # noqa: ANN401 - as above
    """Return whether `row` holds data: letters and old pages are laid out in tables, too."""
    cells = list(row)
    return len(cells) >= _FEWEST_CELLS and all(map(_is_datum, cells))


def _is_datum(cell: Any) -> bool:  # noqa: ANN401 - as above
    blocks = [part for part in cell.iter() if part is not cell and part.tag in _BLOCKS]
    small = len(blocks) <= 1 and all(part.tag in {"p", "div"} for part in blocks)
    return small and sum(map(len, _words(cell))) <= _WIDEST_CELL


def _words(element: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    """Yield the text within `element` that is shown."""
    yield element.text or ""
    for child in element:
        if child.tag == "br":
            yield "\n"
        elif not _is_unseen(child):
            yield from _words(child)
        yield child.tail or ""


def _spaced(text: str | None) -> str:
    return _SPACE.sub(" ", text or "")
