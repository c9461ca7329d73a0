"""Asking a file without SQLAlchemy: one state, our errors, connections that are used again."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from corpus.errors import LibraryDamagedError, LibraryError, LibraryNotFoundError
from corpus.sqlite_files import IDLE_CONNECTIONS, Asked, ReadOnlyFile, connected


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file with the numbers 1 and 2, which keeps a write-ahead log."""
    path = tmp_path / "file.sqlite"
    with closing(connected(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (a INTEGER)")
        connection.execute("INSERT INTO t VALUES (1), (2)")
    return path


@pytest.fixture
def file(path: Path) -> Iterator[ReadOnlyFile]:
    file = ReadOnlyFile(path)
    yield file
    file.close()


def test_rows_and_values_are_those_of_sqlite(file: ReadOnlyFile) -> None:
    with file.reading() as asked:
        assert asked.rows("SELECT a, 'x' FROM t ORDER BY a") == [(1, "x"), (2, "x")]
        assert asked.row("SELECT a FROM t WHERE a > ?", (1,)) == (2,)
        assert asked.row("SELECT a FROM t WHERE a > :a", {"a": 2}) is None
        assert asked.value("SELECT max(a) FROM t") == 2
        assert asked.value("SELECT a FROM t WHERE a > 2") is None


def test_all_statements_of_a_reading_see_one_state(file: ReadOnlyFile, path: Path) -> None:
    with file.reading() as asked, closing(connected(path)) as writer:
        assert asked.value("SELECT count(*) FROM t") == 2
        writer.execute("INSERT INTO t VALUES (3)")
        assert asked.value("SELECT count(*) FROM t") == 2
    with file.reading() as asked:
        assert asked.value("SELECT count(*) FROM t") == 3


def test_a_connection_is_used_again_and_only_a_few_are_kept(file: ReadOnlyFile) -> None:
    with ExitStack() as many:
        for _ in range(IDLE_CONNECTIONS + 2):
            many.enter_context(file.reading())
    assert len(file._idle) == IDLE_CONNECTIONS
    with file.reading():
        assert len(file._idle) == IDLE_CONNECTIONS - 1
    assert len(file._idle) == IDLE_CONNECTIONS


def test_what_is_being_read_when_the_file_is_closed_is_read_to_its_end(file: ReadOnlyFile) -> None:
    with file.reading() as asked:
        file.close()
        assert asked.value("SELECT count(*) FROM t") == 2
    assert file._idle == []


def test_errors_are_ours_and_name_the_file(file: ReadOnlyFile, path: Path) -> None:
    with file.reading() as asked, pytest.raises(LibraryError, match="no such table") as caught:
        asked.rows("SELECT * FROM missing")
    assert str(path) in str(caught.value)
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    with file.reading() as asked:  # the connection of an error can be used again
        assert asked.value("SELECT count(*) FROM t") == 2


@pytest.mark.parametrize("value", [2**70, "\ud800"], ids=["number", "text"])
def test_what_sqlite_cannot_hold_is_told(file: ReadOnlyFile, value: object) -> None:
    with file.reading() as asked, pytest.raises(LibraryError, match="cannot hold"):
        asked.rows("SELECT ?", (value,))


def test_a_file_that_is_absent_is_not_made(tmp_path: Path) -> None:
    absent = ReadOnlyFile(tmp_path / "absent.sqlite")
    with pytest.raises(LibraryNotFoundError, match="does not exist"), absent.reading():
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("not a database at all, whatever it is called" * 40)
    file = ReadOnlyFile(tmp_path / "text.sqlite")
    with pytest.raises(LibraryDamagedError), file.reading() as asked:
        asked.rows("SELECT count(*) FROM t")


def test_what_is_read_only_refuses_to_write(path: Path) -> None:
    with closing(connected(path, read_only=True)) as connection:
        with pytest.raises(LibraryError, match="cannot be written"):
            Asked(connection, path).rows("DELETE FROM t")
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)


def test_a_new_file_has_pages_of_the_size_asked_for(tmp_path: Path) -> None:
    with closing(connected(tmp_path / "new.sqlite", page_bytes=16_384)) as connection:
        connection.execute("CREATE TABLE t (a)")
        assert connection.execute("PRAGMA page_size").fetchone() == (16_384,)
