"""The command line inside the test's own process, with a model that takes no time to load."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.cli import main
from retrieval.protocols import Embedder, PassageText, PassageVectors, Space
from retrieval.tokens import tokenise
from tests.bot.streams import Screen

DIMENSION = 64


class WordsEmbedder:
    """Bags of hashed words as unit vectors: texts are near if they share words."""

    def __init__(self, model: str) -> None:
        self._space = Space(
            model=model, revision="1", dimension=DIMENSION, prompts="", max_tokens=512
        )

    @property
    def space(self) -> Space:
        return self._space

    def embed_passages(self, passages: list[PassageText]) -> list[PassageVectors]:
        return [
            PassageVectors(
                passage=self.embed_question(passage.indexed),
                sentences=np.stack(
                    [self.embed_question(span.of(passage.text)) for span in passage.sentences]
                ),
            )
            for passage in passages
        ]

    def embed_question(self, text: str) -> NDArray[np.float32]:
        vector = np.full(DIMENSION, 1e-3, dtype=np.float32)
        for token in tokenise(text, "en"):
            vector[crc32(token.encode()) % DIMENSION] += 1
        return vector / np.float32(np.linalg.norm(vector))


def load_words(model: str) -> Embedder:
    return WordsEmbedder(model)


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
