"""Taking up what `corpus.exporting` wrote: the same keys, versions, texts, maps and spans.

What is read is believed only as far as it can be checked: each line by its hash, each version by
the hashes the store computes itself.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import zstandard
from sqlalchemy import Connection, insert

from corpus.articles import ArticleState, PreparedArticle, RawArticle, Span
from corpus.drafts import Draft
from corpus.errors import CorpusError, KeyTakenError, LibraryError, UnreadableSourceError
from corpus.exporting import CHECK, EXPORT_SCHEMA, KIND, Record, checked, record_of, without_raw
from corpus.outcomes import PutOutcome
from corpus.packing import packed_document
from corpus.reports import ReportLine, Result
from corpus.rows import cleaning_from_json
from corpus.schema import articles, retirements, revisions
from corpus.versions import add_version
from corpus.writing import Writer

MOST_BYTES = 512 * 1024 * 1024
"""Of one line; a longer one is refused."""
_CHUNK = 1024 * 1024
_WRONG_FORM = (LookupError, TypeError, ValueError, AttributeError, RecursionError)

TakeIn = Callable[[Record], PutOutcome]
"""Stores one article in a transaction of its own: `ArticleStore.take_in`."""


class Kept(Draft):
    """A version of an exported article, ready to be stored as it was."""

    def __init__(self, article: PreparedArticle, *, raw_hash: str, frame: bytes) -> None:
        """Keep the raw document as the compressed `frame` it was, empty if it was left out."""
        super().__init__(article)
        self._raw_hash = raw_hash
        self._frame = frame

    def details(self) -> dict[str, Any]:
        """Return the columns of a version, with the hash the raw document had."""
        return {**super().details(), "raw_hash": self._raw_hash}

    def packed_raw(self) -> bytes:
        """Return the raw document as it is kept, empty if it was left out of the export."""
        if not self._frame:
            return b""
        return packed_document(zstandard.ZstdDecompressor().decompress(self._frame), self.text)


def import_file(path: Path, take_in: TakeIn) -> Iterator[ReportLine]:
    """Store the articles of an exported file, one by one; yield a line for each, and for failures.

    Raise `LibraryError` alone.
    """
    try:
        with path.open("rb") as file:
            yield from _import(file, path.name, take_in)
    except OSError as error:
        reason = f"cannot be read ({error.strerror}); name a file that `passagebot export` wrote"
        yield _failed(path.name, reason)


def take_in(writer: Writer, record: Record) -> PutOutcome:
    """Store one article; nothing is written if it is there, exactly so.

    Raise `UnreadableSourceError` for what is no article, `KeyTakenError` if the key holds
    something else.
    """
    kept = [_kept(record, one, place) for place, one in enumerate(_versions(record), start=1)]
    present = record_of(writer.connection, record["key"], record["collection"])
    if present is not None:
        if present[CHECK] == without_raw(record)[CHECK]:
            return PutOutcome.UNCHANGED
        raise _taken(record)
    _store(writer, record, kept)
    return PutOutcome.ADDED


def _import(file: BinaryIO, name: str, take_in: TakeIn) -> Iterator[ReportLine]:
    try:
        expected = _expected(_parsed(file.readline(MOST_BYTES), 1))
    except UnreadableSourceError as error:
        yield _failed(name, str(error))
        return
    number = 1
    while line := file.readline(MOST_BYTES):
        number += 1
        yield _import_line(line, number, name, take_in)
    if number - 1 < expected:
        reason = f"it ends after {number - 1} of {expected} articles; copy or export it again"
        yield _failed(name, reason)


def _import_line(line: bytes, number: int, name: str, take_in: TakeIn) -> ReportLine:
    source = f"{name}, line {number}"
    try:
        record = _parsed(line, number)
        outcome = take_in(record)
    except LibraryError:
        raise
    except CorpusError as error:
        return _failed(source, str(error))
    return ReportLine(source=source, result=Result(outcome.value), key=record["key"])


def _parsed(line: bytes, number: int) -> Record:
    """Return the object of a line; raise `UnreadableSourceError` if its hash does not fit."""
    try:
        record = json.loads(line)
        whole = line.endswith(b"\n") and checked(record)[CHECK] == record[CHECK]
    except _WRONG_FORM as error:
        message = f"line {number} is damaged or no export; copy or export the file again"
        raise UnreadableSourceError(message) from error
    if not whole:
        message = f"line {number} is damaged: its hash does not fit; copy or export the file again"
        raise UnreadableSourceError(message)
    return dict(record)


def _expected(first: Record) -> int:
    """Return how many articles follow a header."""
    schema, count = first.get("schema"), first.get("articles")
    if first.get("kind") != KIND or not isinstance(schema, int) or not isinstance(count, int):
        message = "it does not begin as an export does; name a file that `passagebot export` wrote"
        raise UnreadableSourceError(message)
    if schema > EXPORT_SCHEMA:
        message = f"it is of a newer release (schema {schema}); upgrade passagebot"
        raise UnreadableSourceError(message)
    return count


def _versions(record: Record) -> list[Record]:
    """Return the versions of an article whose other values have the right form."""
    try:
        found = [dict(one) for one in record["versions"]]
        ArticleState(record["state"])
        for name in ("key", "collection", "origin"):
            _require_text(record[name])
        for retired_at, returned_at in record["retirements"]:
            _require_moments(retired_at, returned_at or retired_at)
        for one in found:
            _require_moments(one["stored_at"], *(dict(it) and at for it, at in one["revisions"]))
        if not found:
            raise _no_article(record)
    except _WRONG_FORM as error:
        raise _no_article(record) from error
    return found


def _require_text(value: object) -> None:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(value)
    value.encode()


def _require_moments(*values: object) -> None:
    """Raise `ValueError` or `TypeError` unless all are moments with a time zone."""
    for value in values:
        if not isinstance(value, str) or datetime.fromisoformat(value).utcoffset() is None:
            raise ValueError(value)


def _kept(record: Record, one: Record, place: int) -> Kept:
    """Return a version ready to be stored; raise `UnreadableSourceError` unless it is whole."""
    try:
        frame = base64.b64decode(one["raw"] or "", validate=True)
        kept = Kept(_prepared(record, one), raw_hash=str(one["raw_hash"]), frame=frame)
        is_whole = (
            (one["number"], one["text_hash"], one["fingerprint"])
            == (place, kept.text_hash, kept.fingerprint)
        ) and (not frame or _hash_of(frame) == one["raw_hash"])
    except (*_WRONG_FORM, CorpusError, binascii.Error, zstandard.ZstdError) as error:
        raise _no_article(record) from error
    if not is_whole:
        raise _no_article(record)
    return kept


def _prepared(record: Record, one: Record) -> PreparedArticle:
    raw = RawArticle(
        key=record["key"],
        origin=record["origin"],
        title=one["title"],
        text=one["text"],
        raw=b"",
        url=one["url"],
        source=one["source"],
        author=one["author"],
        published=_moment(one["published"]),
        updated=_moment(one["updated"]),
    )
    return PreparedArticle(
        raw=raw,
        language=one["language"],
        cleaning=cleaning_from_json(json.dumps(one["cleaning"])),
        spans=tuple(Span(start=start, end=end) for start, end in one["spans"]),
    )


def _store(writer: Writer, record: Record, kept: list[Kept]) -> None:
    connection = writer.connection
    row = {name: record[name] for name in ("collection", "key", "origin", "state")}
    added = connection.execute(insert(articles).values(**row, current_version=len(kept)))
    article_id = int(added.lastrowid)
    ids = range(0)
    for number, (one, draft) in enumerate(zip(record["versions"], kept, strict=True), start=1):
        ids = writer.take_passage_ids(len(draft.spans))
        version_id = add_version(
            connection,
            article_id=article_id,
            number=number,
            draft=draft,
            ids=ids,
            moment=datetime.fromisoformat(one["stored_at"]),
        )
        _add_revisions(connection, version_id, one)
    _add_retirements(connection, article_id, record)
    if record["state"] == ArticleState.ACTIVE.value:
        writer.log_answering(ids, kept[-1].fingerprint)


def _add_revisions(connection: Connection, version_id: int, one: Record) -> None:
    for previous, revised_at in one["revisions"]:
        values = {"previous": json.dumps(previous), "revised_at": _moment(revised_at)}
        connection.execute(insert(revisions).values(version_id=version_id, **values))


def _add_retirements(connection: Connection, article_id: int, record: Record) -> None:
    for retired_at, returned_at in record["retirements"]:
        values = {"retired_at": _moment(retired_at), "returned_at": _moment(returned_at)}
        connection.execute(insert(retirements).values(article_id=article_id, **values))


def _hash_of(frame: bytes) -> str:
    """Return the SHA-256 of what a frame unpacks to, a piece at a time."""
    digest = hashlib.sha256()
    with zstandard.ZstdDecompressor().stream_reader(frame) as reader:
        while piece := reader.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _no_article(record: Record) -> UnreadableSourceError:
    key = str(record.get("key", "?"))[:200]
    message = f"{key} is not whole: its values and hashes do not fit; export it again"
    return UnreadableSourceError(message)


def _taken(record: Record) -> KeyTakenError:
    return KeyTakenError(
        f"{record['key']} is in the collection {record['collection']} with other content;"
        " `passagebot remove` it first, or leave it as it is"
    )


def _failed(source: str, reason: str) -> ReportLine:
    return ReportLine(source=source, result=Result.FAILED, reason=reason)
