import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import (
    LibraryDamagedError,
    LibraryError,
    LibraryNewerError,
    LibraryNotFoundError,
)
from corpus.store import FILE_NAME, ArticleStore
from tests.corpus.builders import SHORT, make_store, prepared

NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library that was closed properly, with more in it than one page."""
    folder = tmp_path / "library"
    with make_store(folder) as store, store.batch():
        for number in range(40):
            store.put(prepared(f"{number}.txt", text=f"Number {number}. " * 60))
    return folder


@pytest.fixture
def hot_folder(folder: Path, tmp_path: Path) -> Path:
    """A library as a killed process leaves it: the last articles only in the log."""
    with make_store(folder) as store:
        store.put(prepared("hot.txt", text="Only in the log."))
        hot = tmp_path / "hot"
        shutil.copytree(folder, hot)
    (hot / f"{FILE_NAME}-shm").unlink()
    assert (hot / f"{FILE_NAME}-wal").stat().st_size > 0
    return hot


def alter(folder: Path, statement: str) -> None:
    database = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    database.execute(statement)
    database.close()


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """The files with anything in them, but the one SQLite coordinates by."""
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
        if path.suffix != ".sqlite-shm" and path.stat().st_size
    }


def read_everything(store: ArticleStore) -> int:
    store.citations()
    store.changes(after=0)
    store.counts()
    store.allowed_passages()
    return len(list(store.passages_to_index(1, 10**6)))


def test_opening_and_reading_changes_no_file(folder: Path) -> None:
    before = state_of(folder)
    with ArticleStore.open(folder) as store:
        assert read_everything(store) == 40 * 60
    assert state_of(folder) == before


def test_opening_what_a_killed_process_left_changes_no_file_either(hot_folder: Path) -> None:
    before = state_of(hot_folder)
    with ArticleStore.open(hot_folder) as store:
        assert store.article("hot.txt").text == "Only in the log."
    assert state_of(hot_folder) == before


def test_an_opened_store_writes_when_it_is_told_to(folder: Path) -> None:
    with ArticleStore.open(folder) as store:
        store.put(prepared("new.txt"))
    with ArticleStore.open(folder) as store:
        assert store.article("new.txt").citation.title == "A flood"


def test_an_unchanged_put_changes_no_file(folder: Path) -> None:
    before = state_of(folder)
    with ArticleStore.create(folder) as store:
        with store.batch():
            assert store.put(prepared("7.txt", text="Number 7. " * 60)) == "unchanged"
        assert store.put(prepared("7.txt", text="Number 7. " * 60)) == "unchanged"
    assert state_of(folder) == before


READ_ONLY = """
import os, sys
from pathlib import Path
from corpus.errors import LibraryError
from corpus.store import ArticleStore

place, user = Path(sys.argv[1]), int(sys.argv[2])
ArticleStore.create(place / "other").close()  # what is imported late may be ours alone to read
if os.geteuid() == 0:
    os.setgid(user)
    os.setuid(user)
try:
    with ArticleStore.open(place / "copy") as store:
        print(store.counts().articles)
        store.remove("1.txt")
except LibraryError as error:
    print(error)
"""


@pytest.fixture
def read_only(project: Path) -> Iterator[Callable[[Path], list[str]]]:
    """Open a copy of a library in a folder this user, or for root another one, cannot write."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)

    def open_copy(folder: Path) -> list[str]:
        shutil.copytree(folder, place / "copy")
        for path in (place / "copy").iterdir():
            path.chmod(0o444)
        (place / "copy").chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, place, str(NOBODY)],
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    yield open_copy
    (place / "copy").chmod(0o755)
    shutil.rmtree(place)


def test_a_library_in_a_read_only_folder_can_be_read(
    folder: Path, read_only: Callable[[Path], list[str]]
) -> None:
    articles, refusal = read_only(folder)
    assert articles == "40"
    assert "cannot be written; give this user the right" in refusal


def test_a_library_that_was_only_read_before_can_be_read_in_a_read_only_folder(
    folder: Path, read_only: Callable[[Path], list[str]]
) -> None:
    with ArticleStore.open(folder) as store:
        store.position()
    assert read_only(folder)[0] == "40"


def test_what_a_killed_process_left_in_a_read_only_folder_says_what_to_do(
    hot_folder: Path, read_only: Callable[[Path], list[str]]
) -> None:
    (line,) = read_only(hot_folder)
    assert "must be opened once where it can be written" in line


def test_no_library_is_an_error_that_names_the_command(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(LibraryNotFoundError, match="passagebot ingest SOURCE"):
            ArticleStore.open(place)
    assert list(tmp_path.iterdir()) == []


def test_a_library_where_a_file_stands_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(LibraryError, match="name another library folder"):
        ArticleStore.create(tmp_path / "file")
    with pytest.raises(LibraryNotFoundError, match="passagebot ingest"):
        ArticleStore.open(tmp_path / "file" / "deeper")
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(LibraryError, match="cannot be used"):
        ArticleStore.open(tmp_path)


def test_a_renamed_text_file_is_no_library(folder: Path) -> None:
    (folder / FILE_NAME).write_text("Dear diary, " * 1000)
    for start in (ArticleStore.open, ArticleStore.create):
        with pytest.raises(LibraryDamagedError, match="restore a backup"):
            start(folder)
    assert (folder / FILE_NAME).read_text().startswith("Dear diary")


@pytest.mark.parametrize("kept", [0, 1, 99, 4096, 50_000])
def test_a_truncated_library_is_damaged(folder: Path, kept: int) -> None:
    os.truncate(folder / FILE_NAME, kept)
    with pytest.raises(LibraryDamagedError, match="half copied"):
        ArticleStore.open(folder)


def test_an_empty_file_becomes_a_library_on_ingest(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    with make_store(tmp_path) as store:
        store.put(prepared())
        assert store.counts().articles == 1


def test_a_log_without_its_library_is_never_thrown_away(hot_folder: Path) -> None:
    log = (hot_folder / f"{FILE_NAME}-wal").read_bytes()
    for leave in (Path.touch, Path.unlink):
        (hot_folder / FILE_NAME).unlink()
        (hot_folder / FILE_NAME).touch()
        leave(hot_folder / FILE_NAME)
        for start in (ArticleStore.create, ArticleStore.open):
            with pytest.raises(LibraryDamagedError, match="half copied"):
                start(hot_folder)
        assert (hot_folder / f"{FILE_NAME}-wal").read_bytes() == log
        (hot_folder / FILE_NAME).touch()


def test_a_library_copied_without_its_log_is_whole_but_older_which_its_history_tells(
    tmp_path: Path,
) -> None:
    with make_store(tmp_path / "library") as store:
        store.put(prepared())
        alter(tmp_path / "library", "PRAGMA wal_checkpoint(TRUNCATE)")
        store.put(prepared("second.txt"))
        (tmp_path / "copy").mkdir()
        shutil.copy(store.path, tmp_path / "copy")
        with make_store(tmp_path / "copy") as copy:
            assert [cited.key for cited in copy.citations()] == ["article.txt"]
            assert copy.history(1) == store.history(1)
            assert copy.history(2) is None
            copy.put(prepared("other.txt", text="One. Two. Three."))
            assert copy.changes(after=0) == store.changes(after=0)
            assert copy.history(2) != store.history(2)


def test_pages_overwritten_in_the_middle_are_told_as_damage(folder: Path) -> None:
    with (folder / FILE_NAME).open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * ((folder / FILE_NAME).stat().st_size - 3 * 4096))
    with (
        pytest.raises(LibraryDamagedError, match="restore a backup"),
        ArticleStore.open(folder) as store,
    ):
        read_everything(store)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE texts SET raw = x'00'",
        "UPDATE versions SET raw_hash = 'another'",
    ],
)
def test_a_raw_document_that_is_not_what_was_stored_is_told(folder: Path, statement: str) -> None:
    alter(folder, statement)
    with ArticleStore.open(folder) as store, pytest.raises(LibraryDamagedError, match="backup"):
        store.raw(1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET cleaning = '{'",
        "UPDATE versions SET cleaning = '[]'",
        """UPDATE versions SET cleaning = '{"headline": null, "dropped": [[0, 4, "new"]]}'""",
    ],
)
def test_a_cleaning_map_that_cannot_be_read_is_told(folder: Path, statement: str) -> None:
    alter(folder, statement)
    with ArticleStore.open(folder) as store, pytest.raises(LibraryDamagedError, match="upgrade"):
        store.article("1.txt")


def test_a_library_of_a_newer_release_is_left_alone(folder: Path) -> None:
    alter(folder, "UPDATE alembic_version SET version_num = '9999'")
    before = state_of(folder)
    for start in (ArticleStore.open, ArticleStore.create):
        with pytest.raises(LibraryNewerError, match="upgrade passagebot"):
            start(folder)
    assert state_of(folder) == before


def test_a_library_of_an_older_release_is_opened_only_to_bring_it_up_to_date(folder: Path) -> None:
    alter(folder, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(LibraryError, match="`passagebot ingest` brings it up to date"):
        ArticleStore.open(folder)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM alembic_version", "does not say which release"),
        ("DROP TABLE alembic_version", "other tables than ours"),
    ],
)
def test_a_database_of_someone_else_is_left_alone(folder: Path, statement: str, what: str) -> None:
    alter(folder, statement)
    before = state_of(folder)
    for start in (ArticleStore.open, ArticleStore.create):
        with pytest.raises(LibraryDamagedError, match=what):
            start(folder)
    assert state_of(folder) == before


def test_an_empty_database_is_opened_only_to_fill_it(tmp_path: Path) -> None:
    alter(tmp_path, "PRAGMA journal_mode = WAL")
    with pytest.raises(LibraryDamagedError, match="holds no tables"):
        ArticleStore.open(tmp_path)
    with make_store(tmp_path) as store:
        assert store.position() == 0


def test_a_library_through_a_symbolic_link_is_the_same_library(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(folder)
    with ArticleStore.create(tmp_path / "link", timeout=SHORT) as store:
        store.put(prepared("linked.txt"))
    with ArticleStore.open(folder) as store:
        assert store.article("linked.txt").citation.key == "linked.txt"


def test_a_folder_with_signs_that_addresses_use_is_taken_literally(tmp_path: Path) -> None:
    odd = tmp_path / "a?mode=rw&b#c %41 ü"
    with make_store(odd) as store:
        store.put(prepared())
    with ArticleStore.open(odd) as store:
        assert store.counts().articles == 1
    assert [path.name for path in tmp_path.iterdir()] == [odd.name]
