"""Nothing lost, nothing twice: restarts, repeats, poison, and long absences."""

import asyncio
import json
import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.journal import Entry, Kind, Progress
from bot.speech import ENGLISH
from bot.state import BotState
from bot.telegram import intake
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import trouble as trouble_texts
from corpus.errors import LibraryFullError
from corpus.store import ArticleStore
from tests.bot.telegram_bot import FLOOD, a_bot, flood
from tests.bot.telegram_double import NOW, Failure, TelegramDouble, quotes_in
from tests.doubles import KeywordEngine

QUESTION = "How far did the river rise at Harlow Bridge?"


def left_behind(
    folder: Path, double: TelegramDouble, *progress: Progress, attempts: int = 0
) -> None:
    """Write to the journal what a killed process leaves: one question for each state."""
    with BotState.open(folder) as state:
        for reached in progress:
            double.says(QUESTION)
            raw = double.waiting.pop()
            moment = datetime.fromtimestamp(NOW, UTC)
            entry = Entry(
                update_id=raw["update_id"],
                chat_id=7,
                kind=Kind.QUESTION,
                payload=json.dumps(raw),
                asked_at=moment,
                received_at=moment,
                progress=reached,
                attempts=attempts,
            )
            state.journal.accept([entry])


async def test_what_was_accepted_is_answered_after_a_restart(tmp_path: Path) -> None:
    double = TelegramDouble()
    left_behind(tmp_path, double, Progress.ACCEPTED, Progress.ACCEPTED)
    async with a_bot(tmp_path, flood(), double=double) as bot:
        shown = await double.shows(2)
        await bot.ends()
        assert bot.state.journal.count(Progress.DONE) == 2
    assert [quotes_in(m) for m in shown] == [[FLOOD]] * 2


async def test_what_was_being_sent_is_reported_and_never_sent_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    left_behind(tmp_path, double, Progress.SENDING, Progress.ACCEPTED)
    async with a_bot(tmp_path, flood(), double=double) as bot:
        await double.shows(1)
        await bot.ends()
        assert bot.state.journal.count(Progress.AMBIGUOUS) == 1
    assert len(double.shown()) == 1
    assert "1 messages were being sent when the bot ended" in caplog.text


async def test_an_update_that_ends_the_process_again_and_again_is_given_up(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    left_behind(tmp_path, double, Progress.ACCEPTED, attempts=intake.MOST_ATTEMPTS)
    async with a_bot(tmp_path, flood(), double=double) as bot:
        [message] = await double.shows(1)
    assert message["text"] == trouble_texts.interrupted(ENGLISH)
    assert bot.engine.asked == []


async def test_what_a_release_cannot_read_is_settled_not_repeated(tmp_path: Path) -> None:
    double = TelegramDouble()
    with BotState.open(tmp_path) as state:
        moment = datetime.fromtimestamp(NOW, UTC)
        entry = Entry(
            update_id=1,
            chat_id=7,
            kind=Kind.OTHER,
            payload='{"update_id": 1, "message": {"odd": true}}',
            asked_at=None,
            received_at=moment,
        )
        state.journal.accept([entry])
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.says(QUESTION)
        await double.shows(1)
        await bot.ends()
        assert bot.state.journal.resume() == []


async def test_a_repeated_update_is_answered_once(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        again = dict(bot.double.waiting[0])
        await bot.double.shows(1)
        bot.double.waiting.append(again)
        bot.double.says("/help")
        await bot.double.shows(2)
        bot.double.waiting.append(again)
        bot.double.says("/help")
        await bot.double.shows(3)
    assert [m["text"][:9] for m in bot.double.shown()] == [
        FLOOD[:9],
        command_texts.help_private(ENGLISH)[:9],
        command_texts.help_private(ENGLISH)[:9],
    ]


async def test_an_update_is_written_down_before_telegram_may_forget_it(tmp_path: Path) -> None:
    written: dict[int, int] = {}
    double = TelegramDouble()
    real = double._getUpdates

    async def watching(parameters: dict[str, object]) -> list[dict[str, object]]:
        with BotState.open(tmp_path) as state:
            known = [e.update_id for e in state.journal.resume()]
            done = state.journal.count(Progress.DONE, Progress.SENDING)
        written[int(parameters.get("offset") or 0)] = len(known) + done
        return await real(parameters)

    double._getUpdates = watching
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        double.says(QUESTION)
        await double.shows(2)
    confirming = {offset: count for offset, count in written.items() if offset}
    assert confirming
    assert all(count == 2 for count in confirming.values())


async def test_poison_is_skipped_and_logged_without_what_people_wrote(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bad = bot.double.push(message={"message_id": 1, "text": "a secret"})
        bot.double.push(brand_new_kind={"text": "a secret"})
        bot.double.waiting.append({"message": {"text": "a secret"}})
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        polls = bot.double.count("getUpdates")
    assert f"update {bad} cannot be read and is skipped" in caplog.text
    assert "a secret" not in caplog.text
    assert polls <= 4


async def test_updates_without_ids_do_not_make_polling_spin(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.waiting.append({"nothing": "known"})
    async with a_bot(tmp_path, flood(), double=double):
        await double.until(lambda: double.count("getUpdates") >= 2)
        double.waiting.clear()
        double.says(QUESTION)
        await double.shows(1)


async def test_after_a_long_absence_the_newest_question_of_a_chat_is_answered(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    double.date = NOW - 900
    asked = [double.says(f"river Harlow {n}") for n in range(3)]
    double.says("road to the bridge", user=8)
    double.date = NOW
    async with a_bot(tmp_path, flood(), double=double) as bot:
        shown = await double.shows(3)
        await double.shows(1, chat=8)
        questions = sorted(q.text for q in bot.engine.asked)
    line = trouble_texts.answered_newer(ENGLISH, question="river Harlow 2")
    assert [m["text"] for m in shown[:2]] == [line, line]
    assert quotes_in(shown[2]) == [FLOOD]
    replied = [m["reply_to_message"]["message_id"] for m in shown]
    assert replied == [m["message_id"] for m in asked]
    assert questions == ["river Harlow 2", "road to the bridge"]


async def test_many_old_questions_share_one_line(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.date = NOW - 900
    for n in range(150):
        double.says(f"river Harlow {n}")
    double.date = NOW
    async with a_bot(tmp_path, flood(), double=double) as bot:
        shown = await double.shows(2)
        await bot.ends()
    assert len(double.shown()) == 2
    assert shown[0]["text"] == trouble_texts.many_unanswered(
        ENGLISH, count=149, question="river Harlow 149"
    )
    assert quotes_in(shown[1]) == [FLOOD]


async def test_a_short_absence_answers_everything(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.date = NOW - 200
    for n in range(3):
        double.says(f"river Harlow {n}")
    double.date = NOW
    async with a_bot(tmp_path, flood(), double=double):
        shown = await double.shows(3)
    assert [quotes_in(m) for m in shown] == [[FLOOD]] * 3


async def test_what_waits_when_the_bot_ends_is_answered_after_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.application.DRAIN_SECONDS", 0.1)
    release = threading.Event()
    double = TelegramDouble()
    with ArticleStore.create(tmp_path) as store:
        store.put(flood())
        stuck = KeywordEngine(store, breaking={"river": lambda: release.wait(20) and None})
        async with a_bot(tmp_path, flood(), double=double, engine=stuck) as bot:
            double.says(QUESTION)
            double.says(QUESTION)
            await double.until(lambda: stuck.asked)
            bot.stop.set()
            await asyncio.sleep(0.3)
            release.set()
            await bot.ends()
    assert double.shown() == []
    async with a_bot(tmp_path, double=double):
        await double.shows(2)


async def test_an_answer_under_way_is_finished_before_the_bot_ends(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        store.put(flood())
        slow = KeywordEngine(store, slow=0.3)
        async with a_bot(tmp_path, flood(), engine=slow) as bot:
            bot.double.says(QUESTION)
            await bot.double.until(lambda: slow.asked)
            await bot.ends()
            assert len(bot.double.shown()) == 1
            assert bot.state.journal.resume() == []


async def test_an_engine_that_breaks_is_logged_and_answered_with_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ArticleStore.create(tmp_path) as store:
        store.put(flood())
        fragile = KeywordEngine(store, breaking={"boom": RuntimeError("the index is gone")})
        async with a_bot(tmp_path, flood(), engine=fragile) as bot:
            bot.double.says("boom")
            [message] = await bot.double.shows(1)
            bot.double.says(QUESTION)
            await bot.double.shows(2)
    assert message["text"] == trouble_texts.trouble(ENGLISH)
    assert "the index is gone" in caplog.text


async def test_a_disk_that_is_full_confirms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        journal, accept = bot.state.journal, bot.state.journal.accept
        failures = iter([True, False])

        def full(entries: list[Entry]) -> set[int]:
            if entries and next(failures, False):
                message = "no room is left"
                raise LibraryFullError(message)
            return accept(entries)

        monkeypatch.setattr(journal, "accept", full)
        bot.double.says(QUESTION)
        await bot.double.shows(1)
    assert "updates cannot be written down: no room is left" in caplog.text


async def test_old_settled_updates_are_forgotten_at_the_start(tmp_path: Path) -> None:
    double = TelegramDouble()
    left_behind(tmp_path, double, Progress.ACCEPTED, Progress.ACCEPTED)
    with BotState.open(tmp_path) as state:
        state.journal.mark(500, Progress.DONE)
    double.date = NOW + int(timedelta(days=3).total_seconds())
    async with a_bot(tmp_path, flood(), double=double) as bot:
        await double.shows(1)
        await bot.ends()
        assert bot.state.journal.count(*Progress) == 1


async def test_a_bot_started_anew_at_once_leaves_its_forerunners_poll_alone(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double):
        await double.until(lambda: double.count("getUpdates") >= 2)
    double.calls.clear()
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        await double.shows(1)
        await double.until(lambda: double.count("getUpdates") >= 2)
    waits = [p["timeout"] for name, p in double.calls if name == "getUpdates"]
    assert set(waits) == {0}


async def test_question_texts_are_not_logged_at_info(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    double = TelegramDouble()
    double.failures.append(Failure("sendMessage", 502, description="Bad Gateway"))
    async with a_bot(tmp_path, flood(), double=double):
        double.says("my secret question about the river at Harlow")
        await double.until(lambda: double.count("sendMessage") == 1)
        double.says(QUESTION)
        await double.shows(1)
    assert "secret" not in caplog.text
