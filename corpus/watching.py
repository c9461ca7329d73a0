"""Telling which followed sources may have changed: folders at once, the others by the clock."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from corpus.sources import Source, SourceKind

LOOK_SECONDS = 2.0
"""How often single files are looked at, which cannot be watched without their whole folder."""


class Stop(Protocol):
    """What ends watching, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Return whether to end."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set or so many seconds have passed; return whether it is set."""


def watched(
    sources: Sequence[Source],
    *,
    every: float,
    ignored: Path,
    stop: Stop,
    look: float = LOOK_SECONDS,
    ticks: Callable[[], float] = time.monotonic,
) -> Iterator[list[Source]]:
    """Yield the sources to bring up to date, until `stop` is set.

    A folder is named when something in it changes, a file when its size or time does, a source
    on the web every `every` seconds by `ticks`, a monotonic clock. Hidden names and what lies
    in `ignored`, the library's own folder, count for nothing. A folder that is not there when
    watching begins is looked at every `every` seconds.
    """
    folders = [it for it in sources if it.kind is SourceKind.FOLDER and it.path.is_dir()]
    files = [it for it in sources if it.kind is SourceKind.FILE]
    others = [it for it in sources if it not in folders and it not in files]
    known = {it.id: _signature(it.path) for it in files}
    due_at = ticks() + every
    for paths in _changes([it.path for it in folders], ignored.resolve(), stop, look):
        named = [it for it in folders if any(path.is_relative_to(it.path) for path in paths)]
        for file in files:
            now = _signature(file.path)
            if now != known[file.id]:
                known[file.id] = now
                named.append(file)
        if ticks() >= due_at:
            due_at = ticks() + every
            named += others
        if named:
            yield named


def _changes(
    folders: Sequence[Path], ignored: Path, stop: Stop, look: float
) -> Iterator[set[Path]]:
    """Yield the paths that changed; none of them after `look` seconds without a change."""
    if not folders:
        while not stop.wait(look):
            yield set()
        return
    from watchfiles import Change, watch  # noqa: PLC0415 - for those who watch alone

    def matters(_change: Change, name: str) -> bool:
        path = Path(name)
        folder = next((it for it in folders if path.is_relative_to(it)), path)
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        return not is_hidden and not path.is_relative_to(ignored)

    for changes in watch(
        *folders,
        watch_filter=matters,
        stop_event=stop,
        rust_timeout=max(1, int(look * 1000)),
        yield_on_timeout=True,
    ):
        yield {Path(name) for _, name in changes}


def _signature(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
