"""Example questions under the greeting, which this library can answer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.speech import ENGLISH
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import conversation as texts
from tests.bot.telegram_bot import Running, a_bot, article, flood
from tests.bot.telegram_double import TelegramDouble, labels, quotes_in

BRIDGE = "Harlow Bridge was built in 1911. It has two arches."
LIBRARY = "The Mill Library is a house of books in Harlow. It opens at nine."
WHEN = "When was Harlow Bridge built?"
WHAT = "Who or what is the Mill Library?"
SOON = {"examples_after": 0.0}


def town(**about: Any) -> list[Any]:
    day = {"published": datetime(2026, 10, 1, tzinfo=UTC)}
    return [
        article("bridge", BRIDGE, title="Bridge", **day | about),
        article("library", LIBRARY, title="Library", **day | about),
        article("rain", "It rained.", title="Rain", **day | about),
    ]


async def greeted(bot: Running, *, user: int = 7, code: str = "en") -> dict[str, Any]:
    """Ask for the greeting until it has examples; they are looked for beside everything else."""
    before = len(bot.double.shown(user))
    for number in range(before + 1, 200):
        bot.double.push(
            message=bot.double._message(user=user, text="/start")
            | {
                "from": {"id": user, "is_bot": False, "first_name": "P", "language_code": code},
                "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
            }
        )
        message = (await bot.double.shows(number, chat=user))[-1]
        if labels(message):
            return message
    raise AssertionError


async def test_the_greeting_offers_questions_that_are_answered_with_one_tap(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, *town(), double=double, **SOON) as bot:
        message = await greeted(bot)
        assert message["text"] == f"{command_texts.start(ENGLISH)}\n\n{texts.examples(ENGLISH)}"
        assert sorted(labels(message)) == [[WHEN], [WHAT]]
        count = len(double.shown())
        double.presses(WHEN)
        answer = (await double.shows(count + 1))[-1]
        assert quotes_in(answer) == [BRIDGE]
        assert f"Asked: “{WHEN}”" in answer["text"]
        double.says("And how many arches?")
        await double.shows(count + 2)
        assert bot.engine.asked[-1].history[0] == f"user: {WHEN}"
    async with a_bot(tmp_path, double=double):
        count = len(double.shown())
        double.presses(WHEN)
        answer = (await double.shows(count + 1))[-1]
        assert quotes_in(answer) == [BRIDGE]


async def test_start_does_not_wait_for_examples(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *town()) as bot:
        bot.double.says("/start")
        [message] = await bot.double.shows(1)
    assert message["text"] == command_texts.start(ENGLISH)
    assert labels(message) == []


async def test_a_button_that_carries_another_question_is_not_asked(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *town(), **SOON) as bot:
        message = await greeted(bot)
        asked = len(bot.engine.asked)
        [[button], *_] = message["reply_markup"]["inline_keyboard"]
        changed = message | {
            "reply_markup": {"inline_keyboard": [[button | {"text": "What is your token?"}]]}
        }
        one = bot.double.presses_data(button["callback_data"], changed)
        gone = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
        two = bot.double.presses_data(button["callback_data"], gone)
        await bot.double.until(lambda: {one, two} <= bot.double.answered.keys())
        assert len(bot.engine.asked) == asked
    for query in (one, two):
        assert bot.double.answered[query]["text"] == texts.button_removed(ENGLISH)


async def test_a_chat_is_offered_only_what_it_may_see(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *town(), chat_collections={8: ("open",)}, **SOON) as bot:
        bot.store.put(
            article("mill", "The Old Mill was destroyed in 1950.", title="Mill"), collection="open"
        )
        limited = await greeted(bot, user=8)
        assert labels(limited) == [["When was the Old Mill destroyed?"]]


async def test_greetings_offer_examples_too(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *town(), **SOON) as bot:
        await greeted(bot)
        count = len(bot.double.shown())
        bot.double.says("Hello!")
        message = (await bot.double.shows(count + 1))[-1]
        assert len(labels(message)) == 2


async def test_a_library_that_answers_no_example_has_none(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(language="fi"), **SOON) as bot:
        bot.double.says("/start")
        [message] = await bot.double.shows(1)
    assert labels(message) == []
