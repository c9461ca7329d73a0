"""OpenDocument text (ODT): paragraphs, lists and tables of `content.xml`, data of `meta.xml`."""

from io import BytesIO

from corpus.dates import parse_date
from corpus.errors import UnreadableSourceError
from corpus.languages import language_code
from corpus.normalising import normalise, normalise_line
from corpus.readers.documents import Document
from corpus.readers.safe_xml import Element, first, name_of, parse_xml, value
from corpus.readers.zips import open_zip
from corpus.titles import find_title

_KIND = "an OpenDocument text"
_LARGEST_PART = 16 * 1024 * 1024  # bytes; a tree takes about ten times as much memory
_CONTENT, _META, _MANIFEST = "content.xml", "meta.xml", "META-INF/manifest.xml"
_UNSEEN = frozenset(
    """
    tracked-changes annotation annotation-end forms sequence-decls note-citation bookmark
    variable-decls user-field-decls table-column image object desc title
    """.split()  # noqa: SIM905 - for reading
)


def read_open_document(data: bytes) -> Document:
    """Return the document in an ODT file, its notes behind the paragraph they belong to.

    Raise `UnreadableSourceError` for one that is damaged or needs a password.
    """
    with open_zip(BytesIO(data)) as packed:
        if _MANIFEST in packed.names:
            manifest = parse_xml(packed.read(_MANIFEST, limit=_LARGEST_PART), _KIND)
            _refuse_protected(manifest)
        content = parse_xml(packed.read(_CONTENT, limit=_LARGEST_PART), _KIND)
        about = None
        if _META in packed.names:
            about = parse_xml(packed.read(_META, limit=_LARGEST_PART), _KIND)
    writer = _Writer()
    body = first(content, "text")
    if body is not None:
        writer.blocks(body)
    return _document(writer, about)


def _document(writer: "_Writer", about: Element | None) -> Document:
    text = normalise("".join(writer.pieces))
    headings = list(filter(None, map(normalise_line, writer.headings)))
    return Document(
        title=_line(about, "title") or find_title(text, headings),
        text=text,
        author=_line(about, "initial-creator") or _line(about, "creator"),
        published=parse_date(_line(about, "creation-date")),
        updated=parse_date(_line(about, "date")),
        language=language_code(_line(about, "language")),
    )


def _refuse_protected(manifest: Element) -> None:
    if first(manifest, "encryption-data") is not None:
        message = f"it is {_KIND} with a password; save it without one"
        raise UnreadableSourceError(message)


def _line(about: Element | None, name: str) -> str | None:
    return None if about is None else normalise_line(value(about, name)) or None


class _Writer:
    """Collects blocks with the blank space before each, and the headings."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.headings: list[str] = []
        self._lists = 0
        self._is_first = False  # of the lines of a list or a table
        self._notes: list[Element] = []

    def blocks(self, parent: Element) -> None:
        """Write the blocks within `parent`."""
        for child in parent:
            match name_of(child):
                case "h" | "p" as kind:
                    self._paragraph(child, is_heading=kind == "h")
                case "list":
                    self._list(child)
                case "table":
                    self._is_first = True
                    self._rows(child)
                case name if name not in _UNSEEN:
                    self.blocks(child)

    def _paragraph(self, element: Element, *, is_heading: bool = False) -> None:
        text = self._inline(element)
        if is_heading and text.strip():
            self.headings.append(text)
        self._write(text, "\n" if self._lists else "\n\n")
        notes, self._notes = self._notes, []
        for note in notes:
            self.blocks(note)

    def _list(self, element: Element) -> None:
        self._is_first |= not self._lists
        self._lists += 1
        self.blocks(element)
        self._lists -= 1

    def _rows(self, table: Element) -> None:
        for row in table.iter("{*}table-row"):
            cells = (cell for cell in row if name_of(cell) == "table-cell")
            words = (" ".join(self._inline(part) for part in cell.iter("{*}p")) for cell in cells)
            self._write(" | ".join(filter(None, map(str.strip, words))), "\n")

    def _inline(self, element: Element) -> str:
        """Return the words within a paragraph; its notes wait for its end."""
        pieces = [element.text or ""]
        for child in element:
            match name_of(child):
                case "s":
                    pieces.append(" ")
                case "tab":
                    pieces.append(" ")
                case "line-break":
                    pieces.append("\n")
                case "note":
                    body = first(child, "note-body")
                    pieces.append(value(child, "note-citation"))
                    self._notes.extend([] if body is None else [body])
                case name if name and name not in _UNSEEN:
                    pieces.append(self._inline(child))
            pieces.append(child.tail or "")
        return "".join(pieces)

    def _write(self, text: str, before: str) -> None:
        lines = (" ".join(line.split()) for line in text.split("\n"))
        shown = "\n".join(lines).strip()
        if shown:
            self.pieces.append(("\n\n" if self._is_first else before) + shown)
            self._is_first = False
