"""A library made from a backup: beside the old one, checked, and put in its place in one step."""

import ctypes
import json
import os
import shutil
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from corpus.backup_notes import BackupNote, read_notes, write_notes
from corpus.backups import BACKUP_SCHEMA, CONTENTS, Progress, check_database, hash_of
from corpus.database_errors import library_errors
from corpus.errors import LibraryDamagedError, LibraryError, LibraryNewerError
from corpus.library_file import FILE_NAME
from corpus.store import ArticleStore

_HERE = -100  # AT_FDCWD of Linux: paths as they are
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux
_MOST_CONTENTS = 1024 * 1024
_WRONG_FORM = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A backup's day, and where the library it replaced lies now."""

    made_at: datetime
    aside: Path | None


def restore(
    file: Path, folder: Path, *, replace: bool, now: datetime, progress: Progress
) -> Restored:
    """Put the library of a backup into `folder`; a library there is moved aside, never deleted.

    Until all of it is there and checked, nothing changes. Raise `LibraryDamagedError` for a
    backup that is not whole, `LibraryNewerError`, or a `LibraryError` if the folder is not empty
    and `replace` was not asked for.
    """
    folder = folder.absolute()
    with library_errors(folder):
        is_taken = folder.exists() and any(folder.iterdir())
    if is_taken and not replace:
        message = f"{folder} is not empty; restore elsewhere (--library DIR), or let --replace move it aside"
        raise LibraryError(message)
    staged = folder.with_name(f"{folder.name}.restored-{now:%Y%m%d-%H%M%S-%f}")
    aside = folder.with_name(f"{folder.name}.replaced-{now:%Y%m%d-%H%M%S-%f}") if is_taken else None
    try:
        made_at = _unpack(file, staged, progress)
        _check(staged, progress)
        _note(staged, folder, [(file.absolute(), made_at), *([(aside, now)] if aside else [])])
        progress("putting it in place", 0, 1)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    with library_errors(folder):
        _put_in_place(staged, folder, aside)
    progress("putting it in place", 1, 1)
    return Restored(made_at=made_at, aside=aside)


def _unpack(file: Path, staged: Path, progress: Progress) -> datetime:
    """Write the files a backup names into the new folder `staged`; return the day it was made."""
    try:
        with library_errors(file), tarfile.open(file, "r:") as archive:
            contents = _contents(archive)
            staged.mkdir(parents=True)
            for done, (name, expected) in enumerate(contents["files"].items()):
                progress("unpacking", done, len(contents["files"]))
                _unpack_one(archive, name, staged / name)
                if hash_of(staged / name) != expected["sha256"]:
                    raise ValueError(name)
            return datetime.fromisoformat(contents["made_at"])
    except (tarfile.TarError, EOFError, *_WRONG_FORM) as error:
        message = f"{file} is no backup, or is damaged ({error}); use another backup"
        raise LibraryDamagedError(message) from error


def _contents(archive: tarfile.TarFile) -> dict[str, Any]:
    member = archive.extractfile(CONTENTS)
    found = dict(json.loads(member.read(_MOST_CONTENTS) if member else b""))
    if found["schema"] > BACKUP_SCHEMA:
        message = (
            f"this backup is of a newer release (schema {found['schema']}); upgrade passagebot"
        )
        raise LibraryNewerError(message)
    if FILE_NAME not in found["files"] or any(_is_path(name) for name in found["files"]):
        raise ValueError(CONTENTS)
    return found


def _is_path(name: str) -> bool:
    """Whether a name leads anywhere but into the folder itself."""
    return name in {"", ".", ".."} or Path(name).name != name or "\\" in name


def _unpack_one(archive: tarfile.TarFile, name: str, place: Path) -> None:
    member = archive.extractfile(name)
    if member is None:
        raise ValueError(name)
    with place.open("xb") as out:
        shutil.copyfileobj(member, out)
        out.flush()
        os.fsync(out.fileno())


def _check(staged: Path, progress: Progress) -> None:
    for database in sorted(staged.glob("*.sqlite")):
        progress(f"checking {database.name}", 0, 0)
        check_database(database)
    with ArticleStore.create(staged) as store:  # refuses one of a newer release
        store.counts()


def _note(staged: Path, folder: Path, more: list[tuple[Path, datetime]]) -> None:
    """Note in the new library the backups of the old one, its own, and the old one itself."""
    notes = [BackupNote(path=path, made_at=day) for path, day in more]
    write_notes(staged, [*read_notes(folder), *notes])


def _put_in_place(staged: Path, folder: Path, aside: Path | None) -> None:
    if aside is None:
        staged.rename(folder)  # an empty folder may be there
    elif _exchanged(staged, folder):
        staged.rename(aside)
    else:
        folder.rename(aside)
        staged.rename(folder)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; `False` where the system cannot."""
    exchange = getattr(ctypes.CDLL(None), "renameat2", None)
    if exchange is None:
        return False
    return bool(exchange(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
