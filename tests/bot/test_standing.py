"""Connections that threads keep."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, MetaData, String, Table, bindparam, insert, update

from bot.prepared import Prepared
from bot.standing import Standing
from corpus.database import UtcTime, open_engine, reading
from corpus.errors import LibraryError

WORDS = Table("words", MetaData(), Column("word", String), Column("at", UtcTime))
PUT = Prepared(insert(WORDS).returning(WORDS.c.word), columns=["word"])


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Return an engine over a file with one empty table."""
    engine = open_engine(tmp_path / "some.sqlite", timeout=0.05)
    Standing(engine).connection.exec_driver_sql("CREATE TABLE words (word TEXT, at TEXT)")
    return engine


def words(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.exec_driver_sql("SELECT word FROM words").scalars())


def put(standing: Standing, word: str) -> int:
    with standing.writing():
        standing.run(PUT, {"word": word})
        return id(standing.connection)


def fail_after(standing: Standing, statement: str) -> None:
    with standing.writing():
        standing.connection.exec_driver_sql(statement)
        raise ZeroDivisionError


def test_what_is_written_is_committed_at_the_end(engine: Engine) -> None:
    put(Standing(engine), "one")
    assert words(engine) == ["one"]


def test_an_error_takes_back_what_was_written_and_leaves_the_connection_fit(
    engine: Engine,
) -> None:
    standing = Standing(engine)
    with pytest.raises(ZeroDivisionError):
        fail_after(standing, "INSERT INTO words VALUES ('one', NULL)")
    put(standing, "two")
    assert words(engine) == ["two"]


def test_a_transaction_sqlite_gave_up_itself_tells_its_own_error(engine: Engine) -> None:
    standing = Standing(engine)
    with pytest.raises(ZeroDivisionError):
        fail_after(standing, "ROLLBACK")


def test_a_file_that_is_locked_is_told_and_tried_again(engine: Engine) -> None:
    first, second = Standing(engine), Standing(engine)
    with first.writing(), pytest.raises(LibraryError):
        put(second, "early")
    put(second, "late")
    assert words(engine) == ["late"]


def test_each_thread_keeps_one_connection(engine: Engine) -> None:
    standing = Standing(engine)
    here = {put(standing, "here") for _ in range(2)}
    with ThreadPoolExecutor(1) as pool:
        there = {pool.submit(put, standing, "there").result() for _ in range(2)}
    assert len(here) == len(there) == 1
    assert here != there


def test_a_closed_one_is_opened_anew(engine: Engine) -> None:
    standing = Standing(engine)
    put(standing, "one")
    standing.close()
    put(standing, "two")
    assert words(engine) == ["one", "two"]


def test_a_statement_returns_what_it_wrote(engine: Engine) -> None:
    assert Standing(engine).run(PUT, {"word": "one"}) == [("one",)]


def test_values_are_stored_as_the_columns_say(engine: Engine) -> None:
    standing, moment = Standing(engine), datetime(2026, 11, 22, tzinfo=UTC)
    put(standing, "one")
    change = update(WORDS).where(WORDS.c.word == "one").values(at=bindparam("moment"), word="two")
    standing.run(Prepared(change), {"moment": moment})
    with reading(engine) as connection:
        assert connection.execute(WORDS.select()).one() == ("two", moment)


@pytest.mark.parametrize("word", ["half \ud800", 2**70])
def test_what_sqlite_cannot_store_is_an_error_of_ours(word: object, engine: Engine) -> None:
    with pytest.raises(LibraryError):
        Standing(engine).run(PUT, {"word": word})
