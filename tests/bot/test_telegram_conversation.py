"""Courtesies, replies to selected words, follow-ups after a restart, edited questions."""

from pathlib import Path
from typing import Any

import pytest

from bot.speech import ENGLISH
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import conversation as texts
from tests.bot.telegram_bot import FLOOD, a_bot, article, flood
from tests.bot.telegram_double import ME, TelegramDouble, quotes_in

GROUP = -1001
QUESTION = "How far did the river rise at Harlow Bridge?"
OTHER = {"id": 9, "is_bot": False, "first_name": "Nine"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Hello!", texts.greeting(ENGLISH)),
        ("Guten Tag", texts.greeting(ENGLISH)),
        ("Muchas gracias", texts.welcome(ENGLISH)),
        ("до свидания", texts.farewell(ENGLISH)),
    ],
)
async def test_courtesies_are_answered_without_a_search(
    written: str, said: str, tmp_path: Path
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(written)
        [message] = await bot.double.shows(1)
        assert bot.engine.asked == []
    assert message["text"] == said


async def test_thanks_are_no_newer_question_that_passes_over_the_real_one(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.says(QUESTION)
    double.says("Thanks!")
    double.date += 3600
    async with a_bot(tmp_path, flood(), double=double):
        first, second = await double.shows(2)
    assert quotes_in(first) == [FLOOD]
    assert second["text"] == texts.welcome(ENGLISH)


async def test_what_is_asked_by_command_is_searched_whatever_it_says(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says("/ask thanks")
        await bot.double.shows(1)
        assert [question.text for question in bot.engine.asked] == ["thanks"]


async def test_the_greeting_before_a_question_is_not_searched(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"Good morning! {QUESTION} Thank you.")
        [message] = await bot.double.shows(1)
        assert [question.text for question in bot.engine.asked] == [QUESTION]
    assert quotes_in(message) == [FLOOD]


def two_quotes() -> Any:
    return article(
        "flood",
        FLOOD,
        "The keeper of Harlow Bridge said the river rose while he slept.",
        title="Flood",
        url="https://flood.example/flood",
    )


async def test_selected_words_of_a_quote_are_searched_in_its_article(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(), flood("other", FLOOD + " More.", title="Other")) as bot:
        bot.double.says(QUESTION)
        [answer] = await bot.double.shows(1)
        chosen = {"text": "the only road to Harlow Bridge", "position": 5, "is_manual": True}
        bot.double.says("Since when?", reply_to_message=answer, quote=chosen)
        await bot.double.shows(2)
        asked = bot.engine.asked[-1]
    assert asked.about == (("main", "flood"),)
    assert asked.selected == "the only road to Harlow Bridge"


async def test_what_telegram_selected_by_itself_counts_for_nothing(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [answer] = await bot.double.shows(1)
        shown = {"text": "The river", "position": 0}
        bot.double.says("Since when?", reply_to_message=answer, quote=shown)
        await bot.double.shows(2)
        assert bot.engine.asked[-1].selected == ""
        assert bot.engine.asked[-1].about == (("main", "flood"),)


async def test_an_answer_of_a_group_replied_to_in_private_names_its_article(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        [answer] = await bot.double.shows(1, chat=GROUP)
        outside = {
            "origin": {"type": "user", "date": bot.double.date, "sender_user": ME},
            "chat": {"id": GROUP, "type": "supergroup", "title": "Here"},
            "message_id": answer["message_id"],
        }
        chosen = {"text": "midnight", "position": 5, "is_manual": True}
        bot.double.says("And who was hurt?", external_reply=outside, quote=chosen)
        unknown = outside | {"message_id": 99_999}
        bot.double.says("And where?", external_reply=unknown, quote=chosen)
        await bot.double.shows(2)
        first, second = bot.engine.asked[-2:]
    assert (first.about, first.selected) == ((("main", "flood"),), "midnight")
    assert second.about == ()
    assert second.history[-1] == "user: midnight"


async def test_what_somebody_said_counts_before_a_question_that_replies_to_it(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        theirs = bot.double.says("The river rose at Harlow!", chat=GROUP, user=9)
        bot.double.says("@news_bot is that true?", chat=GROUP, reply_to_message=theirs)
        await bot.double.shows(1, chat=GROUP)
        assert bot.engine.asked[-1].history == ("user: The river rose at Harlow!",)


async def test_ask_alone_asks_what_it_replies_to(tmp_path: Path) -> None:
    photo = [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]
    async with a_bot(tmp_path, flood()) as bot:
        double = bot.double
        theirs = double.says(QUESTION, chat=GROUP, user=9)
        double.says("/ask", chat=GROUP, reply_to_message=theirs)
        pictured = double.sends(chat=GROUP, user=9, photo=photo, caption="Harlow river")
        double.says("/ask", chat=GROUP, reply_to_message=pictured)
        part = {"text": "river rise", "position": 12, "is_manual": True}
        double.says("/ask", chat=GROUP, reply_to_message=theirs, quote=part)
        shown = await double.shows(3, chat=GROUP)
        double.says("/ask", chat=GROUP, reply_to_message=shown[0])
        *_, usage = await double.shows(4, chat=GROUP)
        assert [one.text for one in bot.engine.asked] == [QUESTION, "Harlow river", "river rise"]
    assert usage["text"] == command_texts.ask_usage(ENGLISH)


async def test_a_new_process_remembers_what_was_said_a_moment_ago(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        await double.shows(1)
    double.date += 60
    async with a_bot(tmp_path, double=double) as bot:
        double.says("And who was hurt?")
        await double.shows(2)
        [asked] = bot.engine.asked
    assert asked.history[0] == f"user: {QUESTION}"
    assert asked.history[1].startswith("agent: Flood cuts valley road: It cut the only road")


async def test_what_was_said_long_ago_or_in_another_topic_is_not_remembered(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        await double.shows(1)
    double.date += 3600
    async with a_bot(tmp_path, double=double) as bot:
        double.says("And who was hurt?")
        await double.shows(2)
        [asked] = bot.engine.asked
    assert asked.history == ()


async def test_a_question_edited_after_a_restart_changes_its_old_answer(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double):
        asked = double.says("Who won the match on Mars and Venus?")
        [message] = await double.shows(1)
        assert "No passage answers" in message["text"]
    double.date += 60
    async with a_bot(tmp_path, double=double):
        double.edits(asked, QUESTION)
        await double.until(lambda: quotes_in(message) == [FLOOD])
    assert len(double.shown()) == 1


async def test_a_question_edited_into_thanks_or_a_command_keeps_its_answer(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        asked = bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.edits(asked, "Thanks!")
        bot.double.edits(asked, "/help")
        bot.double.edits(asked, f"{QUESTION} Thanks!")
        bot.double.edits(asked, "/ask Which road to Harlow Bridge was cut?")
        await bot.double.until(lambda: len(bot.engine.asked) == 2)
        bot.double.says("/help")
        await bot.double.shows(2)
    assert quotes_in(message) == [FLOOD]


async def test_a_question_whose_answer_was_never_sent_is_answered_when_edited(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        greeted = bot.double.says("Hello")
        await bot.double.shows(1)
        bot.double.edits(greeted, QUESTION)
        _, answer = await bot.double.shows(2)
    assert quotes_in(answer) == [FLOOD]
