from pathlib import Path
from typing import Any

import pytest

from bot.speech import ENGLISH
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import commands as command_texts
from tests.bot.telegram_bot import a_bot, flood
from tests.bot.telegram_double import ME, TelegramDouble, labels

GROUP = -1001
QUESTION = "How far did the river rise at Harlow Bridge?"


def stories(count: int = 3) -> list[Any]:
    return [
        flood(f"story{n}", f"{flood().raw.text} Story {n}.", title=f"T{n}") for n in range(count)
    ]


@pytest.mark.parametrize(
    "written", [f"/ask {QUESTION}", f"/ask@news_bot {QUESTION}", f"@News_Bot {QUESTION}"]
)
async def test_a_group_is_answered_by_command_and_mention_as_a_reply(
    written: str, tmp_path: Path
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        asked = bot.double.says(written, chat=GROUP)
        [message] = await bot.double.shows(1, chat=GROUP)
        assert [q.text for q in bot.engine.asked] == [QUESTION]
    assert message["reply_to_message"]["message_id"] == asked["message_id"]


async def test_a_reply_to_the_bot_and_a_mention_by_id_are_questions(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        [message] = await bot.double.shows(1, chat=GROUP)
        bot.double.says("And which road was cut?", chat=GROUP, reply_to_message=message)
        await bot.double.shows(2, chat=GROUP)
        by_id = [{"type": "text_mention", "offset": 0, "length": 2, "user": ME}]
        bot.double.says("🌊 who was hurt?", chat=GROUP, entities=by_id)
        await bot.double.shows(3, chat=GROUP)
        texts_asked = [q.text for q in bot.engine.asked]
    assert texts_asked == [QUESTION, "And which road was cut?", "who was hurt?"]


async def test_nothing_else_in_a_group_is_read_or_kept(tmp_path: Path) -> None:
    somebody = {"id": 9, "is_bot": False, "first_name": "Nine"}
    opened = {"forum_topic_created": {"name": "T", "icon_color": 1}, "from": ME}
    async with a_bot(tmp_path, flood()) as bot:
        double = bot.double
        theirs = double.says("How was it?", chat=GROUP, user=9)
        double.says("Good, thanks", chat=GROUP, reply_to_message=theirs | {"from": somebody})
        double.says("/ask@other_bot How far?", chat=GROUP)
        double.says("@other_bot how far?", chat=GROUP)
        double.says("/why", chat=GROUP)
        double.says("hello topic", chat=GROUP, reply_to_message=theirs | opened)
        double.says("@news_bot a card", chat=GROUP, via_bot=ME)
        double.sends(chat=GROUP, voice={"file_id": "x", "file_unique_id": "y", "duration": 1})
        double.sends(chat=GROUP, new_chat_members=[somebody])
        double.says(f"/ask {QUESTION}", chat=GROUP)
        await double.shows(1, chat=GROUP)
        journal = bot.state._engine.connect()
        kept = journal.exec_driver_sql("SELECT count(*) FROM updates").scalar_one()
        journal.close()
    assert kept == 1
    assert len(bot.engine.asked) == 1


async def test_a_topic_is_answered_by_reply_without_naming_the_thread(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.forum_topics.add((GROUP, 5))
    async with a_bot(tmp_path, flood(), double=double):
        double.says(f"/ask {QUESTION}", chat=GROUP, message_thread_id=5, is_topic_message=True)
        await double.shows(1, chat=GROUP)
    [sent] = [p for name, p in double.calls if name == "sendMessage"]
    assert "message_thread_id" not in sent
    assert sent["reply_parameters"]["allow_sending_without_reply"] is True


async def test_topics_have_memories_of_their_own(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        for thread, words in [(5, "river rose"), (6, "road cut"), (5, "who was hurt")]:
            bot.double.says(
                f"/ask {words}", chat=GROUP, message_thread_id=thread, is_topic_message=True
            )
        await bot.double.shows(3, chat=GROUP)
        turns = {q.text: q.history[:1] for q in bot.engine.asked}
        assert len(bot.engine.asked[-1].history) == 2, "the question, and what was quoted"
    assert turns == {"river rose": (), "road cut": (), "who was hurt": ("user: river rose",)}


async def test_a_group_gets_three_buttons_and_one_line_when_nothing_answers(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, *stories()) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        [message] = await bot.double.shows(1, chat=GROUP)
        assert labels(message) == [["📖 Context", "👍", "👎"], ["›"]]
        bot.double.presses("›", chat=GROUP)
        await bot.double.until(lambda: labels(message)[1:] == [["‹", "›"]])
        bot.double.says("/ask Who won the football match on Mars and Venus?", chat=GROUP)
        _, nothing = await bot.double.shows(2, chat=GROUP)
    assert nothing["text"] == (
        "🤷 No passage answers this. I searched 3 articles, the newest of 30 October 2026."
    )
    assert labels(nothing) == []


async def test_only_the_asker_turns_pages_others_are_sent_to_their_private_chat(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, *stories()) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=GROUP, user=7)
        [message] = await bot.double.shows(1, chat=GROUP)
        before = dict(message)
        query = bot.double.presses("›", chat=GROUP, user=8)
        await bot.double.until(lambda: query in bot.double.answered)
        url = bot.double.answered[query]["url"]
        bot.double.says("/start " + url.split("start=")[1], user=8)
        [private] = await bot.double.shows(1, chat=8)
        bot.double.presses("›", user=8, chat=8)
        await bot.double.until(lambda: "Story 3 of 3" in private["text"])
    assert message == before
    assert "Story 3 of 3" in private["text"]


async def test_where_only_the_group_is_allowed_others_get_a_line(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *stories(), allowed=[GROUP]) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        await bot.double.shows(1, chat=GROUP)
        query = bot.double.presses("›", chat=GROUP, user=8)
        await bot.double.until(lambda: query in bot.double.answered)
    assert bot.double.answered[query]["text"] == answer_texts.toast_not_yours(ENGLISH)


async def test_everybody_turns_the_pages_of_an_anonymous_admins_question(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *stories()) as bot:
        group = {"id": GROUP, "type": "supergroup", "title": "Here"}
        bot.double.says(f"/ask {QUESTION}", chat=GROUP, sender_chat=group)
        [message] = await bot.double.shows(1, chat=GROUP)
        bot.double.presses("›", chat=GROUP, user=8)
        await bot.double.until(lambda: "Story 2 of 3" in message["text"])


async def test_a_mention_without_a_question_gets_the_usage(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says("@news_bot", chat=GROUP)
        [message] = await bot.double.shows(1, chat=GROUP)
    assert message["text"] == command_texts.ask_usage(ENGLISH)


async def test_start_and_help_in_a_group_explain_how_to_ask_there(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says("/start@news_bot", chat=GROUP)
        bot.double.says("/help@news_bot", chat=GROUP)
        shown = await bot.double.shows(2, chat=GROUP)
    assert [m["text"] for m in shown] == [command_texts.help_group(ENGLISH)] * 2


async def test_chats_that_are_not_allowed_leave_no_trace(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double, allowed=[7]) as bot:
        double.says(QUESTION, user=666)
        double.says(f"/ask {QUESTION}", chat=GROUP)
        pressed = double.presses_data("p:abcdefghijkl:0", double.says("x", user=666), user=666)
        double.says(QUESTION)
        await double.shows(1)
        await double.until(lambda: pressed in double.answered)
        connection = bot.state._engine.connect()
        kept = connection.exec_driver_sql("SELECT DISTINCT chat_id FROM updates").scalars().all()
        connection.close()
    assert kept == [7]
    assert double.shown(666) == []
    assert "text" not in double.answered[pressed]


async def test_a_group_that_becomes_a_supergroup_stays_allowed_and_keeps_its_answers(
    tmp_path: Path,
) -> None:
    old, new = -55, -10055
    async with a_bot(tmp_path, *stories(), allowed=[old]) as bot:
        double = bot.double
        double.says(f"/ask {QUESTION}", chat=old)
        [message] = await double.shows(1, chat=old)
        double.sends(chat=old, migrate_to_chat_id=new)
        double.says(f"/ask {QUESTION}", chat=old)
        await double.shows(2, chat=old)
        assert bot.state.moved_chats() == {old: new}
        double.says(f"/ask {QUESTION}", chat=new)
        await double.shows(1, chat=new)
        token = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
        kept = bot.state.answer(token)
    assert kept is not None
    assert kept.chat_id == new
    double.date += 60
    async with a_bot(tmp_path, double=double, allowed=[old]):
        double.says(f"/ask {QUESTION}", chat=new)
        await double.shows(2, chat=new)


CHANNEL = {"id": -100500, "type": "channel", "title": "Channel"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


async def test_in_a_channels_discussion_group_comments_are_answered_and_posts_are_not(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        post = double.says(
            f"@news_bot {QUESTION}",
            chat=GROUP,
            sender_chat=CHANNEL,
            is_automatic_forward=True,
            **{"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
        )
        comment = double.says(
            f"@news_bot {QUESTION}",
            chat=GROUP,
            reply_to_message=post,
            message_thread_id=post["message_id"],
        )
        as_channel = double.says(
            f"/ask {QUESTION}", chat=GROUP, sender_chat=CHANNEL, **{"from": CHANNEL_BOT}
        )
        shown = await double.shows(2, chat=GROUP)
        assert len(bot.engine.asked) == 2
    replied = [message["reply_to_message"]["message_id"] for message in shown]
    assert replied == [comment["message_id"], as_channel["message_id"]]


async def test_an_anonymous_admin_is_answered_and_other_bots_are_not(tmp_path: Path) -> None:
    group = {"id": GROUP, "type": "supergroup", "title": "Here"}
    other = {"id": 99, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"@news_bot {QUESTION}", chat=GROUP, **{"from": other})
        bot.double.says(
            f"@news_bot {QUESTION}", chat=GROUP, sender_chat=group, **{"from": ANONYMOUS}
        )
        await bot.double.shows(1, chat=GROUP)
        assert len(bot.engine.asked) == 1


async def test_thanks_said_to_the_bot_in_a_group_are_answered_without_a_search(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        [answer] = await bot.double.shows(1, chat=GROUP)
        bot.double.says("Thank you!", chat=GROUP, reply_to_message=answer)
        _, said = await bot.double.shows(2, chat=GROUP)
        assert len(bot.engine.asked) == 1
    assert labels(said) == []
