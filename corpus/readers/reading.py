"""One file to the articles in it: the right reader is chosen by content before file name."""

import io
from collections.abc import Iterator
from pathlib import Path

from corpus.decoding import decode, refuse_binary
from corpus.errors import (
    CorpusError,
    EmptySourceError,
    OversizedSourceError,
    SourceNotFoundError,
    UnreadableSourceError,
)
from corpus.readers.documents import Document, Failure, Found
from corpus.readers.json_articles import JsonArticles
from corpus.readers.sniffing import Format, format_of, is_json_lines

LARGEST_FILE = 64 * 1024 * 1024  # bytes of a file that holds one article

_HEAD = 64 * 1024  # bytes that tell the format
_MEGABYTE = 1024 * 1024
_LOST = "\ufffd"


def read_source(
    path: Path, *, key: str | None = None, limit: int = LARGEST_FILE
) -> Iterator[Found | Failure]:
    """Yield the articles in the file `path`, or one failure that says why there are none.

    `key` names the article of a one-article file (by default the file's name); in JSON the ids
    do. A file of more than `limit` bytes is not read, unless it has an article on each line.
    """
    try:
        yield from _read(path, key or path.name, limit)
    except CorpusError as error:
        yield Failure(source=str(path), reason=str(error))
    except OSError as error:
        yield Failure(source=str(path), reason=str(file_error(error)))


def file_error(error: OSError) -> CorpusError:
    """Return the corpus' error for what the file system said."""
    if isinstance(error, FileNotFoundError):
        return SourceNotFoundError("there is no such file; check the path")
    if isinstance(error, PermissionError):
        return UnreadableSourceError("this user may not read it; change its permissions")
    reason = (error.strerror or str(error)).lower()
    return UnreadableSourceError(f"the file system says {reason!r}; check the path")


def _read(path: Path, key: str, limit: int) -> Iterator[Found | Failure]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = path.stat().st_size
        file.seek(0)
        json_articles = JsonArticles(source=str(path), origin=path.resolve().as_uri())
        if _holds_lines(head, path.suffix):
            yield from json_articles.lines(file)
            return
        if size > limit:
            raise _oversized(size, limit)
        data = file.read(limit + 1)
    yield from _read_whole(data, path, key, json_articles)


def _holds_lines(head: bytes, suffix: str) -> bool:
    """Return whether the file has an article on each line, as far as its first bytes tell."""
    refuse_binary(head)
    text = head.decode("utf-8-sig", errors="ignore")
    if b"\0" in head:
        return False
    if suffix.lower() in {".jsonl", ".ndjson"}:
        return text.strip() != "" and not text.lstrip().startswith("<")
    cut_off = text.lstrip().startswith("{") and "\n" not in text.strip() and len(head) == _HEAD
    return is_json_lines(text) or cut_off


def _read_whole(
    data: bytes, path: Path, key: str, json_articles: JsonArticles
) -> Iterator[Found | Failure]:
    text = decode(data)
    kind = format_of(text, path.suffix)
    if kind is Format.JSON_LINES:
        yield from json_articles.lines(io.BytesIO(text.encode(errors="surrogatepass")))
        return
    if kind is Format.JSON:
        yield from json_articles.whole(text.encode(errors="surrogatepass"))
        return
    document = _document(text, kind)
    if not any(map(str.isalnum, document.text)):
        message = "it holds no words; fill it or remove it from the sources"
        raise EmptySourceError(message)
    article = document.article(key=key, origin=path.resolve().as_uri(), raw=data)
    warnings = _warnings(document)
    yield Found(source=str(path), article=article, names_itself=False, warnings=warnings)


def _document(text: str, kind: Format) -> Document:
    match kind:
        case Format.HTML:
            from corpus.readers.page import read_page  # noqa: PLC0415 - only where needed

            return read_page(text)
        case Format.MARKDOWN:
            from corpus.readers.markdown import read_markdown  # noqa: PLC0415 - as above

            return read_markdown(text)
        case _:
            from corpus.readers.plain import read_plain  # noqa: PLC0415 - as above

            return read_plain(text)


def _warnings(document: Document) -> tuple[str, ...]:
    lost = document.text.count(_LOST)
    if not lost:
        return document.warnings
    note = f"{lost} characters were lost before it came here (U+FFFD); fetch the original again"
    return (*document.warnings, note)


def _oversized(size: int, limit: int) -> OversizedSourceError:
    message = (
        f"{size / _MEGABYTE:.0f} MB is more than the {limit / _MEGABYTE:.0f} MB one article "
        "may have; split it, or write JSON lines with an article on each line"
    )
    return OversizedSourceError(message)
