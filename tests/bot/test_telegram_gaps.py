"""`/gaps` as administrators see it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.feedback.gaps import GapState
from bot.telegram.gaps import GapList
from corpus.errors import LibraryLockedError
from corpus.store import ArticleStore
from retrieval.errors import QuestionError
from tests.bot.telegram_bot import Running, a_bot, flood
from tests.bot.telegram_double import Json, TelegramDouble, labels
from tests.doubles import KeywordEngine

ADMIN = 1
WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")


def an_admins_bot(folder: Path, *articles: Any, **options: Any) -> Any:
    return a_bot(folder, *articles, **{"admins": frozenset({ADMIN}), **options})


async def ask(double: TelegramDouble, question: str, *, user: int = 7, count: int = 1) -> None:
    before = len(double.shown(user))
    for _ in range(count):
        double.date += 1
        double.says(question, user=user)
    await double.shows(before + count, chat=user)


async def gaps(double: TelegramDouble) -> Json:
    before = len(double.shown(ADMIN))
    double.says("/gaps", user=ADMIN)
    return (await double.shows(before + 1, chat=ADMIN))[-1]


async def press(bot: Running, label: str, **who: int) -> str | None:
    query = bot.double.presses(label, **{"user": ADMIN, **who})
    await bot.double.until(lambda: query in bot.double.answered)
    return bot.double.answered[query].get("text")


async def test_what_nothing_answers_is_listed_most_asked_first_without_names(
    tmp_path: Path,
) -> None:
    async with an_admins_bot(tmp_path, flood()) as bot:
        await ask(bot.double, "Where is the zeppelin?")
        await ask(bot.double, "Opera tickets?", count=2)
        await ask(bot.double, "where is the ZEPPELIN", user=8)
        await ask(bot.double, "zeppelin, where is the", user=9)
        await ask(bot.double, "How many metres in nine hours?")
        bot.double.says("/ask Where is the zeppelin?", chat=-100, user=7)
        await bot.double.shows(1, chat=-100)
        message = await gaps(bot.double)
    lines = [line for line in message["text"].split("\n") if line]
    assert lines[:5] == [
        "2 unanswered questions",
        "1. Where is the zeppelin?",
        "asked 4 times by 3 people, last on 15 January 2027",
        "2. Opera tickets?",
        "asked 2 times by 1 person, last on 15 January 2027",
    ]
    assert labels(message) == [["✅ 1", "✅ 2"], ["🗑 1", "🗑 2"]]
    assert "Person" not in message["text"]


async def test_to_others_the_command_is_unknown_and_its_buttons_do_nothing(tmp_path: Path) -> None:
    async with an_admins_bot(tmp_path, flood()) as bot:
        await ask(bot.double, "Where is the zeppelin?")
        message = await gaps(bot.double)
        bot.double.says("/gaps", user=8)
        [answer] = await bot.double.shows(1, chat=8)
        data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        other = bot.double.presses_data(data, message, user=8)
        elsewhere = bot.double.presses_data(data, answer, user=ADMIN)
        await bot.double.until(lambda: {other, elsewhere} <= set(bot.double.answered))
        assert bot.state.gaps.count() == 1
    assert "zeppelin" not in answer["text"]
    assert bot.double.answered[other]["text"] == "Only administrators can do this."
    assert "no longer keep" in bot.double.answered[elsewhere]["text"]


async def test_the_list_turns_and_an_empty_one_says_so(tmp_path: Path) -> None:
    async with an_admins_bot(tmp_path, flood()) as bot:
        empty = await gaps(bot.double)
        for word in WORDS:
            await ask(bot.double, f"{word}?")
        message = await gaps(bot.double)
        assert labels(message)[-1] == ["›"]
        await press(bot, "›")
        await bot.double.until(lambda: labels(message)[-1] == ["‹"])
        assert "6. " in message["text"]
        assert "7. " in message["text"]
        await press(bot, "‹")
        await bot.double.until(lambda: "1. " in message["text"])
    assert empty["text"].startswith("No unanswered questions.")


@pytest.mark.parametrize(
    ("label", "kind", "said"),
    [("✅", GapState.DONE, "✅ Marked as done."), ("🗑", GapState.DISMISSED, "🗑 Dismissed.")],
)
async def test_a_gap_is_settled_and_that_can_be_taken_back(
    label: str, kind: GapState, said: str, tmp_path: Path
) -> None:
    async with an_admins_bot(tmp_path, flood()) as bot:
        await ask(bot.double, "Where is the zeppelin?")
        message = await gaps(bot.double)
        assert await press(bot, label) == said
        await bot.double.until(lambda: labels(message) == [["↩ Undo: Where is the zeppelin?"]])
        assert bot.state.gaps.count(kind) == 1
        assert await press(bot, "↩") == "↩ It is open again."
        await bot.double.until(lambda: "1. Where is the zeppelin?" in message["text"])
        assert bot.state.gaps.count() == 1
        bot.state.gaps.forget(7)
        assert await press(bot, label) == "This question is no longer kept."


async def test_a_later_article_closes_a_gap_and_what_is_asked_again_in_vain_opens_it(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with an_admins_bot(tmp_path, flood(), double=double) as bot:
        await ask(double, "Where is the zeppelin?")
        await ask(double, "Opera tickets?")
        await gaps(double)
        assert bot.state.gaps.count() == 2
    double.date += 60
    news = flood("news", "The zeppelin is over the harbour.", title="Zeppelin seen")
    async with an_admins_bot(tmp_path, news, double=double) as bot:
        await double.until(lambda: bot.state.gaps.count(GapState.ANSWERED) == 1)
        [closed] = bot.state.gaps.listed(GapState.ANSWERED)
        assert (closed.question, closed.answer) == ("Where is the zeppelin?", ("main", "news"))
        assert "zeppelin" not in (await gaps(double))["text"]
        bot.store.remove("news")
        assert isinstance(bot.engine, KeywordEngine)
        bot.engine.refresh()
        await ask(double, "Where is the zeppelin?", user=8)
        assert "zeppelin" in (await gaps(double))["text"]


async def test_a_gap_is_asked_again_only_when_the_library_has_changed(tmp_path: Path) -> None:
    double = TelegramDouble()
    rounds = asyncio.Queue[None]()

    class Slept:
        def __init__(self) -> None:
            self.pauses: list[float] = []

        async def __call__(self, seconds: float) -> None:
            self.pauses.append(seconds)
            await rounds.get()

    async with an_admins_bot(tmp_path, flood(), double=double) as bot:
        for word in (*WORDS, "theta", "iota", "kappa", "lambda"):
            await ask(double, f"{word}?")
        await gaps(double)
        engine = bot.engine
        assert isinstance(engine, KeywordEngine)
        slept = Slept()
        [task] = [one for one in asyncio.all_tasks() if "GapList.run" in repr(one.get_coro())]
        services = task.get_coro().cr_frame.f_locals["self"]._services  # type: ignore[union-attr]
        assert 11 <= len(engine.asked) <= 12  # the bot's own first round may have met the first
        mine = asyncio.create_task(GapList(services, sleep=slept).run())
        await double.until(lambda: len(slept.pauses) == 1)
        assert 20 <= len(engine.asked) <= 22
        for round_ in (2, 3):
            rounds.put_nowait(None)
            await double.until(lambda round_=round_: len(slept.pauses) == round_)
            assert len(engine.asked) == 22
        mine.cancel()
        assert slept.pauses[0] < slept.pauses[2]


async def test_many_questions_are_noted_in_several_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_admins_bot(tmp_path, flood()) as bot:
        for word in WORDS:
            await ask(bot.double, f"{word}?")
        monkeypatch.setattr("bot.feedback.gap_keeping.NOTED_AT_ONCE", 2)
        assert (await gaps(bot.double))["text"].startswith("7 unanswered questions")


async def test_a_gap_that_cannot_be_asked_again_and_a_library_that_is_busy_end_no_rounds(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    async with an_admins_bot(tmp_path, flood(), double=double) as bot:
        await ask(double, "Where is the zeppelin?")
        await ask(double, "Opera tickets?")
        await gaps(double)
    news = flood("news", "Opera tickets are sold out.", title="Opera")
    double.date += 60
    with ArticleStore.create(tmp_path) as store:
        engine = KeywordEngine(
            store,
            breaking={
                "zeppelin": QuestionError("ask it in words"),
                "Opera": LibraryLockedError("the library is busy; try again"),
            },
        )
        async with an_admins_bot(tmp_path, news, double=double, engine=engine) as bot:
            await double.until(lambda: "wait for the next round" in caplog.text)
            assert bot.state.gaps.count() == 2


async def test_a_possible_answer_with_a_vote_against_it_is_listed_until_that_is_taken_back(
    tmp_path: Path,
) -> None:
    async with an_admins_bot(tmp_path, flood()) as bot:
        await ask(bot.double, "River road zeppelin opera?")
        [answer] = bot.double.shown()
        assert "possible match" in answer["text"]
        assert (await gaps(bot.double))["text"].startswith("No unanswered questions.")
        await press(bot, "👎", user=7)
        assert "1. River road zeppelin opera?" in (await gaps(bot.double))["text"]
        await press(bot, "👎", user=7)
        assert (await gaps(bot.double))["text"].startswith("No unanswered questions.")
