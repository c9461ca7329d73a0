"""The one place where errors of SQLite and of the file system become errors of a library.

SQLite tells what happened by a number: a primary code in the low byte and, above it, which
operation met it. Only a few need a message of their own; all others say what SQLite said.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import (
    LibraryDamagedError,
    LibraryError,
    LibraryFullError,
    LibraryLockedError,
    LibraryNotFoundError,
)

_FULL_FILE_SYSTEM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# A write that fails for want of space comes back as one of these when the file system, a quota
# or a size limit refuses it in its own way.
_FULL_OPERATIONS = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
    }
)
_PRIMARY = 0xFF


@contextmanager
def library_errors(path: Path) -> Iterator[None]:
    """Raise errors of SQLite and the file system as `LibraryError`s that name `path`.

    Engines made by `corpus.database.open_engine` do this by themselves for every statement;
    this is for work on the files around them.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from error
    except OSError as error:
        raise from_system(error, path) from error


def from_sqlite(error: sqlite3.Error, path: Path) -> LibraryError:
    """Return the library's error for what SQLite reported about the database at `path`."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary = sqlite3.SQLITE_FULL if code in _FULL_OPERATIONS else code & _PRIMARY
    match primary:
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            message = f"{path} is in use by another process; try again when it has finished"
            return LibraryLockedError(message)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path, str(error))
        case _:
            return _unusable(path, primary, error)


def from_system(error: OSError, path: Path) -> LibraryError:
    """Return the library's error for what the file system reported about `path`."""
    if error.errno in _FULL_FILE_SYSTEM:
        return _full(path)
    if isinstance(error, FileNotFoundError):
        return LibraryNotFoundError(f"{path} does not exist; name another library folder")
    reason = error.strerror or type(error).__name__
    return LibraryError(
        f"{path} cannot be used ({reason}); check its rights, or name another library folder"
    )


def from_value(error: OverflowError | UnicodeEncodeError, path: Path) -> LibraryError:
    """Return the library's error for a value SQLite has no form for."""
    reason = str(error).replace("\n", " ")
    return LibraryError(f"{path} cannot hold a value it was given ({reason}); check the input")


def damaged(path: Path, what: str) -> LibraryDamagedError:
    """Return the error for a database whose content is not whole; `what` is said in brackets."""
    return LibraryDamagedError(
        f"{path} is damaged or only half copied ({what});"
        " copy it again with its -wal file while nothing writes to it, or restore a backup"
    )


def _full(path: Path) -> LibraryFullError:
    return LibraryFullError(
        f"no room is left to write {path}; what was stored before is safe,"
        " so make room (or raise the quota) and repeat the command"
    )


def _unusable(path: Path, primary: int, error: sqlite3.Error) -> LibraryError:
    if primary == sqlite3.SQLITE_CANTOPEN:
        return _cannot_open(path)
    if primary == sqlite3.SQLITE_READONLY:
        problem = "cannot be written; give this user the right to write it and its folder"
    else:
        problem = f"cannot be used ({error}); check the disk, or restore a backup"
    return LibraryError(f"{path} {problem}")


def _cannot_open(path: Path) -> LibraryError:
    if not path.exists():
        return LibraryNotFoundError(f"{path} does not exist; name another library folder")
    return LibraryError(
        f"{path} cannot be opened; check the rights on it and its folder"
        " (a library last used by a process that was killed must be opened once where it can be written)"
    )
