"""ZIP files, opened only within bounds: archives, and the documents that are ZIP files inside."""

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from corpus.errors import OversizedSourceError, UnreadableSourceError
from corpus.readers.damage import damage_named

MOST_MEMBERS = 20_000
MOST_UNPACKED = 1024 * 1024 * 1024  # bytes
MOST_RATIO = 200  # times its own size; text packs to a tenth, a bomb to a thousandth
RATIO_FROM = 16 * 1024 * 1024  # bytes: below this no ratio does harm

_SMALL = 4_096  # bytes
_PROTECTED = 0x1
_KIND = "a ZIP archive or an office document"


class Zip:
    """An open ZIP file whose declared sizes are within bounds."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        """Take over `packed`; of two members with one name the last counts."""
        self._packed = packed
        self._members = {info.filename: info for info in packed.infolist() if not info.is_dir()}
        self.names = frozenset(self._members)

    def read(self, name: str, *, limit: int) -> bytes:
        """Return the bytes of a member; raise a `SourceError` if they are too many or damaged."""
        info = self._members.get(name)
        if info is None:
            message = f"it is {_KIND} without its part {name}; fetch it again"
            raise UnreadableSourceError(message)
        if info.file_size > limit:
            megabytes = limit // (1024 * 1024)
            message = f"{info.filename} in it has more than {megabytes} MB; split it"
            raise OversizedSourceError(message)
        with damage_named(_KIND):
            return self._packed.read(info)

    def small(self, name: str) -> str:
        """Return the text of a small member, "" if there is none."""
        if name not in self._members or self._members[name].file_size > _SMALL:
            return ""
        return self.read(name, limit=_SMALL).decode(errors="replace")

    def is_link(self, name: str) -> bool:
        """Return whether a member is a symbolic link."""
        return stat.S_ISLNK(self._members[name].external_attr >> 16)


@contextmanager
def open_zip(file: BinaryIO) -> Iterator[Zip]:
    """Open the ZIP file `file` in the body of a `with`.

    Raise `OversizedSourceError` for one that unpacks to more than the bounds above, and
    `UnreadableSourceError` for one that is damaged or needs a password.
    """
    with damage_named(_KIND):
        packed = zipfile.ZipFile(file)
    with packed:
        _refuse_bombs(packed, file.seek(0, 2))
        if any(info.flag_bits & _PROTECTED for info in packed.infolist()):
            message = "it is a ZIP archive with a password; unpack it first"
            raise UnreadableSourceError(message)
        yield Zip(packed)


def refuse_bomb(unpacked: int, size: int) -> None:
    """Raise `OversizedSourceError` if `unpacked` bytes are too many for an archive of `size`."""
    if unpacked > MOST_UNPACKED:
        gigabytes = MOST_UNPACKED / (1024 * 1024 * 1024)
        message = f"it unpacks to more than {gigabytes:.0f} GB; unpack it, and give the folder"
        raise OversizedSourceError(message)
    if unpacked > RATIO_FROM and unpacked > MOST_RATIO * size:
        message = (
            f"it unpacks to more than {MOST_RATIO} times its size, as archives made to do harm "
            "do; remove it from the sources"
        )
        raise OversizedSourceError(message)


def refuse_crowd(members: int) -> None:
    """Raise `OversizedSourceError` if an archive has too many `members`."""
    if members > MOST_MEMBERS:
        message = f"it holds more than {MOST_MEMBERS} files; unpack it, and give the folder"
        raise OversizedSourceError(message)


def _refuse_bombs(packed: zipfile.ZipFile, size: int) -> None:
    refuse_crowd(len(packed.infolist()))
    refuse_bomb(sum(info.file_size for info in packed.infolist()), size)
