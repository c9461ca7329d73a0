"""Bytes to text, or a clear reason why they are none. Nothing is ever replaced by U+FFFD."""

import codecs
import re

from corpus.codepages import is_latin, latin_page, mixes_scripts
from corpus.errors import EmptySourceError, UnreadableSourceError

_SAMPLE = 64 * 1024  # bytes the detector looks at
_LONGEST_CHARACTER = 4  # bytes

_SIGNATURES = (
    (b"%PDF", "a PDF document; save its text as .txt or .html"),
    (b"PK\x03\x04", "a ZIP archive or an office document; unpack it, or save its text as .txt"),
    (b"PK\x05\x06", "an empty ZIP archive; nothing to read in it"),
    (
        b"\xd0\xcf\x11\xe0",
        "an old office document, or one with a password; save it as DOCX without one",
    ),
    (b"{\\rtf", "an RTF document; save its text as .txt"),
    (b"\x89PNG", "a picture; remove it from the sources"),
    (b"\xff\xd8\xff", "a picture; remove it from the sources"),
    (b"GIF8", "a picture; remove it from the sources"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ", "an xz archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"SQLite format 3", "a database, not an article; remove it from the sources"),
    (b"\x7fELF", "a program, not an article; remove it from the sources"),
    (b"ID3", "a recording; remove it from the sources"),
    (b"OggS", "a recording; remove it from the sources"),
    (b"RIFF", "a picture or a recording; remove it from the sources"),
)
_MARKS = (  # longest first: UTF-32's mark starts like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_AS_BROWSERS_DO = {  # a name declared on a page means the larger code page of its family
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "windows-874": "cp874",
    "tis-620": "cp874",
}
_DECLARED = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})|"
    rb"<\?xml[^>]{1,100}?encoding\s*=\s*[\"']([\w:.-]{2,40})[\"']",
    re.IGNORECASE,
)
_HEAD = 4_096  # bytes in which a page must declare its charset
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.01  # of all characters; text has none but a stray form feed
_REPLACED = "\ufffd"


def decode(data: bytes) -> str:
    """Return the text of `data`: by its byte order mark, as UTF-8, as declared, or as detected.

    Raises `EmptySourceError` without content, and `UnreadableSourceError` for binary files,
    damaged or cut UTF-8, and encodings nobody can tell.
    """
    if not data.strip():
        message = "it is empty; fill it or remove it from the sources"
        raise EmptySourceError(message)
    refuse_binary(data)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_strictly(data, encoding))
    if b"\0" in data:
        message = "it holds NUL bytes, so it is not text; remove it from the sources"
        raise UnreadableSourceError(message)
    return _checked(_unmarked(data))


def refuse_binary(data: bytes) -> None:
    """Raise `UnreadableSourceError` if `data` begins like a file of another kind than text."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            message = f"it is {kind}"
            raise UnreadableSourceError(message)


def _unmarked(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        declared = _as_declared(data)
        if declared is not None:
            return declared
        _refuse_damaged(data, error)
    return _as_detected(data)


def _as_declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_HEAD])
    if match is None:
        return None
    name = (match.group(1) or match.group(2)).decode("ascii").lower()
    try:
        return data.decode(_AS_BROWSERS_DO.get(name, name))
    except (LookupError, UnicodeError):
        return None  # pages lie; the detector has the next word


def _refuse_damaged(data: bytes, error: UnicodeDecodeError) -> None:
    """Raise if `data` is UTF-8 with a few bad bytes: another reading would garble the rest."""
    lossy = data.decode(errors="replace")
    bad = lossy.count(_REPLACED)
    good = sum(1 for char in lossy if char > "\x7f") - bad
    if good <= 2 * bad:
        return
    if error.reason == "unexpected end of data":
        message = "it ends in the middle of a character, so it was cut off; fetch it again"
    else:
        message = f"it is UTF-8 with a damaged byte at {error.start}; save it again as UTF-8"
    raise UnreadableSourceError(message) from error


def _as_detected(data: bytes) -> str:
    encoding = _detected(data)
    if encoding is None:
        message = "nobody can tell its encoding; save it as UTF-8"
        raise UnreadableSourceError(message)
    if is_latin(encoding):
        return _strictly(data, latin_page(data, encoding))
    text = _strictly(data, encoding)
    return _strictly(data, latin_page(data, "cp1252")) if mixes_scripts(text) else text


def _detected(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - UTF-8 files never need it

    shortened = range(_LONGEST_CHARACTER) if len(data) > _SAMPLE else [0]
    for missing in shortened:  # the sample must not end within a character
        best = from_bytes(data[: _SAMPLE - missing]).best()
        if best is not None:
            return best.encoding
    return None


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        message = f"it looks like {encoding.upper()} but is damaged; save it again as UTF-8"
        raise UnreadableSourceError(message) from error


def _checked(text: str) -> str:
    if len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text):
        message = "it holds control characters as no text does; remove it from the sources"
        raise UnreadableSourceError(message)
    return text
