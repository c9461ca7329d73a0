"""A real reranker that needs no model: it judges by shared words, and takes time on a clock."""

from collections.abc import Sequence

import numpy as np

from retrieval.errors import ModelError
from retrieval.protocols import Judgements
from retrieval.tokens import tokenise


class ManualClock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class WordReranker:
    """Judges a text by the share of the question's words in it; `shares` overrule by part of text.

    Each pair takes `pair_seconds` on `clock`. `judged` counts the pairs of every call. While
    `broken`, it cannot be run.
    """

    def __init__(
        self,
        *,
        clock: ManualClock | None = None,
        pair_seconds: float = 0.0,
        shares: dict[str, float] | None = None,
    ) -> None:
        self.clock = clock or ManualClock()
        self.pair_seconds = pair_seconds
        self.broken = False
        self.judged: list[int] = []
        self._shares = shares or {}

    def judge(self, question: str, texts: Sequence[str]) -> Judgements:
        if self.broken:
            message = "the model cannot judge; name another"
            raise ModelError(message)
        self.judged.append(len(texts))
        self.clock.seconds += self.pair_seconds * len(texts)
        return np.array([self._one(question, text) for text in texts])

    def _one(self, question: str, text: str) -> float:
        for part, share in self._shares.items():
            if part in text:
                return share
        wanted = set(tokenise(question, "en"))
        return len(wanted & set(tokenise(text, "en"))) / max(1, len(wanted))
