"""Files that are there whole or not at all, whatever instant a crash comes at."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write; after the block it takes the place of `path`.

    Both the content and its name are on disk then. If the block raises, what was written is gone
    and `path` is as it was. Raises what the system says, as `OSError`.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
        _keep_names(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """Return once the disk has the names in `folder`."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
