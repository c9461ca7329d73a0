"""Work beside the bot on a schedule: `passagebot sync --due` in a process of its own.

A process, not a thread: reading pages and embedding them takes nothing from those who wait for
answers, and ending it at any moment loses nothing.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.logs import redact

FIRST_SECONDS = 30.0
"""After a start, so that a bot that restarts often does not ask sites each time."""

_LOOK_SECONDS = 0.5
_GRACE_SECONDS = 5.0
_TOKENS = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE")
_log = logging.getLogger(__name__)


def sync_command(library: Path) -> list[str]:
    """Return what brings the sources of a library up to date that are due."""
    return [sys.executable, "-m", "bot", "--library", str(library), "sync", "--due"]


def without_token(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` without what only the bot itself needs to know."""
    return {name: value for name, value in environment.items() if name not in _TOKENS}


@contextmanager
def repeated(
    command: Sequence[str],
    *,
    minutes: float,
    is_wanted: Callable[[], bool],
    first_seconds: float = FIRST_SECONDS,
) -> Iterator[None]:
    """Run `command` every `minutes` while the block runs, if `is_wanted` says so each time.

    With 0 minutes never. It is ended with the block. What it writes goes to the log.
    """
    if not minutes:
        yield
        return
    stop = threading.Event()
    work = _Repeated(command, minutes * 60, first_seconds, is_wanted, stop)
    thread = threading.Thread(target=work.run, name="sync", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_GRACE_SECONDS)


class _Repeated:
    """The loop of the thread that starts the command and waits for it."""

    def __init__(
        self,
        command: Sequence[str],
        seconds: float,
        first_seconds: float,
        is_wanted: Callable[[], bool],
        stop: threading.Event,
    ) -> None:
        self._command = list(command)
        self._seconds = seconds
        self._first_seconds = min(first_seconds, seconds)
        self._is_wanted = is_wanted
        self._stop = stop

    def run(self) -> None:
        wait = self._first_seconds
        while not self._stop.wait(wait):
            wait = self._seconds
            try:
                if self._is_wanted():
                    self._once()
            except Exception as error:  # noqa: BLE001 -- a thread's outermost edge; it goes on
                _log.warning("the scheduled sync could not run: %s", redact(str(error)))

    def _once(self) -> None:
        process = subprocess.Popen(  # noqa: S603 -- our own program
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=without_token(os.environ),
        )
        with process:
            self._wait(process)

    def _wait(self, process: "subprocess.Popen[str]") -> None:
        while True:
            try:
                told, _ = process.communicate(timeout=_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                if self._stop.is_set():
                    process.terminate()
                continue
            level = logging.WARNING if process.returncode else logging.INFO
            if not self._stop.is_set():
                _tell(level, told)
            return


def _tell(level: int, told: str) -> None:
    for line in filter(None, told.splitlines()):
        _log.log(level, "sync: %s", redact(line))
