import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import conversations
from bot.conversations import TURN_SECONDS, Conversations, Scope
from bot.turns import TURNS_KEPT, Turn
from retrieval.answers import Answer, Question
from retrieval.errors import QuestionError
from tests.bot.shelf import FLOOD, ScriptedEngine, a_hit, an_answer, an_article


class HalfCopiedError(Exception):
    """The library is being written."""


class Engine:
    """Answers everything, and does what it is told meanwhile."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.asked: list[Question] = []
        self.refreshed = 0
        self.fails = False
        self._meanwhile = meanwhile

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        self._meanwhile()
        return an_answer(a_hit(an_article()), question=question.text)

    def refresh(self) -> bool:
        self.refreshed += 1
        if self.fails:
            raise HalfCopiedError
        return False


def after(*questions: str) -> tuple[str, ...]:
    """Return the history of questions the engine answered: what was asked, and what was quoted."""
    quoted = f"agent: {an_article().citation.title}: {FLOOD}"
    return tuple(line for question in questions for line in (f"user: {question}", quoted))


async def test_the_last_turns_of_a_place_come_with_the_question() -> None:
    engine = Engine()
    async with Conversations(engine) as talks:
        for n in range(TURNS_KEPT + 2):
            await talks.ask("here", f"q{n}", hits=3)
        await talks.ask("there", "other")
    assert engine.asked[0].history == ()
    assert engine.asked[-2].history == after(*(f"q{n}" for n in range(1, TURNS_KEPT + 1)))
    assert engine.asked[-1].history == ()
    assert {q.hits for q in engine.asked[:-1]} == {3}


async def test_an_edited_question_takes_the_place_of_what_it_said_before() -> None:
    engine = Engine()
    async with Conversations(engine) as talks:
        await talks.ask("here", "one")
        await talks.ask("here", "two", instead_of="one")
        await talks.ask("here", "three")
    assert [q.history for q in engine.asked] == [(), (), after("two")]


async def test_the_articles_a_question_is_about_are_handed_on() -> None:
    engine = Engine()
    async with Conversations(engine) as talks:
        await talks.ask("here", "one", scope=Scope(about=(("main", "flood"),)))
        await talks.ask("here", "two")
    assert [q.about for q in engine.asked] == [(("main", "flood"),), ()]


async def test_what_was_said_in_a_chat_is_forgotten_in_all_its_topics() -> None:
    engine = Engine()
    async with Conversations(engine) as talks:
        for place in ((7, None), (7, 5), (8, None), (7, None), (7, 5), (8, None)):
            if len(engine.asked) == 3:
                talks.forget(7)
            await talks.ask(place, "one")
    assert [bool(q.history) for q in engine.asked] == [False] * 5 + [True]


async def test_turns_are_recalled_once_for_a_place() -> None:
    engine, recalled = Engine(), [Turn(question="before", quoted="")]
    async with Conversations(engine) as talks:
        await talks.ask("here", "one", recall=lambda: recalled)
        await talks.ask("here", "two", recall=lambda: recalled)
    assert [q.history[0] for q in engine.asked] == ["user: before"] * 2
    assert engine.asked[0].history == ("user: before",)


async def test_turns_of_long_ago_are_forgotten() -> None:
    engine, now = Engine(), [0.0]
    async with Conversations(engine, clock=lambda: now[0]) as talks:
        await talks.ask("here", "one")
        now[0] += TURN_SECONDS + 1
        await talks.ask("here", "two")
    assert engine.asked[1].history == ()


async def test_only_so_many_places_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "PLACES_KEPT", 2)
    engine = Engine()
    async with Conversations(engine) as talks:
        for place in ("a", "b", "c"):
            await talks.ask(place, "one")
        await talks.ask("a", "two")
        await talks.ask("c", "two")
    assert [q.history for q in engine.asked[3:]] == [(), after("one")]


async def test_a_question_that_cannot_be_searched_raises_and_is_not_remembered() -> None:
    engine = ScriptedEngine(fine=an_answer())
    async with Conversations(engine) as talks:
        with pytest.raises(QuestionError):
            await talks.ask("here", "👍")
        await talks.ask("here", "fine")
    assert engine.asked[-1].history == ()


async def test_a_slow_search_holds_up_neither_the_loop_nor_reads_nor_writes() -> None:
    release = threading.Event()
    async with Conversations(Engine(lambda: release.wait(10)), search_threads=1) as talks:
        slow = asyncio.create_task(talks.ask("here", "one"))
        assert await talks.read(lambda n: n + 1, 1) == 2
        assert await talks.write(lambda *, n: n + 1, n=2) == 3
        assert not slow.done()
        release.set()
        assert (await slow).answered


async def test_writes_keep_their_order() -> None:
    done: list[int] = []
    async with Conversations(Engine()) as talks:
        await asyncio.gather(*(talks.write(done.append, n) for n in range(50)))
    assert done == list(range(50))


async def refreshed(engine: Engine, times: int) -> None:
    while engine.refreshed < times:  # noqa: ASYNC110 - it is counted in another thread
        await asyncio.sleep(0.005)


async def test_the_library_is_refreshed_again_and_again_also_after_a_failure(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    engine = Engine()
    async with Conversations(engine) as talks:
        task = asyncio.create_task(talks.keep_fresh(every=0.005))
        engine.fails = True
        await refreshed(engine, 5)
        engine.fails = False
        seen = engine.refreshed
        await refreshed(engine, seen + 3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert caplog.text.count("could not be read anew") == 1
