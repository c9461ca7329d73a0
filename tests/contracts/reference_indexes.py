"""The plainest indexes that keep the contracts: dictionaries, and formulas written out."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.packed_vectors import passage_to_bytes, passages_from_bytes
from retrieval.protocols import Found, Ranking, Vectors

K1, B = 1.2, 0.75


def best(scores: dict[int, float], k: int, allowed: NDArray[np.int64] | None) -> Ranking:
    """Return the `k` best of `scores`, ties by id, restricted to `allowed`."""
    within = scores.keys() if allowed is None else scores.keys() & set(allowed.tolist())
    ordered = sorted(within, key=lambda key: (-scores[key], key))
    kept = ordered[: max(k, 0)]
    return Ranking(*_arrays(kept, scores), known=_arrays(sorted(within), scores))


def _arrays(ids: Sequence[int], scores: Mapping[int, float]) -> Found:
    return np.array(ids, dtype=np.int64), np.array([scores[key] for key in ids], dtype=np.float64)


class DictionaryIndex:
    """A `VectorIndex` over a dictionary of vectors as the database keeps them."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._vectors: dict[int, Vectors] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        for passage_id, vector in zip(ids, vectors, strict=True):
            kept = [passage_to_bytes(vector)]
            self._vectors[passage_id] = passages_from_bytes(kept, self._dimension)[0]

    def remove(self, ids: Iterable[int]) -> None:
        for passage_id in ids:
            self._vectors.pop(passage_id, None)

    def search(self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None) -> Ranking:
        scores = {
            key: min(max(float(held @ vector), -1.0), 1.0) for key, held in self._vectors.items()
        }
        return best(scores, k, allowed)


class WrittenOutBm25:
    """A `KeywordIndex` over two dictionaries: what is committed, and what is not yet."""

    def __init__(self, *, title_weight: float) -> None:
        self._title_weight = title_weight
        self._pending: dict[int, tuple[list[str], list[str]]] = {}
        self._held: dict[int, tuple[list[str], list[str]]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def upsert(self, passages: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
        for passage_id, title, body in passages:
            self._pending[passage_id] = list(title), list(body)

    def remove(self, ids: Iterable[int]) -> None:
        for passage_id in ids:
            self._pending.pop(passage_id, None)

    def commit(self) -> None:
        self._held = dict(self._pending)

    def discard(self) -> None:
        self._pending = dict(self._held)

    def search(
        self,
        tokens: Sequence[str],
        k: int,
        allowed: NDArray[np.int64] | None,
        *,
        shares: Mapping[str, float] | None = None,
    ) -> Ranking:
        titles = self._field(0, tokens, shares or {})
        bodies = self._field(1, tokens, shares or {})
        scores = {key: self._title_weight * titles[key] + bodies[key] for key in self._held}
        return best({key: score for key, score in scores.items() if score > 0}, k, allowed)

    def document_frequencies(self, tokens: Sequence[str]) -> list[int]:
        return [
            sum(token in title or token in body for title, body in self._held.values())
            for token in tokens
        ]

    def _field(
        self, field: int, tokens: Sequence[str], shares: Mapping[str, float]
    ) -> dict[int, float]:
        counts = {key: Counter(fields[field]) for key, fields in self._held.items()}
        total = len(counts)
        mean = sum(count.total() for count in counts.values()) / total if total else 0.0
        return {
            key: sum(
                shares.get(token, 1.0)
                * _inverse_frequency(sum(token in other for other in counts.values()), total)
                * _saturation(count[token], count.total(), mean)
                for token in tokens
            )
            for key, count in counts.items()
        }


def _inverse_frequency(found: int, total: int) -> float:
    return math.log(1 + (total - found + 0.5) / (found + 0.5))


def _saturation(frequency: int, length: int, mean: float) -> float:
    if not frequency:
        return 0.0
    return frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / mean))
