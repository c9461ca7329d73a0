"""The command line inside the test's own process, with a model that takes no time to load."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.cli import main
from retrieval.protocols import Embedder
from tests.bot.streams import Screen
from tests.retrieval.hashing_embedder import HashingEmbedder


class NamedEmbedder(HashingEmbedder):
    """The small embedder under the name that was asked for."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self._space = replace(self._space, model=model)


def load_words(model: str) -> Embedder:
    return NamedEmbedder(model)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str


def passagebot(
    *argv: str | Path, typed: str = "", screen: bool = False, load: Any = load_words
) -> Ended:
    """Run one command; with `screen` a person types and reads."""
    kind = Screen if screen else io.StringIO
    out, err = kind(), kind()
    before = sys.stdin
    sys.stdin = kind(typed)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main([str(word) for word in argv], load=load)
    finally:
        sys.stdin = before
    return Ended(code, out.getvalue(), err.getvalue())
