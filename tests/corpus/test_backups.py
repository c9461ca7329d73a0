"""A backup is whole or not there, and a restored library is the one that was backed up."""

import io
import json
import multiprocessing
import os
import signal
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from corpus import restoring
from corpus.backup_notes import BackupNote, read_notes
from corpus.backups import CONTENTS, back_up
from corpus.errors import (
    LibraryDamagedError,
    LibraryError,
    LibraryNewerError,
    LibraryNotFoundError,
)
from corpus.restoring import restore
from corpus.store import FILE_NAME, ArticleStore
from tests.corpus.builders import NOON, make_store, prepared


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def texts(folder: Path) -> dict[str, str]:
    with ArticleStore.open(folder) as store:
        return {one.key: store.article(one.key).text for one in store.citations()}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    with make_store(folder) as store:
        store.put(prepared("a", "First words."))
    with closing(sqlite3.connect(folder / "bot.sqlite")) as other, other:
        other.execute("CREATE TABLE answers (token)")
        other.execute("INSERT INTO answers VALUES ('kept')")
    (folder / "calibration.json").write_text("{}", encoding="utf-8")
    (folder / "index").mkdir()
    return folder


@pytest.fixture
def backup(library: Path, tmp_path: Path) -> Path:
    file = tmp_path / "backup.tar"
    back_up(library, file, made_at=NOON, progress=no_progress)
    return file


def put_back(file: Path, folder: Path, *, replace: bool = False) -> restoring.Restored:
    return restore(file, folder, replace=replace, now=NOON, progress=no_progress)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_restored_library_is_the_one_that_was_backed_up(backup: Path, tmp_path: Path) -> None:
    restored = put_back(backup, tmp_path / "new")
    assert (restored.made_at, restored.aside) == (NOON, None)
    assert texts(tmp_path / "new") == {"a": "First words."}
    assert (tmp_path / "new" / "calibration.json").exists()
    with closing(sqlite3.connect(tmp_path / "new" / "bot.sqlite")) as other:
        assert other.execute("SELECT * FROM answers").fetchall() == [("kept",)]


def test_a_backup_leaves_nothing_beside_it(backup: Path, tmp_path: Path) -> None:
    assert names(tmp_path) == ["backup.tar", "library"]


def test_a_backup_made_while_others_write_holds_one_moment(library: Path, tmp_path: Path) -> None:
    with ArticleStore.open(library) as store:

        def write_on(_what: str, _done: int, _total: int) -> None:
            store.put(prepared("b", f"Words of {store.position()}."))

        back_up(library, tmp_path / "busy.tar", made_at=NOON, progress=write_on)
        assert store.position() > 1
    put_back(tmp_path / "busy.tar", tmp_path / "new")
    assert texts(tmp_path / "new")["a"] == "First words."


def test_each_backup_is_noted_once_with_its_last_day(library: Path, backup: Path) -> None:
    back_up(library, backup, made_at=NOON.replace(day=2), progress=no_progress)
    assert read_notes(library) == [BackupNote(path=backup, made_at=NOON.replace(day=2))]


def test_a_folder_without_a_library_is_not_backed_up(tmp_path: Path) -> None:
    with pytest.raises(LibraryNotFoundError):
        back_up(tmp_path, tmp_path / "backup.tar", made_at=NOON, progress=no_progress)


def test_a_damaged_database_is_not_backed_up(library: Path, backup: Path) -> None:
    before = backup.read_bytes()
    (library / "vectors.sqlite").write_bytes(b"nothing of SQLite" * 500)
    with pytest.raises(LibraryDamagedError):
        back_up(library, backup, made_at=NOON, progress=no_progress)
    assert backup.read_bytes() == before


def test_a_library_that_is_there_stays_unless_replaced(library: Path, backup: Path) -> None:
    with ArticleStore.open(library) as store:
        store.put(prepared("b", "Later words."))
    with pytest.raises(LibraryError, match="not empty"):
        put_back(backup, library)
    assert set(texts(library)) == {"a", "b"}
    restored = put_back(backup, library, replace=True)
    assert texts(library) == {"a": "First words."}
    assert restored.aside is not None
    assert set(texts(restored.aside)) == {"a", "b"}
    assert {note.path for note in read_notes(library)} == {backup, restored.aside}


def test_an_empty_folder_is_filled(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    put_back(backup, tmp_path / "new")
    assert texts(tmp_path / "new") == {"a": "First words."}


def test_without_an_exchange_the_old_library_is_moved_aside_first(
    backup: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_exchanged", lambda _one, _other: False)
    restored = put_back(backup, library, replace=True)
    assert restored.aside is not None
    assert texts(restored.aside) == texts(library) == {"a": "First words."}


def test_a_system_that_knows_no_exchange_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring.ctypes, "CDLL", lambda _name: object())
    assert not restoring._exchanged(tmp_path, tmp_path)


@pytest.mark.parametrize("end", [0, 100, 3000, -20_000])
def test_a_truncated_backup_changes_nothing(
    end: int, backup: Path, library: Path, tmp_path: Path
) -> None:
    backup.write_bytes(backup.read_bytes()[:end])
    with pytest.raises(LibraryDamagedError, match="use another backup"):
        put_back(backup, library, replace=True)
    assert names(tmp_path) == ["backup.tar", "library"]
    assert texts(library) == {"a": "First words."}


def test_a_changed_byte_is_noticed(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content.replace(b"First words.", b"Other words."))
    with pytest.raises(LibraryDamagedError):
        put_back(backup, tmp_path / "new")


def forged(file: Path, contents: object, *, member: str = CONTENTS) -> Path:
    data = contents if isinstance(contents, bytes) else json.dumps(contents).encode()
    with tarfile.open(file, "w") as archive:
        info = tarfile.TarInfo(member)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return file


@pytest.mark.parametrize(
    "contents",
    [
        [],
        {},
        {"schema": 1, "files": {}, "made_at": "2026-01-01"},
        {"schema": 1, "files": {FILE_NAME: {}, "../x": {}}, "made_at": "2026-01-01"},
        {"schema": 1, "files": {FILE_NAME: {}}, "made_at": "2026-01-01"},
    ],
)
def test_a_forged_backup_is_refused(contents: object, tmp_path: Path) -> None:
    with pytest.raises(LibraryDamagedError):
        put_back(forged(tmp_path / "forged.tar", contents), tmp_path / "new")
    assert names(tmp_path) == ["forged.tar"]


def test_a_backup_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryNewerError):
        put_back(forged(tmp_path / "newer.tar", {"schema": 2, "files": {}}), tmp_path / "new")


def killed_at(step: int, work: Callable[[Callable[[str, int, int], None]], object]) -> bool:
    """Run `work` in a process that is killed at a step; return whether it came that far."""

    def run() -> None:
        left = [step]

        def count(_what: str, _done: int, _total: int) -> None:
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        work(count)

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join()
    return process.exitcode == -signal.SIGKILL


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_backup_killed_at_any_step_leaves_the_old_file(library: Path, backup: Path) -> None:
    before = backup.read_bytes()
    step = 0
    while killed_at(
        step, lambda count: back_up(library, backup, made_at=NOON.replace(day=9), progress=count)
    ):
        assert backup.read_bytes() == before
        assert len(read_notes(library)) == 1
        step += 1
    assert step > 5
    assert names(backup.parent) == ["backup.tar", "library"]  # a finished run cleans up


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_restore_killed_before_its_end_leaves_the_old_library(
    library: Path, backup: Path
) -> None:
    with ArticleStore.open(library) as store:
        store.put(prepared("b", "Later words."))
    ends = []
    for step in range(40):
        is_killed = killed_at(
            step,
            lambda count: restore(backup, library, replace=True, now=NOON, progress=count),
        )
        ends.append(set(texts(library)))
        if ends[-1] == {"a"} or not is_killed:
            break
        for left in library.parent.glob("library.restored-*"):
            left.rename(library.parent / f"left-{step}")
    assert ends[-1] == {"a"}
    assert len(ends) > 5
    assert ends[:-1] == [{"a", "b"}] * (len(ends) - 1)


def test_a_note_tells_whether_a_backup_holds_an_article(
    library: Path, backup: Path, tmp_path: Path
) -> None:
    [note] = read_notes(library)
    assert note.holds([("main", "a")])
    assert not note.holds([("main", "b"), ("news", "a")])
    folder = BackupNote(path=library, made_at=NOON)
    assert folder.holds([("main", "a")])
    assert not folder.holds([("main", "b")])
    moved = BackupNote(path=tmp_path / "none", made_at=NOON)
    assert moved.holds([("main", "b")])
    assert str(moved).endswith("none (2026-03-01, not at its place any more)")


def test_notes_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    (tmp_path / "backups.json").write_text("[]", encoding="utf-8")
    assert read_notes(tmp_path) == []
