"""The three streams of a process: data to stdout, everything else to stderr."""

import contextlib
import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from rich.console import Console

from bot.errors import InputError


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Where a command reads from and writes to. A closed stdin is `None`."""

    stdin: TextIO | None
    stdout: TextIO
    stderr: TextIO

    @classmethod
    def of_process(cls) -> "Terminal":
        """Return the streams this process has now."""
        return cls(stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr)

    @property
    def is_interactive(self) -> bool:
        """Whether a person types and reads here."""
        return _is_terminal(self.stdin) and _is_terminal(self.stdout)

    @property
    def has_typist(self) -> bool:
        """Whether a person types here, wherever the output goes."""
        return _is_terminal(self.stdin)

    @property
    def shows_progress(self) -> bool:
        """Whether stderr can draw progress bars."""
        return _is_terminal(self.stderr)

    def output(self) -> Console:
        """Return a console on stdout; styles and wrapping only if it is a terminal."""
        return _Screen(file=self.stdout, highlight=False, emoji=False, markup=False)

    def say(self, line: str = "") -> None:
        """Write one line of data."""
        self.stdout.write(f"{line}\n")

    def say_json(self, value: Any) -> None:  # noqa: ANN401 -- anything JSON can hold
        """Write one JSON document on one line, and let a reader of the pipe have it now."""
        self.say(json.dumps(value, ensure_ascii=False))
        self.stdout.flush()

    def note(self, line: str) -> None:
        """Write one line that is no data."""
        self.stderr.write(f"{line}\n")
        self.stderr.flush()

    def lines(self, *, prompt: str = "") -> Iterator[str]:
        """Yield the lines of stdin without their ends; a person sees `prompt` before each.

        Raises `InputError` if there is no stdin.
        """
        if self.is_interactive:
            yield from _typed(prompt)
            return
        if self.stdin is None:
            message = "there is nothing to read: stdin is closed; pipe lines in or use a terminal"
            raise InputError(message)
        for line in self.stdin:
            yield line.rstrip("\r\n")

    def confirms(self, question: str) -> bool:
        """Ask a person; return `True` only for a yes. The end of input is a no."""
        self.stderr.write(f"{question} [y/N] ")
        self.stderr.flush()
        answer = self.stdin.readline() if self.stdin is not None else ""
        return answer.strip().lower() in {"y", "yes"}


class _Screen(Console):
    """A console that leaves a broken pipe to the command line's edge."""

    def on_broken_pipe(self) -> None:
        """Raise the error being handled; rich itself would end the process with 1."""
        raise BrokenPipeError


def _typed(prompt: str) -> Iterator[str]:
    """Yield what a person types, with the line editing of the platform, until Ctrl-D."""
    with contextlib.suppress(ImportError):  # absent on Windows
        importlib.import_module("readline")
    while True:
        try:
            line = input(prompt)
        except EOFError:
            return
        yield line
