"""A message with several sentences, or several questions."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech import ENGLISH
from bot.state import BotState, StoredAnswer
from bot.telegram.parts import MOST_QUESTIONS, Part, parts_of
from bot.telegram.texts import conversation as texts
from retrieval.answers import Confidence
from tests.bot.telegram_bot import FLOOD, a_bot, article, flood
from tests.bot.telegram_double import Failure, RefusedError, TelegramDouble, quotes_in

GROUP = -1001
RIVER = "How far did the river rise at Harlow Bridge?"
MATCH = "Who won the match in Sallow?"
BOTH = f"{RIVER} {MATCH}"
WON = "Sallow won the match against Harlow by two goals."


def two() -> list[Any]:
    return [flood(), article("match", WON, title="Match", url="https://a.example/match")]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (RIVER, [Part(question=RIVER)]),
        ("bridge at Harlow", [Part(question="bridge at Harlow")]),
        ("I was there. It was night.", [Part(question="I was there. It was night.")]),
        (
            f"Hello! I live in Harlow. {RIVER} Thanks!",
            [Part(question=RIVER, beside="I live in Harlow.")],
        ),
        (f"{RIVER} I live there.", [Part(question=RIVER, beside="I live there.")]),
        (
            f"It rained. {RIVER} In May there was football. {MATCH}",
            [
                Part(question=RIVER, beside="It rained."),
                Part(question=MATCH, beside="In May there was football."),
            ],
        ),
        ("Did Mr. Smith win? Why?", [Part(question="Did Mr. Smith win? Why?")]),
        ("Can you help me? Who won the match?", [Part(question="Who won the match?")]),
        (
            "who won the match? who lost the match?",
            [Part(question="who won the match?"), Part(question="who lost the match?")],
        ),
        ("How far did\nthe river rise?", [Part(question="How far did the river rise?")]),
        (
            "أين يقع الجسر القديم؟ ومن بناه يا ترى؟",
            [Part(question="أين يقع الجسر القديم؟"), Part(question="ومن بناه يا ترى؟")],
        ),
        ("Who won the match? Who won the match?", [Part(question="Who won the match?")]),
        ('What does "Who are you?" mean?', [Part(question='What does "Who are you?" mean?')]),
    ],
)
def test_the_questions_of_a_message_are_found(text: str, parts: list[Part]) -> None:
    assert list(parts_of(text)) == parts


def test_a_message_with_very_many_questions_is_searched_as_one() -> None:
    text = " ".join(f"Who won match number {n}?" for n in range(MOST_QUESTIONS + 1))
    assert parts_of(text) == (Part(question=text),)


@given(st.text(alphabet="ab ?.!\nÄя؟'", max_size=80))
def test_any_message_has_a_question_and_no_letter_is_lost(text: str) -> None:
    parts = parts_of(text)
    assert 1 <= len(parts) <= MOST_QUESTIONS
    kept = "".join(part.question + part.beside for part in parts)
    assert {char for char in text if char.isalpha()} == {char for char in kept if char.isalpha()}


async def test_what_a_message_says_beside_its_question_is_no_part_of_the_search(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"Hello! I have lived in the valley for years. {RIVER}")
        [message] = await bot.double.shows(1)
        [asked] = bot.engine.asked
    assert asked.text == RIVER
    assert asked.history == ("user: I have lived in the valley for years.",)
    assert "Asked:" not in message["text"]


async def test_each_question_gets_its_answer_that_says_which(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *two()) as bot:
        bot.double.says(f"{BOTH} Who built the tower on Mars?")
        river, match, mars = await bot.double.shows(3)
    assert quotes_in(river) == [FLOOD]
    assert f"Asked: “{RIVER}”" in river["text"]
    assert quotes_in(match)[0] == WON
    assert f"Asked: “{MATCH}”" in match["text"]
    assert "No passage answers this" in mars["text"]
    assert "Asked: “Who built the tower on Mars?”" in mars["text"]


async def test_a_group_is_told_which_question_nothing_answers(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *two()) as bot:
        bot.double.says(f"/ask {RIVER} Who built the tower on Mars?", chat=GROUP)
        _, mars = await bot.double.shows(2, chat=GROUP)
    assert mars["text"] == "🤷 No passage answers this. Asked: “Who built the tower on Mars?”"


async def test_of_an_edited_message_each_question_keeps_its_answer(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *two()) as bot:
        double = bot.double
        asked = double.says(BOTH)
        river, match = await double.shows(2)
        before = dict(river)
        double.edits(asked, f"{RIVER} Who built the tower on Mars?")
        await double.until(lambda: "No passage" in match["text"])
        assert river == before
        double.edits(asked, RIVER)
        await double.until(lambda: match["text"] == texts.edited_away(ENGLISH))
        double.edits(asked, f"{RIVER} {MATCH} And where was the road cut?")
        *_, third = await double.shows(3)
        await double.until(lambda: quotes_in(match)[:1] == [WON])
    assert river == before
    assert quotes_in(third) == [FLOOD]


async def test_after_a_crash_only_what_was_not_answered_is_answered(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, *two(), double=double, checked=False) as bot:
        double.says(BOTH)
        await double.shows(1)
        double.failures.append(Failure("sendMessage", "refuse", times=1000))
        await double.until(lambda: double.count("sendMessage that never left"))
        bot.task.cancel()
    double.failures.clear()
    double.date += 60
    async with a_bot(tmp_path, double=double):
        _, match = await double.shows(2)
        assert quotes_in(match)[0] == WON
        double.says("/help")
        assert len(await double.shows(3)) == 3


async def test_after_a_kill_in_mid_send_the_other_questions_are_answered_all_the_same(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    message = double.says(BOTH)
    with BotState.open(tmp_path) as state:
        state.keep(_given(message), ())
        state.note_leaving("abcdefghijkl", is_out=True)
    async with a_bot(tmp_path, *two(), double=double) as bot:
        [match] = await double.shows(1)
        assert quotes_in(match)[0] == WON
        assert [question.text for question in bot.engine.asked] == [MATCH]


def _given(message: dict[str, Any]) -> StoredAnswer:
    """Return the answer to the first question, of which nobody knows whether it arrived."""
    return StoredAnswer(
        token="abcdefghijkl",
        chat_id=7,
        thread_id=None,
        message_id=None,
        question_id=message["message_id"],
        asker_id=7,
        question=RIVER,
        searched_for=RIVER,
        confidence=Confidence.NONE,
        stories=(),
        shown=None,
        created_at=datetime.fromtimestamp(message["date"], UTC),
    )


async def test_an_answer_whose_fate_is_unknown_keeps_no_other_from_being_sent(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("sendMessage", "timeout"))
    async with a_bot(tmp_path, *two(), double=double):
        double.says(BOTH)
        [match] = await double.shows(1)
    assert quotes_in(match)[0] == WON


async def test_answers_that_are_refused_for_haste_are_sent_later_each_once(tmp_path: Path) -> None:
    double = TelegramDouble()
    hurry = {"description": "Too Many Requests: retry after 0", "parameters": {"retry_after": 0}}
    double.failures.append(Failure("sendMessage", 429, **hurry))
    async with a_bot(tmp_path, *two(), double=double):
        double.says(BOTH)
        river, match = await double.shows(2)
    assert [quotes_in(river)[0], quotes_in(match)[0]] == [FLOOD, WON]


async def test_who_blocks_the_bot_between_two_answers_gets_no_second(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *two(), checked=False) as bot:
        bot.double.shut[7] = RefusedError(403, "Forbidden: bot was blocked by the user")
        bot.double.says(BOTH)
        await bot.double.until(lambda: len(bot.engine.asked) == 2)
        bot.double.says("/help", user=8)
        await bot.double.shows(1, chat=8)
    assert bot.double.count("sendMessage") == 2
