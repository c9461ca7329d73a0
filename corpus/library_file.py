"""The store's file on disk, looked at before SQLite does.

SQLite takes an empty file for a new database and throws its log away; here that is a library
that was copied badly.
"""

from pathlib import Path

from corpus.database_errors import damaged, library_errors
from corpus.errors import LibraryNotFoundError

FILE_NAME = "library.sqlite"
"""The store's file in the library folder."""
PAGE_BYTES = 2_048
"""Of a new file: rows are a few hundred bytes long, and many tables of most libraries are empty."""


def place_for(folder: Path) -> Path:
    """Return the file to make or open in `folder`, which is made if it is absent.

    Raise `LibraryDamagedError` where only the log of a library is left, or a `LibraryError`.
    """
    path = folder / FILE_NAME
    with library_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if _is_missing_or_empty(path) and _log_size(path):
            raise damaged(path, "its -wal file is there without it")
    return path


def present_in(folder: Path) -> Path:
    """Return the file in `folder`; raise `LibraryNotFoundError` or `LibraryDamagedError`."""
    path = folder / FILE_NAME
    with library_errors(folder):
        if not path.exists() and not _log_size(path):
            message = f"there is no library in {folder}; make one with `passagebot ingest SOURCE`"
            raise LibraryNotFoundError(message)
        if _is_missing_or_empty(path):
            raise damaged(path, "it is empty or missing")
    return path


def size_of(path: Path) -> int:
    """Return the bytes on disk of a library's file and its log."""
    with library_errors(path):
        return path.stat().st_size + _log_size(path)


def _is_missing_or_empty(path: Path) -> bool:
    return not path.exists() or path.stat().st_size == 0


def _log_size(path: Path) -> int:
    log = path.with_name(path.name + "-wal")
    return log.stat().st_size if log.exists() else 0
