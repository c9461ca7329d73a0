"""Archives of documents: ZIP, TAR and files packed with gzip, read within bounds.

Nothing is ever written to disk. What is hidden, or belongs to a saved page, is passed over as in
folders; a name that leads out of the archive, and a link, is a failure of its own.
"""

import gzip
import io
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from corpus.errors import EmptySourceError, OversizedSourceError, SourceError
from corpus.names import belongs_to_page, storable
from corpus.readers.damage import damage_named
from corpus.readers.documents import Failure, Found, Place
from corpus.readers.sniffing import Format
from corpus.readers.zips import Zip, open_zip, refuse_bomb, refuse_crowd

DEEPEST = 2  # archives within archives

Read = Callable[[bytes, Place, int], Iterator[Found | Failure]]
"""Called as `read(data, place, depth)` for each document of an archive."""

_DRIVE = re.compile(r"[A-Za-z]:")
_CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b"


def read_archive(
    file: BinaryIO, kind: Format, place: Place, *, read: Read, depth: int, limit: int
) -> Iterator[Found | Failure]:
    """Yield what `read` finds in the members of an archive, in the order of their names.

    No member has more than `limit` bytes. Raise a `SourceError` for an archive that is damaged,
    too large, too deep, or empty.
    """
    if depth >= DEEPEST:
        message = f"it is an archive {DEEPEST} archives deep; unpack it first"
        raise OversizedSourceError(message)
    members = _zip_members if kind is Format.ZIP else _tar_members
    if kind is Format.GZIP:
        yield from read(unpack_gzip(file, limit=limit), place, depth + 1)
        return
    is_empty = True
    for name, content in members(file, limit):
        is_empty = False
        inner = place.inside(storable(str(_path(name))))
        if isinstance(content, bytes):
            yield from read(content, inner, depth + 1)
        else:
            yield inner.failure(content)
    if is_empty:
        message = "the archive holds no files to read; put articles in it"
        raise EmptySourceError(message)


def unpack_gzip(file: BinaryIO, *, limit: int) -> bytes:
    """Return the bytes packed in `file`; raise a `SourceError` beyond `limit` or at damage."""
    with damage_named("a gzip file"), gzip.GzipFile(fileobj=file) as packed:
        data = packed.read(limit + 1)
    if len(data) > limit:
        message = f"it unpacks to more than {limit // (1024 * 1024)} MB; unpack it, and split it"
        raise OversizedSourceError(message)
    return data


def _zip_members(file: BinaryIO, limit: int) -> Iterator[tuple[str, bytes | str]]:
    """Yield the name of each member with its bytes, or with why there are none."""
    with open_zip(file) as packed:
        for name in _shown(packed.names):
            yield name, _zip_member(packed, name, limit)


def _zip_member(packed: Zip, name: str, limit: int) -> bytes | str:
    try:
        refusal = _refusal(name, is_link=packed.is_link(name))
        return refusal or packed.read(name, limit=limit)
    except SourceError as error:
        return str(error)


def _tar_members(file: BinaryIO, limit: int) -> Iterator[tuple[str, bytes | str]]:
    """Yield as `_zip_members` does; a TAR archive is looked through once before it is read."""
    with damage_named("a TAR archive"):
        last = {entry[0]: at for at, entry in enumerate(_tar_entries(file, limit=-1))}
        wanted = {last[name] for name in _shown(last)}
    entries = enumerate(_tar_entries(file, limit=limit))
    while True:
        with damage_named("a TAR archive"):
            entry = next(entries, None)
        if entry is None:
            return
        at, (name, refusal, data) = entry
        if at in wanted:
            yield name, refusal or data


def _tar_entries(file: BinaryIO, *, limit: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield (name, why not, bytes) of what is no folder; the bytes only within `limit`."""
    bounded = _Bounded(file)
    with tarfile.open(fileobj=bounded, mode="r|", errorlevel=0) as packed:
        for count, member in enumerate(packed):
            refuse_crowd(count)
            if member.isdir():
                continue
            refusal = _refusal(member.name, is_link=not member.isreg())
            if member.size > limit >= 0:
                refusal = refusal or f"it has more than {limit // (1024 * 1024)} MB; split it"
            content = None if refusal or limit < 0 else packed.extractfile(member)
            yield member.name, refusal, content.read() if content else b""


class _Bounded(io.RawIOBase):
    """The unpacked bytes of a TAR archive; raises where a bomb would go off."""

    def __init__(self, file: BinaryIO) -> None:
        self._size = file.seek(0, 2)
        file.seek(0)
        is_packed = file.read(2) == _GZIP
        file.seek(0)
        self._file = gzip.GzipFile(fileobj=file) if is_packed else file
        self._unpacked = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(_CHUNK if size < 0 else size)
        self._unpacked += len(data)
        refuse_bomb(self._unpacked, self._size)
        return data


def _shown(names: Iterable[str]) -> list[str]:
    """Return the names that are not hidden and belong to no saved page, in order."""
    paths = {name: _path(name) for name in sorted(names)}
    siblings: dict[PurePosixPath, set[str]] = {}
    for path in paths.values():
        siblings.setdefault(path.parent, set()).add(path.name)
    return [name for name, path in paths.items() if not _is_passed_over(path, siblings)]


def _is_passed_over(path: PurePosixPath, siblings: dict[PurePosixPath, set[str]]) -> bool:
    hidden = any(part.startswith(".") and part not in {".", ".."} for part in path.parts)
    of_page = (belongs_to_page(it.name, siblings.get(it.parent, set())) for it in path.parents)
    return hidden or "__MACOSX" in path.parts or any(of_page)


def _path(name: str) -> PurePosixPath:
    """Return the path a name is; some programs for Windows write backslashes."""
    return PurePosixPath(name.replace("\\", "/"))


def _refusal(name: str, *, is_link: bool) -> str:
    """Return why a member is not read, "" if it may be."""
    path = _path(name)
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(name):
        return "its name leads out of the archive; pack it again without such names"
    return "it is a link, which is not followed; pack the file itself" if is_link else ""
