"""Small helpers to run coroutines until something ends them."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack, asynccontextmanager
from typing import Any

from telegram.ext import JobQueue

_log = logging.getLogger(__name__)


async def until(ending: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Run `work` until it is done or `ending` is set; return whether it was done.

    Raises what `work` raises.
    """
    task, waiter = asyncio.ensure_future(work), asyncio.ensure_future(ending.wait())
    try:
        await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiter.cancel()
        task.cancel()
        await asyncio.wait({task, waiter})
    if task.cancelled():
        return False
    task.result()
    return True


@asynccontextmanager
async def beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run coroutines beside the block, and cancel them when it ends; log one that breaks down."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in work]
    for task in tasks:
        task.add_done_callback(_tell_if_broken)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _tell_if_broken(task: asyncio.Future[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("work beside the answers broke down and stops", exc_info=task.exception())


@asynccontextmanager
async def ringing(jobs: JobQueue[Any]) -> AsyncIterator[None]:
    """Let timed jobs run beside the block."""
    await jobs.start()
    try:
        yield
    finally:
        jobs.scheduler.pause()  # a job that began while others end would be cut off, and logged
        await jobs.stop()


def ended_by_signals(stack: ExitStack) -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set; a second signal ends the process as usual."""
    loop, ending = asyncio.get_running_loop(), asyncio.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def give_back() -> None:
        for number in numbers:
            loop.remove_signal_handler(number)

    def end() -> None:
        _log.info("ending: finishing the answers under way")
        ending.set()
        give_back()

    for number in numbers:
        loop.add_signal_handler(number, end)
    stack.callback(give_back)
    return ending
