"""From what the user names to the files there are to read."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus.names import belongs_to_page, storable
from corpus.readers.documents import Failure
from corpus.readers.reading import file_error
from corpus.urls import is_address


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to read. `key` is its path within the folder it was found in, or its name.

    `signature` is its size, time and inode: while that stays, so does what is in it.
    """

    path: Path
    key: str
    size: int
    signature: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that needs no reading, and why."""

    source: str
    reason: str


NO_FILES = "the folder holds no files; put articles in it"
"""The reason a folder fails that can be read and is empty."""

Gathered = SourceFile | Skipped | Failure


def gather(sources: Iterable[str | Path]) -> Iterator[Gathered]:
    """Yield the files `sources` name, those of folders in the order of their names.

    Hidden files and folders are passed over; links inside a folder are never followed. An
    address is a failure: `corpus.syncing` fetches those.
    """
    for source in sources:
        if isinstance(source, str) and is_address(source):
            reason = "it is an address, and nothing is fetched here; save the page, give its file"
            yield Failure(source=source, reason=reason)
        else:
            yield from _named(Path(source))


def _named(path: Path) -> Iterator[Gathered]:
    try:
        status = path.stat()
        if not stat.S_ISDIR(status.st_mode):
            yield _file(path, storable(path.name), status)
            return
        found = list(_inside(path, path.resolve()))
    except OSError as error:
        yield Failure(source=str(path), reason=str(file_error(error)))
        return
    yield from found
    if not found:
        yield Failure(source=str(path), reason=NO_FILES)


def _inside(folder: Path, root: Path) -> Iterator[Gathered]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Failure(source=str(folder), reason=str(file_error(error)))
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        if not entry.name.startswith("."):
            yield from _entry(folder, entry, names, root)


def _entry(
    folder: Path, entry: os.DirEntry[str], names: set[str], root: Path
) -> Iterator[Gathered]:
    path = folder / entry.name
    try:
        if entry.is_symlink():
            yield _link(path, root)
        elif not entry.is_dir():
            key = storable(path.resolve().relative_to(root).as_posix())
            yield _file(path, key, entry.stat())
        elif belongs_to_page(entry.name, names):
            yield Skipped(source=str(path), reason="it belongs to the saved page beside it")
        else:
            yield from _inside(path, root)
    except OSError as error:
        yield Failure(source=str(path), reason=str(file_error(error)))


def _file(path: Path, key: str, status: os.stat_result) -> Gathered:
    if not stat.S_ISREG(status.st_mode):
        reason = "it is a pipe or a device, not a file; remove it from the sources"
        return Failure(source=str(path), reason=reason)
    signature = f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"
    return SourceFile(path=path, key=key, size=status.st_size, signature=signature)


def _link(path: Path, root: Path) -> Gathered:
    """Return the line for a link inside a folder, which is never followed."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError is how Python 3.11 tells of a loop
        reason = "it is a link that leads nowhere or in a circle; mend or remove it"
        return Failure(source=str(path), reason=reason)
    if target in path.absolute().parents or target in (path.parent.resolve(), root):
        reason = "it is a link to a folder above itself; remove it"
        return Failure(source=str(path), reason=reason)
    if not target.is_relative_to(root):
        reason = f"it is a link out of the folder; give {target} as a source of its own"
        return Failure(source=str(path), reason=reason)
    return Skipped(source=str(path), reason=f"it is a link to {target}, which is read by itself")
