from pathlib import Path

import pytest

from bot.speech import ENGLISH
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import receipts as receipt_texts
from tests.bot.telegram_bot import FLOOD, a_bot, flood
from tests.bot.telegram_double import Failure, TelegramDouble, quotes_in

QUESTION = "How far did the river rise at Harlow Bridge?"
VOICE = {"file_id": "x", "file_unique_id": "y", "duration": 1}


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("/start", command_texts.start(ENGLISH)),
        ("/start nonsense_payload", command_texts.start(ENGLISH)),
        ("/ask", command_texts.ask_usage(ENGLISH)),
        ("/verify", command_texts.verify_usage(ENGLISH)),
        ("/verify 0000000000", receipt_texts.receipt_unknown(ENGLISH, code="0000000000")),
        ("/why", answer_texts.nothing_asked_yet(ENGLISH)),
        ("/frobnicate", command_texts.unknown_command(ENGLISH)),
        ("/start a_abcdefghijkl_0", answer_texts.not_yours(ENGLISH)),
    ],
)
async def test_commands_answer_with_their_text(written: str, answer: str, tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(written)
        [message] = await bot.double.shows(1)
    assert message["text"] == answer


async def test_a_bot_whose_commands_cannot_be_set_still_answers(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("setMyCommands", 500))
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        await double.shows(1)


async def test_what_cannot_be_read_gets_one_line_an_album_too(tmp_path: Path) -> None:
    photo = [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]
    async with a_bot(tmp_path) as bot:
        bot.double.sends(voice=VOICE)
        for _ in range(3):
            bot.double.sends(photo=photo, media_group_id="album")
        bot.double.sends(sticker_is_new_to_ptb={})
        bot.double.sends(pinned_message=None, delete_chat_photo=True)
        bot.double.says("/help")
        shown = await bot.double.shows(4)
    assert [m["text"] for m in shown[:3]] == [command_texts.cannot_read(ENGLISH)] * 3
    assert shown[3]["text"].startswith(command_texts.help_private(ENGLISH))


async def test_help_names_the_commands_a_person_may_use(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(), admins=frozenset({8})) as bot:
        bot.double.says("/help")
        bot.double.says("/help", user=8)
        [reader] = await bot.double.shows(1)
        [admin] = await bot.double.shows(1, chat=8)
    for command in ("ask", "latest", "why", "verify", "help"):
        assert f"\n/{command} – " in reader["text"]
    assert "/gaps" not in reader["text"]
    assert "\n/gaps – " in admin["text"]


async def test_a_receipt_link_and_code_prove_the_quote_again(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        code = message["text"].split("🧾 ")[1][:10]
        bot.double.says(f"/start v_{code}")
        bot.double.says(f"/verify {code.lower().replace('0', 'o')}")
        _, by_link, by_code = await bot.double.shows(3)
        article = bot.store.article("flood")
    assert by_link["text"] == by_code["text"]
    assert by_link["text"].startswith("✅ Exact.\n" + FLOOD)
    assert quotes_in(by_link) == [FLOOD]
    assert f"characters 0-{len(FLOOD)} of the article" in by_link["text"]
    assert f"sha256 of its text {article.text_hash[:12]}…" in by_link["text"]
    assert "version 1 of 1" in by_link["text"]


@pytest.mark.parametrize(
    ("then", "heading"),
    [
        ("Quite another text.", receipt_texts.receipt_changed(ENGLISH)),
        (f"An editor added this. {FLOOD}", receipt_texts.receipt_moved(ENGLISH)),
    ],
)
async def test_a_receipt_says_whether_a_newer_version_holds_the_quote(
    then: str, heading: str, tmp_path: Path
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.store.put(flood(text=then))
        bot.double.says(f"/verify {message['text'].split('🧾 ')[1][:10]}")
        _, verified = await bot.double.shows(2)
    assert verified["text"].startswith(heading)
    assert quotes_in(verified) == [FLOOD]
    assert "version 1 of 2" in verified["text"]


@pytest.mark.parametrize("how", ["remove", "retire"])
async def test_a_receipt_of_an_article_that_is_gone_says_so(how: str, tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        getattr(bot.store, how)("flood")
        bot.double.says(f"/verify {message['text'].split('🧾 ')[1][:10]}")
        _, verified = await bot.double.shows(2)
    assert verified["text"] == receipt_texts.receipt_withdrawn(ENGLISH)


@pytest.mark.parametrize("question", ["👍", "🙂" * 200, "؟", "a\x00b", "x" * 4001])
async def test_what_cannot_be_searched_is_said_to_be_so_and_can_be_edited(
    question: str, tmp_path: Path
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        asked = bot.double.says(question)
        [message] = await bot.double.shows(1)
        first = message["text"]
        bot.double.edits(asked, QUESTION)
        await bot.double.until(lambda: quotes_in(message))
    assert first.startswith((command_texts.no_words(ENGLISH), "🤷"))
    assert len(bot.double.shown()) == 1


async def test_a_question_of_lone_surrogates_is_answered(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.push(
            message={
                "message_id": 99,
                "date": bot.double.date,
                "chat": {"id": 7, "type": "private", "first_name": "A"},
                "from": {"id": 7, "is_bot": False, "first_name": "A"},
                "text": "river \ud800 Harlow",
            }
        )
        [message] = await bot.double.shows(1)
    assert quotes_in(message) == [FLOOD]


async def test_an_edited_question_is_answered_anew_in_place(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(), flood("snow", "Snow fell on the high pass.")) as bot:
        asked = bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.edits(asked, "Where did snow fall on the pass?")
        await bot.double.until(lambda: message["text"].startswith("Snow fell"))
        bot.double.edits(asked, "Where did snow fall on the pass?")
        bot.double.edits(asked, "Where did the snow fall on the pass?")
        bot.double.edits(asked, "/help")
        bot.double.says("/help")
        await bot.double.shows(2)
        history = [q.history for q in bot.engine.asked]
    assert bot.double.count("editMessageText") == 1
    assert history == [(), (), ()]


async def test_an_answer_that_was_deleted_comes_anew_when_the_question_is_edited(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood(), checked=False) as bot:
        asked = bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        del bot.double.messages[7, message["message_id"]]
        bot.double.edits(asked, "Was nobody hurt?")
        [again] = await bot.double.shows(1)
    assert quotes_in(again) == [FLOOD]
    assert bot.double.complaints == ["editMessageText: Bad Request: message to edit not found"]


async def test_questions_asked_at_once_are_answered_in_order_as_replies(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        asked = [bot.double.says(f"river Harlow {n}") for n in range(6)]
        shown = await bot.double.shows(6)
    replied = [m["reply_to_message"]["message_id"] for m in shown]
    assert replied == [m["message_id"] for m in asked]
