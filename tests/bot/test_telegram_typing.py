"""Typing: shown for what takes long, where it is asked, and never at the answers' expense."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.telegram.delivery import Target
from bot.telegram.typing import BURST, Typing
from corpus.store import ArticleStore
from tests.bot.telegram_bot import Running, a_bot, flood
from tests.bot.telegram_double import Failure, TelegramDouble
from tests.doubles import KeywordEngine

QUESTION = "How far did the river rise at Harlow Bridge?"
GROUP = -1001


class Shown:
    """Stands where delivery does, and counts."""

    def __init__(self) -> None:
        self.count = 0
        self.again = asyncio.Event()

    async def typing(self, _target: Target) -> None:
        self.count += 1
        if self.count > 2:
            self.again.set()


@asynccontextmanager
async def a_held_bot(
    folder: Path, double: TelegramDouble, release: threading.Event
) -> AsyncIterator[Running]:
    """Run a bot that searches for a river until it is released."""
    with ArticleStore.create(folder) as store:
        store.put(flood())
        held = KeywordEngine(store, breaking={"river": lambda: release.wait(20) and None})
        async with a_bot(folder, flood(), double=double, engine=held) as bot:
            try:
                yield bot
            finally:
                release.set()


async def test_typing_is_shown_before_the_answer_in_the_topic_that_is_asked_in(
    tmp_path: Path,
) -> None:
    double, release = TelegramDouble(), threading.Event()
    double.forum_topics.add((GROUP, 5))
    async with a_held_bot(tmp_path, double, release):
        double.says(f"/ask {QUESTION}", chat=GROUP, message_thread_id=5, is_topic_message=True)
        await double.until(lambda: double.count("sendChatAction"))
        assert double.count("sendMessage") == 0
        release.set()
        await double.shows(1, chat=GROUP)
    [typing] = [p for name, p in double.calls if name == "sendChatAction"]
    assert typing["message_thread_id"] == 5


async def test_an_answer_comes_although_typing_cannot_be_shown(tmp_path: Path) -> None:
    double, release = TelegramDouble(), threading.Event()
    double.failures.append(Failure("sendChatAction", 500))
    async with a_held_bot(tmp_path, double, release):
        double.says(QUESTION)
        await double.until(lambda: double.count("sendChatAction"))
        release.set()
        await double.shows(1)


async def test_typing_is_shown_again_for_a_slow_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.typing.SHOWN_SECONDS", 0.01)
    shown = Shown()
    async with asyncio.timeout(20), Typing(shown, unnoticed=0).shown(Target(chat_id=1)):
        await shown.again.wait()


async def test_what_is_quick_shows_no_typing() -> None:
    shown = Shown()
    async with Typing(shown, unnoticed=60).shown(Target(chat_id=1)):
        await asyncio.sleep(0)
    assert shown.count == 0


async def test_typing_under_load_is_not_shown_for_everybody() -> None:
    shown = Shown()
    typing = Typing(shown, clock=lambda: 0.0, unnoticed=0)

    async def one() -> None:
        async with typing.shown(Target(chat_id=1)):
            await asyncio.sleep(0.01)

    await asyncio.gather(*(one() for _ in range(4 * BURST)))
    assert shown.count == BURST
