"""The vector index of a library of any size: an exact one while it is small, then two layers.

What was added lately is searched exactly (`retrieval/vectors/exact.py`), with the vectors the
database keeps. Everything else, once there is enough of it, lies in `CompressedVectors`, which
never change: of what is removed from them only the row is marked. When
much was added or removed, both layers are compressed anew into a new folder while the old one
serves.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval.id_runs import Ids
from retrieval.protocols import Ranking, Vectors
from retrieval.rankings import merged
from retrieval.vectors import older
from retrieval.vectors.compressed import CompressedVectors
from retrieval.vectors.exact import ExactIndex, Kept, damaged, read_array, write_array
from retrieval.vectors.packed_rows import Rows, turned

PREFIX = "vectors-"
SUFFIX = ".ids"
"""Of the name of an index of this release."""
_GONE = ".gone"
_WAITING = 5
"""While more comes, so many times as many vectors are scanned as otherwise before they are compressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layering:
    """When vectors are compressed.

    Up to `exact` vectors are scanned. Beyond, they are compressed, and anew once more than half of
    `exact` or the share `added` were added to those, or the share `removed` of them removed.
    `factors` are how many candidates for each that is wanted may be tried, fewest first; they are
    counted for at least `least` wanted.
    """

    exact: int = 10_000
    added: float = 0.025
    removed: float = 0.2
    factors: tuple[int, ...] = (6, 12, 24, 48)
    least: int = 100


class LayeredIndex:
    """A `VectorIndex` of any size. Many may search what one changes and writes anew."""

    def __init__(self, dimension: int, layering: Layering | None = None) -> None:
        """Make an empty index for vectors of `dimension` numbers."""
        self._dimension = dimension
        self._layering = layering or Layering()
        self._recent = ExactIndex(dimension)
        self._base: CompressedVectors | None = None
        self._base_name = ""
        self._there = np.zeros(0, dtype=np.bool_)
        self._gone = 0

    @classmethod
    def read(
        cls,
        path: Path,
        dimension: int,
        kept: Kept,
        *,
        base: str = "",
        layering: Layering | None = None,
    ) -> Self:
        """Open what `write` put at `path`, over the folder `base` beside it, if there is one.

        `kept` reads vectors from the database. All of an index an earlier release wrote are read
        from there, until it is written anew. Raise `IndexingError` if a file is not whole.
        """
        index = cls(dimension, layering)
        if path.suffix == older.SUFFIX:
            index._recent = ExactIndex.of(*kept(older.older_ids(path, base)))
            return index
        index._recent = ExactIndex.read(path, dimension, kept)
        if base:
            index._base = CompressedVectors.open(path.parent / base, dimension)
            index._base_name = base
            index._there = _read_there(path, len(index._base))
            index._gone = len(index._base) - int(np.count_nonzero(index._there))
        return index

    @property
    def base(self) -> str:
        """Return the name of the folder of compressed vectors, "" while all are exact."""
        return self._base_name

    def write(self, path: Path, *, more_comes: bool = False) -> set[str]:
        """Put the index at `path` and beside it; return the names it then consists of.

        Compress first if it is time to, which is later while `more_comes`: what is compressed now
        would soon be compressed again. Files of an index written before stay as they are. Raise
        `IndexingError` if there is no room.
        """
        if self._has_grown() if more_comes else self._is_due():
            self._compress(path.parent)
        names = self._recent.write(path)
        if self._base is None:
            return names
        gone = _gone_beside(path)
        write_array(gone, np.flatnonzero(~self._there))
        return {*names, gone.name, self._base_name}

    def __len__(self) -> int:
        """Return the number of ids held."""
        return len(self._recent) + len(self._there) - self._gone

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace; of an id given twice, the last vector stays."""
        self._take_from_base(ids)
        self._recent.upsert(ids, vectors)

    def remove(self, ids: Iterable[int]) -> None:
        """Remove the ids that are there."""
        unwanted = list(ids)
        self._take_from_base(unwanted)
        self._recent.remove(unwanted)

    def search(self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None) -> Ranking:
        """Return up to `k` nearest ids, restricted to `allowed` unless it is None."""
        question = turned(vector)
        recent = self._recent.nearest(question, k, allowed)
        if self._base is None:
            return recent
        found = self._base.search(question, k, allowed, self._there if self._gone else None)
        return merged(recent, found, max(k, 0)) if len(recent) else found

    def _take_from_base(self, ids: Sequence[int]) -> None:
        if self._base is not None and len(ids):
            keys = np.unique(np.fromiter(ids, dtype=np.int64, count=len(ids)))
            rows = self._base.rows_of(keys)
            self._gone += int(np.count_nonzero(self._there[rows]))
            self._there[rows] = False

    def _is_due(self) -> bool:
        count, layering = len(self), self._layering
        if self._base is None:
            return count > layering.exact
        added = len(self._recent) > max(layering.exact // 2, layering.added * len(self._base))
        return added or self._gone > layering.removed * len(self._base)

    def _has_grown(self) -> bool:
        compressed = len(self._base or ())
        return len(self._recent) > max(_WAITING * self._layering.exact, compressed // 2)

    def _compress(self, folder: Path) -> None:
        """Put everything into a new folder of compressed vectors, or none if little is left."""
        ids, rows = self._all()
        self._recent = ExactIndex(self._dimension)
        self._base, self._base_name = None, ""
        if len(ids) > self._layering.exact:
            name = _free_name(folder)
            self._base = CompressedVectors.compress(
                folder / name,
                ids,
                rows,
                factors=self._layering.factors,
                least=self._layering.least,
            )
            self._base_name = name
        else:
            self._recent = ExactIndex.of(ids, rows)
        self._there = np.ones(len(self._base or ()), dtype=np.bool_)
        self._gone = 0

    def _all(self) -> tuple[Ids, Rows]:
        """Return all ids held, ascending, and their rows."""
        ids, rows = self._recent.held()
        if self._base is None:
            return ids, rows
        left = np.flatnonzero(self._there)
        ids = np.concatenate([ids, self._base.ids[left]])
        order = np.argsort(ids)
        return ids[order], np.concatenate([rows, self._base.rows[left]])[order]


def _free_name(folder: Path) -> str:
    taken = {path.name for path in folder.iterdir()}
    return next(name for n in itertools.count() if (name := f"{PREFIX}compressed-{n}") not in taken)


def _gone_beside(path: Path) -> Path:
    return path.with_name(path.name + _GONE)


def _read_there(path: Path, count: int) -> NDArray[np.bool_]:
    there = np.ones(count, dtype=np.bool_)
    try:
        there[read_array(_gone_beside(path), mapped=False)] = False
    except IndexError as error:
        raise damaged(path) from error
    return there
