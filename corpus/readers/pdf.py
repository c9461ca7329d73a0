"""PDF documents: their text in the order it was written, with running heads told apart.

Columns are read as the program that made the document wrote them, which is one after the other.
"""

import re
from collections.abc import Iterator
from math import hypot
from typing import Any

from corpus.dates import parse_date
from corpus.errors import EmptySourceError, UnreadableSourceError
from corpus.normalising import normalise_line
from corpus.readers.damage import damage_named
from corpus.readers.documents import Document
from corpus.readers.hyphenation import HYPHENS
from corpus.readers.layout import lay_out
from corpus.readers.page import headline_of
from corpus.readers.printed_lines import Line, Page, page_of
from corpus.titles import LONGEST_HEADLINE, find_title

_KIND = "a PDF document"
_DATE = re.compile(
    r"D:(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})(\d{2})?)?(?:([+-])(\d{2})'?(\d{2})?|Z)?"
)
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft word|powerpoint|slide \d|document\d*\b|about:blank|https?://)"
    r"|.*\.(?:docx?|odt|rtf|pdf|indd|tex|dvi|html?|pages|qxd|qxp)$",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:user|admin|administrator|owner|unknown|author|anonymous|root|pc|default)\b.{0,3}",
    re.IGNORECASE,
)
_LINE_ENDS = frozenset({10, 13})
_ENDS = _LINE_ENDS.union(map(ord, HYPHENS))  # a line goes on behind the hyphen that ends it
_VISIBLE = re.compile(r"\S")


def read_pdf(data: bytes) -> Document:
    """Return the document in a PDF file.

    Raise `UnreadableSourceError` for one that is damaged or needs a password, and
    `EmptySourceError` for one without text: scanned pages are pictures.
    """
    with damage_named(_KIND):
        pages, info = _opened(data)
    laid_out = lay_out(pages)
    if not any(map(str.isalnum, laid_out.text)):
        raise _no_text(len(pages))
    lines = map(normalise_line, laid_out.headings)
    headings = [line for line in lines if 0 < len(line) <= LONGEST_HEADLINE]
    return Document(
        title=headline_of(_named(info.get("Title"), _NO_TITLE), headings)
        or find_title(laid_out.text, headings),
        text=laid_out.text,
        author=_named(info.get("Author"), _NO_AUTHOR),
        published=parse_date(_date(info.get("CreationDate", ""))),
        updated=parse_date(_date(info.get("ModDate", ""))),
        furniture=laid_out.furniture,
        warnings=_pictures(pages),
    )


def _opened(data: bytes) -> tuple[list[Page], dict[str, str]]:
    import pypdfium2  # noqa: PLC0415 - a library of several megabytes, for PDF alone

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" not in str(error).lower():
            raise
        message = "it is a PDF document with a password; save it without one"
        raise UnreadableSourceError(message) from error
    try:
        pages = [_page(document[number]) for number in range(len(document))]
        return pages, document.get_metadata_dict()
    finally:
        document.close()


def _page(page: Any) -> Page:  # noqa: ANN401 - a page of pypdfium2
    textpage = page.get_textpage()
    try:
        return page_of(page.get_height(), list(_lines(textpage)))
    finally:
        textpage.close()
        page.close()


def _lines(textpage: Any) -> Iterator[Line]:  # noqa: ANN401 - as above
    from pypdfium2.raw import FPDFText_GetUnicode  # noqa: PLC0415 - as above

    count = textpage.count_chars()
    chars = [FPDFText_GetUnicode(textpage, at) for at in range(count)]
    ends = [at + (char not in _LINE_ENDS) for at, char in enumerate(chars) if char in _ENDS]
    start = 0
    for at in [*ends, count]:
        line = _line(textpage, start, chars[start:at])
        start = at
        if line is not None:
            yield line


def _line(textpage: Any, start: int, chars: list[int]) -> Line | None:  # noqa: ANN401 - as above
    text = "".join(map(chr, chars))
    seen = [match.start() for match in _VISIBLE.finditer(text)]
    if not seen:
        return None
    left = textpage.get_charbox(start + seen[0])[0]
    drawn = [at for at in seen if text[at] not in HYPHENS] or seen
    right = textpage.get_charbox(start + drawn[-1])[2]
    word = next((at for at in seen if text[at].isalnum()), seen[0])  # a bullet has its own size
    bottom, size = _baseline(textpage, start + word)
    shown = text.strip().encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return Line(text=shown, left=left, right=right, bottom=bottom, size=size)


def _baseline(textpage: Any, at: int) -> tuple[float, float]:  # noqa: ANN401 - as above
    """Return where the character stands above the bottom of its page, and its size, in points."""
    from ctypes import byref, c_double  # noqa: PLC0415 - for PDF alone

    from pypdfium2 import raw  # noqa: PLC0415 - as above

    x, y, matrix = c_double(), c_double(), raw.FS_MATRIX()
    raw.FPDFText_GetCharOrigin(textpage, at, byref(x), byref(y))
    raw.FPDFText_GetMatrix(textpage, at, byref(matrix))
    return y.value, raw.FPDFText_GetFontSize(textpage, at) * hypot(matrix.c, matrix.d)


def _named(value: str | None, rubbish: re.Pattern[str]) -> str | None:
    """Return what the document says of itself, unless a program said it."""
    line = normalise_line(value or "")
    return line if line and not rubbish.match(line) else None


def _date(value: str) -> str | None:
    """Return a date of PDF ("D:20240514083000+02'00'") in ISO 8601."""
    match = _DATE.match(value)
    if match is None:
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = match.groups()
    date = f"{year}-{month or '01'}-{day or '01'}"
    zone = f"{sign}{hours}:{minutes or '00'}" if sign else "+00:00"
    return f"{date}T{hour}:{minute}:{second or '00'}{zone}" if hour else date


def _no_text(pages: int) -> EmptySourceError:
    message = (
        f"it is a PDF document of {pages} page{'' if pages == 1 else 's'} without text, probably "
        "scanned; run it through text recognition (OCR), and give the result"
    )
    return EmptySourceError(message)


def _pictures(pages: list[Page]) -> tuple[str, ...]:
    without = sum(1 for page in pages if not page.lines)
    if not without:
        return ()
    return (f"{without} of its {len(pages)} pages hold no text; they may be scanned",)
