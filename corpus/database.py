"""SQLite databases through SQLAlchemy: how each database of a library is opened and used.

Every engine made here raises `corpus.errors.LibraryError`s in place of SQLite's own, keeps
foreign keys, overwrites what it deletes, and gives each thread that is inside `reading` or
`writing` a connection of its own.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, QueuePool, String, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.types import TypeDecorator

from corpus.database_errors import from_sqlite, from_value

BUSY_SECONDS = 30.0
"""How long a statement waits for another process before it gives up, by default."""

_UNLIMITED = -1
_IDLE_CONNECTIONS = 4
_MAPPED_BYTES = 1 << 30
"""How much of a file a reader maps instead of copying it piece by piece; pages come when needed."""
_BEGIN = "passagebot_begin"
_PATH = "passagebot_path"


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept as ISO 8601 text in UTC with microseconds: it sorts as it reads."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """Return the text to store; a moment without a time zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value} needs a time zone"
            raise ValueError(message)
        return value.astimezone(UTC).isoformat(timespec="microseconds")

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
        return sqlite3.connect(
            _address(path, read_only=read_only),
            uri=True,
            timeout=timeout,
            isolation_level=None,
            check_same_thread=False,
        )

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
        pool_size=_IDLE_CONNECTIONS,
        max_overflow=_UNLIMITED,
        execution_options={_PATH: path},
    )
    event.listen(engine, "handle_error", translate)
    if page_bytes is not None:
        event.listen(engine, "connect", partial(_size_pages, page_bytes))
    event.listen(engine, "connect", _prepare)
    if read_only:
        event.listen(engine, "connect", _map_into_memory)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection on which all statements see one state of the database."""
    with engine.connect() as connection:
        yield connection


def driver_rows(
    connection: Connection, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """Return all rows of one statement in SQLite's own values, asked of the driver itself.

    That takes half the time it takes SQLAlchemy to run a statement every question asks. Raise a
    `LibraryError` as any statement does.
    """
    driver: Any = connection.connection.driver_connection
    try:
        rows: list[tuple[Any, ...]] = driver.execute(statement, parameters).fetchall()
    except sqlite3.Error as error:
        raise from_sqlite(error, connection.get_execution_options()[_PATH]) from error
    except (OverflowError, UnicodeEncodeError) as error:
        raise from_value(error, connection.get_execution_options()[_PATH]) from error
    return rows


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


def _size_pages(page_bytes: int, connection: DBAPIConnection, _record: object) -> None:
    connection.cursor().execute(f"PRAGMA page_size = {page_bytes}")


def _map_into_memory(connection: DBAPIConnection, _record: object) -> None:
    connection.cursor().execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    for setting in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement is not None:
        connection.exec_driver_sql(statement)
