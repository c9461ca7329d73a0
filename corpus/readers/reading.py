"""One file to the articles in it: the right reader is chosen by content before file name."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from corpus.decoding import decode, refuse_binary
from corpus.errors import (
    CorpusError,
    EmptySourceError,
    OversizedSourceError,
    SourceNotFoundError,
    UnreadableSourceError,
)
from corpus.readers.archives import read_archive
from corpus.readers.columns import Columns
from corpus.readers.documents import Document, Failure, Found, Place
from corpus.readers.formats import OF_BYTES, OF_ONE, read_document, read_entries
from corpus.readers.json_articles import JsonArticles
from corpus.readers.signatures import binary_format, zip_format
from corpus.readers.sniffing import Format, format_of, is_export, is_json_lines

LARGEST_FILE = 64 * 1024 * 1024  # bytes of a file that holds one article

_HEAD = 64 * 1024  # bytes that tell the format
_MEGABYTE = 1024 * 1024
_LOST = "\ufffd"
_ARCHIVES = frozenset({Format.ZIP, Format.TAR, Format.GZIP})


def read_source(
    path: Path,
    *,
    key: str | None = None,
    limit: int = LARGEST_FILE,
    columns: Columns | None = None,
) -> Iterator[Found | Failure]:
    """Yield the articles in the file `path`, or one failure that says why there are none.

    `key` names the article of a one-article file (by default the file's name); in JSON the ids
    do. `columns` says which of their columns is which field of ours. A file of more than `limit`
    bytes is not read, unless it is an archive, a mailbox, or has an article on each line.
    """
    place = Place(source=str(path), key=key or path.name, origin="")
    try:
        with path.open("rb") as file:
            place = replace(place, origin=path.resolve().as_uri())
            yield from _guarded(_Reading(limit, columns, 0), file, place, path.suffix)
    except OSError as error:
        yield place.failure(str(file_error(error)))


def read_data(
    data: bytes,
    place: Place,
    *,
    name: str = "",
    limit: int = LARGEST_FILE,
    columns: Columns | None = None,
) -> Iterator[Found | Failure]:
    """Yield the articles in `data` as `read_source` does: for what does not lie in a file.

    `name` is a file name or a path that may tell the format where the content does not.
    """
    suffix = PurePosixPath(name).suffix
    yield from _guarded(_Reading(limit, columns, 0), io.BytesIO(data), place, suffix)


def format_of_data(data: bytes, *, name: str = "") -> Format:
    """Return what `data` is, as `read_data` would read it: whoever fetched it may want to know.

    Raise a `SourceError` for what nothing here reads.
    """
    kind = binary_format(data[:_HEAD])
    if kind is Format.ZIP:
        return zip_format(io.BytesIO(data))
    return kind or format_of(decode(data), PurePosixPath(name).suffix)


def file_error(error: OSError) -> CorpusError:
    """Return the corpus' error for what the file system said."""
    if isinstance(error, FileNotFoundError):
        return SourceNotFoundError("there is no such file; check the path")
    if isinstance(error, PermissionError):
        return UnreadableSourceError("this user may not read it; change its permissions")
    reason = (error.strerror or str(error)).lower()
    return UnreadableSourceError(f"the file system says {reason!r}; check the path")


@dataclass(frozen=True, slots=True)
class _Reading:
    """How documents are read, and how many archives deep."""

    limit: int
    columns: Columns | None
    depth: int

    def member(self, data: bytes, place: Place, depth: int) -> Iterator[Found | Failure]:
        """Read a document out of an archive."""
        inner = replace(self, depth=depth)
        return _guarded(inner, io.BytesIO(data), place, PurePosixPath(place.key).suffix)


def _guarded(
    reading: _Reading, file: BinaryIO, place: Place, suffix: str
) -> Iterator[Found | Failure]:
    """Yield what is in `file`; an error of the corpus is a failure, and the last there is."""
    try:
        yield from _without_clashes(_read(reading, file, place, suffix))
    except CorpusError as error:
        yield place.failure(str(error))


def _read(
    reading: _Reading, file: BinaryIO, place: Place, suffix: str
) -> Iterator[Found | Failure]:
    head = file.read(_HEAD)
    kind = binary_format(head)
    kind = zip_format(file) if kind is Format.ZIP else kind
    file.seek(0)
    if kind in _ARCHIVES:
        yield from read_archive(
            file, kind, place, read=reading.member, depth=reading.depth, limit=reading.limit
        )
    elif kind is Format.MAILBOX:
        from corpus.readers.mail import read_mailbox  # noqa: PLC0415 - for mail alone

        yield from read_mailbox(file, place, limit=reading.limit)
    elif kind is None and _holds_lines(head, suffix):
        yield from _json(reading, place).lines(file)
    else:
        yield from _read_whole(reading, _whole(file, reading.limit), place, suffix, kind)


def _whole(file: BinaryIO, limit: int) -> bytes:
    """Return all of `file`; its size is asked first, so that none too large is read."""
    size = file.seek(0, 2)
    if size > limit:
        message = (
            f"{size / _MEGABYTE:.0f} MB is more than the {limit / _MEGABYTE:.0f} MB one article "
            "may have; split it, or write JSON lines with an article on each line"
        )
        raise OversizedSourceError(message)
    file.seek(0)
    return file.read()


def _holds_lines(head: bytes, suffix: str) -> bool:
    """Return whether the file has an article on each line, as far as its first bytes tell."""
    refuse_binary(head)
    text = head.decode("utf-8-sig", errors="ignore")
    if b"\0" in head or is_export(text):
        return False
    if suffix.lower() in {".jsonl", ".ndjson"}:
        return text.strip() != "" and not text.lstrip().startswith("<")
    cut_off = text.lstrip().startswith("{") and "\n" not in text.strip() and len(head) == _HEAD
    return is_json_lines(text) or cut_off


def _json(reading: _Reading, place: Place) -> JsonArticles:
    return JsonArticles(source=place.source, origin=place.origin, columns=reading.columns)


def _read_whole(
    reading: _Reading, data: bytes, place: Place, suffix: str, kind: Format | None
) -> Iterator[Found | Failure]:
    if kind is None:
        kind = format_of(decode(data), suffix, reading.columns)
    if kind is Format.JSON_LINES:
        yield from _json(reading, place).lines(io.BytesIO(_utf8(data)))
    elif kind is Format.JSON:
        yield from _json(reading, place).whole(_utf8(data))
    elif kind in OF_ONE:
        yield place.found(_with_words(read_document(kind, data)), data)
    else:
        entries = data if kind in OF_BYTES else _utf8(data)
        yield from read_entries(kind, entries, place, reading.columns)


def _utf8(data: bytes) -> bytes:
    return decode(data).encode(errors="surrogatepass")


def _with_words(document: Document) -> Document:
    """Return `document` with a warning if characters of it were lost before.

    Raise `EmptySourceError` for one without words.
    """
    if not any(map(str.isalnum, document.text)):
        message = "it holds no words; fill it or remove it from the sources"
        raise EmptySourceError(message)
    lost = document.text.count(_LOST)
    if not lost:
        return document
    note = f"{lost} characters were lost before it came here (U+FFFD); fetch the original again"
    return replace(document, warnings=(*document.warnings, note))


def _without_clashes(entries: Iterable[Found | Failure]) -> Iterator[Found | Failure]:
    """Yield `entries`; a second one with the id of another text becomes a failure."""
    seen: dict[tuple[str, str], bytes] = {}
    for entry in entries:
        if not isinstance(entry, Found) or not entry.names_itself:
            yield entry
            continue
        article = entry.article
        digest = hashlib.sha256(article.text.encode(errors="replace")).digest()
        if seen.setdefault((article.origin, article.key), digest) == digest:
            yield entry
        else:
            reason = (
                f"the id {article.key!r} stands for another text before; "
                "give each article an id of its own"
            )
            yield Failure(source=entry.source, reason=reason)
