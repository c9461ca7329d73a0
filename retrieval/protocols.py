"""The few seams of retrieval. One contract test per protocol runs every implementation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, overload

import numpy as np
from numpy.typing import NDArray

from corpus.articles import Span

Vectors = NDArray[np.float32]
"""float32, the last axis has length `dimension`."""

Judgements = NDArray[np.float64]
"""float64 [texts], in [0, 1]: how likely each text answers."""

Progress = Callable[[str, int, int], None]
"""Called as `progress(what, done, total)`; a front end may draw it."""


def no_progress(what: str, done: int, total: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The identity of a vector space: two embedders may share vectors only if theirs are equal.

    `revision` is a hash of the weights or the hub's commit. Precision and engine are no part.
    """

    model: str
    revision: str
    dimension: int
    prompts: str
    max_tokens: int

    @property
    def name(self) -> str:
        """Return one line that identifies the space, stable across runs."""
        return f"{self.model}@{self.revision} d{self.dimension} t{self.max_tokens} p{self.prompts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A passage id with its score in one ranking, best first, ties by id."""

    passage_id: int
    score: float


Found = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Ids, int64 [n], and their scores, float64 [n]."""


def _ascending(ids: NDArray[np.int64], scores: NDArray[np.float64]) -> Found:
    order = np.argsort(ids)
    return ids[order], scores[order]


def _looked_up(
    ids: NDArray[np.int64], keys: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return float64 [ids], the scores of those of `ids` among the ascending `keys`, 0 of others.

    Also return the places of the others.
    """
    if not keys.size:
        return np.zeros(len(ids)), np.arange(len(ids))
    places = np.searchsorted(keys[:-1], ids)
    there = keys[places] == ids
    return np.where(there, scores[places], 0.0), np.flatnonzero(~there)


class Ranking(Sequence[Scored]):  # noqa: PLW1641 - arrays can change
    """Passages as one index ranks them, best first, ties by id: a sequence, kept as two arrays.

    `ids` is int64 [n], `scores` float64 [n].
    """

    __slots__ = ("_further", "_known", "ids", "scores")

    def __init__(
        self,
        ids: NDArray[np.int64],
        scores: NDArray[np.float64],
        *,
        known: Found | None = None,
        further: Callable[[NDArray[np.int64]], Found] | None = None,
    ) -> None:
        """Hold both, which are in order already.

        `known` are all passages whose scores were found on the way, ascending by id, by default
        those ranked; `further` finds those of others, of which it is given the ids, ascending.
        """
        self.ids = ids
        self.scores = scores
        self._known = known
        self._further = further

    def scores_of(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return float64 [ids], what the index gives each of the ascending `ids`, ranked or not.

        It is 0 for those that do not match. Of a ranking of some allowed passages, ask for others
        never.
        """
        found, missing = _looked_up(ids, *(self._known or _ascending(self.ids, self.scores)))
        if missing.size and self._further is not None:
            keys, scores = self._further(ids[missing])
            found[np.searchsorted(ids, keys)] = scores
        return found

    def __len__(self) -> int:
        """Return how many passages are ranked."""
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Scored: ...

    @overload
    def __getitem__(self, place: slice) -> "Ranking": ...

    def __getitem__(self, place: int | slice) -> "Scored | Ranking":
        """Return one passage with its score, or some of the ranking."""
        if isinstance(place, slice):
            return Ranking(self.ids[place], self.scores[place])
        return Scored(passage_id=int(self.ids[place]), score=float(self.scores[place]))

    def __eq__(self, other: object) -> bool:
        """Whether the other sequence ranks the same passages with the same scores."""
        return isinstance(other, Sequence) and list(self) == list(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageText:
    """What is embedded of a passage: title and text. `sentences` are ranges of `text`."""

    title: str
    text: str
    sentences: tuple[Span, ...]

    @property
    def indexed(self) -> str:
        """Return the text a model reads: the title, which is never quoted, and the passage."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageVectors:
    """The vectors of one passage.

    `passage` is float32 [dimension], of length 1. `sentences` is float32 [sentences, dimension]
    with rows of length 1, or 0 for a sentence beyond the model's maximum length.
    """

    passage: Vectors
    sentences: Vectors


class Embedder(Protocol):
    """Turns text into unit vectors of one space.

    Laws: vectors are float32 of length 1 (within 1e-5); the same text gives the same vector
    (within 1e-3) alone or in a batch; no passages give no vectors.
    """

    @property
    def space(self) -> Space:
        """Return the space all vectors of this embedder lie in."""

    @property
    def parts_at_once(self) -> int:
        """Return how many threads gain by embedding passages side by side, at least 1."""

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        """Return the vectors of `passages`, in the order given."""

    def embed_question(self, text: str) -> Vectors:
        """Return float32 [dimension], of length 1."""


class Reranker(Protocol):
    """Judges how well texts answer a question by reading both together; slow, and never needed.

    Laws: one judgement a text, in order, in [0, 1], higher for a better answer; the same pair is
    judged alike (within 1e-3) alone or among others; no texts get no judgements.
    """

    def judge(self, question: str, texts: Sequence[str]) -> Judgements:
        """Return float64 [texts]; raise `ModelError` if the model cannot be run."""


class VectorIndex(Protocol):
    """Ids with unit vectors, searched by inner product.

    Laws: scores are cosines in [-1, 1] (within 1e-3), best first, ties by id; adding an id
    again replaces its vector; removing an unknown id does nothing; asking for more than there
    are returns all there are; filtered search returns only, and up to k of, the allowed ids.
    """

    def __len__(self) -> int:
        """Return the number of ids held."""

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace; `vectors` is float32 [len(ids), dimension]."""

    def remove(self, ids: Iterable[int]) -> None:
        """Remove the ids that are there."""

    def search(self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None) -> Ranking:
        """Return up to `k` nearest ids, restricted to `allowed` (any order) unless it is None."""


class KeywordIndex(Protocol):
    """Passages as bags of tokens, searched by BM25 (Robertson and Zaragoza, 2009).

    Laws: scores are positive and finite, best first, ties by id; upsert replaces; removing an
    unknown id does nothing; what was written is seen only after `commit`; filtered search
    returns only, and up to k of, the allowed ids.
    """

    def __len__(self) -> int:
        """Return the number of passages held."""

    def upsert(self, passages: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
        """Add or replace (id, title tokens, body tokens)."""

    def remove(self, ids: Iterable[int]) -> None:
        """Remove the ids that are there."""

    def commit(self) -> None:
        """Make all changes so far durable and visible."""

    def search(
        self,
        tokens: Sequence[str],
        k: int,
        allowed: NDArray[np.int64] | None,
        *,
        shares: Mapping[str, float] | None = None,
    ) -> Ranking:
        """Return up to `k` passages that share a token, restricted to `allowed` unless None.

        What a token scores is multiplied by its share, a positive number; 1 if it has none.
        """

    def document_frequencies(self, tokens: Sequence[str]) -> list[int]:
        """Return for each token in how many passages (body or title) it stands, at least nearly."""
