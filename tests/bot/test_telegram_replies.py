"""Replying to an answer asks about the article it quotes."""

from pathlib import Path
from typing import Any

from bot.telegram.texts import answers as answer_texts
from tests.bot.telegram_bot import FLOOD, a_bot, flood

QUESTION = "How far did the river rise at Harlow Bridge?"


def stories() -> list[Any]:
    return [flood(f"story{n}", f"{FLOOD} Story {n}.", title=f"T{n}") for n in range(3)]


async def test_a_reply_to_an_answer_names_its_article(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [answer] = await bot.double.shows(1)
        bot.double.says("And which road was cut?", reply_to_message=answer)
        await bot.double.shows(2)
        assert [question.about for question in bot.engine.asked] == [(), (("main", "flood"),)]


async def test_a_reply_names_the_article_of_the_page_that_is_shown(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *stories()) as bot:
        bot.double.says(QUESTION)
        [answer] = await bot.double.shows(1)
        assert "T0" in answer["text"]
        bot.double.presses(answer_texts.button_next())
        await bot.double.until(lambda: "T1" in bot.double.shown(7)[0]["text"])
        bot.double.says("And which road was cut?", reply_to_message=bot.double.shown(7)[0])
        await bot.double.shows(2)
        assert bot.engine.asked[-1].about == (("main", "story1"),)


async def test_a_reply_to_a_message_that_quotes_nothing_names_no_article(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        asked = bot.double.says(QUESTION)
        await bot.double.shows(1)
        bot.double.says("And which road was cut?", reply_to_message=asked)
        bot.double.says("Was anybody hurt?")
        await bot.double.shows(3)
        assert [question.about for question in bot.engine.asked] == [(), (), ()]


async def test_codes_that_were_never_shown_name_no_article(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        typed = bot.double.says("🧾 ABCDEFGH12, said somebody")
        await bot.double.shows(1)
        bot.double.says(QUESTION, reply_to_message=typed)
        await bot.double.shows(2)
        assert bot.engine.asked[-1].about == ()


async def test_an_edited_reply_is_asked_about_the_same_article(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [answer] = await bot.double.shows(1)
        asked = bot.double.says("And which road was cut?", reply_to_message=answer)
        await bot.double.shows(2)
        bot.double.edits(asked, "And which bridge?")
        await bot.double.until(lambda: len(bot.engine.asked) == 3)
        assert bot.engine.asked[-1].about == (("main", "flood"),)
