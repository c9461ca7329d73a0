"""Statements compiled once, which the database's own driver runs: what every answer asks and writes.

SQLAlchemy takes several times as long to run a short statement as SQLite does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select

Row = Mapping[str, Any]
_DIALECT = sqlite.dialect(paramstyle="named")


class Prepared:
    """A statement as SQLite takes it. What a query returns are the driver's own values."""

    def __init__(
        self,
        statement: UpdateBase | Select[*tuple[Any, ...]],
        *,
        columns: Sequence[str] | None = None,
    ) -> None:
        """Compile a statement; of an insert, `columns` are those that rows give."""
        compiled = statement.compile(dialect=_DIALECT, column_keys=columns)
        self.text = str(compiled)
        self._fixed: dict[str, Any] = {}
        self._processors: dict[str, Callable[[Any], Any]] = {}
        for name, bind in compiled.binds.items():
            processor = bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
            if processor is not None:
                self._processors[name] = processor
            if not bind.required:
                self._fixed[name] = bind.value

    def values(self, row: Row) -> dict[str, Any]:
        """Return the parameters for a row: those that never change, and its own in SQLite's form."""
        values = {**self._fixed, **row}
        for name, processor in self._processors.items():
            values[name] = processor(values[name])
        return values
