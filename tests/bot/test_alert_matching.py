"""Which new articles alert whom: news, stories, copies, versions, rights, crashes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.following import news as alert_news
from bot.following.alerts import Alert
from bot.following.follows import Follow, Follows, Look
from bot.following.matching import Matching, Watch
from bot.state import BotState
from bot.telegram.access import AllowedChats
from corpus.articles import PreparedArticle
from corpus.errors import LibraryError
from corpus.store import ArticleStore
from retrieval.answers import Confidence, Question
from retrieval.errors import QuestionError
from tests.bot.following_bot import QUESTION, EveryPair, Tellers, flooded
from tests.bot.telegram_bot import article, flood
from tests.doubles import KeywordEngine

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass
class Desk:
    """A library that is watched, step by step."""

    store: ArticleStore
    state: BotState
    engine: KeywordEngine
    tellers: Tellers
    matching: Matching

    @property
    def follows(self) -> Follows:
        return self.state.follows

    def follow(self, question: str = QUESTION, *, user: int = 7, **changed: Any) -> Follow:
        made = a_follow(user, question, **{"since": self.engine.position, **changed})
        assert self.follows.add(made)
        return made

    def comes(self, *articles: PreparedArticle, collection: str = "main") -> None:
        for one in articles:
            self.store.put(one, collection=collection)
        self.engine.refresh()

    def looks(self) -> list[str]:
        """Look through all there is; return the keys of the articles newly alerted of."""
        before = {one.id for one in self.found()}
        while self.matching.step() is not None:
            pass
        new = [one for one in self.found() if one.id not in before]
        return [one.story[0].article.key for one in new]

    def found(self) -> list[Alert]:
        return self.follows.alerts.some(range(1, 1_000))


def a_follow(user: int, question: str, **changed: Any) -> Follow:
    given: dict[str, Any] = {
        "token": f"{user}-{question}"[:12].ljust(12, "."),
        "person_id": user,
        "chat_id": user,
        "thread_id": None,
        "question": question,
        "language": "",
        "is_once": False,
        "since": 0,
        "created_at": NOW,
    }
    return Follow(**(given | changed))


@contextmanager
def a_desk(
    folder: Path,
    *articles: PreparedArticle,
    rights: Mapping[int, tuple[str, ...]] | None = None,
    allowed: frozenset[int] = frozenset(),
    breaking: dict[str, Exception | Callable[[], None]] | None = None,
    tellers: Tellers | None = None,
) -> Iterator[Desk]:
    known = tellers or Tellers()
    with ArticleStore.create(folder) as store, BotState.open(folder) as state:
        for one in articles:
            store.put(one)
        engine = KeywordEngine(store, breaking=breaking)
        matching = Matching(
            follows=state.follows,
            ask=engine.answer,
            watch=Watch(library=store, sieve=EveryPair(engine)),
            stories=known,
            rights=AllowedChats(allowed, {}, rights),
            now=lambda: NOW,
        )
        matching.begin()
        yield Desk(store, state, engine, known, matching)


def test_an_article_that_answers_strongly_alerts_once(tmp_path: Path) -> None:
    with a_desk(tmp_path, flood()) as desk:
        desk.follow()
        desk.comes(flooded("new", "3.1"))
        assert desk.looks() == ["new"]
        assert desk.looks() == []


def test_what_only_possibly_answers_alerts_nobody(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow("How far did the river rise at the old mill?")
        desk.comes(article("new", "The river has a mill. Nothing else is told."))
        answer = desk.engine.answer(Question(text="How far did the river rise at the old mill?"))
        assert answer.confidence is Confidence.POSSIBLE
        assert desk.looks() == []


def test_what_was_there_before_is_no_news(tmp_path: Path) -> None:
    with a_desk(tmp_path, flood()) as desk:
        desk.follow()
        assert desk.looks() == []
        desk.comes(flooded("before", "3.1"))
        desk.follow(user=8)
        assert desk.looks() == ["before"]
        assert [one.person_id for one in desk.found()] == [7]


def test_copies_never_alert_not_even_when_only_the_copy_is_new(tmp_path: Path) -> None:
    with a_desk(tmp_path, flood()) as desk:
        desk.follow()
        desk.tellers.reports = [["flood", "copy"]]
        desk.comes(flood("copy", source="Other Wire"))
        assert desk.looks() == []


def test_copies_that_come_together_alert_once_and_later_ones_never(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.tellers.reports = [["flood", "copy"]]
        desk.comes(flood(), flood("copy", source="Other Wire"))
        assert desk.looks() == ["flood"]
        desk.tellers.reports = [["flood", "copy", "late"]]
        desk.comes(flood("late", source="Late Wire"))
        assert desk.looks() == []


def test_a_story_that_grows_by_another_report_does_not_alert_again(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.comes(flooded("one", "3.1"))
        assert desk.looks() == ["one"]
        desk.tellers.reports = [["one"], ["two"]]
        desk.comes(flooded("two", "3.2"))
        assert desk.looks() == []


def test_stories_that_turn_out_to_be_one_are_known_by_any_of_their_articles(
    tmp_path: Path,
) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.comes(flooded("one", "3.1"))
        assert desk.looks() == ["one"]
        desk.tellers.reports = [["earlier", "three"], ["one"]]
        desk.comes(flooded("three", "3.3"))
        assert desk.looks() == []


def test_a_new_report_of_a_story_nobody_was_shown_alerts(tmp_path: Path) -> None:
    quiet = article("quiet", "There was weather in the valley.", title="Weather")
    with a_desk(tmp_path, quiet) as desk:
        desk.follow()
        desk.tellers.reports = [["quiet"], ["new"]]
        desk.comes(flooded("new", "3.1"))
        assert desk.looks() == ["new"]


def test_a_story_shown_when_the_follow_began_is_known(tmp_path: Path) -> None:
    with a_desk(tmp_path, flood()) as desk:
        follow = a_follow(7, QUESTION, since=desk.engine.position)
        assert desk.follows.add(follow, known=[("main", "flood")])
        desk.tellers.reports = [["flood"], ["new"]]
        desk.comes(flooded("new", "3.1"))
        assert desk.looks() == []


def test_a_revised_title_or_a_returned_article_is_no_news(tmp_path: Path) -> None:
    with a_desk(tmp_path, flood()) as desk:
        desk.follow()
        desk.comes(flood(title="Another title"))
        assert desk.looks() == []
        desk.store.retire("flood")
        desk.engine.refresh()
        assert desk.looks() == []
        desk.comes(flood(title="Another title"))
        assert desk.looks() == []


def test_what_is_retired_or_removed_before_the_look_alerts_nobody(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.comes(flooded("retired", "3.1"), flooded("removed", "3.2"))
        desk.store.retire("retired")
        desk.store.remove("removed")
        desk.engine.refresh()
        assert desk.looks() == []


def test_a_new_version_alerts_if_its_answer_is_new(tmp_path: Path) -> None:
    silent = article("report", "There was weather in the valley.", title="Report")
    with a_desk(tmp_path, silent) as desk:
        desk.follow()
        desk.comes(article("report", "The river rose 3.1 metres at Harlow Bridge.", title="Report"))
        assert desk.looks() == ["report"]


def test_a_new_version_that_answers_as_the_old_one_did_is_no_news(tmp_path: Path) -> None:
    said = "The river rose 3.1 metres at Harlow Bridge."
    with a_desk(tmp_path, article("report", said, title="Report")) as desk:
        desk.follow()
        desk.comes(article("report", f"{said} A comma was put right.", title="Report"))
        assert desk.looks() == []


def test_beside_an_old_answer_a_new_article_of_the_same_story_still_counts(
    tmp_path: Path,
) -> None:
    said = "The river rose 3.1 metres at Harlow Bridge."
    with a_desk(tmp_path, article("report", said, title="Report")) as desk:
        desk.follow()
        desk.tellers.reports = [["report"], ["other"]]
        desk.comes(
            article("report", f"{said} A comma was put right.", title="Report"),
            flooded("other", "3.3"),
        )
        assert desk.looks() == ["other"]


def test_whoever_wants_to_be_told_once_is(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        once = desk.follow(is_once=True)
        desk.follow(user=8, is_once=True)
        desk.comes(flooded("one", "3.1"), flooded("two", "3.2"))
        assert desk.looks() == ["one", "one"]
        assert desk.follows.one(once.token) is None
        assert desk.follows.known(once.token) == set()
        desk.comes(flooded("three", "3.3"))
        assert desk.looks() == []


def test_a_limited_chat_hears_only_of_its_collections(tmp_path: Path) -> None:
    with a_desk(tmp_path, rights={7: ("open",)}) as desk:
        desk.follow()
        desk.comes(flooded("secret", "3.1"), collection="secret")
        assert desk.looks() == []
        desk.comes(flooded("open", "3.2"), collection="open")
        assert desk.looks() == ["open"]


def test_a_chat_that_is_not_allowed_any_more_hears_nothing(tmp_path: Path) -> None:
    with a_desk(tmp_path, allowed=frozenset({8})) as desk:
        desk.follow()
        desk.comes(flooded("new", "3.1"))
        assert desk.looks() == []


def test_what_came_during_a_pause_is_no_news_after_it(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        follow = desk.follow()
        desk.follows.pause(follow.token, at=NOW)
        desk.comes(flooded("meanwhile", "3.1"))
        desk.follows.resume(follow.token, since=desk.engine.position)
        desk.comes(flooded("after", "3.2"))
        assert desk.looks() == ["after"]


def test_only_what_the_engine_answers_from_is_looked_at(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.store.put(flooded("new", "3.1"))
        assert desk.looks() == []
        desk.engine.refresh()
        assert desk.looks() == ["new"]


def test_days_away_and_restarts_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.comes(flooded("one", "3.1"))
        assert desk.looks() == ["one"]
    with ArticleStore.open(tmp_path) as store:
        store.put(flooded("away", "3.2"))
    with a_desk(tmp_path) as desk:
        assert desk.looks() == ["away"]
    with a_desk(tmp_path) as desk:
        assert desk.looks() == []


def test_a_look_that_breaks_off_is_made_again_whole(tmp_path: Path) -> None:
    breaking: dict[str, Any] = {"Harlow": LibraryError("busy; try again")}
    with a_desk(tmp_path, breaking=breaking) as desk:
        desk.follow("Was the only road cut before midnight?", user=8)
        desk.follow()
        desk.comes(flooded("new", "3.1"))
        with pytest.raises(LibraryError):
            desk.looks()
        assert desk.found() == []
        breaking.clear()
        assert desk.looks() == ["new", "new"]


def test_a_look_that_is_not_wanted_any_more_writes_nothing(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.comes(flooded("new", "3.1"))
        assert desk.matching.step(is_wanted=lambda: False) is None
        assert desk.found() == []
        assert desk.looks() == ["new"]


def test_a_strange_question_does_not_hold_up_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    breaking: dict[str, Any] = {
        "strange": RuntimeError("strange"),
        "unasked": QuestionError("no word in it"),
    }
    with a_desk(tmp_path, breaking=breaking) as desk:
        desk.follow("How strange is the river?", user=8)
        desk.follow("How unasked is the river?", user=9)
        desk.follow()
        desk.comes(flooded("new", "3.1"))
        assert desk.looks() == ["new"]
    assert "cannot be searched" in caplog.text
    assert "How strange" not in caplog.text


def test_what_is_stopped_while_a_look_goes_on_alerts_nobody(tmp_path: Path) -> None:
    breaking: dict[str, Any] = {}
    with a_desk(tmp_path, breaking=breaking) as desk:
        follow = desk.follow()
        breaking["Harlow"] = partial(desk.follows.stop, follow.token)
        desk.comes(flooded("new", "3.1"))
        assert desk.looks() == []


def test_of_two_looks_at_the_same_news_one_counts(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        before = desk.follows.look()
        assert before is not None
        desk.comes(flooded("new", "3.1"))
        assert desk.looks() == ["new"]
        assert not desk.follows.note(before, Look(position=9, history="", version=9), [], at=NOW)
        assert desk.follows.look() != Look(position=9, history="", version=9)


def test_another_library_begins_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with a_desk(tmp_path / "one", flood(), flooded("b", "9")) as desk:
        desk.follow()
        look = desk.follows.look()
    with a_desk(tmp_path / "two", flooded("c", "8")) as other:
        assert look is not None
        other.follows.begin_anew(look)
        other.follow(since=99)
        other.comes(flooded("old", "3.1"))
        assert other.looks() == []
        other.comes(flooded("new", "3.2"))
        assert other.looks() == ["new"]
    assert "another one than was looked through" in caplog.text


def test_a_long_log_is_looked_through_in_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_news, "CHANGES_AT_ONCE", 3)
    monkeypatch.setattr(alert_news, "PASSAGES_AT_ONCE", 1)
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.comes(*(flooded(f"n{n}", f"3.{n}") for n in range(7)))
        assert sorted(desk.looks()) == [f"n{n}" for n in range(7)]


def test_where_nobody_follows_the_log_is_passed_over_at_once(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.comes(*(flooded(f"n{n}", f"3.{n}") for n in range(5)))
        assert desk.matching.step() is None
        look = desk.follows.look()
        assert look is not None
        assert (look.position, look.version) == (5, 5)
        desk.follow()
        desk.comes(flooded("new", "4.1"))
        assert desk.looks() == ["new"]


def test_what_is_stored_while_nobody_follows_is_not_passed_over_unseen(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.comes(flooded("one", "3.1"))
        desk.store.put(flooded("two", "3.2"))
        desk.looks()
        desk.follow()
        desk.engine.refresh()
        assert desk.looks() == ["two"]


def test_found_alerts_are_dated_by_the_clock_that_is_handed_in(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        desk.follow()
        desk.comes(flooded("new", "3.1"))
        desk.looks()
        [waiting] = desk.follows.alerts.waiting()
        assert waiting.found_at == NOW
