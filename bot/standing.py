"""A database connection that each thread keeps, for what is written with every answer.

Taking a connection from the pool, and giving it back, takes SQLAlchemy three times as long as the
statement in between.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine

from bot.prepared import Prepared, Row
from corpus.database import driver_rows, unsettled
from corpus.errors import LibraryError


class Standing:
    """The connections of an engine that its threads keep. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Open none before it is used."""
        self._engine = engine
        self._held = threading.local()
        self._all: list[Connection] = []

    @property
    def connection(self) -> Connection:
        """Return this thread's connection, on which each statement is committed by itself."""
        held: Connection | None = getattr(self._held, "connection", None)
        if held is None or held.closed:
            held = self._held.connection = unsettled(self._engine)
            self._all.append(held)
        return held

    def run(self, statement: Prepared, row: Row) -> list[tuple[Any, ...]]:
        """Run a statement on this thread's connection; return the rows it returns."""
        return driver_rows(self.connection, statement.text, statement.values(row))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run what is run in the block in one write transaction; roll it back on an error."""
        connection = self.connection
        driver_rows(connection, "BEGIN IMMEDIATE")
        try:
            yield
            driver_rows(connection, "COMMIT")
        except BaseException:
            with suppress(LibraryError):  # where SQLite has rolled back by itself
                driver_rows(connection, "ROLLBACK")
            raise

    def close(self) -> None:
        """Let go of the file; no thread may be using it."""
        while self._all:
            self._all.pop().close()
