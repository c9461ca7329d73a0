import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.sources import Source, SourceKind
from corpus.watching import watched
from tests.corpus.builders import NOON

PATIENCE = 180.0
"""Seconds until a test gives up on an event; none of them is expected to pass."""


def source(number: int, path: Path, kind: SourceKind) -> Source:
    return Source(id=number, collection="main", address=path.as_uri(), kind=kind, added_at=NOON)


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


class Watcher:
    """Watches in a thread, and tells what it was told."""

    def __init__(
        self, *sources: Source, every: float, ignored: Path, stop: threading.Event
    ) -> None:
        self.seen: list[int] = []
        self._changed = threading.Condition()
        found = watched(sources, every=every, ignored=ignored, stop=stop, look=0.05)
        self._thread = threading.Thread(target=self._run, args=(found,), daemon=True)
        self._thread.start()

    def _run(self, found: Iterator[list[Source]]) -> None:
        for changed in found:
            with self._changed:
                self.seen += [it.id for it in changed]
                self._changed.notify_all()

    def has_seen(self, number: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: number in self.seen, PATIENCE)

    def ended(self) -> bool:
        self._thread.join(PATIENCE)
        return not self._thread.is_alive()


def touch_until(watcher: Watcher, number: int, path: Path) -> bool:
    """Change a file until that is seen: nothing tells when a watch has begun."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        path.write_text(path.read_text() + "x" if path.exists() else "x")
        with watcher._changed:
            if watcher._changed.wait_for(lambda: number in watcher.seen, 0.2):
                return True
    return False


def test_a_folder_is_named_when_something_in_it_changes(
    tmp_path: Path, stop: threading.Event
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        (folder / "deep").mkdir(parents=True)
    found = [source(number, it, SourceKind.FOLDER) for number, it in enumerate(folders)]
    watcher = Watcher(*found, every=3_600, ignored=tmp_path / "library", stop=stop)
    assert touch_until(watcher, 1, folders[1] / "deep" / "a.txt")
    assert 0 not in watcher.seen
    stop.set()
    assert watcher.ended()


def test_hidden_names_and_the_library_itself_count_for_nothing(
    tmp_path: Path, stop: threading.Event
) -> None:
    library = tmp_path / "library"
    (tmp_path / ".hidden").mkdir()
    library.mkdir()
    watcher = Watcher(
        source(1, tmp_path, SourceKind.FOLDER), every=3_600, ignored=library, stop=stop
    )
    for name in (".hidden/a.txt", ".b.txt", "library/library.sqlite"):
        (tmp_path / name).write_text("x")
    assert touch_until(watcher, 1, tmp_path / "a.txt")
    (tmp_path / "a.txt").unlink()
    assert watcher.has_seen(1)


def test_a_file_is_named_when_it_changes_or_goes(tmp_path: Path, stop: threading.Event) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    watcher = Watcher(source(1, path, SourceKind.FILE), every=3_600, ignored=tmp_path, stop=stop)
    assert touch_until(watcher, 1, path)
    watcher.seen.clear()
    path.unlink()
    assert watcher.has_seen(1)
    stop.set()
    assert watcher.ended()


def test_what_lies_elsewhere_is_named_by_the_clock(tmp_path: Path, stop: threading.Event) -> None:
    page = Source(
        id=7, collection="main", address="http://n.example/", kind=SourceKind.PAGE, added_at=NOON
    )
    gone = source(8, tmp_path / "gone", SourceKind.FOLDER)
    watcher = Watcher(page, gone, every=0.1, ignored=tmp_path, stop=stop)
    assert watcher.has_seen(7)
    assert watcher.has_seen(8)
