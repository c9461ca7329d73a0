"""What a file is by its first bytes, for formats that are not one stretch of text."""

import re
import zlib
from typing import BinaryIO

from corpus.errors import UnreadableSourceError
from corpus.readers.sniffing import Format
from corpus.readers.zips import open_zip

_PDF_WITHIN = 1_024  # bytes; readers of PDF accept some rubbish before it
_TAR_AT = 257
_TAR_HEAD = 512
_PACKED_HEAD = 4_096
_HEADER = re.compile(rb"([!-9;-~]{1,60}):[^\n]{0,2000}(?:\n|$)")
_FOLDED = re.compile(rb"[ \t][^\n]{0,2000}(?:\n|$)")
_MAILBOX = re.compile(rb"From \S+.{0,60}\d{4}[^\n]{0,40}\n")
_MOST_HEADERS = 16_384  # bytes to look for the end of the headers in
_BASIC = frozenset({b"from", b"to", b"subject", b"date", b"content-type", b"mime-version"})
_TECHNICAL = frozenset(
    {b"message-id", b"received", b"mime-version", b"return-path", b"delivered-to", b"list-id"}
)
_WRITTEN = frozenset({b"from", b"date", b"subject"})
_ADDRESSED = frozenset({b"to", b"message-id", b"received", b"list-id", b"delivered-to"})
_OFFICE = {
    "word/document.xml": Format.WORD,
    "xl/workbook.xml": "a spreadsheet; save it as CSV",
    "ppt/presentation.xml": "a presentation; save its text as .txt",
}
_MEDIA_TYPES = {
    "application/epub+zip": Format.BOOK,
    "application/vnd.oasis.opendocument.text": Format.OPEN_DOCUMENT,
    "application/vnd.oasis.opendocument.text-template": Format.OPEN_DOCUMENT,
    "application/vnd.oasis.opendocument.spreadsheet": "a spreadsheet; save it as CSV",
    "application/vnd.oasis.opendocument.presentation": "a presentation; save its text as .txt",
}


def binary_format(head: bytes) -> Format | None:
    """Return the format of a file that starts with `head`, None if it has to be read as text.

    Every ZIP file is `Format.ZIP` here; `zip_format` knows more.
    """
    if head.startswith(b"PK\x03\x04"):
        return Format.ZIP
    if head.startswith(b"{\\rtf"):
        return Format.RICH_TEXT
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return Format.TAR
    if head.startswith(b"\x1f\x8b"):
        return Format.TAR if _unpacked(head)[_TAR_AT : _TAR_AT + 5] == b"ustar" else Format.GZIP
    if head.startswith(b"%PDF-") or (b"%PDF-" in head[:_PDF_WITHIN] and b"\0" in head):
        return Format.PDF
    return _mail_format(head)


def zip_format(file: BinaryIO) -> Format:
    """Return what the ZIP file `file` is: an office document, a book, or an archive.

    Raise `UnreadableSourceError` for a damaged one, and for documents without prose.
    """
    with open_zip(file) as packed:
        kind = _MEDIA_TYPES.get(packed.small("mimetype").strip())
        office = (kind for name, kind in _OFFICE.items() if name in packed.names)
        found = kind or next(office, Format.ZIP)
        if found is Format.ZIP and "META-INF/container.xml" in packed.names:
            found = Format.BOOK
    if not isinstance(found, Format):
        message = f"it is {found}"
        raise UnreadableSourceError(message)
    return found


def _mail_format(head: bytes) -> Format | None:
    start = head.lstrip(b"\xef\xbb\xbf\r\n")
    mailbox = _MAILBOX.match(start)
    if mailbox and _header_names(start[mailbox.end() :]):
        return Format.MAILBOX
    names = _header_names(start)
    if len(names & _BASIC) < 2 or not (names & _TECHNICAL or names >= _WRITTEN):  # noqa: PLR2004
        return None
    is_page = re.search(
        rb"multipart/related|snapshot-content-location", _headers(start), re.IGNORECASE
    )
    return Format.WEB_ARCHIVE if is_page and not names & _ADDRESSED else Format.MAIL


def _headers(head: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", head[:_MOST_HEADERS], maxsplit=1)[0]


def _header_names(head: bytes) -> frozenset[bytes]:
    """Return the names of the headers `head` starts with, none if a line is no header."""
    names: set[bytes] = set()
    for line in _headers(head).splitlines(keepends=True):
        header = _HEADER.fullmatch(line)
        if header:
            names.add(header[1].lower())
        elif not (names and _FOLDED.fullmatch(line)):
            cut_off = len(head) >= _MOST_HEADERS and names
            return frozenset(names) if cut_off else frozenset()
    return frozenset(names)


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head[:_PACKED_HEAD], _TAR_HEAD)
    except zlib.error:
        return b""
