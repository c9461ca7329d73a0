"""Many vectors that do not change: found by compressed copies, scored by the exact ones.

Product quantisation (Jegou, Douze and Schmid, 2011) with sixteen values for each pair of numbers
keeps a vector in a quarter of a byte a number, and scans them in registers (Andre, Kermarrec and
Le Scouarnec, 2015). It names several times as many candidates as are wanted; their cosines come
from half-precision vectors that stay in a file mapped into memory. How many candidates that takes
is measured on the vectors themselves when they are compressed.
"""

import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.whole_files import written_whole
from retrieval.errors import IndexingError
from retrieval.protocols import Found, Ranking, Vectors
from retrieval.rankings import best_of_ascending, distinct, exact_top, ranked
from retrieval.vectors.faiss import codes_of, exact_cosines, half_precision, keep, opened

_IDS, _HALVES, _CODES, _FACTS = "ids.npy", "halves.faiss", "codes.faiss", "facts.json"
_BITS = 4
_TRAINED_ON = 30_000
_ADDED_AT_ONCE = 65_536
_RECALLED = 10
_FEW = 300
_FEW_OF_ALL = 1 / 64
"""Up to so many allowed ids, or this share of all, are looked up one by one: that is faster than a
scan, which must ask of each row whether it is allowed."""
_MOST_OF_ALL = 0.2
"""To score more candidates than this share of what there is takes longer than a scan of all."""
_SMALL, _LARGE = 100_000, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was measured when vectors were compressed.

    `factor` is how many candidates are looked at for each that is wanted, 0 if all are, because
    no factor reached the floor. They are counted for at least `least` wanted: a short list is as
    right as a long one. `recall` is the share of the ten nearest that is found so.
    """

    factor: int
    least: int
    recall: float


def recall_floor(count: int) -> float:
    """Return the least recall@10 for so many vectors: .99 up to 100,000, .975 from a million on."""
    share = (math.log(max(count, 1)) - math.log(_SMALL)) / (math.log(_LARGE) - math.log(_SMALL))
    return 0.99 - 0.015 * min(max(share, 0.0), 1.0)


class CompressedVectors:
    """Vectors in a folder, ascending by id, to search and to take over, never to change."""

    def __init__(self, ids: NDArray[np.int64], halves: Any, codes: Any, facts: Facts) -> None:  # noqa: ANN401
        """Use `open` or `compress`; `halves` and `codes` are faiss indexes of the same rows."""
        self.ids = ids
        self.facts = facts
        self._halves = halves
        self._codes = codes

    @classmethod
    def open(cls, folder: Path, dimension: int) -> Self:
        """Map what `compress` kept. Raise `IndexingError` if it is not whole."""
        try:
            ids = np.load(folder / _IDS, mmap_mode="r")
            facts = Facts(**json.loads((folder / _FACTS).read_text(encoding="utf-8")))
        except (OSError, EOFError, ValueError, TypeError) as error:
            raise _damaged(folder) from error
        halves, codes = (opened(folder / name, mapped=True) for name in (_HALVES, _CODES))
        if halves.d != dimension or not halves.ntotal == codes.ntotal == len(ids):
            raise _damaged(folder)
        return cls(ids, halves, codes, facts)

    @classmethod
    def compress(
        cls,
        folder: Path,
        ids: NDArray[np.int64],
        rows: NDArray[np.uint8],
        *,
        factors: Sequence[int],
        least: int,
    ) -> Self:
        """Keep vectors in a new folder, and return them opened.

        `rows` are the half-precision vectors of `ids` as faiss keeps them, uint8 [n, bytes], in
        any order. Of `factors`, ascending, the first that reaches `recall_floor` is used. Raise
        `IndexingError` if there is no room.
        """
        order = np.argsort(ids)
        halves = half_precision(rows.shape[1] // np.dtype(np.float16).itemsize)
        for some in _slices(order):
            halves.add_sa_codes(rows[some])
        made = cls(
            ids[order], halves, _compressed(halves), Facts(factor=0, least=least, recall=1.0)
        )
        made.facts = made._measured(factors)
        made._keep(folder)
        return cls.open(folder, halves.d)

    def _keep(self, folder: Path) -> None:
        try:
            folder.mkdir()
            with written_whole(folder / _IDS) as draft:
                draft.write_bytes(to_npy(self.ids))
            with written_whole(folder / _FACTS) as draft:
                draft.write_text(json.dumps(asdict(self.facts)), encoding="utf-8")
        except OSError as error:
            message = f"{folder} cannot be written; make room on the disk, then repeat the command"
            raise IndexingError(message) from error
        keep(self._halves, folder / _HALVES)
        keep(self._codes, folder / _CODES)

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self.ids)

    def halves(self) -> NDArray[np.uint8]:
        """Return uint8 [n, bytes], the half-precision rows as faiss keeps them, not copied."""
        return codes_of(self._halves)

    def rows_of(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of those of the ascending `keys` that are here."""
        places = np.searchsorted(self.ids, keys)
        there = places < len(self.ids)
        there[there] = self.ids[places[there]] == keys[there]
        return places[there]

    def search(
        self,
        vector: Vectors,
        k: int,
        allowed: NDArray[np.int64] | None,
        there: NDArray[np.bool_] | None = None,
    ) -> Ranking:
        """Return up to `k` nearest ids of those `allowed`, of rows marked in `there` only."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        further = partial(self._cosines_of, query, there)
        if allowed is None:
            available = len(self) if there is None else int(np.count_nonzero(there))
            nearest = partial(self._nearest, query, there, available)
            return exact_top(nearest, k, available, further=further)
        rows = self.rows_of(distinct(allowed))
        rows = rows if there is None else rows[there[rows]]
        if rows.size <= max(_FEW, _FEW_OF_ALL * len(self)):
            known = self.ids[rows], exact_cosines(self._halves, rows, query)
            return ranked(*known, max(k, 0), known=known)
        wanted = np.zeros(len(self), dtype=np.bool_)
        wanted[rows] = True
        nearest = partial(self._nearest, query, wanted, rows.size)
        return exact_top(nearest, k, rows.size, further=further)

    def _cosines_of(
        self, query: Vectors, there: NDArray[np.bool_] | None, keys: NDArray[np.int64]
    ) -> Found:
        """Return the cosines of those of the ascending `keys` that are here, and in `there`."""
        rows = self.rows_of(keys)
        rows = rows if there is None else rows[there[rows]]
        return self.ids[rows], exact_cosines(self._halves, rows, query)

    def _nearest(
        self, query: Vectors, wanted: NDArray[np.bool_] | None, available: int, count: int
    ) -> Found:
        """Return the nearest `count` or more of the `available` rows marked in `wanted`."""
        pool = math.ceil(self.facts.factor * max(count, self.facts.least) * len(self) / available)
        if not pool or pool > _MOST_OF_ALL * available:
            return self._scanned(query, wanted, count)
        rows, cosines = self._rescored(query, pool)
        if wanted is not None:
            rows, cosines = rows[wanted[rows]], cosines[wanted[rows]]
        if len(rows) < count:
            return self._scanned(query, wanted, count)
        return self.ids[rows], cosines

    def _rescored(self, query: Vectors, pool: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the `pool` rows that are nearest by their codes, best by their cosines first."""
        faiss.omp_set_num_threads(1)
        _, found = self._codes.search(query, pool)
        rows = np.sort(found[0][found[0] >= 0])
        cosines = exact_cosines(self._halves, rows, query)
        best = best_of_ascending(cosines)
        return rows[best], cosines[best]

    def _scanned(self, query: Vectors, wanted: NDArray[np.bool_] | None, count: int) -> Found:
        parameters: Any = None
        if wanted is not None:
            bits = np.packbits(wanted, bitorder="little")
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        faiss.omp_set_num_threads(1)
        scores, rows = self._halves.search(query, count, params=parameters)
        found = rows[0] >= 0
        return self.ids[rows[0][found]], np.clip(scores[0][found].astype(np.float64), -1.0, 1.0)

    def _measured(self, factors: Sequence[int]) -> Facts:
        """Return the first of `factors` that finds enough of what a scan finds, else 0."""
        rows = np.linspace(0, len(self) - 1, num=min(len(self), 50), dtype=np.int64)
        questions = self.halves()[rows].view(np.float16).astype(np.float32)
        nearest = [set(self.search(one, _RECALLED, None).ids.tolist()) for one in questions]
        for factor in factors:
            self.facts = replace(self.facts, factor=factor)
            found = [set(self.search(one, _RECALLED, None).ids.tolist()) for one in questions]
            shares = [len(a & b) / max(len(b), 1) for a, b in zip(found, nearest, strict=True)]
            recall = float(np.mean(shares)) if shares else 1.0
            if recall >= recall_floor(len(self)):
                return replace(self.facts, recall=recall)
        return replace(self.facts, factor=0)


def _compressed(halves: Any) -> Any:  # noqa: ANN401 - faiss ships no types
    """Return a faiss index of compressed copies of the rows of `halves`."""
    dimension = int(halves.d)
    pieces = dimension // 2 if dimension % 2 == 0 else dimension
    codes = faiss.IndexPQFastScan(dimension, pieces, _BITS, faiss.METRIC_INNER_PRODUCT)
    codes.pq.cp.min_points_per_centroid = 1
    rows = codes_of(halves).view(np.float16)
    chosen = np.random.default_rng(1).permutation(len(rows))[:_TRAINED_ON]
    enough = np.resize(np.sort(chosen), max(len(chosen), 1 << _BITS))
    # Threads that wait for each other on a busy machine take ten times as long as one.
    faiss.omp_set_num_threads(1)
    codes.train(rows[enough].astype(np.float32))
    for some in _slices(np.arange(len(rows))):
        codes.add(rows[some].astype(np.float32))
    return codes


def _slices(order: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [order[at : at + _ADDED_AT_ONCE] for at in range(0, len(order), _ADDED_AT_ONCE)]


def to_npy(array: NDArray[Any]) -> bytes:
    """Return an array as the content of a `.npy` file: numpy itself overlooks a full disk."""
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def _damaged(folder: Path) -> IndexingError:
    return IndexingError(f"the vector index {folder.name} is damaged; run `passagebot reindex`")
