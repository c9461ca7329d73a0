"""👍 and 👎 as readers press them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.feedback.votes import Tally
from tests.bot.inline_double import InlineDouble
from tests.bot.telegram_bot import Running, a_bot, flood
from tests.bot.telegram_double import Json, TelegramDouble, labels

QUESTION = "How many metres in nine hours?"
GROUP = -100


async def toast(double: TelegramDouble, label: str, **who: int) -> str:
    query = double.presses(label, **who)
    await double.until(lambda: query in double.answered)
    return str(double.answered[query]["text"])


def counted(bot: Running) -> list[tuple[int, int]]:
    return [(one.ups, one.downs) for one in bot.state.votes.tallies()]


async def test_a_vote_is_a_toast_can_be_changed_and_taken_back(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        assert ["👍", "👎"] in [row[:2] for row in labels(message)]
        before = dict(message)
        assert (await toast(bot.double, "👍")).startswith("👍 Noted: this passage answers.")
        assert counted(bot) == [(1, 0)]
        assert (await toast(bot.double, "👎")).startswith("👎 Noted: this passage does not answer.")
        assert counted(bot) == [(0, 1)]
        assert await toast(bot.double, "👎") == "Your vote is taken back."
        assert counted(bot) == []
        assert message == before
    assert bot.double.count("editMessageText") == 0


async def test_a_vote_names_the_passage_and_the_question(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(), flood("other", "Nine hours of metres.")) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.presses("›")
        await bot.double.until(lambda: "Story 2 of 2" in message["text"])
        await toast(bot.double, "👎")
        [tally] = bot.state.votes.tallies()
    assert isinstance(tally, Tally)
    assert (tally.question, tally.article.key, tally.downs) == (QUESTION, "other", 1)
    assert tally.span.of("Nine hours of metres.") == "Nine hours of metres."


async def test_anybody_in_a_group_may_vote_and_the_count_is_not_shown(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        [message] = await bot.double.shows(1, chat=GROUP)
        assert labels(message) == [["📖 Context", "👍", "👎"]]
        for user in (7, 8, 9):
            await toast(bot.double, "👍", user=user, chat=GROUP)
        assert counted(bot) == [(3, 0)]
        assert labels(message) == [["📖 Context", "👍", "👎"]]


async def test_anybody_may_vote_under_a_message_sent_through_the_bot(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        message = double.picks(await double.finds(QUESTION))
        for user in (7, 8):
            query = double.taps("👎", message, user=user)
            await double.until(lambda query=query: query in double.answered)
        [tally] = bot.state.votes.tallies()
    assert (tally.downs, tally.chosen) == (2, 1)
    assert double.count("editMessageText") == 0


async def test_a_vote_from_the_deep_link_is_the_same_vote(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        [message] = await bot.double.shows(1, chat=GROUP)
        await toast(bot.double, "👍", chat=GROUP)
        token = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
        bot.double.says(f"/start a_{token}_0")
        await bot.double.shows(1)
        assert await toast(bot.double, "👍") == "Your vote is taken back."
        assert counted(bot) == []


@pytest.mark.parametrize("data", ["u:{token}:9", "u:unknowntoken:0", "d:abcdefghijkl:0"])
async def test_a_vote_on_nothing_gets_a_polite_toast(data: str, tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        token = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
        query = bot.double.presses_data(data.format(token=token), message)
        await bot.double.until(lambda: query in bot.double.answered)
        assert counted(bot) == []
    assert "no longer keep" in bot.double.answered[query]["text"]


async def test_a_button_moved_to_another_chat_and_one_of_a_hidden_collection_do_not_vote(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        [message] = await double.shows(1)
        elsewhere: Json = double.says("/help", user=8)
        await double.shows(1, chat=8)
    double.date += 60
    async with a_bot(tmp_path, double=double, chat_collections={7: ("town",)}) as bot:
        token = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
        moved = double.presses_data(f"u:{token}:0", elsewhere, user=8)
        hidden = double.presses_data(f"u:{token}:0", message)
        await double.until(lambda: {moved, hidden} <= set(double.answered))
        assert counted(bot) == []
    assert "no longer keep" in double.answered[moved]["text"]
    assert "no longer keep" in double.answered[hidden]["text"]


async def test_a_withdrawn_passage_cannot_be_voted_on(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        bot.store.retire("flood")
        assert "withdrawn" in await toast(bot.double, "👍")
        assert counted(bot) == []


async def test_what_only_lists_what_is_new_has_no_votes(tmp_path: Path) -> None:
    today = datetime(2026, 10, 30, tzinfo=UTC)
    async with a_bot(tmp_path, flood(published=today)) as bot:
        bot.double.says("/latest")
        [message] = await bot.double.shows(1)
    assert "👍" not in str(labels(message))
    assert labels(message)
