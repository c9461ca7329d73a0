"""Follows, alerts and habits as the database keeps them."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.following.alerts import AlertState, story_to_json
from bot.following.due_times import Habits
from bot.following.follows import MOST_FOLLOWS, Follow, Found, Look, Paused
from bot.references import HitRef
from bot.state import BotState
from tests.bot.shelf import a_hit, an_article

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
START = Look(position=0, history="", version=0)


def a_follow(token: str = "a" * 12, **changed: object) -> Follow:
    given: dict[str, object] = {
        "token": token,
        "person_id": 7,
        "chat_id": 7,
        "thread_id": None,
        "question": f"What of {token}?",
        "language": "en",
        "is_once": False,
        "since": 3,
        "created_at": NOW,
    }
    return Follow(**(given | changed))


def found(follow: Follow, key: str = "flood.txt") -> Found:
    story = (HitRef.of(a_hit(an_article(key=key))),)
    return Found(follow=follow, story=story_to_json(story), articles=(("main", key),))


def with_alerts(state: BotState, *some: Found) -> list[int]:
    """Write alerts down; return their ids."""
    before = {one.id for one in state.follows.alerts.some(range(99))}
    look = state.follows.look() or START
    if state.follows.look() is None:
        state.follows.begin_anew(START)
    after = Look(position=look.position + 1, history="h", version=0)
    assert state.follows.note(look, after, some, at=NOW)
    return [one.id for one in state.follows.alerts.some(range(99)) if one.id not in before]


def test_a_follow_comes_back_as_it_was_written(tmp_path: Path) -> None:
    vector = np.linspace(-1, 1, 8, dtype=np.float32)
    follow = a_follow(thread_id=4, vector=vector, space="some space")
    with BotState.open(tmp_path) as state:
        assert state.follows.add(follow, known=[("main", "x"), ("main", "x")])
    with BotState.open(tmp_path) as state:
        [kept] = state.follows.of_person(7)
        assert state.follows.known(follow.token) == {("main", "x")}
    assert kept.vector is not None
    assert np.allclose(kept.vector, vector, atol=1e-3)
    assert (kept.token, kept.thread_id, kept.space) == (follow.token, 4, "some space")
    assert kept.since == 3


@pytest.mark.parametrize("question", ["What of it?", "what  of IT", "What of it!!"])
def test_the_same_question_in_the_same_place_is_followed_once(
    question: str, tmp_path: Path
) -> None:
    with BotState.open(tmp_path) as state:
        follows = state.follows
        assert follows.add(a_follow("a" * 12, question="What of it?"))
        assert not follows.add(a_follow("b" * 12, question=question))
        assert follows.add(a_follow("c" * 12, question=question, thread_id=5))
        assert follows.add(a_follow("d" * 12, question=question, chat_id=-5))
        there = follows.there(7, None, question)
        assert there is not None
        assert there.token == "a" * 12


def test_nobody_follows_more_than_the_most_and_others_still_may(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        for number in range(MOST_FOLLOWS):
            assert state.follows.add(a_follow(f"{number:012}"))
        assert not state.follows.add(a_follow("one too many"))
        assert state.follows.add(a_follow("b" * 12, person_id=8, chat_id=8))


def test_vectors_are_kept_with_their_space(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.follows.add(a_follow())
        vector = np.ones(4, dtype=np.float32)
        state.follows.keep_vectors([("a" * 12, vector)], space="new")
        [kept] = state.follows.standing()
    assert kept.space == "new"
    assert kept.vector is not None
    assert kept.vector.tolist() == [1.0] * 4


def test_pauses_have_reasons_and_only_their_own_end_ends_them(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        follows = state.follows
        follows.add(a_follow("a" * 12))
        follows.add(a_follow("b" * 12))
        follows.pause("a" * 12, at=NOW)
        assert follows.shut(7, at=NOW) == 1
        assert [one.paused for one in follows.of_person(7)] == [Paused.ASKED, Paused.SHUT]
        assert follows.chats(Paused.SHUT) == {7}
        assert follows.chats(None) == set()
        assert follows.reopen(7, since=9) == 1
        assert [one.paused for one in follows.of_person(7)] == [Paused.ASKED, None]
        assert [one.since for one in follows.of_person(7)] == [3, 9]
        follows.resume("a" * 12, since=11)
        assert [one.since for one in follows.standing()] == [11, 9]


def test_alerts_and_the_look_that_found_them_are_written_together(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.follows.add(a_follow())
        with_alerts(state, found(a_follow()))
        assert state.follows.look() == Look(position=1, history="h", version=0)
        assert state.follows.known("a" * 12) == {("main", "flood.txt")}
        [waiting] = state.follows.alerts.waiting()
        assert (waiting.person_id, waiting.chat_id, waiting.found_at) == (7, 7, NOW)


def test_what_is_not_followed_any_more_finds_nothing(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.follows.add(a_follow())
        state.follows.pause("a" * 12, at=NOW)
        assert with_alerts(state, found(a_follow()), found(a_follow("b" * 12))) == []


def test_told_once_means_one_alert_and_no_follow_left(tmp_path: Path) -> None:
    once = a_follow(is_once=True)
    with BotState.open(tmp_path) as state:
        state.follows.add(once)
        assert len(with_alerts(state, found(once), found(once, "other"))) == 1
        assert state.follows.of_person(7) == []
        assert len(state.follows.alerts.waiting()) == 1


def test_an_alert_goes_through_its_states_and_never_back_from_the_end(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        alerts = state.follows.alerts
        state.follows.add(a_follow())
        ids = with_alerts(state, found(a_follow()))
        token = "t" * 12
        assert [one.question for one in alerts.put_together(ids, token)] == [a_follow().question]
        assert alerts.is_pending(token)
        alerts.about_to_send(token, at=NOW)
        assert not alerts.is_pending(token)
        assert alerts.sent_to(7, since=NOW) == [NOW]
        alerts.not_sent(token)
        assert alerts.is_pending(token)
        assert alerts.sent_to(7, since=NOW) == []
        alerts.about_to_send(token, at=NOW)
        alerts.arrived(token)
        for change in (alerts.not_sent, lambda t: alerts.dropped(t, "no")):
            change(token)
            assert alerts.count(AlertState.SENT) == 1
        assert alerts.waiting() == []
        assert alerts.put_together(ids, "another one.") == []


def test_messages_count_once_however_many_stories_they_tell(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        alerts = state.follows.alerts
        state.follows.add(a_follow())
        ids = with_alerts(state, found(a_follow()), found(a_follow(), "other"))
        alerts.put_together(ids, "t" * 12)
        alerts.about_to_send("t" * 12, at=NOW)
        alerts.unknown("t" * 12, "cut off")
        assert alerts.sent_to(7, since=NOW - timedelta(days=1)) == [NOW]
        assert alerts.sent_to(7, since=NOW + timedelta(seconds=1)) == []
        assert alerts.count(AlertState.AMBIGUOUS) == 2


def test_what_was_being_sent_is_settled_once_after_a_restart(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.follows.add(a_follow())
        ids = with_alerts(state, found(a_follow()), found(a_follow(), "other"))
        state.follows.alerts.put_together(ids, "t" * 12)
        state.follows.alerts.about_to_send("t" * 12, at=NOW)
    with BotState.open(tmp_path) as state:
        assert state.follows.alerts.settle_interrupted() == 1
        assert state.follows.alerts.settle_interrupted() == 0
        assert state.follows.alerts.waiting() == []


def test_old_settled_alerts_are_pruned_and_waiting_ones_kept(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        alerts = state.follows.alerts
        state.follows.add(a_follow())
        sent, waits = with_alerts(state, found(a_follow()), found(a_follow(), "other"))
        alerts.put_together([sent], "t" * 12)
        alerts.about_to_send("t" * 12, at=NOW)
        alerts.arrived("t" * 12)
        alerts.prune(before=NOW)
        assert len(alerts.some([sent, waits])) == 2
        alerts.prune(before=NOW + timedelta(seconds=1))
        assert [one.id for one in alerts.some([sent, waits])] == [waits]


def test_found_in_the_future_becomes_found_now(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.follows.add(a_follow())
        with_alerts(state, found(a_follow()))
        state.follows.alerts.believe(NOW + timedelta(hours=1))
        assert state.follows.alerts.waiting()[0].found_at == NOW
        state.follows.alerts.believe(NOW - timedelta(hours=1))
        assert state.follows.alerts.waiting()[0].found_at == NOW - timedelta(hours=1)


def test_stopping_keeps_what_was_sent_and_drops_what_waits(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        alerts = state.follows.alerts
        state.follows.add(a_follow())
        sent, waits = with_alerts(state, found(a_follow()), found(a_follow(), "other"))
        alerts.put_together([sent], "t" * 12)
        alerts.about_to_send("t" * 12, at=NOW)
        state.follows.stop("a" * 12)
        assert [one.id for one in alerts.some([sent, waits])] == [sent]
        assert state.follows.known("a" * 12) == set()


def test_forgetting_a_person_leaves_others_alone(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        follows = state.follows
        follows.add(a_follow("a" * 12))
        follows.add(a_follow("b" * 12, chat_id=-5))
        follows.add(a_follow("c" * 12, person_id=8, chat_id=8))
        follows.habits.keep(7, Habits(cap=3))
        follows.habits.keep(8, Habits(cap=3))
        with_alerts(state, *(found(one) for one in follows.standing()))
        assert follows.forget(7) == 2
        assert [one.person_id for one in follows.standing()] == [8]
        assert [one.person_id for one in follows.alerts.waiting()] == [8]
        assert (follows.habits.of(7), follows.habits.of(8)) == (Habits(), Habits(cap=3))
        assert follows.forget(7) == 0


def test_erased_articles_leave_no_trace(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.follows.add(a_follow(), known=[("main", "other")])
        with_alerts(state, found(a_follow()), found(a_follow(), "other"))
        state.forget([("main", "flood.txt")])
        assert state.follows.known("a" * 12) == {("main", "other")}
        [left] = state.follows.alerts.some(range(99))
        assert left.story[0].article.key == "other"


def test_a_group_that_moves_takes_its_follows_along(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.follows.add(a_follow("a" * 12, chat_id=-5, person_id=-5))
        with_alerts(state, found(a_follow("a" * 12, chat_id=-5, person_id=-5)))
        state.move_chat(-5, -1005)
        [moved] = state.follows.in_chat(-1005)
        assert (moved.person_id, moved.is_private) == (-1005, False)
        assert state.follows.alerts.waiting()[0].chat_id == -1005


def test_habits_come_back_as_they_were_kept(tmp_path: Path) -> None:
    habits = Habits(
        zone="Asia/Kathmandu",
        is_daily=True,
        digest=time(6, 45),
        quiet=(time(0), time(5, 30)),
        cap=30,
    )
    with BotState.open(tmp_path) as state:
        state.follows.habits.keep(7, Habits(cap=3))
        state.follows.habits.keep(7, habits)
        assert state.follows.habits.of(7) == habits
        assert state.follows.habits.of(8) == Habits()


def test_a_look_at_another_library_makes_everything_old(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.follows.add(a_follow(since=99))
        state.follows.begin_anew(Look(position=5, history="x", version=5))
        assert state.follows.one("a" * 12).since == 5
