"""A bot with an administrator in a test: the real library, read and added to in threads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.administration.office import Office
from bot.administration.workshop import Here
from bot.assembly import open_library
from bot.settings import Settings
from corpus.articles import PreparedArticle
from corpus.fetching import Fetcher
from corpus.store import ArticleStore
from tests.bot.command_line import load_words
from tests.bot.telegram_bot import Running, a_bot
from tests.bot.telegram_double import Json

ADMIN = 7
OTHER_ADMIN = 8
STRANGER = 9


@asynccontextmanager
async def an_office(
    folder: Path,
    *articles: PreparedArticle,
    fetcher: Fetcher | None = None,
    workshop: Any = None,
    sync: tuple[str, ...] = (),
    file_limit: int = 20_000_000,
    progress_seconds: float = 0.01,
    **options: Any,
) -> AsyncIterator[Running]:
    """Run a bot whose administrators are `ADMIN` and `OTHER_ADMIN` over a library in `folder`."""
    with ArticleStore.create(folder):
        settings = Settings(library=folder)
    with open_library(settings, load=load_words) as library:
        office = Office(
            library=library,
            workshop=workshop or Here(library, fetcher or Fetcher()),
            sync=sync,
            file_limit=file_limit,
            progress_seconds=progress_seconds,
        )
        given = {"admins": frozenset({ADMIN, OTHER_ADMIN}), "office": office, **options}
        async with a_bot(folder, *articles, **given) as bot:
            yield bot


async def pressed(bot: Running, label: str, *, user: int = ADMIN, chat: int | None = None) -> Json:
    """Press the newest button of that label; return what the press was answered with."""
    query = bot.double.presses(label, user=user, chat=chat)
    await bot.double.until(lambda: query in bot.double.answered)
    return bot.double.answered[query]


async def says_now(bot: Running, part: str, *, chat: int = ADMIN) -> Json:
    """Return the bot's newest message in a chat once one says `part`."""
    await bot.double.until(lambda: any(part in m["text"] for m in bot.double.shown(chat)))
    return [m for m in bot.double.shown(chat) if part in m["text"]][-1]


def channel_post(
    text: str | None = None, *, username: str | None = "harlow", number: int = 42, **fields: Any
) -> Json:
    """Return the fields of a message that was forwarded from a channel."""
    chat = {"id": -1001234567890, "type": "channel", "title": "Harlow News"}
    if username:
        chat["username"] = username
    origin = {"type": "channel", "date": 1_793_318_400, "chat": chat, "message_id": number}
    return {"forward_origin": origin, **({"text": text} if text else {}), **fields}
