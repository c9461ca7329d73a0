"""SQLite files by the driver alone: how each connection is opened, and how one is asked.

Every connection made here keeps foreign keys and overwrites what it deletes. Answering a question
needs no more than this; what changes files goes through `corpus.database` and SQLAlchemy, which
takes a quarter of a second to import.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.database_errors import from_sqlite, from_value

BUSY_SECONDS = 30.0
"""How long a statement waits for another process before it gives up, by default."""
IDLE_CONNECTIONS = 4
"""Connections kept open between two questions; as many more as there are threads come and go."""

_MAPPED_BYTES = 1 << 30
"""How much of a file a reader maps instead of copying it piece by piece; pages come when needed."""

Row = tuple[Any, ...]
Parameters = Sequence[Any] | Mapping[str, Any]


def connected(
    path: Path,
    *,
    read_only: bool = False,
    timeout: float = BUSY_SECONDS,
    page_bytes: int | None = None,
) -> sqlite3.Connection:
    """Return a new connection to the file at `path`, which any one thread may use at a time.

    A read-only one never changes the file, nor its write-ahead log; SQLite may put its two
    coordination files (`-shm` and an empty `-wal`) beside it. Another makes the file if it is
    absent, with pages of `page_bytes`, a power of two. `timeout` is in seconds. Raises
    `sqlite3.Error`.
    """
    connection = sqlite3.connect(
        _address(path, read_only=read_only),
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,
    )
    settings = ["foreign_keys = ON", "secure_delete = ON", "synchronous = FULL"]
    if page_bytes is not None:
        settings.insert(0, f"page_size = {page_bytes}")
    if read_only:
        settings.append(f"mmap_size = {_MAPPED_BYTES}")
    for setting in settings:
        connection.execute(f"PRAGMA {setting}")
    return connection


class Asked:
    """A connection, as what is asked on it: rows are tuples of SQLite's own values.

    Every method raises a `LibraryError` that names the file.
    """

    def __init__(self, driver: sqlite3.Connection, path: Path) -> None:
        """Ask on `driver`, a connection to the file at `path`."""
        self._driver = driver
        self._path = path

    def rows(self, statement: str, parameters: Parameters = ()) -> list[Row]:
        """Return all rows of one statement."""
        try:
            return self._driver.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path) from error
        except (OverflowError, UnicodeEncodeError) as error:
            raise from_value(error, self._path) from error

    def row(self, statement: str, parameters: Parameters = ()) -> Row | None:
        """Return the first row, `None` if there is none."""
        return next(iter(self.rows(statement, parameters)), None)

    def value(self, statement: str, parameters: Parameters = ()) -> Any:  # noqa: ANN401 - SQLite's
        """Return the first value of the first row, `None` if there is none."""
        row = self.row(statement, parameters)
        return None if row is None else row[0]


class ReadOnlyFile:
    """A SQLite file that is only asked, by any number of threads; opened when it is first asked."""

    def __init__(self, path: Path, *, timeout: float = BUSY_SECONDS) -> None:
        """Prepare to read the file at `path`; `timeout` is how many seconds to wait for a writer."""
        self._path = path
        self._timeout = timeout
        self._idle: list[sqlite3.Connection] = []

    @contextmanager
    def reading(self) -> Iterator[Asked]:
        """Yield what all statements see one state of the file on; raise a `LibraryError`."""
        idle = self._idle
        connection = self._taken(idle)
        asked = Asked(connection, self._path)
        try:
            asked.rows("BEGIN")
            yield asked
        finally:
            self._give_back(connection, idle)

    def close(self) -> None:
        """Let go of the file; what is being read is read to its end."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _taken(self, idle: list[sqlite3.Connection]) -> sqlite3.Connection:
        try:
            return idle.pop()
        except IndexError:
            return self._opened()

    def _opened(self) -> sqlite3.Connection:
        try:
            return connected(self._path, read_only=True, timeout=self._timeout)
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path) from error

    def _give_back(self, connection: sqlite3.Connection, idle: list[sqlite3.Connection]) -> None:
        """Keep a connection for the next question, unless the file was closed meanwhile."""
        connection.rollback()
        if idle is self._idle and len(idle) < IDLE_CONNECTIONS:
            idle.append(connection)
        else:
            connection.close()


def _address(path: Path, *, read_only: bool) -> str:
    address = path.absolute().as_uri()
    if not read_only:
        return address
    return f"{address}?mode=ro" + ("&immutable=1" if _is_at_rest(path.resolve()) else "")


def _is_at_rest(path: Path) -> bool:
    """Whether SQLite cannot coordinate here and need not: nobody writes, and no log is left."""
    log, shared = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    if os.access(path.parent, os.W_OK) or shared.exists():
        return False
    return not log.exists() or log.stat().st_size == 0
