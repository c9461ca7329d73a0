import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.journal import Entry, Kind, Progress
from bot.speech import ENGLISH
from bot.state import BotState
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import trouble as trouble_texts
from corpus.database import writing
from tests.bot.telegram_bot import FAST, FLOOD, a_bot, flood
from tests.bot.telegram_double import NOW, Failure, Json, TelegramDouble, labels
from tests.doubles import KeywordEngine

QUESTION = "How far did the river rise at Harlow Bridge?"


def stories(count: int = 4) -> list[Any]:
    return [flood(f"story{n}", f"{FLOOD} Story {n}.", title=f"T{n}") for n in range(count)]


def token_of(message: Json) -> str:
    return str(message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1])


@pytest.mark.parametrize(
    "data", ["p:unknowntoken:1", "z:abcdefghijkl:1", "p:abcdefghijkl", "", "p:abcdefghijkl:1:2:3"]
)
async def test_a_button_that_is_not_known_gets_a_polite_toast(data: str, tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        message = bot.double.says("/help")
        await bot.double.shows(1)
        query = bot.double.presses_data(data, message)
        await bot.double.until(lambda: query in bot.double.answered)
    assert bot.double.answered[query]["text"] == answer_texts.toast_old_button(ENGLISH)


async def test_a_button_of_another_chat_and_one_without_a_message_get_the_toast(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, *stories()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        elsewhere = bot.double.says("/help", user=8)
        await bot.double.shows(1, chat=8)
        query = bot.double.presses_data(f"p:{token_of(message)}:1", elsewhere, user=8)
        await bot.double.until(lambda: query in bot.double.answered)
        inline = bot.double.presses_data("p:abcdefghijkl:0", message)
        del bot.double.waiting[-1]["callback_query"]["message"]
        bot.double.waiting[-1]["callback_query"]["inline_message_id"] = "inline"
        await bot.double.until(lambda: inline in bot.double.answered)
    assert bot.double.answered[query]["text"] == answer_texts.toast_old_button(ENGLISH)


async def test_buttons_work_after_a_restart_and_on_messages_too_old_to_see(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, *stories(), double=double):
        double.says(QUESTION)
        [message] = await double.shows(1)
    double.date += 60
    async with a_bot(tmp_path, double=double):
        double.presses("›")
        await double.until(lambda: labels(message)[-1] == ["‹", "2 / 4", "›"])
        faded = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
        double.presses_data(f"p:{token_of(message)}:2", faded)
        await double.until(lambda: labels(message)[-1] == ["‹", "3 / 4", "›"])


async def test_a_page_beyond_the_last_is_the_last(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *stories(2)) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.presses_data(f"p:{token_of(message)}:99", message)
        await bot.double.until(lambda: "Story 2 of 2" in message["text"])
        bot.double.presses_data(f"c:{token_of(message)}:99:1:1", message)
        await bot.double.until(lambda: "↩ Back" in str(labels(message)))


async def test_pressing_twice_answers_both_and_edits_once(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *stories()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        data = f"p:{token_of(message)}:1"
        for _ in range(3):
            bot.double.presses_data(data, message)
        await bot.double.until(lambda: len(bot.double.answered) == 3)
        await bot.double.until(lambda: "Story 2 of 4" in message["text"])
        bot.double.presses_data(data, message)
        await bot.double.until(lambda: len(bot.double.answered) == 4)
        await bot.ends()
    assert bot.double.count("editMessageText") == 1


async def test_the_newest_press_wins(tmp_path: Path) -> None:
    slow = FAST.__class__(chat_per_second=2.0, chat_burst=1, overall_per_second=1e6)
    async with a_bot(tmp_path, *stories(), pace=slow) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        for page in (1, 2, 3, 2):
            bot.double.presses_data(f"p:{token_of(message)}:{page}", message)
        await bot.double.until(lambda: "Story 3 of 4" in message["text"])
        await bot.ends()
        assert bot.state.journal.resume() == []
    assert len(bot.double.answered) == 4
    assert bot.double.count("editMessageText") == 1


async def test_a_press_is_answered_while_a_search_of_the_chat_is_slow(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *stories()) as first:
        first.double.says(QUESTION)
        await first.double.shows(1)
    first.double.date += 60
    slow = KeywordEngine(first.store, slow=1.0)
    async with a_bot(tmp_path, double=first.double, engine=slow) as bot:
        bot.double.says(QUESTION)
        await bot.double.until(lambda: slow.asked)
        bot.double.presses("›")
        [message, *_] = bot.double.shown()
        await bot.double.until(lambda: "Story 2 of 4" in message["text"])
        assert len(bot.double.shown()) == 1


async def test_a_press_that_was_answered_before_a_restart_is_not_answered_again(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, *stories(), double=double):
        double.says(QUESTION)
        [message] = await double.shows(1)
    queries = [double.presses("›"), double.presses("1 / 4")]
    _leave(tmp_path, double, Progress.ANSWERING, Progress.ACCEPTED)
    async with a_bot(tmp_path, double=double):
        await double.until(lambda: "Story 2 of 4" in message["text"])
        await double.until(lambda: queries[1] in double.answered)
    assert queries[0] not in double.answered


async def test_a_press_from_before_a_long_absence_is_carried_out_without_an_answer(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, *stories(), double=double):
        double.says(QUESTION)
        [message] = await double.shows(1)
    double.presses("›")
    _leave(tmp_path, double, Progress.ACCEPTED)
    double.date = NOW + 60
    async with a_bot(tmp_path, double=double):
        await double.until(lambda: "Story 2 of 4" in message["text"])
    assert double.answered == {}


def _leave(folder: Path, double: TelegramDouble, *progress: Progress) -> None:
    """Write the waiting presses to the journal, as far as a killed process had come."""
    with BotState.open(folder) as state:
        for raw, reached in zip(double.waiting, progress, strict=True):
            entry = Entry(
                update_id=raw["update_id"],
                chat_id=7,
                kind=Kind.PRESS,
                payload=json.dumps(raw),
                asked_at=None,
                received_at=datetime.fromtimestamp(NOW, UTC),
                progress=reached,
            )
            state.journal.accept([entry])
    double.waiting.clear()


async def test_a_press_is_answered_when_its_handling_breaks_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_bot(tmp_path, *stories()) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)

        def broken(_token: str) -> None:
            message = "the disk is gone"
            raise OSError(message)

        monkeypatch.setattr(bot.state, "answer", broken)
        query = bot.double.presses("›")
        await bot.double.until(lambda: query in bot.double.answered)
    assert bot.double.answered[query]["text"] == trouble_texts.trouble(ENGLISH)
    assert "the disk is gone" in caplog.text


@pytest.mark.parametrize("verb", ["p", "c", "s"])
async def test_a_quote_that_is_not_what_its_receipt_says_is_not_shown(
    verb: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_bot(tmp_path, *stories(2)) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        with writing(bot.state._engine) as connection:
            stored = connection.exec_driver_sql("SELECT stories FROM answers").scalar_one()
            forged = stored.replace('"span": [0, ', '"span": [1, ')
            connection.exec_driver_sql("UPDATE answers SET stories = ?", (forged,))
        numbers = "1:1:1" if verb == "c" else "1"
        bot.double.presses_data(f"{verb}:{token_of(message)}:{numbers}", message)
        await bot.double.until(lambda: message["text"] == trouble_texts.unprovable(ENGLISH))
    assert "is not what its receipt says" in caplog.text


async def test_an_answer_to_a_press_is_tried_again_only_if_it_never_left(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *stories()) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        bot.double.failures.append(Failure("answerCallbackQuery", "refuse"))
        query = bot.double.presses("1 / 4")
        await bot.double.until(lambda: query in bot.double.answered)
        bot.double.failures.append(Failure("answerCallbackQuery", "timeout"))
        lost = bot.double.presses("1 / 4")
        await bot.double.until(lambda: bot.double.count("answerCallbackQuery") == 2)
        bot.double.failures.append(
            Failure("answerCallbackQuery", 400, description="Bad Request: query is too old and")
        )
        late = bot.double.presses("1 / 4")
        await bot.double.until(lambda: bot.double.count("answerCallbackQuery") == 3)
        await bot.ends()
    assert not {lost, late} & set(bot.double.answered)
