"""Texts as token numbers, by the Rust tokenizer alone: no torch, no transformers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.embedders.pooling_rows import Reading, sentence_rows, whole_text
from retrieval.protocols import PassageText

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a model wants its texts: prompts, the longest text in tokens (0: none), its pooling.

    `late` says that sentences are pooled from the pass over their passage.
    """

    question_prompt: str
    passage_prompt: str
    longest: int
    pooling: str
    late: bool


class TextReader:
    """Reads questions, passages and sentences for one model."""

    def __init__(self, tokenizer: "Tokenizer", habits: Habits) -> None:
        """Read with `tokenizer`, whose settings nobody changes any more."""
        self._tokenizer = tokenizer
        self.habits = habits

    @classmethod
    def load(cls, file: Path, habits: Habits) -> "TextReader":
        """Return the reader of a `tokenizer.json`; raise `RuntimeError` if it is none."""
        from tokenizers import Tokenizer  # noqa: PLC0415 - with the model only

        try:
            tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:
            message = f"{file} is no tokenizer ({error}); delete it"
            raise RuntimeError(message) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        if habits.longest:
            tokenizer.enable_truncation(habits.longest)
        return cls(tokenizer, habits)

    def question(self, text: str) -> Reading:
        """Return a question with its prompt; one row."""
        (encoding,) = self._tokenizer.encode_batch_fast([f"{self.habits.question_prompt}{text}"])
        return self._whole(encoding)

    def texts(self, texts: Sequence[str]) -> list[Reading]:
        """Return texts read as passages are, with the prompt of passages; one row each."""
        prompt = self.habits.passage_prompt
        encodings = self._tokenizer.encode_batch_fast([f"{prompt}{text}" for text in texts])
        return [self._whole(encoding) for encoding in encodings]

    def passages(self, passages: Sequence[PassageText]) -> list[Reading]:
        """Return passages; the first row is the passage, the others its sentences if `late`."""
        if not self.habits.late:
            return self.texts([passage.indexed for passage in passages])
        prompt = self.habits.passage_prompt
        encodings = self._tokenizer.encode_batch(
            [f"{prompt}{passage.indexed}" for passage in passages]
        )
        return [
            self._with_sentences(passage, encoding)
            for passage, encoding in zip(passages, encodings, strict=True)
        ]

    def _with_sentences(self, passage: PassageText, encoding: "Encoding") -> Reading:
        whole = self._whole(encoding)
        start = len(self.habits.passage_prompt) + len(passage.title) + 1
        offsets = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)[: len(whole.tokens)]
        rows: Any = sentence_rows(passage.sentences, offsets, start)
        return Reading(tokens=whole.tokens, rows=np.concatenate([whole.rows, rows]))

    def _whole(self, encoding: "Encoding") -> Reading:
        tokens = np.asarray(encoding.ids or [0], dtype=np.int64)
        return Reading(tokens=tokens, rows=whole_text(self.habits.pooling, len(tokens)))
