"""The whole bot in a test: real store, state and journal; Telegram is the double."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.conversations import Engine
from bot.state import BotState
from bot.telegram.application import Transport, serve
from bot.telegram.pacing import Pace
from corpus.articles import PreparedArticle, Span
from corpus.store import ArticleStore
from tests.bot.telegram_double import DoubleRequest, TelegramDouble
from tests.corpus.builders import prepared
from tests.doubles import KeywordEngine

FAST = Pace(chat_per_second=1e6, chat_burst=1000, group_per_minute=10**6, overall_per_second=1e6)
FLOOD = (
    "The river rose 2.4 metres in nine hours. "
    "It cut the only road to Harlow Bridge shortly before midnight. Nobody was hurt."
)


def article(key: str, *passages: str, **about: Any) -> PreparedArticle:
    """Return an article whose passages are the paragraphs given."""
    text = "\n\n".join(passages)
    spans, start = [], 0
    for passage in passages:
        spans.append(Span(start=start, end=start + len(passage)))
        start += len(passage) + 2
    return prepared(key, text, spans=spans, **about)


def flood(key: str = "flood", text: str = FLOOD, **about: Any) -> PreparedArticle:
    """Return the article most tests ask about."""
    given: dict[str, Any] = {
        "title": "Flood cuts valley road",
        "url": f"https://{key}.example/flood",
        "source": "Example Wire",
        "published": datetime(2026, 10, 30, tzinfo=UTC),
    }
    return article(key, text, **(given | about))


@dataclass(slots=True)
class Running:
    """A bot at work."""

    double: TelegramDouble
    store: ArticleStore
    state: BotState
    engine: Engine
    stop: asyncio.Event
    task: asyncio.Task[None]

    async def ends(self) -> None:
        """Stop it gracefully; raise what it raised."""
        self.stop.set()
        await self.task


@asynccontextmanager
async def a_bot(
    folder: Path,
    *articles: PreparedArticle,
    double: TelegramDouble | None = None,
    allowed: Sequence[int] = (),
    engine: Engine | None = None,
    checked: bool = True,
    signals: bool = False,
    **options: Any,
) -> AsyncIterator[Running]:
    """Run the bot over a library in `folder` that holds `articles`."""
    double = double or TelegramDouble()
    with ArticleStore.create(folder) as store, BotState.open(folder) as state:
        for one in articles:
            store.put(one)
        engine = engine or KeywordEngine(store)
        stop = asyncio.Event()
        running = serve(
            token=double.token,
            api_url="https://double",
            allowed_chats=frozenset(allowed),
            engine=engine,
            store=store,
            state=state,
            stop=None if signals else stop,
            now=lambda: datetime.fromtimestamp(double.date, UTC),
            transport=Transport(request=DoubleRequest(double), polling=DoubleRequest(double)),
            **{"pace": FAST, "examples_after": None, **options},
        )
        task = asyncio.create_task(running)
        try:
            yield Running(double, store, state, engine, stop, task)
        finally:
            stop.set()
            if signals:
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if checked:
            await task
            double.check()
