"""A small real embedder: words and pairs of words, hashed to unit vectors. Nothing to load."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from retrieval.protocols import PassageText, PassageVectors, Space, Vectors
from retrieval.tokens import tokenise


class HashingEmbedder:
    """An `Embedder`: texts that share words lie near each other.

    `revision` salts the hash, so two revisions are two spaces. Words beyond `max_tokens` of a
    passage are not read, as with a real model. `read` lists all passages ever embedded, in order,
    without the bare texts that a model is measured by.
    """

    parts_at_once = 1

    def __init__(
        self, *, dimension: int = 64, revision: str = "1", max_tokens: int = 10_000
    ) -> None:
        self._space = Space(
            model="hashing",
            revision=revision,
            dimension=dimension,
            prompts="",
            max_tokens=max_tokens,
        )
        self.read: list[PassageText] = []

    @property
    def space(self) -> Space:
        return self._space

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        self.read.extend(one for one in passages if one.title or one.sentences)
        return [self._passage(passage) for passage in passages]

    def embed_question(self, text: str) -> Vectors:
        return self._unit(self._words(text))

    def _passage(self, passage: PassageText) -> PassageVectors:
        room = self._space.max_tokens
        before = len(self._words(passage.title))
        rows = []
        for span in passage.sentences:
            words = self._words(span.of(passage.text))
            fits = before + len(words) <= room
            rows.append(self._unit(words) if fits else self._nothing())
            before += len(words)
        return PassageVectors(
            passage=self._unit(self._words(passage.indexed)[:room]),
            sentences=np.stack(rows) if rows else self._nothing()[None, :][:0],
        )

    def _unit(self, words: Sequence[str]) -> Vectors:
        total = self._nothing()
        for feature in [*words, *(f"{first} {second}" for first, second in pairwise(words))]:
            number = int.from_bytes(self._hash(feature))
            total[number % self._space.dimension] += 1 if number >> 63 else -1
        if not total.any():
            total[0] = 1.0
        return (total / np.linalg.norm(total)).astype(np.float32)

    def _hash(self, feature: str) -> bytes:
        salted = f"{self._space.revision} {feature}".encode()
        return hashlib.blake2b(salted, digest_size=8).digest()

    def _nothing(self) -> Vectors:
        return np.zeros(self._space.dimension, dtype=np.float32)

    @staticmethod
    def _words(text: str) -> list[str]:
        return tokenise(text, "en")
