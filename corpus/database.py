"""SQLite databases through SQLAlchemy: how each database of a library is changed.

Every engine made here opens its connections as `corpus.sqlite_files` does, raises
`corpus.errors.LibraryError`s in place of SQLite's own, and gives each thread that is inside
`reading` or `writing` a connection of its own.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, QueuePool, String, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.types import TypeDecorator

from corpus.clock import stored_moment
from corpus.database_errors import from_sqlite, from_value
from corpus.sqlite_files import (
    BUSY_SECONDS,
    IDLE_CONNECTIONS,
    Asked,
    Parameters,
    Row,
    connected,
)

_UNLIMITED = -1
_BEGIN = "passagebot_begin"
_PATH = "passagebot_path"


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept as ISO 8601 text in UTC with microseconds: it sorts as it reads."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """Return the text to store; a moment without a time zone is refused."""
        return None if value is None else stored_moment(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        """Return the stored moment, aware, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


def open_engine(
    path: Path,
    *,
    read_only: bool = False,
    timeout: float = BUSY_SECONDS,
    page_bytes: int | None = None,
) -> Engine:
    """Return an engine over the SQLite file at `path`; nothing is opened before it is used.

    A read-only engine never changes the file, nor its write-ahead log; SQLite may put its two
    coordination files (`-shm` and an empty `-wal`) beside it. Another engine makes the file if
    it is absent. `timeout` is in seconds. Statements raise `LibraryError`s: locked after
    `timeout`, full, damaged, not found. A file that is made has pages of `page_bytes`, a power of
    two; one that is there keeps its own.
    """

    def connect() -> sqlite3.Connection:
        return connected(path, read_only=read_only, timeout=timeout, page_bytes=page_bytes)

    def translate(context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, sqlite3.Error):
            raise from_sqlite(error, path) from error
        if isinstance(error, OverflowError | UnicodeEncodeError):
            raise from_value(error, path) from error

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=IDLE_CONNECTIONS,
        max_overflow=_UNLIMITED,
        execution_options={_PATH: path},
    )
    event.listen(engine, "handle_error", translate)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on which all statements see one state of the database."""
    with engine.connect() as connection:
        yield connection


def asked(connection: Connection) -> Asked:
    """Return the same connection as one that is asked without SQLAlchemy, in half the time."""
    driver: Any = connection.connection.driver_connection
    return Asked(driver, connection.get_execution_options()[_PATH])


@contextmanager
def driver(connection: Connection) -> Iterator[sqlite3.Connection]:
    """Yield SQLite's own connection, for statements in the same transaction.

    What goes wrong with them is raised as a `LibraryError`.
    """
    own: Any = connection.connection.driver_connection
    try:
        yield own
    except sqlite3.Error as error:
        raise from_sqlite(error, connection.get_execution_options()[_PATH]) from error
    except (OverflowError, UnicodeEncodeError) as error:
        raise from_value(error, connection.get_execution_options()[_PATH]) from error


def driver_rows(connection: Connection, statement: str, parameters: Parameters = ()) -> list[Row]:
    """Return all rows of one statement in SQLite's own values, asked of the driver itself."""
    return asked(connection).rows(statement, parameters)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a write transaction; commit at the end, roll back on an error.

    The right to write is taken at the start, so nothing read inside can be outdated.
    """
    with _connected(engine, begin="BEGIN IMMEDIATE") as connection, connection.begin():
        yield connection


@contextmanager
def outside_transactions(engine: Engine) -> Iterator[Connection]:
    """Yield a connection for commands that no transaction may surround, such as VACUUM."""
    with _connected(engine, begin=None) as connection:
        yield connection


def unsettled(engine: Engine) -> Connection:
    """Return a connection that begins no transactions: each statement is committed by itself.

    Who keeps it may begin transactions on it by statements. It is to be closed.
    """
    return _connected(engine, begin=None)


def use_write_ahead_log(engine: Engine) -> None:
    """Let readers go on while one process writes; the file remembers this."""
    with outside_transactions(engine) as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def fold_log_in(engine: Engine) -> bool:
    """Move the write-ahead log into the database file and empty it.

    Return whether all of it could be moved; a reader in another process can prevent that.
    """
    with outside_transactions(engine) as connection:
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
    return int(busy) == 0


def _connected(engine: Engine, *, begin: str | None) -> Connection:
    return engine.connect().execution_options(**{_BEGIN: begin})


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement is not None:
        connection.exec_driver_sql(statement)
