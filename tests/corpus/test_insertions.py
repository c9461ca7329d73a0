"""Rows put by the driver are those SQLAlchemy would put, and errors are the library's."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
)

from corpus.database import UtcTime, open_engine, reading, writing
from corpus.errors import LibraryError
from corpus.insertions import Insertion

MOMENT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
CHANGE = {"kind": "add", "passage": 1}
changes = Table(
    "changes",
    MetaData(),
    Column("position", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("passage", Integer, nullable=False),
    CheckConstraint("kind <> ''"),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(tmp_path / "some.sqlite")
    with writing(made) as connection:
        changes.create(connection)
    yield made
    made.dispose()


def test_a_row_is_the_one_sqlalchemy_puts_and_its_id_is_told(engine: Engine) -> None:
    adding = Insertion(changes, tuple(CHANGE))
    with writing(engine) as connection:
        connection.execute(insert(changes).values(CHANGE))
        assert adding.one(connection, CHANGE) == 2
    with reading(engine) as connection:
        first, second = connection.execute(select(changes).order_by(changes.c.position))
    assert first[1:] == second[1:]


def test_moments_are_stored_as_their_column_says(engine: Engine) -> None:
    moments = Table("moments", MetaData(), Column("id", Integer), Column("at", UtcTime))
    with writing(engine) as connection:
        moments.create(connection)
        Insertion(moments, ("id", "at")).all(
            connection, [{"id": 1, "at": MOMENT}, {"id": 2, "at": None}]
        )
        found = connection.execute(select(moments.c.at).order_by(moments.c.id)).scalars()
        assert list(found) == [MOMENT, None]
        stored = connection.exec_driver_sql("SELECT at FROM moments ORDER BY id").scalars()
        assert list(stored) == ["2026-03-01T12:30:00.000000+00:00", None]


@pytest.mark.parametrize("wrong", [{"passage": 1 << 64}, {"kind": "\ud800"}, {"kind": ""}])
def test_what_cannot_be_put_is_an_error_of_the_library(
    engine: Engine, wrong: dict[str, object]
) -> None:
    adding = Insertion(changes, tuple(CHANGE))
    with writing(engine) as connection, pytest.raises(LibraryError):
        adding.one(connection, CHANGE | wrong)
    with reading(engine) as connection:
        assert connection.execute(select(changes)).all() == []


def test_no_rows_are_nothing_to_put(engine: Engine) -> None:
    with writing(engine) as connection:
        Insertion(changes, tuple(CHANGE)).all(connection, [])
    with reading(engine) as connection:
        assert connection.execute(select(changes)).all() == []
