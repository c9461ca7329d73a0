"""Empty pages are given back once they are many, and what is there stays."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from corpus.compacting import compact
from corpus.database import open_engine, use_write_ahead_log
from tests.corpus.builders import SHORT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.sqlite"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = open_engine(path, timeout=SHORT)
    use_write_ahead_log(engine)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text BLOB)")
        connection.executemany("INSERT INTO notes VALUES (?, randomblob(3000))", zip(range(100)))
    yield engine
    engine.dispose()


def erase(path: Path, first: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM notes WHERE id >= ?", (first,))


def ids(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [number for (number,) in connection.execute("SELECT id FROM notes ORDER BY id")]


def test_many_empty_pages_are_given_back(engine: Engine, path: Path) -> None:
    compact(engine)
    before = path.stat().st_size
    erase(path, 40)
    assert compact(engine) is True
    assert path.stat().st_size < 0.5 * before
    assert ids(path) == list(range(40))


def test_few_empty_pages_wait_for_rows(engine: Engine, path: Path) -> None:
    erase(path, 95)
    assert compact(engine) is False
    assert ids(path) == list(range(95))


def test_while_another_writes_nothing_is_given_back(engine: Engine, path: Path) -> None:
    erase(path, 40)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert compact(engine) is False
        writer.execute("ROLLBACK")
    assert compact(engine) is True
    assert ids(path) == list(range(40))
