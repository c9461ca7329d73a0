"""A library as one file, made while others read and write it.

Each database is copied by SQLite's online backup as it stands at one moment, the store last, so
that nothing copied before speaks of what the copy does not hold. Indexes are not in it: they are
built anew from what is.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from corpus.backup_notes import KEYS, BackupNote, digest, names_in, read_notes, write_notes
from corpus.database_errors import damaged, library_errors
from corpus.library_file import FILE_NAME, present_in

BACKUP_SCHEMA = 1
CONTENTS = "passagebot-backup.json"
"""The first member: which files follow, with their sizes and hashes."""
PLAIN_FILES = ("calibration.json",)
_PAGES = 1000
"""Of SQLite, copied between two looks at the progress."""

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and of how much."""


def back_up(folder: Path, file: Path, *, made_at: datetime, progress: Progress) -> BackupNote:
    """Write the library in `folder` into `file`, which is replaced in one step; note it there.

    Raise `LibraryNotFoundError`, `LibraryDamagedError` for a database that is not whole, or a
    `LibraryError` if there is no room.
    """
    present_in(folder)
    note = BackupNote(path=file.absolute(), made_at=made_at)
    beside = file.absolute().with_name(f".{file.name}.partial")
    with library_errors(file):
        try:
            shutil.rmtree(beside, ignore_errors=True)  # of a run that was killed
            beside.mkdir(parents=True)
            _fill(folder, beside, progress)
            packed = _pack(beside, made_at, progress)
            packed.replace(file)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    write_notes(folder, [*read_notes(folder), note])
    return note


def check_database(path: Path) -> None:
    """Raise `LibraryDamagedError` unless SQLite finds the file whole."""
    with library_errors(path), closing(sqlite3.connect(path)) as opened:
        found = opened.execute("PRAGMA integrity_check(1)").fetchone()
    if found != ("ok",):
        raise damaged(path, f"it is not whole: {found[0]}")


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fill(folder: Path, beside: Path, progress: Progress) -> None:
    """Copy what a backup holds into the folder `beside`, and check each database."""
    databases = sorted(folder.glob("*.sqlite"), key=lambda path: path.name == FILE_NAME)
    for database in databases:
        copy = beside / database.name
        _copy_database(database, copy, progress)
        progress(f"checking {database.name}", 0, 0)
        check_database(copy)
    for name in PLAIN_FILES:
        if (folder / name).exists():
            shutil.copyfile(folder / name, beside / name)
    keys = b"".join(sorted(map(digest, names_in(beside / FILE_NAME))))
    (beside / KEYS).write_bytes(keys)


def _copy_database(database: Path, copy: Path, progress: Progress) -> None:
    def tell(_status: int, remaining: int, total: int) -> None:
        progress(f"copying {database.name}", total - remaining, total)

    address = f"{database.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, isolation_level=None)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        # One state to the end: without a transaction of our own, each write of another process
        # would let the copy begin anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(target, pages=_PAGES, progress=tell)


def _pack(beside: Path, made_at: datetime, progress: Progress) -> Path:
    """Write the files of a folder into one archive there, and return it when it is on disk."""
    files = sorted(beside.iterdir())
    packed = beside / "packed.tar"
    with packed.open("wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
            _add_contents(archive, files, made_at)
            for done, path in enumerate(files):
                progress("packing", done, len(files))
                archive.add(path, arcname=path.name, recursive=False)
        out.flush()
        os.fsync(out.fileno())
    progress("packing", len(files), len(files))
    return packed


def _add_contents(archive: tarfile.TarFile, files: Iterable[Path], made_at: datetime) -> None:
    listed = {path.name: {"bytes": path.stat().st_size, "sha256": hash_of(path)} for path in files}
    contents = {"schema": BACKUP_SCHEMA, "made_at": made_at.isoformat(), "files": listed}
    data = json.dumps(contents).encode()
    member = tarfile.TarInfo(CONTENTS)
    member.size = len(data)
    member.mtime = int(made_at.timestamp())
    archive.addfile(member, io.BytesIO(data))
