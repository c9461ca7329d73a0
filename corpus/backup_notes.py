"""Which backups of a library there are, noted in the small `backups.json` of its folder.

A backup that holds an article stays one that holds it when the article is removed: this is how
`remove` can name it. A backup says which articles it holds by hashes of their names.
"""

import hashlib
import json
import sqlite3
import tarfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from corpus.database_errors import library_errors
from corpus.library_file import FILE_NAME
from corpus.whole_files import written_whole

NOTES = "backups.json"
KEYS = "articles.keys"
"""The member of a backup with `DIGEST_BYTES` for each article."""
DIGEST_BYTES = 16

Name = tuple[str, str]
"""Collection and key of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupNote:
    """A backup that was made: a file, or the folder of a library that was replaced."""

    path: Path
    made_at: datetime

    def holds(self, names: Iterable[Name]) -> bool:
        """Whether it holds any of the articles; `True` too if it cannot be looked at any more."""
        try:
            held = _names_in_folder(self.path) if self.path.is_dir() else _names_in_file(self.path)
        except (OSError, KeyError, tarfile.TarError, sqlite3.Error):
            return True
        return not held.isdisjoint(map(digest, names))

    def __str__(self) -> str:
        """Return its name and day, and that it was moved or deleted if it was."""
        moved = "" if self.path.exists() else ", not at its place any more"
        return f"{self.path} ({self.made_at:%Y-%m-%d}{moved})"


def digest(name: Name) -> bytes:
    """Return 16 bytes that name an article without telling its key."""
    return hashlib.sha256(json.dumps(name).encode()).digest()[:DIGEST_BYTES]


def read_notes(folder: Path) -> list[BackupNote]:
    """Return the backups noted in a library folder, oldest first; none if nothing can be read."""
    try:
        noted = json.loads((folder / NOTES).read_text(encoding="utf-8"))["backups"]
        return [
            BackupNote(path=Path(one["path"]), made_at=datetime.fromisoformat(one["made_at"]))
            for one in noted
        ]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def write_notes(folder: Path, notes: Iterable[BackupNote]) -> None:
    """Note these backups, each path once with its latest day; replaced in one step."""
    latest = {note.path: note for note in sorted(notes, key=lambda note: note.made_at)}
    listed = [{"path": str(it.path), "made_at": it.made_at.isoformat()} for it in latest.values()]
    with library_errors(folder), written_whole(folder / NOTES) as draft:
        draft.write_text(json.dumps({"schema": 1, "backups": listed}) + "\n", encoding="utf-8")


def names_in(database: Path) -> list[Name]:
    """Return collection and key of every article in a store's file."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as opened:
        return list(opened.execute("SELECT collection, key FROM articles"))


def _names_in_folder(folder: Path) -> set[bytes]:
    return set(map(digest, names_in(folder / FILE_NAME)))


def _names_in_file(file: Path) -> set[bytes]:
    with tarfile.open(file, "r:") as archive:
        member = archive.extractfile(KEYS)
        kept = member.read() if member else b""
    return {kept[at : at + DIGEST_BYTES] for at in range(0, len(kept), DIGEST_BYTES)}
