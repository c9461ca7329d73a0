import errno
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from corpus import errors
from corpus.database import (
    UtcTime,
    driver_rows,
    fold_log_in,
    open_engine,
    reading,
    use_write_ahead_log,
    writing,
)
from corpus.database_errors import from_sqlite, from_system, library_errors
from corpus.errors import (
    CorpusError,
    LibraryDamagedError,
    LibraryError,
    LibraryFullError,
    LibraryLockedError,
    LibraryNotFoundError,
)
from tests.corpus.builders import SHORT

PATH = Path("/somewhere/library.sqlite")

moments = Table(
    "moments", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcTime)
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "file.sqlite", timeout=SHORT)
    use_write_ahead_log(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER UNIQUE)")
    yield engine
    engine.dispose()


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one())


def test_a_transaction_is_committed_at_its_end_and_undone_by_an_error(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")

    def fail() -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (2)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert count(engine) == 1


def test_all_statements_of_one_reading_see_one_state(engine: Engine) -> None:
    with reading(engine) as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM t").scalar()
        with writing(engine) as writer:
            writer.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == before
    assert count(engine) == 1


def test_only_one_may_write_and_the_other_is_told_after_the_wait(engine: Engine) -> None:
    with writing(engine), pytest.raises(LibraryLockedError), writing(engine):
        pass


def test_a_file_that_is_there_but_cannot_be_opened_is_told(tmp_path: Path) -> None:
    error = from_sqlite(reported(sqlite3.SQLITE_CANTOPEN), tmp_path)
    assert "cannot be opened; check the rights" in str(error)


def test_foreign_keys_hold_and_deleted_content_is_overwritten(engine: Engine) -> None:
    with reading(engine) as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "secure_delete", "journal_mode", "synchronous")
        ]
    assert settings == [1, 1, "wal", 2]


def test_folding_the_log_in_empties_it_unless_someone_reads_from_it(
    engine: Engine, tmp_path: Path
) -> None:
    log = tmp_path / "file.sqlite-wal"
    with reading(engine) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM t").scalar()
        with writing(engine) as writer:
            writer.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert fold_log_in(engine) is False
    assert fold_log_in(engine) is True
    assert log.stat().st_size == 0


def test_a_read_only_engine_refuses_to_write_and_to_make_a_file(
    engine: Engine, tmp_path: Path
) -> None:
    reader = open_engine(tmp_path / "file.sqlite", read_only=True)
    with pytest.raises(LibraryError, match="cannot be written"), writing(reader) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    reader.dispose()
    absent = open_engine(tmp_path / "absent.sqlite", read_only=True)
    with pytest.raises(LibraryNotFoundError, match="does not exist"), reading(absent):
        pass
    assert not (tmp_path / "absent.sqlite").exists()


def test_a_file_at_rest_in_a_folder_that_cannot_be_written_is_read_as_it_is(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.dispose()
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    reader = open_engine(tmp_path / "file.sqlite", read_only=True)
    assert count(reader) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["file.sqlite"]
    reader.dispose()


def test_errors_of_statements_arrive_as_ours_with_their_cause(engine: Engine) -> None:
    with (
        pytest.raises(LibraryError, match="no such table") as caught,
        reading(engine) as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM missing")
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
    with pytest.raises(LibraryError, match="UNIQUE"), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1), (1)")


def test_statements_asked_of_the_driver_raise_ours_too(engine: Engine) -> None:
    with reading(engine) as connection:
        assert driver_rows(connection, "SELECT ?, 2", (1,)) == [(1, 2)]
        with pytest.raises(LibraryError, match="no such table") as caught:
            driver_rows(connection, "SELECT * FROM missing", ())
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)


@pytest.mark.parametrize("value", [2**70, "\ud800"], ids=["number", "text"])
def test_values_sqlite_cannot_hold_are_told_in_one_line(engine: Engine, value: object) -> None:
    with pytest.raises(LibraryError, match="cannot hold") as caught, writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (?)", (value,))
    assert "\n" not in str(caught.value)


CODES = {
    name: getattr(sqlite3, name)
    for name in dir(sqlite3)
    if re.fullmatch(r"SQLITE_[A-Z_]+", name)
    and isinstance(getattr(sqlite3, name), int)
    and not name.startswith(("SQLITE_LIMIT", "SQLITE_DENY", "SQLITE_IGNORE"))
}


def reported(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("name", CODES)
def test_every_code_of_sqlite_becomes_a_library_error_that_says_what_to_do(name: str) -> None:
    error = from_sqlite(reported(CODES[name]), PATH)
    assert isinstance(error, LibraryError)
    assert str(error).startswith(str(PATH)) or str(PATH) in str(error)
    assert re.search(
        r"try again|copy it again|give this user|make room|check|name another", str(error)
    )
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_FULL", LibraryFullError),
        ("SQLITE_IOERR_WRITE", LibraryFullError),
        ("SQLITE_IOERR_SHMSIZE", LibraryFullError),
        ("SQLITE_BUSY", LibraryLockedError),
        ("SQLITE_BUSY_SNAPSHOT", LibraryLockedError),
        ("SQLITE_LOCKED_SHAREDCACHE", LibraryLockedError),
        ("SQLITE_CORRUPT", LibraryDamagedError),
        ("SQLITE_CORRUPT_INDEX", LibraryDamagedError),
        ("SQLITE_NOTADB", LibraryDamagedError),
        ("SQLITE_CANTOPEN", LibraryNotFoundError),
        ("SQLITE_READONLY", LibraryError),
        ("SQLITE_READONLY_CANTINIT", LibraryError),
        ("SQLITE_IOERR_READ", LibraryError),
    ],
)
def test_what_a_person_can_act_on_has_an_error_of_its_own(
    name: str, kind: type[CorpusError]
) -> None:
    assert type(from_sqlite(reported(CODES[name]), PATH)) is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "No space left"), LibraryFullError),
        (OSError(errno.EDQUOT, "Quota"), LibraryFullError),
        (FileNotFoundError(errno.ENOENT, "gone"), LibraryNotFoundError),
        (PermissionError(errno.EACCES, "Permission denied"), LibraryError),
        (OSError("without a number"), LibraryError),
    ],
)
def test_errors_of_the_file_system_are_told_as_well(
    error: OSError, kind: type[CorpusError]
) -> None:
    assert type(from_system(error, PATH)) is kind
    with pytest.raises(kind) as caught, library_errors(PATH):
        raise error
    assert caught.value.__cause__ is error


def test_sqlite_errors_around_an_engine_are_told_as_well() -> None:
    with pytest.raises(LibraryFullError), library_errors(PATH):
        raise reported(sqlite3.SQLITE_FULL)
    with pytest.raises(LibraryError), library_errors(PATH):
        raise sqlite3.ProgrammingError


def test_all_library_errors_are_raised_for_something() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    library = {kind for kind in kinds if issubclass(kind, LibraryError)}
    mapped = {type(from_sqlite(reported(code), PATH)) for code in CODES.values()}
    assert library - mapped == {errors.LibraryNewerError}


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_moments_come_back_the_same_and_sort_as_text(first: datetime, second: datetime) -> None:
    kind = UtcTime()
    try:
        moments_in_utc = first.astimezone(UTC), second.astimezone(UTC)
    except OverflowError:
        return
    texts = [kind.process_bind_param(moment, None) for moment in (first, second)]  # type: ignore[arg-type]
    assert [kind.process_result_value(text, None) for text in texts] == list(moments_in_utc)  # type: ignore[arg-type]
    assert (texts[0] < texts[1]) == (moments_in_utc[0] < moments_in_utc[1])


def test_a_moment_needs_a_time_zone_and_none_stays_none(engine: Engine) -> None:
    with writing(engine) as connection:
        moments.create(connection)
        connection.execute(insert(moments), [{"at": None}])
        assert connection.execute(select(moments.c.at)).scalar() is None
        naive = datetime(2026, 1, 1)  # noqa: DTZ001 - what is refused
        with pytest.raises(StatementError, match="needs a time zone"):
            connection.execute(insert(moments), [{"at": naive}])
