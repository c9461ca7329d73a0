"""Starting and ending: wrong tokens, networks that are down, signals."""

import asyncio
import logging
import os
import signal
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.telegram import running
from bot.telegram.errors import TokenError
from tests.bot.telegram_bot import FLOOD, a_bot, flood
from tests.bot.telegram_double import TOKEN, Failure, TelegramDouble, quotes_in

QUESTION = "How far did the river rise at Harlow Bridge?"


async def test_a_wrong_token_ends_in_one_line_that_names_the_setting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("getMe", 401, description="Unauthorized"))
    async with a_bot(tmp_path, double=double, checked=False) as bot:
        with pytest.raises(TokenError, match="TELEGRAM_BOT_TOKEN") as caught:
            await bot.task
    assert isinstance(caught.value, BotError)
    assert "\n" not in str(caught.value)
    assert TOKEN not in caplog.text + str(caught.value)


async def test_a_token_revoked_while_polling_ends_the_bot_too(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double, checked=False) as bot:
        double.says(QUESTION)
        await double.shows(1)
        double.failures.append(Failure("getUpdates", 401, description="Unauthorized"))
        double.says(QUESTION)
        with pytest.raises(TokenError):
            await bot.task


async def test_a_network_that_is_down_at_the_start_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("getMe", "refuse"))
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        await double.shows(1)
    assert "Telegram cannot be reached (refused); trying again" in caplog.text


async def test_a_bot_can_be_ended_while_it_waits_for_the_network(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("getMe", "refuse", times=1000))
    async with a_bot(tmp_path, double=double) as bot:
        await double.until(lambda: double.count("getMe that never left"))
        await bot.ends()


@pytest.mark.parametrize(
    "failure",
    [
        Failure("getUpdates", "timeout"),
        Failure("getUpdates", "truncated"),
        Failure("getUpdates", "html"),
        Failure("getUpdates", 409, description="Conflict: terminated by other getUpdates request"),
        Failure("getUpdates", 429, description="Too Many", parameters={"retry_after": 1}),
    ],
    ids=lambda f: str(f.kind),
)
async def test_polling_goes_on_after_a_failure(
    failure: Failure, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    double.failures.append(failure)
    async with a_bot(tmp_path, flood(), double=double):
        double.says(QUESTION)
        [message] = await double.shows(1)
    assert quotes_in(message) == [FLOOD]
    assert TOKEN not in caplog.text


async def test_new_articles_are_found_without_a_restart(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        bot.store.put(flood())
        await asyncio.sleep(1.5)
        bot.double.says(QUESTION)
        _, message = await bot.double.shows(2)
    assert quotes_in(message) == [FLOOD]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_bot_gracefully(
    number: signal.Signals, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double, signals=True) as bot:
        double.says(QUESTION)
        await double.shows(1)
        os.kill(os.getpid(), number)
        await asyncio.wait_for(bot.task, 60)
    assert "ending: finishing the answers under way" in caplog.text
    assert "serving as @news_bot" in caplog.text


async def test_work_is_run_until_it_is_done_or_ended_and_its_error_is_raised() -> None:
    ending = asyncio.Event()

    async def fails() -> None:
        message = "no"
        raise ValueError(message)

    assert await running.until(ending, asyncio.sleep(0))
    with pytest.raises(ValueError, match="no"):
        await running.until(ending, fails())
    ending.set()
    assert not await running.until(ending, asyncio.sleep(60))
