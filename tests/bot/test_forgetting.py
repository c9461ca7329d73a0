"""Forgetting people, and what is too old: every table of the bot's database is accounted for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table, insert, select

from bot.forgetting import ERASERS, Trace, forget_before, forget_person
from bot.state import BotState
from bot.state_schema import answers, gap_askings, gaps, metadata, receipts, updates, works
from bot.works import SILENT
from corpus.database import UtcTime, reading, writing

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PERSON, OTHER = 7, 8
GROUP = -50

NOBODYS = {
    "receipts": "quotes of articles",
    "moved_chats": "groups that became supergroups",
    "moments": "when the bot did something",
    "looks": "how far the library was looked through",
    "announced": "what Telegram was told of the bot",
}
"""Tables that hold nothing of people, and what they hold."""

NO_PERSON = frozenset(
    {
        *("update_id", "message_id", "question_id", "thread_id"),
        *("tried_at", "size", "claimed_by"),
    }
)
"""Columns of large numbers that name no person and no private chat."""

COVERED = {table.name: table for eraser in ERASERS for table in eraser.tables}


def persons_in(table: Table) -> list[Column[Any]]:
    """Return the columns that may name a person."""
    large = (column for column in table.columns if isinstance(column.type, BigInteger))
    return [column for column in large if column.name not in NO_PERSON]


def row(table: Table, number: int, person: int, **given: object) -> dict[str, object]:
    """Return a row of any table: `person` wherever one may stand, else what `number` makes."""
    values: dict[str, object] = {}
    for column in table.columns:
        if column in persons_in(table):
            values[column.name] = person
        elif isinstance(column.type, UtcTime):
            values[column.name] = NOW - timedelta(days=1)
        elif isinstance(column.type, Boolean):
            values[column.name] = False
        elif isinstance(column.type, Integer):
            values[column.name] = number
        elif isinstance(column.type, LargeBinary):
            values[column.name] = b""
        else:
            values[column.name] = "[]" if column.name == "collections" else str(number)
    return values | given


@pytest.fixture
def state(tmp_path: Path) -> Iterator[BotState]:
    with BotState.open(tmp_path) as state:
        yield state


def put(state: BotState, table: Table, /, **values: object) -> None:
    with writing(state._engine) as connection:
        connection.execute(insert(table).values(**values))


def rows(state: BotState, table: Table) -> list[dict[str, Any]]:
    with reading(state._engine) as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]


def full(state: BotState) -> None:
    """Put a row of each of two people into every table that tells of people."""
    for table in COVERED.values():
        for number, person in ((1, PERSON), (2, OTHER)):
            put(state, table, **row(table, number, person))


def test_every_table_is_erased_from_or_known_to_hold_nobody() -> None:
    assert set(metadata.tables) == set(COVERED) | set(NOBODYS)
    assert set(COVERED).isdisjoint(NOBODYS)


def test_no_table_said_to_hold_nobody_names_a_person_or_a_chat() -> None:
    for name in NOBODYS:
        named = {column.name for column in persons_in(metadata.tables[name])}
        assert named <= {"old_id", "new_id"}, f"{name} names people; erase from it in ERASERS"


def test_nothing_of_a_person_is_left_and_everything_of_others(state: BotState) -> None:
    full(state)
    forget_person(state, PERSON, now=NOW)
    for name, table in COVERED.items():
        left = rows(state, table)
        for column in persons_in(table):
            assert PERSON not in {one[column.name] for one in left}, f"{name}.{column.name}"
        others = [one for one in left if str(2) in map(str, one.values()) or OTHER in one.values()]
        assert others, f"{name} lost what belongs to somebody else"


def test_what_was_erased_is_counted_by_kind(state: BotState) -> None:
    full(state)
    counts = forget_person(state, PERSON, now=NOW)
    assert list(counts) == list(Trace)
    assert counts[Trace.ANSWERS] == counts[Trace.VOTES] == counts[Trace.FOLLOWS] == 1
    again = forget_person(state, PERSON, now=NOW)
    assert set(again.values()) == {0}


def test_questions_asked_in_groups_go_too_and_the_groups_are_named(state: BotState) -> None:
    put(state, answers, **row(answers, 1, PERSON, chat_id=GROUP))
    put(state, answers, **row(answers, 2, OTHER, chat_id=GROUP))
    assert state.traces.groups_of(PERSON) == [GROUP]
    forget_person(state, PERSON, now=NOW)
    assert [one["asker_id"] for one in rows(state, answers)] == [OTHER]


def test_a_question_that_others_asked_too_keeps_their_words_only(state: BotState) -> None:
    put(state, gaps, **row(gaps, 1, 0, question="mine"))
    put(state, gap_askings, **row(gap_askings, 1, PERSON, question="mine"))
    put(state, gap_askings, **row(gap_askings, 2, OTHER, question="theirs", gap="1"))
    forget_person(state, PERSON, now=NOW)
    assert [one["question"] for one in rows(state, gaps)] == ["theirs"]


def test_an_update_under_way_keeps_its_row_without_the_person(state: BotState) -> None:
    put(state, updates, **row(updates, 1, PERSON, state="accepted"))
    put(state, updates, **row(updates, 2, PERSON, state="done"))
    forget_person(state, PERSON, now=NOW)
    assert [(one["update_id"], one["chat_id"]) for one in rows(state, updates)] == [(1, 0)]


def test_work_that_is_alive_is_not_cut_off(state: BotState) -> None:
    put(state, works, **row(works, 1, PERSON, alive_at=NOW))
    forget_person(state, PERSON, now=NOW)
    assert rows(state, works)
    forget_person(state, PERSON, now=NOW + 2 * SILENT)
    assert not rows(state, works)


def test_what_is_too_old_goes_and_receipts_and_follows_stay(state: BotState) -> None:
    full(state)
    put(state, receipts, **row(receipts, 1, 0, shown_at=NOW - timedelta(days=1)))
    put(state, updates, **row(updates, 3, PERSON, state="done"))
    assert forget_before(state, NOW - timedelta(days=2)) == 0
    assert forget_before(state, NOW) > 0
    emptied = {"answers", "votes", "gap_askings", "gaps", "alerts", "inline_cards"}
    for name in emptied:
        assert not rows(state, COVERED[name]), name
    assert rows(state, receipts)
    assert rows(state, COVERED["follows"])
    assert {one["state"] for one in rows(state, updates)} == {"1", "2"}, "settled ones only"
