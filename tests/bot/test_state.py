import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from bot.journal import SETTLED, Entry, Kind, Progress
from bot.references import (
    MOST_COPIES,
    ArticleRef,
    HitRef,
    stories_from_json,
    stories_of,
    stories_to_json,
)
from bot.state import FILE_NAME, BotState, StoredAnswer, StoredReceipt
from bot.state_schema import metadata
from corpus.articles import Span
from corpus.database import open_engine
from corpus.errors import LibraryDamagedError, LibraryNewerError
from retrieval.answers import Confidence
from tests.bot.shelf import a_hit, an_article

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NUMBERS = st.integers(0, 1000)
SPANS = st.builds(lambda a, n: Span(start=a, end=a + n), NUMBERS, st.integers(1, 99))
ARTICLES = st.builds(ArticleRef, collection=st.text(), key=st.text(), version=NUMBERS)
HITS = st.builds(
    HitRef,
    article=ARTICLES,
    span=SPANS,
    marks=st.lists(SPANS, max_size=3).map(tuple),
    receipt=st.text(),
    copies=st.lists(ARTICLES, max_size=3).map(tuple),
    score=st.floats(0, 1),
    vector_rank=st.none() | NUMBERS,
    keyword_rank=st.none() | NUMBERS,
)


def an_entry(number: int, **changed: object) -> Entry:
    entry = Entry(
        update_id=number,
        chat_id=7,
        kind=Kind.QUESTION,
        payload='{"text": "a"}',
        asked_at=NOW,
        received_at=NOW,
    )
    return replace(entry, **changed)


def a_stored_answer(**changed: object) -> StoredAnswer:
    answer = StoredAnswer(
        token="abcdefghijkl",
        chat_id=7,
        thread_id=None,
        message_id=None,
        question_id=3,
        asker_id=9,
        question="q?",
        searched_for="q",
        confidence=Confidence.POSSIBLE,
        stories=stories_of([a_hit(an_article())]),
        shown=None,
        created_at=NOW,
    )
    return replace(answer, **changed)


def test_the_migrations_make_the_tables_the_code_uses(tmp_path: Path) -> None:
    BotState.open(tmp_path).close()
    engine = open_engine(tmp_path / FILE_NAME)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert [d for d in differences if "alembic_version" not in str(d)] == []


def test_a_state_of_a_newer_release_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state, state._engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(LibraryNewerError):
        BotState.open(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 500)
    with pytest.raises(LibraryDamagedError):
        BotState.open(tmp_path)


@pytest.mark.parametrize("progress", Progress)
def test_only_what_was_accepted_and_not_begun_to_be_sent_is_resumed(
    progress: Progress, tmp_path: Path
) -> None:
    with BotState.open(tmp_path) as state:
        state.journal.accept([an_entry(1)])
        state.journal.mark(1, progress)
    with BotState.open(tmp_path) as state:
        resumed = state.journal.resume()
        if progress in {Progress.ACCEPTED, Progress.ANSWERING}:
            assert resumed == [an_entry(1, progress=progress)]
        else:
            assert resumed == []


def test_an_update_is_accepted_once_and_resumed_in_order_with_its_attempts(
    tmp_path: Path,
) -> None:
    with BotState.open(tmp_path) as state:
        assert state.journal.accept([]) == set()
        assert state.journal.accept([an_entry(2), an_entry(1)]) == {1, 2}
        assert state.journal.accept([an_entry(2), an_entry(3)]) == {3}
        state.journal.begin(2)
        assert [(e.update_id, e.attempts) for e in state.journal.resume()] == [
            (1, 0),
            (2, 1),
            (3, 0),
        ]


def test_attempts_are_counted_anew_when_there_is_something_to_send(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.journal.accept([an_entry(1), an_entry(2)])
        for update_id in (1, 1, 2):
            state.journal.begin(update_id)
        state.keep(None, [], update_id=1)
        assert [e.attempts for e in state.journal.resume()] == [0, 1]


@pytest.mark.parametrize("progress", SETTLED)
def test_a_settled_update_keeps_its_state_and_loses_what_was_written(
    progress: Progress, tmp_path: Path
) -> None:
    with BotState.open(tmp_path) as state:
        state.journal.accept([an_entry(1)])
        state.journal.mark(1, progress, note="why")
        state.journal.mark(1, Progress.ACCEPTED)
        assert state.journal.count(progress) == 1
        with state._engine.connect() as connection:
            row = connection.exec_driver_sql("SELECT payload, note FROM updates").one()
    assert row == (None, "why")


def test_what_was_being_sent_becomes_ambiguous_with_a_note(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.journal.accept([an_entry(n) for n in (1, 2, 3)])
        state.journal.mark(3, Progress.SENDING)
        state.journal.mark(1, Progress.SENDING)
        assert state.journal.settle_interrupted() == [1, 3]
        assert state.journal.settle_interrupted() == []
        assert state.journal.count(Progress.AMBIGUOUS) == 2


def test_only_old_settled_updates_are_forgotten(tmp_path: Path) -> None:
    old = NOW - timedelta(days=3)
    with BotState.open(tmp_path) as state:
        state.journal.accept(
            [an_entry(1, received_at=old), an_entry(2, received_at=old), an_entry(3)]
        )
        state.journal.mark(2, Progress.DONE)
        state.journal.mark(3, Progress.DONE)
        state.journal.forget(before=NOW - timedelta(days=2))
        assert state.journal.count(*Progress) == 2
        assert [e.update_id for e in state.journal.resume()] == [1]


@given(st.lists(st.lists(HITS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple))
def test_stories_survive_the_database(stories: tuple[tuple[HitRef, ...], ...]) -> None:
    assert stories_from_json(json.loads(json.dumps(stories_to_json(stories)))) == stories


def test_an_answer_is_found_by_token_question_and_place(tmp_path: Path) -> None:
    first = a_stored_answer()
    later = a_stored_answer(token="second______", created_at=NOW + timedelta(seconds=1))
    topic = a_stored_answer(token="topic_______", thread_id=4, question_id=8)
    with BotState.open(tmp_path) as state:
        for answer in (first, later, topic):
            state.keep(answer, [])
        assert state.answer(first.token) == first
        assert state.answer("unknown_____") is None
        assert state.answer_to(chat_id=7, question_id=3) == later
        assert state.answer_to(chat_id=8, question_id=3) is None
        assert state.newest_answer(chat_id=7, thread_id=None) == later
        assert state.newest_answer(chat_id=7, thread_id=4) == topic
        assert state.newest_answer(chat_id=7, thread_id=5) is None


def test_an_answer_is_kept_anew_and_noted_as_shown(tmp_path: Path) -> None:
    answer = a_stored_answer()
    with BotState.open(tmp_path) as state:
        state.keep(answer, [])
        state.journal.accept([an_entry(1)])
        state.note_arrived(1, answer.token, message_id=44, shown="hash")
        assert state.journal.count(Progress.DONE) == 1
        assert state.answer(answer.token) == replace(answer, message_id=44, shown="hash")
        state.keep(replace(answer, question="other?"), [])
        assert state.answer(answer.token) == replace(answer, question="other?")


def test_a_receipt_is_kept_from_the_first_time_it_was_shown(tmp_path: Path) -> None:
    receipt = StoredReceipt(
        code="K7Q2M9XA4T",
        collection="main",
        key="flood",
        version=2,
        span=Span(start=3, end=9),
        shown_at=NOW,
    )
    with BotState.open(tmp_path) as state:
        state.keep(None, [receipt])
        state.keep(None, [replace(receipt, shown_at=NOW + timedelta(days=1))])
        assert state.receipt(receipt.code) == receipt
        assert state.receipt("0000000000") is None


def test_answers_move_with_their_chat_and_moments_are_remembered(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.keep(a_stored_answer(chat_id=-5), [])
        state.move_chat(-5, -1005)
        state.move_chat(-5, -1005)
        moved = state.answer("abcdefghijkl")
        assert moved is not None
        assert moved.chat_id == -1005
        assert not moved.is_private
        assert state.moved_chats() == {-5: -1005}
        assert state.moment("polled") is None
        state.note_moment("polled", NOW)
        state.note_moment("polled", NOW + timedelta(seconds=1))
        assert state.moment("polled") == NOW + timedelta(seconds=1)


def test_stories_group_the_passages_of_an_article_and_keep_twenty_copies() -> None:
    one, two = an_article(key="one"), an_article(key="two")
    copies = tuple(an_article(key=f"copy{n}").citation for n in range(30))
    hits = [a_hit(one, rank=1, also_in=copies), a_hit(two, rank=2), a_hit(one, rank=3)]
    stories = stories_of(hits)
    assert [[hit.article.key for hit in story] for story in stories] == [["one", "one"], ["two"]]
    assert len(stories[0][0].copies) == MOST_COPIES
