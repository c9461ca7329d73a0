"""The only bridge between the event loop and the synchronous layers below.

Searches, reads and writes have threads of their own: a slow search holds up neither a page that
is turned nor the journal, and everything the journal writes stays in order.
"""

import asyncio
import functools
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import ParamSpec, Protocol, Self, TypeVar

from bot.turns import TURNS_KEPT, Turn, history_of
from retrieval.answers import DEFAULT_HITS, Answer, Filters, Question

SEARCH_THREADS = 2
READ_THREADS = 2
TURN_SECONDS = 30 * 60.0
PLACES_KEPT = 2_000
REFRESH_SECONDS = 1.0

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


class Engine(Protocol):
    """What answers: `retrieval.engine.AnswerEngine`."""

    def answer(self, question: Question) -> Answer:
        """Return the answer; `QuestionError` for a question that cannot be searched."""

    def refresh(self) -> bool:
        """Take in what other processes changed; return whether anything did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a question replies to.

    `about` are the articles, (collection, key), of the answer replied to, and `selected` the words
    of it the asker points at. `beside` is what somebody else said, "" if nothing.
    """

    about: tuple[tuple[str, str], ...] = ()
    selected: str = ""
    beside: str = ""

    @property
    def history(self) -> tuple[str, ...]:
        """Return what counts as said just before the question."""
        said = self.beside or ("" if self.about else self.selected)
        return (f"user: {said}",) if said else ()


NO_SCOPE = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed:
    turn: Turn
    at: float


def _nothing() -> None:
    """Do nothing."""


def _nothing_of_answer(_answer: Answer) -> None:
    """Do nothing."""


def _no_turns() -> Sequence[Turn]:
    """Recall nothing."""
    return ()


class Conversations:
    """Asks the engine for chats, and remembers each one's last turns. An async context manager."""

    def __init__(
        self,
        engine: Engine,
        *,
        search_threads: int = SEARCH_THREADS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask `engine` from `search_threads` threads; `clock` counts seconds."""
        self._engine = engine
        self._clock = clock
        self.refreshes = 0
        """How often something new was taken in since the start."""
        self._turns: OrderedDict[Hashable, list[_Timed]] = OrderedDict()
        self._searching = ThreadPoolExecutor(search_threads, thread_name_prefix="search")
        self._reading = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="read")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._refreshing = ThreadPoolExecutor(1, thread_name_prefix="refresh")

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what runs, drop what waits."""
        for pool in (self._searching, self._reading, self._writing, self._refreshing):
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)

    async def ask(
        self,
        place: Hashable,
        text: str,
        *,
        hits: int = DEFAULT_HITS,
        instead_of: str | None = None,
        scope: Scope = NO_SCOPE,
        language: str = "",
        collections: tuple[str, ...] = (),
        recall: Callable[[], Sequence[Turn]] = _no_turns,
        at_start: Callable[[], None] = _nothing,
        at_end: Callable[[Answer], None] = _nothing_of_answer,
    ) -> Answer:
        """Return the answer to `text` asked in a place: a chat, or a topic of one.

        `scope` is what the question replies to; `language` that of the asker's interface, "" if
        unknown; no `collections` means all. `instead_of` is what the same question said before it
        was edited. `recall` reads the last turns of a place from which none was asked since the
        start. `at_start` is called in the thread that searches, when it begins, and `at_end` with
        what it found: handing over to another thread takes longer than drawing. Raises what the
        engine raises; a question that cannot be searched is not remembered.
        """
        if place not in self._turns:
            recalled = await self.read(recall)
            self._remember(place, [_Timed(turn=turn, at=self._clock()) for turn in recalled])
        turns = [one for one in self._recent(place) if one.turn.question != instead_of]
        question = Question(
            text=text,
            hits=hits,
            history=(*history_of(one.turn for one in turns), *scope.history),
            language=language,
            about=scope.about,
            selected=scope.selected,
            filters=Filters(collections=collections),
        )
        answer = await self.search(question, at_start=at_start, at_end=at_end)
        asked = _Timed(turn=Turn.of(text, answer), at=self._clock())
        self._remember(place, [*turns, asked])
        return answer

    async def search(
        self,
        question: Question,
        *,
        at_start: Callable[[], None] = _nothing,
        at_end: Callable[[Answer], None] = _nothing_of_answer,
    ) -> Answer:
        """Return the answer to a question outside of any conversation; nothing is remembered."""

        def search() -> Answer:
            at_start()
            answer = self._engine.answer(question)
            at_end(answer)
            return answer

        return await self._on(self._searching, search)

    def answer(self, question: Question) -> Answer:
        """Return the answer, searched in the thread that calls: not for the event loop."""
        return self._engine.answer(question)

    def forget(self, chat_id: int) -> None:
        """Forget what was said in a chat, in all its topics."""
        for place in [place for place in self._turns if _is_of(place, chat_id)]:
            del self._turns[place]

    async def read(
        self,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> _Result:
        """Return what `function` returns, run in a thread for reading."""
        return await self._on(self._reading, function, *args, **kwargs)

    async def write(
        self,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> _Result:
        """Return what `function` returns, run in the one thread for writing, in order."""
        return await self._on(self._writing, function, *args, **kwargs)

    async def refresh(self) -> None:
        """Take in what was added to the library just now; raises what the engine raises."""
        await self._on(self._refreshing, self._engine.refresh)

    async def keep_fresh(self, *, every: float = REFRESH_SECONDS) -> None:
        """Take in what other processes add to the library, again and again, until cancelled."""
        failing = False
        while True:
            try:
                self.refreshes += await self._on(self._refreshing, self._engine.refresh)
                failing = False
            except Exception:  # noqa: BLE001 - the loop outlives a library that is busy or half copied
                if not failing:
                    _log.exception("the library could not be read anew; trying again every second")
                failing = True
            await asyncio.sleep(every)

    def _recent(self, place: Hashable) -> list[_Timed]:
        oldest = self._clock() - TURN_SECONDS
        return [one for one in self._turns.get(place, []) if one.at >= oldest]

    def _remember(self, place: Hashable, turns: list[_Timed]) -> None:
        self._turns[place] = turns[-TURNS_KEPT:]
        self._turns.move_to_end(place)
        while len(self._turns) > PLACES_KEPT:
            self._turns.popitem(last=False)

    async def _on(
        self,
        pool: ThreadPoolExecutor,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> _Result:
        call = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(pool, call)


def _is_of(place: Hashable, chat_id: int) -> bool:
    """Return whether a place, (chat, topic), is of a chat."""
    return isinstance(place, tuple) and place[:1] == (chat_id,)
