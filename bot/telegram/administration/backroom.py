"""Threads for what takes its time: reading what is handed in, and changing the library."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bot.administration.workshop import Workshop

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Backroom:
    """One thing is read at a time, and one change is made at a time; nobody's answer waits."""

    def __init__(self, workshop: Workshop) -> None:
        """Use threads of its own; `workshop` is told when the bot ends."""
        self._workshop = workshop
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="hand in")
        self._changing = ThreadPoolExecutor(1, thread_name_prefix="change")

    async def read(
        self,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> _Result:
        """Return what `function` returns; it changes nothing in the library."""
        call = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._reading, call)

    async def change(
        self,
        function: Callable[_Arguments, _Result],
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> _Result:
        """Return what `function` returns; it may change the library."""
        call = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._changing, call)

    def close(self) -> None:
        """End what is under way as far as it can be ended, and begin nothing any more."""
        self._workshop.close()
        for pool in (self._reading, self._changing):
            pool.shutdown(wait=False, cancel_futures=True)
