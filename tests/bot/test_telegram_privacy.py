"""/privacy, /forget_me, what goes by itself, and that no question is ever logged."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversations import Conversations
from bot.invitations import Invitation
from bot.people.people import Person
from bot.people.speakers import Speakers
from bot.speech import ENGLISH
from bot.state import BotState, StoredAnswer
from bot.telegram.housekeeping import BETWEEN_ERASURES, ROUND_SECONDS, Rounds
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import privacy as texts
from corpus.store import ArticleStore
from retrieval.answers import Confidence
from tests.bot.telegram_bot import a_bot, flood
from tests.bot.telegram_double import NOW, Failure, Json, TelegramDouble
from tests.bot.telegram_office import ADMIN, an_office
from tests.doubles import KeywordEngine

QUESTION = "How far did the river rise at Harlow Bridge?"
SECRET = "zanzibarquestion"
GROUP = -50
YEAR = timedelta(days=365)
START = datetime.fromtimestamp(NOW, UTC)


async def forget(double: TelegramDouble, label: str, *, shown: int) -> Json:
    """Return the message that /forget_me ends in after a press of a button."""
    double.says("/forget_me")
    message = (await double.shows(shown))[-1]
    double.presses(label)
    await double.until(lambda: message["text"] != texts.forget_me(ENGLISH))
    return message


async def test_privacy_says_what_is_kept_and_how_long(tmp_path: Path) -> None:
    async with a_bot(tmp_path, retention=YEAR) as bot:
        bot.double.says("/privacy")
        [message] = await bot.double.shows(1)
    assert message["text"] == texts.privacy(ENGLISH, days=365)
    assert "After 365 days" in message["text"]
    assert "until you erase it" in texts.privacy(ENGLISH, days=None)


async def test_forget_me_erases_after_a_question_and_says_what(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [answer] = await bot.double.shows(1)
        bot.double.says("/settings")
        await bot.double.shows(2)
        bot.double.presses("English")
        await bot.double.until(bot.state.people.all)
        message = await forget(bot.double, texts.button_erase(ENGLISH), shown=3)
        assert "• 1 answer with its question" in message["text"]
        assert "• your settings" in message["text"]
        assert "reply_markup" not in message
        assert bot.state.people.all() == []
        assert bot.state.newest_answer(chat_id=7, thread_id=None) is None
        query = bot.double.presses_data(button_data(answer, "📖 Context"), answer)
        await bot.double.until(lambda: query in bot.double.answered)
        old = answer_texts.toast_old_button(ENGLISH)
        assert bot.double.answered[query]["text"] == old


def button_data(message: Json, label: str) -> str:
    rows = message["reply_markup"]["inline_keyboard"]
    return next(one["callback_data"] for row in rows for one in row if one["text"] == label)


async def test_who_does_not_want_it_after_all_keeps_everything(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        message = await forget(bot.double, texts.button_keep(ENGLISH), shown=2)
        assert message["text"] == texts.nothing_erased(ENGLISH)
        assert bot.state.newest_answer(chat_id=7, thread_id=None) is not None


async def test_a_second_press_does_not_count_anew(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        message = await forget(bot.double, texts.button_erase(ENGLISH), shown=2)
        said = message["text"]
        query = bot.double.presses_data("q:------------:1", message)
        await bot.double.until(lambda: query in bot.double.answered)
    assert message["text"] == said


async def test_what_was_said_before_is_forgotten_in_memory_too(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        await bot.double.shows(1, chat=GROUP)
        await forget(bot.double, texts.button_erase(ENGLISH), shown=2)
        bot.double.says("and Harlow?")
        await bot.double.shows(3)
        bot.double.says("/ask and Harlow?", chat=GROUP)
        await bot.double.shows(2, chat=GROUP)
    assert [question.history for question in bot.engine.asked[-2:]] == [(), ()]


async def test_a_guest_who_is_forgotten_needs_a_new_invitation(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood(), allowed=[ADMIN]) as bot:
        invitation = Invitation(
            token="invitation--",
            made_by=ADMIN,
            collections=(),
            uses_left=1,
            created_at=START,
            expires_at=START + YEAR,
        )
        bot.state.invitations.make(invitation)
        bot.double.says("/start i_invitation--", user=21)
        await bot.double.shows(1, chat=21)
        bot.double.says("/forget_me", user=21)
        await bot.double.shows(2, chat=21)
        bot.double.presses(texts.button_erase(ENGLISH), user=21)
        await bot.double.until(lambda: "1 invitation" in bot.double.shown(21)[-1]["text"])
        assert bot.state.invitations.guests() == {}
        bot.double.says(QUESTION, user=21)
        bot.double.says(QUESTION, user=ADMIN)
        await bot.double.shows(1, chat=ADMIN)
        assert len(bot.double.shown(21)) == 2


async def test_the_old_goes_at_the_start(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
    double = bot.double
    double.date += int(YEAR.total_seconds()) + 60
    async with a_bot(tmp_path, double=double, retention=YEAR) as again:
        await double.until(
            lambda: again.state.newest_answer(chat_id=7, thread_id=None) is None,
        )


class Days:
    """A clock on which every round takes half a day; it ends the rounds after so many."""

    def __init__(self, rounds: int) -> None:
        self.now = START
        self.left = rounds

    async def sleep(self, seconds: float) -> None:
        assert seconds == ROUND_SECONDS
        self.left -= 1
        if not self.left:
            raise EndedError
        self.now += BETWEEN_ERASURES / 2


class EndedError(Exception):
    """The rounds are over."""


async def rounds(
    state: BotState, speakers: Speakers, *, retention: timedelta | None, count: int
) -> None:
    days = Days(count)
    with ArticleStore.create(state_folder(state)) as store:
        async with Conversations(KeywordEngine(store)) as conversations:
            going = Rounds(
                state=state,
                conversations=conversations,
                speakers=speakers,
                retention=retention,
                now=lambda: days.now,
                sleep=days.sleep,
            )
            with pytest.raises(EndedError):
                await going.run()


def state_folder(state: BotState) -> Path:
    return Path(str(state._engine.url.database or "")).parent


@pytest.fixture
def state(tmp_path: Path) -> Iterator[BotState]:
    with BotState.open(tmp_path) as state:
        yield state


def an_answer(token: str, at: datetime) -> StoredAnswer:
    return StoredAnswer(
        token=token,
        chat_id=7,
        thread_id=None,
        message_id=None,
        question_id=1,
        asker_id=7,
        question="How far?",
        searched_for="How far?",
        confidence=Confidence.NONE,
        stories=(),
        shown=None,
        created_at=at,
    )


async def test_the_old_goes_once_a_day(state: BotState, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bot.telegram.housekeeping")
    for number, age in enumerate((0.5, 1.5, 9.0)):
        state.keep(an_answer(f"answer-{number}--", START - timedelta(days=age)), [])
    await rounds(state, Speakers(), retention=timedelta(days=2), count=4)
    assert [record.getMessage() for record in caplog.records] == [
        "erased 1 rows older than 2 days",
        "erased 1 rows older than 2 days",
    ]
    left = [state.answer(f"answer-{number}--") for number in range(3)]
    assert [answer is not None for answer in left] == [True, False, False]


async def test_nothing_goes_without_a_limit(state: BotState) -> None:
    state.keep(an_answer("answer-old--", START - 50 * YEAR), [])
    await rounds(state, Speakers(), retention=None, count=2)
    assert state.answer("answer-old--") is not None


async def test_the_language_of_who_is_written_to_unasked_is_kept_up_to_date(
    state: BotState,
) -> None:
    state.people.remember_code(7, "de")
    speakers = Speakers(state.people.all())
    speakers.speech(7, "ru")
    speakers.speech(8, "es")
    await rounds(state, speakers, retention=None, count=1)
    assert state.people.all() == [Person(user_id=7, language_code="ru")]


# -- what the log never holds -------------------------------------------------------------------


async def test_no_question_is_ever_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    double = TelegramDouble()
    double.failures.append(Failure("sendChatAction", 500))
    async with a_bot(tmp_path, flood(), double=double, admins=frozenset({7})) as bot:
        asked = double.says(f"How far did the river rise at Harlow Bridge, {SECRET}?")
        await double.shows(1)
        double.failures += [Failure("sendMessage", 500), Failure("editMessageText", 500)]
        double.presses("📖 Context")
        double.edits(asked, f"Harlow Bridge {SECRET} river")
        for written in (
            f"{SECRET}",
            f"/ask {SECRET}",
            f"/verify {SECRET}",
            f"/why {SECRET}",
            f"/latest {SECRET}",
            f"/follow {SECRET}",
            f"/following {SECRET}",
            f"/add {SECRET}",
            f"/remove {SECRET}",
            f"/frobnicate {SECRET}",
            f"/start {SECRET}",
            f"{SECRET} " * 200,
        ):
            double.says(written)
        double.says(f"/ask {SECRET}", chat=GROUP)
        double.push(message={"message_id": "wrong", "text": SECRET})
        # fourteen are sent, one of them is lost
        await double.until(lambda: len(double.shown()) + len(double.shown(GROUP)) >= 13)
        assert bot.engine.asked
    assert caplog.records
    assert SECRET not in caplog.text


async def test_no_question_is_logged_when_a_search_breaks_or_the_bot_starts_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    double = TelegramDouble()
    with ArticleStore.create(tmp_path) as store:
        engine = KeywordEngine(store, breaking={SECRET: RuntimeError("it broke")})
        async with a_bot(tmp_path, flood(), double=double, engine=engine):
            double.says(f"river {SECRET}")
            await double.shows(1)
        for _ in range(2):
            double.says(f"Harlow {SECRET}")
        double.date += 600
        async with a_bot(tmp_path, flood(), double=double):
            await double.shows(3)
    assert "it broke" in caplog.text
    assert SECRET not in caplog.text
