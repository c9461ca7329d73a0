"""Rows put into a table by the driver itself.

A statement of one row takes SQLAlchemy ten times as long as SQLite. What it adds is kept: columns
are named, values become what their columns' types store, and errors are those of the library.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import sqlite

from corpus.database import driver

_DIALECT = sqlite.dialect()

_Stored = Callable[[Any], Any]


class Insertion:
    """Puts rows into one table; a row names its columns, and all rows the same ones."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        """Compile the statement for `columns` of `table`."""
        compiled = insert(table).compile(dialect=_DIALECT, column_keys=list(columns))
        self._statement = str(compiled)
        self._columns = tuple(compiled.positiontup or ())
        types = {name: table.c[name].type.dialect_impl(_DIALECT) for name in self._columns}
        stored = {name: of.bind_processor(_DIALECT) for name, of in types.items()}
        self._stored: dict[str, _Stored] = {name: one for name, one in stored.items() if one}

    def one(self, connection: Connection, row: Mapping[str, Any]) -> int:
        """Put one row; return its id. Raise a `LibraryError`."""
        with driver(connection) as asked:
            return int(asked.execute(self._statement, self._values(row)).lastrowid or 0)

    def all(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Put many rows. Raise a `LibraryError`."""
        with driver(connection) as asked:
            asked.executemany(self._statement, map(self._values, rows))

    def _values(self, row: Mapping[str, Any]) -> list[Any]:
        values = [row[name] for name in self._columns]
        for place, name in enumerate(self._columns):
            if name in self._stored:
                values[place] = self._stored[name](values[place])
        return values
