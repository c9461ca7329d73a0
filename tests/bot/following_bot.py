"""A bot that watches its library: articles come while it runs, and the clock is set by hand."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.following.alerts import Alerts
from bot.following.due_times import Habits
from bot.following.follows import Follow, Follows
from bot.following.matching import Watch
from corpus.articles import Passage, PreparedArticle
from corpus.store import ArticleStore
from retrieval.protocols import Vectors
from retrieval.sieve import Pair, Standing
from retrieval.stories import Name, Report, Story, Telling
from tests.bot.telegram_bot import FLOOD, Running, a_bot, article
from tests.bot.telegram_double import Json, TelegramDouble
from tests.doubles import KeywordEngine

QUESTION = "How far did the river rise at Harlow Bridge?"
HOUR = 3_600
DAY = 24 * HOUR
CONTROL = 99
"""A person who is alerted at once of everything that `Watched.beat` brings."""


class EveryPair:
    """A sieve that leaves nothing out, over an engine without a model."""

    space = ""

    def __init__(self, engine: KeywordEngine) -> None:
        self._engine = engine

    @property
    def position(self) -> int:
        return self._engine.position

    def vector(self, _text: str) -> Vectors | None:
        return None

    def likely(self, questions: Sequence[Standing], passages: Sequence[Passage]) -> set[Pair]:
        return {(q, p) for q in range(len(questions)) for p in range(len(passages))}


class Tellers:
    """Knows one story: `reports` of keys, each with the copies of its first."""

    def __init__(self) -> None:
        self.reports: list[list[str]] = []

    def __call__(self, names: Sequence[Name]) -> Mapping[Name, Story]:
        told = [Report(tellings=tuple(map(_telling, report))) for report in self.reports]
        keys = {key for report in self.reports for key in report}
        asked = [name for name in names if name[1] in keys]
        return {name: Story(reports=tuple(told)) for name in asked}


def _telling(key: str) -> Telling:
    seen = datetime(2026, 10, 27, tzinfo=UTC)
    return Telling(collection="main", key=key, seen=seen, is_dated=True)


def flooded(key: str, metres: str, **about: Any) -> PreparedArticle:
    """Return another article that answers `QUESTION`."""
    text = FLOOD.replace("2.4", metres)
    return article(key, text, **({"title": f"The river rose {metres} metres"} | about))


@dataclass(slots=True)
class Watched:
    """A bot at work, and what happens around it."""

    running: Running
    engine: KeywordEngine
    tellers: Tellers
    beats: int = 0

    @property
    def double(self) -> TelegramDouble:
        return self.running.double

    @property
    def follows(self) -> Follows:
        return self.running.state.follows

    @property
    def alerts(self) -> Alerts:
        return self.running.state.follows.alerts

    def comes(self, *articles: PreparedArticle, collection: str = "main") -> None:
        """Store articles, as another process does, and let the bot notice."""
        for one in articles:
            self.running.store.put(one, collection=collection)
        self.engine.refresh()

    def follow(self, question: str = QUESTION, *, user: int = 7, **changed: Any) -> Follow:
        """Let a person follow a question from now on, without pressing anything."""
        follow = Follow(
            token=f"{user:06}{len(self.follows.of_person(user)):06}",
            person_id=user,
            **{
                "chat_id": user,
                "thread_id": None,
                "question": question,
                "language": "",
                "is_once": False,
                "since": self.engine.position,
                "created_at": datetime.fromtimestamp(self.double.date, UTC),
                **changed,
            },
        )
        assert self.follows.add(follow)
        return follow

    async def beat(self) -> None:
        """Return when the bot has looked at everything since, and sent all that was due.

        A round ends when all of it is sent, so the second control comes in a later round.
        """
        if not self.beats:
            self.follow("Was the beacon lit on the hill?", user=CONTROL)
            self.follows.habits.keep(CONTROL, Habits(cap=1_000))
        for _ in range(2):
            self.beats += 1
            text = f"Beacon {self.beats} was lit on the hill."
            self.comes(article(f"beacon{self.beats}", text))
            await self.double.shows(self.beats, chat=CONTROL)

    async def alerted(self, count: int, *, user: int = 7) -> list[Json]:
        """Return what a person was shown, once everything due was sent: so many messages."""
        await self.beat()
        shown = self.double.shown(user)
        assert len(shown) == count, [one["text"] for one in shown]
        return shown


@asynccontextmanager
async def a_watching_bot(
    folder: Path,
    *articles: PreparedArticle,
    double: TelegramDouble | None = None,
    tellers: Tellers | None = None,
    **options: Any,
) -> AsyncIterator[Watched]:
    """Run the bot over a library in `folder`, and look at it all the time."""
    known = tellers or Tellers()
    with ArticleStore.create(folder) as library:
        for one in articles:
            library.put(one)
        engine = KeywordEngine(library)
        watch = Watch(
            library=library, sieve=EveryPair(engine), look_seconds=0.01, beat_seconds=0.02
        )
        async with a_bot(
            folder, double=double, engine=engine, watch=watch, stories=known, **options
        ) as running:
            await running.double.until(running.state.follows.look)
            yield Watched(running=running, engine=engine, tellers=known)
