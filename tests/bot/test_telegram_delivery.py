"""What goes wrong between the bot and Telegram, and what a reader sees of it: nothing, or once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.journal import Progress
from bot.speech import ENGLISH
from bot.telegram.markup import Markup
from bot.telegram.texts import trouble as trouble_texts
from tests.bot.telegram_bot import FLOOD, a_bot, flood
from tests.bot.telegram_double import Failure, RefusedError, TelegramDouble, quotes_in

QUESTION = "How far did the river rise at Harlow Bridge?"
LOST = ["timeout", "drop", "truncated", "html", 500]


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("kind", LOST)
async def test_a_send_whose_fate_is_unknown_is_reported_and_not_repeated(
    kind: str | int, carried_out: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("sendMessage", kind, carried_out=carried_out))
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.says(QUESTION)
        await double.until(lambda: double.count("sendMessage"))
        await bot.ends()
        assert bot.state.journal.count(Progress.AMBIGUOUS) == 1
    assert double.count("sendMessage") == 1
    assert len(double.shown()) == int(carried_out)
    assert "nobody knows whether its answer arrived" in caplog.text


async def test_a_send_that_never_left_is_repeated_until_it_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("sendMessage", "refuse"))
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.says(QUESTION)
        await double.shows(1)
        await bot.ends()
        assert bot.state.journal.count(Progress.DONE) == 1
    assert double.count("sendMessage") == 1
    assert "next attempt in" in caplog.text


async def test_being_too_fast_is_waited_out_for_that_chat_alone(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.failures.append(
        Failure("sendMessage", 429, description="Too Many", parameters={"retry_after": 1})
    )
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        await double.until(lambda: double.count("sendMessage"))
        double.says(QUESTION, user=8)
        await double.shows(1, chat=8)
        assert double.shown() == []
        await double.shows(1)


@pytest.mark.parametrize(
    "refusal",
    [
        RefusedError(403, "Forbidden: bot was blocked by the user"),
        RefusedError(403, "Forbidden: bot was kicked from the supergroup chat"),
        RefusedError(400, "Bad Request: chat not found"),
    ],
    ids=str,
)
async def test_a_chat_that_is_shut_is_dropped_quietly(
    refusal: RefusedError, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    double.shut[7] = refusal
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.says(QUESTION)
        double.says(QUESTION, user=8)
        await double.shows(1, chat=8)
        await double.until(lambda: double.count("sendMessage") == 2)
        await bot.ends()
        assert bot.state.journal.count(Progress.DONE) == 2
    assert caplog.text == ""


async def test_a_send_follows_a_group_to_its_new_id(tmp_path: Path) -> None:
    old, new = -5, -1005
    double = TelegramDouble()
    double.failures.append(
        Failure(
            "sendMessage",
            400,
            description="Bad Request: group chat was upgraded to a supergroup chat",
            parameters={"migrate_to_chat_id": new},
        )
    )
    async with a_bot(tmp_path, flood(), double=double, allowed=[old]) as bot:
        double.says(f"/ask {QUESTION}", chat=old)
        [message] = await double.shows(1, chat=new)
        double.says(f"/ask {QUESTION}", chat=new)
        await double.shows(2, chat=new)
        assert bot.state.moved_chats() == {old: new}
    assert "reply_to_message" not in message


async def test_an_edit_in_a_group_that_moved_becomes_a_new_message(tmp_path: Path) -> None:
    old, new = -5, -1005
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        asked = double.says(f"/ask {QUESTION}", chat=old)
        await double.shows(1, chat=old)
        double.failures.append(
            Failure("editMessageText", 400, parameters={"migrate_to_chat_id": new})
        )
        double.edits(asked, "/ask Was nobody hurt?")
        await double.shows(2, chat=old)
        await bot.ends()
    assert double.count("sendMessage") == 2


async def test_a_reply_to_a_message_that_is_gone_is_sent_without_it(tmp_path: Path) -> None:
    double = TelegramDouble()
    refusal = Failure(
        "sendMessage", 400, description="Bad Request: message to be replied not found"
    )
    double.failures.append(refusal)
    async with a_bot(tmp_path, flood(), double=double):
        double.says(f"/ask {QUESTION}", chat=-5)
        [message] = await double.shows(1, chat=-5)
    assert "reply_to_message" not in message


async def test_a_message_telegram_does_not_accept_is_replaced_by_a_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("sendMessage", 400, description="Bad Request: can't parse"))
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        [message] = await double.shows(1)
    assert message["text"] == trouble_texts.trouble(ENGLISH)
    assert "Telegram refuses the message: Can't parse" in caplog.text


async def test_a_line_telegram_does_not_accept_either_is_given_up(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("sendMessage", 400, times=2, description="Bad Request: odd"))
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.says(QUESTION)
        await double.until(lambda: double.count("sendMessage") == 2)
        await bot.ends()
        assert bot.state.journal.count(Progress.DONE) == 1
    assert double.shown() == []


@pytest.mark.parametrize("carried_out", [False, True])
async def test_an_edit_whose_fate_is_unknown_is_repeated(carried_out: bool, tmp_path: Path) -> None:
    double = TelegramDouble()
    stories = [flood(f"story{n}", f"{FLOOD} Story {n}.") for n in range(2)]
    async with a_bot(tmp_path, *stories, double=double, checked=False) as bot:
        double.says(QUESTION)
        [message] = await double.shows(1)
        double.failures.append(Failure("editMessageText", "drop", carried_out=carried_out))
        double.presses("›")
        await double.until(lambda: double.count("editMessageText") == 2)
        await bot.ends()
        assert bot.state.journal.count(Progress.DONE) == 2
    assert "Story 2 of 2" in message["text"]
    assert len(double.complaints) == int(carried_out)  # "not modified" says that it had arrived


async def test_an_edit_that_keeps_failing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.delivery.EDIT_ATTEMPTS", 1)
    double = TelegramDouble()
    stories = [flood(f"story{n}", f"{FLOOD} Story {n}.") for n in range(2)]
    async with a_bot(tmp_path, *stories, double=double) as bot:
        double.says(QUESTION)
        await double.shows(1)
        double.failures.append(Failure("editMessageText", "drop", times=5))
        double.presses("›")
        await double.until(lambda: double.count("editMessageText") == 1)
        await bot.ends()
        assert bot.state.journal.count(Progress.AMBIGUOUS) == 1


async def test_a_message_that_would_not_show_its_quote_exactly_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real: Callable[..., Markup] = Markup.quote

    def careless(self: Markup, text: str, **options: object) -> Markup:
        markup = real(self, text.replace("2.4", "4.2"), **options)
        markup.quotes[-1] = text
        return markup

    monkeypatch.setattr(Markup, "quote", careless)
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
    assert message["text"] == trouble_texts.unprovable(ENGLISH)
    assert "would not show its quotes exactly" in caplog.text


async def test_a_hit_that_is_not_what_its_receipt_says_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.doubles.receipt", lambda **_: "0000000000")
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
    assert message["text"] == trouble_texts.unprovable(ENGLISH)
    assert quotes_in(message) == []


async def test_the_same_chat_is_called_one_call_at_a_time(tmp_path: Path) -> None:
    double = TelegramDouble()
    under_way: set[int] = set()
    real = double._sendMessage

    async def watching(parameters: dict[str, object]) -> object:
        chat = parameters["chat_id"]
        assert isinstance(chat, int)
        assert chat not in under_way
        under_way.add(chat)
        message = await real(parameters)
        under_way.discard(chat)
        return message

    double._sendMessage = watching
    async with a_bot(tmp_path, flood(), double=double):
        for _ in range(5):
            double.says(QUESTION)
            double.says(QUESTION, user=8)
        await double.shows(5)
        await double.shows(5, chat=8)
