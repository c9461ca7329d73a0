"""Articles as JSON: one object a line, one object, or an array of objects."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from corpus.dates import parse_date, unreadable_date
from corpus.errors import EmptySourceError, SourceError, UnreadableSourceError
from corpus.languages import language_code
from corpus.normalising import normalise, normalise_line
from corpus.readers.columns import Columns, renamed
from corpus.readers.documents import Document, Failure, Found
from corpus.readers.plain import resolve_stars
from corpus.readers.prose import html_text
from corpus.titles import find_title

LONGEST_LINE = 8 * 1024 * 1024  # bytes of one article

_BOM = b"\xef\xbb\xbf"
_LONGEST_ID = 512  # characters
_NOT_IN_ID = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MARKUP = re.compile(
    r"\s*<(?:p|div|h[1-6]|article|section|ul|ol|blockquote)\b[^<>]*>", re.IGNORECASE
)


class JsonArticles:
    """Reads the articles of one file, and sees to it that no id names two different ones."""

    def __init__(self, *, source: str, origin: str, columns: Columns | None = None) -> None:
        """Name the file: `source` in reports, `origin` in the library.

        `columns` says which of their fields is which of ours.
        """
        self._columns = columns
        self._source = source
        self._origin = origin
        self._seen: dict[str, tuple[str, bytes]] = {}  # id to where it stood and its digest

    def lines(self, file: BinaryIO) -> Iterator[Found | Failure]:
        """Yield an article or a failure for each line of `file` that is not blank."""
        for number, line in enumerate(_bounded_lines(file), 1):
            where = f"line {number}"
            if line is None:
                limit = LONGEST_LINE // (1024 * 1024)
                yield self._failure(where, f"longer than {limit} MB; split the article")
            elif line.strip(_BOM + b" \t\r\n"):
                yield self._entry(where, line)

    def whole(self, data: bytes) -> Iterator[Found | Failure]:
        """Yield the articles of a document that is one object or an array of objects."""
        content = _parsed(data)
        if not isinstance(content, list):
            yield self._article("the object", content, data)
            return
        for number, entry in enumerate(content, 1):
            raw = json.dumps(entry, ensure_ascii=False).encode(errors="surrogatepass")
            yield self._article(f"entry {number}", entry, raw)

    def _entry(self, where: str, line: bytes) -> Found | Failure:
        try:
            return self._article(where, _parsed(line.removeprefix(_BOM)), line.strip())
        except SourceError as error:
            return self._failure(where, str(error))

    def _article(self, where: str, content: object, raw: bytes) -> Found | Failure:
        try:
            document = read_record(content, self._columns)
            key = document.key or ""
            self._claim(key, where, content)
        except SourceError as error:
            return self._failure(where, str(error))
        article = document.article(key=key, origin=self._origin, raw=raw)
        source = f"{self._source} ({where})"
        return Found(source=source, article=article, names_itself=True, warnings=document.warnings)

    def _claim(self, key: str, where: str, content: object) -> None:
        canonical = json.dumps(content, sort_keys=True).encode()
        digest = hashlib.sha256(canonical).digest()
        earlier, known = self._seen.setdefault(key, (where, digest))
        if known != digest:
            message = (
                f"the id {key!r} stands on {earlier} with other content; "
                "give each article an id of its own"
            )
            raise UnreadableSourceError(message)

    def _failure(self, where: str, reason: str) -> Failure:
        return Failure(source=self._source, reason=f"{where}: {reason}")


def _bounded_lines(file: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines of `file`; None for one that is too long, which is never held whole."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)
        yield None


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = "not UTF-8; save the file as UTF-8"
        raise UnreadableSourceError(message) from error
    except (ValueError, RecursionError) as error:
        message = "not JSON, or cut off; write one object with _id, title and text"
        raise UnreadableSourceError(message) from error


def read_record(
    content: object, columns: Columns | None = None, *, key_from_title: bool = False
) -> Document:
    """Return the document of an object with fields called as ours or as usual, with its key.

    The key is its id, else its link, else, with `key_from_title`, its title. Raise
    `UnreadableSourceError` for what is no such object, `EmptySourceError` for no text.
    """
    if not isinstance(content, dict):
        message = "not an object; write one with _id, title and text"
        raise UnreadableSourceError(message)
    record = renamed(content, columns)
    return _document(record, _key(record, "title" if key_from_title else "url"))


def _document(record: dict[str, Any], key: str) -> Document:
    text = record.get("text")
    if text is not None and not isinstance(text, str):
        message = "its text is no string; write the article's text in quotation marks"
        raise UnreadableSourceError(message)
    shown = html_text(text) if text and _MARKUP.match(text) else text or ""
    prose, headings = resolve_stars(normalise(shown))
    if not any(map(str.isalnum, prose)):
        message = "no text; add a text field or remove the line"
        raise EmptySourceError(message)
    published = parse_date(record.get("date"))
    return Document(
        title=resolve_stars(_line(record, "title") or "")[0] or find_title(prose, headings),
        text=prose,
        key=key,
        url=_line(record, "url"),
        source=_line(record, "source"),
        author=_line(record, "author"),
        published=published,
        updated=parse_date(record.get("updated")),
        language=language_code(_line(record, "lang")),
        warnings=unreadable_date(record.get("date"), published),
    )


def _key(record: dict[str, Any], last: str) -> str:
    fields = (record.get(name) for name in ("id", "url", last))
    value = next((field for field in fields if field not in (None, "")), None)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        message = "no id; give it an _id that stays the same"
        raise UnreadableSourceError(message)
    if _NOT_IN_ID.search(value) or len(value) > _LONGEST_ID:
        message = f"its id is no plain name of up to {_LONGEST_ID} characters; choose another"
        raise UnreadableSourceError(message)
    return value


def _line(content: dict[str, Any], field: str) -> str | None:
    """Return a field as one line, None if it is empty; several authors are parted by commas."""
    value = content.get(field)
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        names = (part.get("name") if isinstance(part, dict) else part for part in value)
        value = ", ".join(name for name in names if isinstance(name, str))
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return normalise_line(value) or None if isinstance(value, str) else None
