"""Following with a real engine, sieve and stories: what another writer adds alerts once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.following.watch import watching
from bot.state import BotState
from bot.telegram.application import Transport, serve
from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.story_index import StoryIndex
from tests.bot.telegram_bot import FAST
from tests.bot.telegram_double import DoubleRequest, TelegramDouble, quotes_in
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.passages import PLAIN

KITES = "How high did the red kite of Elm Hill fly?"
KITE = "The red kite of Elm Hill flew 1,250 metres high on Sunday, the weather office said."
OTHER = "A bakery in Northtown sells bread on Mondays."


async def test_what_another_writer_adds_alerts_whoever_follows_once(
    project: Path, tmp_path: Path
) -> None:
    model = HashingEmbedder()
    library = tmp_path / "library"
    with ArticleStore.create(library) as store:
        ingest(store, [project / "corpus" / "samples"])
        Indexer(library, store, lambda: model).bring_up_to_date()
    double = TelegramDouble()
    double.date = int(datetime.now(UTC).timestamp())
    async with _serving(library, model, double) as state:
        double.says(f"/follow {KITES}")
        await double.shows(1)
        await asyncio.to_thread(_written, tmp_path, library, model, "kite", KITE)
        [_, alert] = await double.shows(2)
        await asyncio.to_thread(_written, tmp_path, library, model, "other", OTHER)
        await double.until(lambda: _position(state) == _newest(library))
    double.check()
    assert alert["text"].startswith(f"🔔 New for: “{KITES}”\n{KITE}\n")
    assert quotes_in(alert) == [KITE]
    assert [one["text"][:300] for one in double.shown()[2:]] == []


def _written(folder: Path, library: Path, model: HashingEmbedder, name: str, text: str) -> None:
    """Add an article, as another process does."""
    path = folder / f"{name}.txt"
    path.write_text(f"News of {name}\n\n{text}\n", encoding="utf-8")
    with ArticleStore.open(library) as store:
        ingest(store, [path])
        Indexer(library, store, lambda: model).bring_up_to_date()


def _position(state: BotState) -> int:
    look = state.follows.look()
    return look.position if look else 0


def _newest(library: Path) -> int:
    with ArticleStore.open(library) as store:
        return store.position()


@asynccontextmanager
async def _serving(
    library: Path, model: HashingEmbedder, double: TelegramDouble
) -> AsyncIterator[BotState]:
    stop = asyncio.Event()
    with ExitStack() as opened:
        store = opened.enter_context(ArticleStore.open(library))
        state = opened.enter_context(BotState.open(library))
        engine = opened.enter_context(AnswerEngine(library, store, model, calibration=PLAIN))
        stories = opened.enter_context(StoryIndex(library))
        stories.bring_up_to_date(store)
        watch = opened.enter_context(watching(library, store, engine, stories))
        task = asyncio.create_task(
            serve(
                token=double.token,
                api_url="https://double",
                allowed_chats=frozenset(),
                engine=engine,
                store=store,
                state=state,
                stories=stories.of,
                watch=watch,
                pace=FAST,
                stop=stop,
                transport=Transport(request=DoubleRequest(double), polling=DoubleRequest(double)),
            )
        )
        try:
            yield state
        finally:
            stop.set()
            await task
