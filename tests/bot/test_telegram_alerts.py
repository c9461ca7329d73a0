"""Alerts as they are sent: at once, held, together, never twice; with a clock set by hand."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot.following.alerts import AlertState
from bot.following.due_times import Habits
from bot.following.follows import Paused
from bot.state import BotState
from corpus.store import ArticleStore
from tests.bot.following_bot import DAY, HOUR, QUESTION, Tellers, a_watching_bot, flooded
from tests.bot.telegram_bot import FLOOD, article, flood
from tests.bot.telegram_double import (
    Failure,
    RefusedError,
    TelegramDouble,
    labels,
    quotes_in,
)

NOON = int(datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp())
BLOCKED = RefusedError(403, "Forbidden: bot was blocked by the user")
FIRE = "The mill burned down on Sunday. Two engines came."
FIRE_QUESTION = "When did the mill burn down?"


def at_noon() -> TelegramDouble:
    double = TelegramDouble()
    double.date = NOON
    return double


def heading(question: str = QUESTION) -> str:
    return f"🔔 New for: “{question}”"


async def test_an_alert_is_an_answer_page_under_a_line_that_says_what_it_is_for(
    tmp_path: Path,
) -> None:
    async with a_watching_bot(tmp_path, double=at_noon()) as bot:
        bot.follow()
        bot.comes(flood())
        [message] = await bot.alerted(1)
        assert message["text"].startswith(f"{heading()}\n{FLOOD}\nFlood cuts valley road\n")
        assert quotes_in(message) == [FLOOD]
        assert labels(message) == [["📖 Context"], ["👍", "👎", "🔕 Stop", "⏸ Pause"]]
        bot.double.presses("📖 Context")
        await bot.double.until(lambda: "↩ Back" in str(labels(message)))
        bot.double.presses("↩ Back")
        await bot.double.until(lambda: message["text"].startswith(heading()))
        await bot.double.until(lambda: bot.alerts.count(AlertState.SENT) == 3)  # and two controls


async def test_stories_of_one_moment_are_one_message_with_a_page_for_each(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follow(FIRE_QUESTION)
        bot.comes(flooded("one", "3.1"), flooded("two", "3.2"), article("fire", FIRE))
        [message] = await bot.alerted(1)
        lines = message["text"].split("\n")
        assert lines[0] == "🔔 3 new stories for what you follow"
        assert lines.index(heading()) < lines.index(heading(FIRE_QUESTION))
        assert quotes_in(message) == [
            FLOOD.replace("2.4", "3.1"),
            FLOOD.replace("2.4", "3.2"),
            FIRE,
        ]
        kinds = {entity["type"] for entity in message["entities"]}
        assert "expandable_blockquote" in kinds
        assert labels(message) == [["1", "2", "3"]]
        double.presses("3")
        await double.until(lambda: message["text"].startswith(heading(FIRE_QUESTION)))
        assert quotes_in(message) == [FIRE]
        double.presses("☰ All 3")
        await double.until(lambda: labels(message) == [["1", "2", "3"]])


async def test_a_copy_and_a_report_that_come_later_alert_nobody_again(tmp_path: Path) -> None:
    tellers = Tellers()
    async with a_watching_bot(tmp_path, double=at_noon(), tellers=tellers) as bot:
        bot.follow()
        bot.comes(flood())
        await bot.alerted(1)
        tellers.reports = [["flood", "copy"]]
        bot.comes(flood("copy", source="Other Wire"))
        await bot.alerted(1)
        tellers.reports = [["flood", "copy"], ["report"]]
        bot.comes(flooded("report", "2.5"))
        await bot.alerted(1)


async def test_the_daily_digest_comes_at_its_local_time_as_one_message(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(zone="Asia/Kolkata", is_daily=True, digest=time(18)))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
        bot.comes(flooded("two", "3.2"))
        double.date = NOON + HOUR // 2 - 1
        await bot.alerted(0)
        double.date += 1
        [message] = await bot.alerted(1)
        assert len(quotes_in(message)) == 2
        bot.comes(flooded("three", "3.3"))
        double.date += DAY - 1
        await bot.alerted(1)
        double.date += 1
        assert quotes_in((await bot.alerted(2))[1]) == [FLOOD.replace("2.4", "3.3")]


async def test_the_digest_keeps_its_local_time_when_clocks_change(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.date = int(datetime(2026, 10, 24, 12, tzinfo=UTC).timestamp())
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(zone="Europe/Berlin", is_daily=True, digest=time(8)))
        bot.comes(flooded("one", "3.1"))
        double.date = int(datetime(2026, 10, 25, 6, 59, 59, tzinfo=UTC).timestamp())
        await bot.alerted(0)
        double.date += 1
        await bot.alerted(1)


async def test_quiet_hours_over_midnight_hold_alerts_which_then_come_as_one(
    tmp_path: Path,
) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(quiet=(time(22), time(7))))
        double.date = NOON + 10 * HOUR
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
        double.date = NOON + 13 * HOUR
        bot.comes(flooded("two", "3.2"))
        await bot.alerted(0)
        double.date = NOON + 19 * HOUR - 1
        await bot.alerted(0)
        double.date += 1
        [message] = await bot.alerted(1)
        assert len(quotes_in(message)) == 2


async def test_above_the_cap_the_rest_of_a_day_comes_together_on_the_next(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(cap=2))
        bot.comes(flooded("one", "3.1"))
        [first] = await bot.alerted(1)
        assert "today's last alert" not in first["text"]
        bot.comes(flooded("two", "3.2"))
        second = (await bot.alerted(2))[1]
        assert second["text"].endswith(
            "This was today's last alert (2 a day). What else comes is told together tomorrow."
        )
        bot.comes(flooded("three", "3.3"), flooded("four", "3.4"))
        await bot.alerted(2)
        double.date = NOON + 20 * HOUR - 1
        await bot.alerted(2)
        double.date += 1
        third = (await bot.alerted(3))[2]
        assert len(quotes_in(third)) == 2


async def test_a_clock_set_back_neither_repeats_nor_loses(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(is_daily=True, digest=time(13)))
        bot.comes(flooded("one", "3.1"))
        double.date = NOON + HOUR
        await bot.alerted(1)
        double.date += 1
        bot.comes(flooded("two", "3.2"))
        await bot.alerted(1)
        double.date = NOON
        await bot.alerted(1)
        double.date = NOON + HOUR
        assert quotes_in((await bot.alerted(2))[1]) == [FLOOD.replace("2.4", "3.2")]


async def test_a_clock_set_forward_sends_what_is_due_by_then(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(is_daily=True, digest=time(8)))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
        double.date = NOON + 40 * DAY
        await bot.alerted(1)


async def test_after_a_restart_what_waited_is_sent_once_when_it_is_due(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(quiet=(time(10), time(14))))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
    with ArticleStore.open(tmp_path) as store:
        store.put(flooded("away", "3.2"))
    double.date = NOON + 3 * HOUR
    async with a_watching_bot(tmp_path, double=double):
        [message] = await double.shows(1)
    assert len(quotes_in(message)) == 2
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.beats = 2
        await bot.alerted(1)


async def test_what_was_being_sent_when_the_bot_died_is_not_sent_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(quiet=(time(10), time(14))))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
    with BotState.open(tmp_path) as state:
        alerts = state.follows.alerts
        [waiting] = alerts.waiting()
        alerts.put_together([waiting.id], "a" * 12)
        alerts.about_to_send("a" * 12, at=datetime.fromtimestamp(NOON, UTC))
    double.date = NOON + 3 * HOUR
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.beats = 2
        await bot.alerted(0)
        assert bot.alerts.count(AlertState.AMBIGUOUS) == 1
    assert "1 messages with alerts were being sent when the bot ended" in caplog.text


@pytest.mark.parametrize("arrives", [True, False])
async def test_an_alert_whose_fate_is_unknown_is_not_repeated(
    tmp_path: Path, *, arrives: bool
) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        double.failures.append(Failure("sendMessage", "timeout", carried_out=arrives))
        bot.comes(flooded("one", "3.1"))
        await double.until(lambda: bot.alerts.count(AlertState.AMBIGUOUS) == 1)
        await bot.alerted(int(arrives))


async def test_an_alert_that_never_left_is_sent_again_until_it_arrives(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        double.failures.append(Failure("sendMessage", "refuse"))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(1)


async def test_who_blocks_the_bot_is_switched_off_until_they_write_again(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        one, other = bot.follow(), bot.follow(FIRE_QUESTION)
        double.shut[7] = BLOCKED
        bot.comes(flooded("one", "3.1"))
        await double.until(lambda: bot.follows.chats(Paused.SHUT) == {7})
        assert [bot.follows.one(f.token).paused for f in (one, other)] == [Paused.SHUT] * 2
        bot.comes(article("fire", FIRE))
        await bot.alerted(0)
        del double.shut[7]
        double.date += 10
        double.says("/help")
        await double.until(lambda: not bot.follows.chats(Paused.SHUT))
        bot.comes(flooded("three", "3.3"))
        [_, alert] = await bot.alerted(2)
        assert quotes_in(alert) == [FLOOD.replace("2.4", "3.3")]


async def test_what_is_gone_before_it_is_sent_is_left_out(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(quiet=(time(10), time(14))))
        bot.comes(flooded("gone", "3.1"), flooded("kept", "3.2"))
        await bot.alerted(0)
        bot.running.store.remove("gone")
        double.date = NOON + 3 * HOUR
        [message] = await bot.alerted(1)
        assert quotes_in(message) == [FLOOD.replace("2.4", "3.2")]
        assert bot.alerts.count(AlertState.DROPPED) == 1


async def test_what_is_withdrawn_later_is_not_quoted_again(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, double=at_noon()) as bot:
        bot.follow()
        bot.comes(flooded("one", "3.1"), flooded("two", "3.2"))
        [message] = await bot.alerted(1)
        bot.running.store.retire("one")
        bot.double.presses("2")
        await bot.double.until(lambda: message["text"].startswith(heading()))
        bot.double.presses("☰ All 2")
        await bot.double.until(lambda: labels(message) == [["1", "2"]])
        assert "1. ⛔ This passage was withdrawn from the library." in message["text"]
        assert quotes_in(message) == [FLOOD.replace("2.4", "3.2")]


async def test_where_nothing_is_left_nothing_is_sent(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(quiet=(time(10), time(14))))
        bot.comes(flooded("gone", "3.1"))
        await bot.alerted(0)
        bot.running.store.retire("gone")
        double.date = NOON + 3 * HOUR
        await bot.alerted(0)


async def test_rights_taken_away_before_sending_count(tmp_path: Path) -> None:
    double = at_noon()
    quiet = Habits(quiet=(time(10), time(14)))
    async with a_watching_bot(tmp_path, double=double) as bot:
        for user in (7, 8):
            bot.follow(user=user)
            bot.follows.habits.keep(user, quiet)
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
    double.date = NOON + 3 * HOUR
    rights: dict[str, Any] = {"chat_collections": {8: ("other",)}, "allowed": [8, 99]}
    async with a_watching_bot(tmp_path, double=double, **rights) as bot:
        bot.beats = 2
        await bot.alerted(0)
        await bot.alerted(0, user=8)
        assert bot.alerts.count(AlertState.DROPPED) == 2


async def test_a_group_is_alerted_in_its_topic_and_follows_its_group(tmp_path: Path) -> None:
    double = at_noon()
    double.forum_topics.add((-100, 5))
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow(chat_id=-100, thread_id=5)
        bot.comes(flooded("one", "3.1"))
        await bot.beat()
        [message] = double.shown(-100)
        sent = [p for name, p in double.calls if name == "sendMessage" and p["chat_id"] == -100]
        assert sent[0]["message_thread_id"] == 5
        assert message["text"].startswith(heading())
        assert labels(message) == [["📖 Context", "👍", "👎", "🔕 Stop", "⏸ Pause"]]


async def test_stopping_takes_back_what_waits(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        follow = bot.follow()
        bot.follows.habits.keep(7, Habits(quiet=(time(10), time(14))))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
        bot.follows.stop(follow.token)
        double.date = NOON + 3 * HOUR
        await bot.alerted(0)


async def test_a_pause_holds_what_waits(tmp_path: Path) -> None:
    double = at_noon()
    async with a_watching_bot(tmp_path, double=double) as bot:
        follow = bot.follow()
        bot.follows.habits.keep(7, Habits(quiet=(time(10), time(14))))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
        bot.follows.pause(follow.token, at=datetime.fromtimestamp(NOON, UTC))
        double.date = NOON + 3 * HOUR
        await bot.alerted(0)
        bot.follows.resume(follow.token, since=bot.engine.position)
        await bot.alerted(1)


async def test_many_stories_are_named_when_not_all_can_be_quoted(tmp_path: Path) -> None:
    double = at_noon()
    long = " ".join(f"The river rose {n} metres at Harlow Bridge, far away." for n in range(9))
    async with a_watching_bot(tmp_path, double=double) as bot:
        bot.follow()
        bot.comes(
            *(article(f"n{n}", f"{long} Report {n}.", title=f"Report {n}") for n in range(14))
        )
        [message, rest] = await bot.alerted(2)
        assert message["text"].startswith("🔔 12 new stories for what you follow")
        assert 5 < len(quotes_in(message)) < 12
        assert all(f"{n + 1}. Report {n}" in message["text"] for n in range(12))
        assert [len(row) for row in labels(message)] == [6, 6]
        assert rest["text"].startswith("🔔 2 new stories")


async def test_a_library_that_cannot_be_read_for_a_while_loses_no_alert(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = at_noon()
    failing = [True]
    tellers = Failing(failing)
    async with a_watching_bot(tmp_path, double=double, tellers=tellers) as bot:
        bot.follow()
        bot.comes(flooded("one", "3.1"))
        await double.until(lambda: "cannot be looked after" in caplog.text)
        failing.clear()
        await bot.alerted(1)
    assert caplog.text.count("cannot be looked after") == 1


class Failing(Tellers):
    """Breaks as long as it is told to."""

    def __init__(self, failing: list[bool]) -> None:
        super().__init__()
        self._failing = failing

    def __call__(self, names: Any) -> Any:
        if self._failing:
            message = "the file is locked"
            raise OSError(message)
        return super().__call__(names)
