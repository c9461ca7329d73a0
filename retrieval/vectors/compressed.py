"""Many vectors that do not change: found by compressed copies, scored by the vectors themselves.

Product quantisation (Jegou, Douze and Schmid, 2011) with sixteen values for each pair of numbers
keeps a vector in a quarter of a byte a number, and scans them in registers (Andre, Kermarrec and
Le Scouarnec, 2015). It names several times as many candidates as are wanted; their cosines come
from the rows the database keeps, in eight bits a number, which lie beside in a file mapped into
memory. How many candidates that takes is measured on the vectors themselves when they are
compressed.
"""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.whole_files import written_whole
from retrieval.protocols import Found, Ranking
from retrieval.rankings import best_few, best_of_ascending, distinct, exact_top, ranked
from retrieval.vectors.exact import damaged, no_room, places_of, read_array, write_array
from retrieval.vectors.packed_rows import Rows, Turned, cosines, row_type, turned, unpacked

IDS = "ids.npy"
_ROWS, _CODES, _FACTS = "rows.npy", "codes.faiss", "facts.json"
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

    def __init__(self, ids: NDArray[np.int64], rows: Rows, codes: Any, facts: Facts) -> None:  # noqa: ANN401
        """Use `open` or `compress`; `codes` is a faiss index of compressed copies of `rows`."""
        self.ids = ids
        self.rows = rows
        self.facts = facts
        self._codes = codes

    @classmethod
    def open(cls, folder: Path, dimension: int) -> Self:
        """Map what `compress` kept. Raise `IndexingError` if it is not whole."""
        try:
            facts = Facts(**json.loads((folder / _FACTS).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise damaged(folder) from error
        ids, rows = read_array(folder / IDS), read_array(folder / _ROWS)
        codes = _opened(folder / _CODES)
        if rows.dtype != row_type(dimension) or not len(rows) == codes.ntotal == len(ids):
            raise damaged(folder)
        return cls(ids, rows, codes, facts)

    @classmethod
    def compress(
        cls,
        folder: Path,
        ids: NDArray[np.int64],
        rows: Rows,
        *,
        factors: Sequence[int],
        least: int,
    ) -> Self:
        """Keep ascending ids with their rows in a new folder, and return them opened.

        Of `factors`, ascending, the first that reaches `recall_floor` is used. Raise
        `IndexingError` if there is no room.
        """
        made = cls(ids, rows, _compressed(rows), Facts(factor=0, least=least, recall=1.0))
        made.facts = made._measured(factors)
        made._keep(folder)
        return cls.open(folder, rows.dtype["codes"].shape[0])

    def _keep(self, folder: Path) -> None:
        try:
            folder.mkdir()
            with written_whole(folder / _FACTS) as draft:
                draft.write_text(json.dumps(asdict(self.facts)), encoding="utf-8")
            with written_whole(folder / _CODES) as draft:
                faiss.write_index(self._codes, os.fspath(draft))
        except (RuntimeError, OSError) as error:
            raise no_room(folder) from error
        write_array(folder / IDS, self.ids)
        write_array(folder / _ROWS, self.rows)

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self.ids)

    def rows_of(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of those of the ascending `keys` that are here."""
        return places_of(keys, self.ids)

    def search(
        self,
        question: Turned,
        k: int,
        allowed: NDArray[np.int64] | None,
        there: NDArray[np.bool_] | None = None,
    ) -> Ranking:
        """Return up to `k` nearest ids of those `allowed`, of rows marked in `there` only."""
        further = partial(self._cosines_of, question, there)
        if allowed is None:
            available = len(self) if there is None else int(np.count_nonzero(there))
            nearest = partial(self._nearest, question, there, available)
            return exact_top(nearest, k, available, further=further)
        rows = self.rows_of(distinct(allowed))
        rows = rows if there is None else rows[there[rows]]
        if rows.size <= max(_FEW, _FEW_OF_ALL * len(self)):
            known = self.ids[rows], cosines(self.rows, question, rows)
            return ranked(*known, max(k, 0), known=known)
        wanted = np.zeros(len(self), dtype=np.bool_)
        wanted[rows] = True
        nearest = partial(self._nearest, question, wanted, rows.size)
        return exact_top(nearest, k, rows.size, further=further)

    def _cosines_of(
        self, question: Turned, there: NDArray[np.bool_] | None, keys: NDArray[np.int64]
    ) -> Found:
        """Return the cosines of those of the ascending `keys` that are here, and in `there`."""
        rows = self.rows_of(keys)
        rows = rows if there is None else rows[there[rows]]
        return self.ids[rows], cosines(self.rows, question, rows)

    def _nearest(
        self, question: Turned, wanted: NDArray[np.bool_] | None, available: int, count: int
    ) -> Found:
        """Return the nearest `count` or more of the `available` rows marked in `wanted`."""
        pool = math.ceil(self.facts.factor * max(count, self.facts.least) * len(self) / available)
        if not pool or pool > _MOST_OF_ALL * available:
            return self._scanned(question, wanted, count)
        faiss.omp_set_num_threads(1)
        _, named = self._codes.search(question.vector[None], pool)
        rows = np.sort(named[0][named[0] >= 0])
        rows = rows if wanted is None else rows[wanted[rows]]
        if len(rows) < count:
            return self._scanned(question, wanted, count)
        found = cosines(self.rows, question, rows)
        best = best_of_ascending(found)
        return self.ids[rows[best]], found[best]

    def _scanned(self, question: Turned, wanted: NDArray[np.bool_] | None, count: int) -> Found:
        rows = None if wanted is None else np.flatnonzero(wanted)
        found = cosines(self.rows, question, rows)
        best = best_few(found, count)
        return self.ids[best if rows is None else rows[best]], found[best]

    def _measured(self, factors: Sequence[int]) -> Facts:
        """Return the first of `factors` that finds enough of what a scan finds, else 0."""
        rows = np.linspace(0, len(self) - 1, num=min(len(self), 50), dtype=np.int64)
        questions = [turned(one) for one in unpacked(self.rows[rows])]
        nearest = [set(self.search(one, _RECALLED, None).ids.tolist()) for one in questions]
        for factor in factors:
            self.facts = replace(self.facts, factor=factor)
            found = [set(self.search(one, _RECALLED, None).ids.tolist()) for one in questions]
            shares = [len(a & b) / max(len(b), 1) for a, b in zip(found, nearest, strict=True)]
            recall = float(np.mean(shares)) if shares else 1.0
            if recall >= recall_floor(len(self)):
                return replace(self.facts, recall=recall)
        return replace(self.facts, factor=0)


def _compressed(rows: Rows) -> Any:  # noqa: ANN401 - faiss ships no types
    """Return a faiss index of compressed copies of rows."""
    dimension = rows.dtype["codes"].shape[0]
    pieces = dimension // 2 if dimension % 2 == 0 else dimension
    codes = faiss.IndexPQFastScan(dimension, pieces, _BITS, faiss.METRIC_INNER_PRODUCT)
    codes.pq.cp.min_points_per_centroid = 1
    chosen = np.random.default_rng(1).permutation(len(rows))[:_TRAINED_ON]
    enough = np.resize(np.sort(chosen), max(len(chosen), 1 << _BITS))
    # Threads that wait for each other on a busy machine take ten times as long as one.
    faiss.omp_set_num_threads(1)
    codes.train(unpacked(rows[enough]))
    for start in range(0, len(rows), _ADDED_AT_ONCE):
        codes.add(unpacked(rows[start : start + _ADDED_AT_ONCE]))
    return codes


def _opened(path: Path) -> Any:  # noqa: ANN401 - faiss ships no types
    """Return the faiss index in a file; raise `IndexingError` if there is none."""
    try:
        return faiss.read_index(os.fspath(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise damaged(path) from error
