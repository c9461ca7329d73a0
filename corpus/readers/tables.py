"""Tables of articles (CSV, TSV), one in a row, whatever their columns are called."""

import csv
import io
import json
from collections.abc import Iterator

from corpus.errors import EmptySourceError, SourceError, UnreadableSourceError
from corpus.readers.columns import Columns, delimiter_of, known_columns
from corpus.readers.damage import damage_named
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.json_articles import LONGEST_LINE, read_record

_Row = dict[str | None, str | list[str] | None]


def read_table(text: str, place: Place, columns: Columns | None) -> Iterator[Found | Failure]:
    """Yield the article in each row; the key is its id, else its link, else its title.

    Raise `UnreadableSourceError` if no column is the text, `EmptySourceError` without rows.
    """
    csv.field_size_limit(LONGEST_LINE)  # the default is less than a long article
    mark = delimiter_of(text, ".csv", columns) or ","
    lines = io.StringIO(text.lstrip("\ufeff"), newline="")
    reader = csv.DictReader(lines, delimiter=mark, strict=True)
    with damage_named("a table"):
        names = [name for name in reader.fieldnames or () if name]
    _require_text(names, columns)
    is_empty = True
    for number, row in _rows(reader):
        is_empty = False
        yield _article(row, place, columns, f"row {number}")
    if is_empty:
        message = "the table has no rows; fill it or remove it from the sources"
        raise EmptySourceError(message)


def _require_text(names: list[str], columns: Columns | None) -> None:
    absent = [name for name in (columns or {}).values() if name not in names]
    known = known_columns(names, columns)
    if absent or "text" not in known:
        shown = ", ".join(names)
        missing = f"no column {absent[0]!r}" if absent else "no column for the text"
        message = f"it has {missing} among {shown}; name it, such as --map text=COLUMN"
        raise UnreadableSourceError(message)


def _rows(reader: "csv.DictReader[str]") -> Iterator[tuple[int, _Row]]:
    """Yield the rows that are not blank, with their number; stop at damage."""
    number = 1
    while True:
        number += 1
        try:
            row: _Row | None = next(reader, None)
        except csv.Error as error:
            message = f"row {number}: its quotes do not close ({error}); export the table again"
            raise UnreadableSourceError(message) from error
        if row is None:
            return
        if any(row.values()):
            yield number, row


def _article(row: _Row, place: Place, columns: Columns | None, where: str) -> Found | Failure:
    if None in row:
        reason = "it has more cells than there are columns; put quotes around its text"
        return place.failure(reason, where)
    cells = {name: value.strip() for name, value in row.items() if name and isinstance(value, str)}
    raw = json.dumps(cells, ensure_ascii=False).encode(errors="replace")
    try:
        document = read_record(cells, columns, key_from_title=True)
    except SourceError as error:
        return place.failure(str(error), where)
    return place.found(document, raw, where)
