"""Guest mode: the bot is mentioned where it is no member, and answers there once."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.journal import Entry, Kind, Progress
from bot.state import BotState
from bot.state_schema import metadata
from tests.bot.inline_double import InlineDouble
from tests.bot.telegram_bot import FLOOD, a_bot, flood
from tests.bot.telegram_double import ME, NOW, Failure, Json, labels, quotes_in

QUESTION = "@news_bot Harlow Bridge road"


async def answered(double: InlineDouble, text: str = QUESTION, **mention: object) -> Json:
    """Return the message a mention is answered with."""
    query = double.mentions(text, **mention)  # type: ignore[arg-type]
    await double.until(lambda: query in double.guest_answers)
    return double.sent[double.guest_answers[query]]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (QUESTION, "group"),
        ("Harlow Bridge road, @News_Bot?", "private"),
        ("Tell me @news_bot about the Harlow Bridge road", "supergroup"),
    ],
)
async def test_a_mention_is_answered_with_one_exact_quote(
    text: str, kind: str, tmp_path: Path
) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        message = await answered(double, text, kind=kind)
    assert quotes_in(message) == [FLOOD]
    assert labels(message) == [["📖 Context", "👍", "👎"]]
    assert double.count("answerGuestQuery") == 1
    assert double.count("sendMessage") == 0


async def test_what_nothing_answers_and_what_asks_nothing_get_one_line(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double):
        nothing = await answered(double, "@news_bot zeppelin opera harbour")
        empty = await answered(double, "@news_bot")
        wordless = await answered(double, "@news_bot ?!")
    assert nothing["text"] == "🤷 No passage answers this."
    assert empty["text"].startswith("Write your question after my name")
    assert wordless["text"]
    assert not any(map(labels, (nothing, empty, wordless)))


async def test_nothing_is_kept_of_the_chat(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        await answered(double, chat=-987654321)
        await bot.ends()
        with bot.state._engine.connect() as connection:
            dump = "\n".join(
                str(connection.execute(select(table)).all()) for table in metadata.tables.values()
            )
    assert "GUEST" in dump
    assert "987654321" not in dump


async def test_rights_are_those_of_the_person_who_asks(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(
        tmp_path, flood(), double=double, allowed=[7, 8], chat_collections={8: ("town",)}
    ) as bot:
        mine = await answered(double)
        limited = await answered(double, user=8)
        double.mentions(QUESTION, user=9)
        await double.taken()
        await bot.ends()
    assert quotes_in(mine) == [FLOOD]
    assert limited["text"] == "🤷 No passage answers this."
    assert len(double.guest_answers) == 2


async def test_guests_can_be_switched_off(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double, guests=False) as bot:
        double.mentions(QUESTION)
        await double.taken()
        await bot.ends()
    assert double.guest_answers == {}
    assert double.count("answerGuestQuery") == 0


async def test_only_the_asker_turns_the_message_and_anybody_may_vote(tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        message = await answered(double)
        stranger = double.taps("📖", message, user=8)
        await double.until(lambda: stranger in double.answered)
        vote = double.taps("👍", message, user=8)
        await double.until(lambda: vote in double.answered)
        double.taps("📖", message)
        await double.until(lambda: "↩ Back" in str(labels(message)))
        [tally] = bot.state.votes.tallies()
    assert double.answered[stranger]["url"].startswith(f"https://t.me/{ME['username']}?start=a_")
    assert "Noted" in double.answered[vote]["text"]
    assert (tally.question, tally.ups, tally.chosen) == ("Harlow Bridge road", 1, 0)


@pytest.mark.parametrize("kind", ["timeout", 400, 403])
async def test_an_answer_that_fails_is_not_repeated(kind: str | int, tmp_path: Path) -> None:
    double = InlineDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        double.failures.append(Failure("answerGuestQuery", kind, description="Bad Request: no"))
        double.mentions(QUESTION)
        await double.until(lambda: double.count("answerGuestQuery") == 1)
        await double.taken()
        await bot.ends()
        lost = bot.state.journal.count(Progress.AMBIGUOUS)
        assert bot.state.journal.resume() == []
    assert lost == (1 if kind == "timeout" else 0)
    assert double.count("answerGuestQuery") == 1


async def test_a_mention_accepted_before_a_crash_is_answered_after_it(tmp_path: Path) -> None:
    double = InlineDouble()
    query = double.mentions(QUESTION)
    with BotState.open(tmp_path) as state:
        [raw] = double.waiting
        entry = Entry(
            update_id=raw["update_id"],
            chat_id=7,
            kind=Kind.OTHER,
            payload=json.dumps(raw),
            asked_at=None,
            received_at=datetime.fromtimestamp(NOW, UTC),
        )
        state.journal.accept([entry])
    double.waiting.clear()
    async with a_bot(tmp_path, flood(), double=double):
        await double.until(lambda: query in double.guest_answers)


async def test_a_mention_that_ended_the_bot_again_and_again_is_given_up(tmp_path: Path) -> None:
    double = InlineDouble()
    double.mentions(QUESTION)
    [raw] = double.waiting
    with BotState.open(tmp_path) as state:
        entry = Entry(
            update_id=raw["update_id"],
            chat_id=7,
            kind=Kind.OTHER,
            payload=json.dumps(raw),
            asked_at=None,
            received_at=datetime.fromtimestamp(NOW, UTC),
        )
        state.journal.accept([entry])
        for _ in range(3):
            state.journal.begin(raw["update_id"])
    double.waiting.clear()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        await double.until(lambda: bot.state.journal.resume() == [])
    assert double.guest_answers == {}
