"""The exact vector index: FAISS compares a question with each vector held; ids are removable.

Nothing of it is kept but which passages it holds: their vectors are in the database, in eight
bits a number, and held as they are there. Only where reading them would take long are they kept
beside as well, in a file that is mapped into memory. FAISS names the nearest
(`retrieval/vectors/scan.py`); their cosines come from the vectors themselves. The few that a
filter leaves are compared one by one.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from corpus.whole_files import written_whole
from retrieval.errors import IndexingError
from retrieval.id_runs import Ids, ids_in, runs_of
from retrieval.protocols import Found, Ranking, Vectors
from retrieval.rankings import best_few, best_of_ascending, distinct, exact_top
from retrieval.vectors.packed_rows import Rows, Turned, cosines, no_rows, packed, row_type, turned
from retrieval.vectors.scan import Comparison, Scan

Kept = Callable[[Ids], tuple[Ids, Rows]]
"""Returns those of the ascending ids whose vectors the database keeps, with their rows."""

ROWS_FROM = 20_000
"""So many vectors are read from the database in some 60 ms; more are kept in a file beside."""
_ROWS = ".rows"


class ExactIndex:
    """A `VectorIndex` over rows in memory; ids are int64, scores cosines."""

    TOGETHER: ClassVar[int] = 2_000
    """Up to so many vectors are compared all together: they fit the processor's cache."""
    COMPARED: ClassVar[int] = 300
    """Up to so many vectors that a filter leaves are compared one by one: a scan takes longer."""

    def __init__(self, dimension: int) -> None:
        """Make an empty index for vectors of `dimension` numbers."""
        self._ids = np.zeros(0, dtype=np.int64)
        self._rows = no_rows(dimension)
        self._added: list[tuple[Ids, Rows]] = []
        self._count = 0
        self._highest = -1
        self._scan: Scan | None = None
        self._comparison: Comparison | None = None

    @classmethod
    def of(cls, ids: Ids, rows: Rows) -> Self:
        """Return an index of ascending ids with their rows."""
        index = cls(rows.dtype["codes"].shape[0])
        index._ids, index._rows = ids, rows
        index._count = len(ids)
        index._highest = int(ids[-1]) if len(ids) else -1
        return index

    @classmethod
    def read(cls, path: Path, dimension: int, kept: Kept) -> Self:
        """Open what `write` put at `path`; raise `IndexingError` if it is not whole.

        Of vectors that are not in a file, those count that are `kept` still.
        """
        runs = read_array(path, mapped=False)
        if runs.dtype != np.int64 or runs.ndim != 2 or runs.shape[1:] != (2,):  # noqa: PLR2004
            raise damaged(path)
        ids = ids_in(runs)
        if not rows_beside(path).exists():
            return cls.of(*kept(ids))
        rows = read_array(rows_beside(path))
        if rows.dtype != row_type(dimension) or len(rows) != len(ids):
            raise damaged(path)
        return cls.of(ids, rows)

    def write(self, path: Path) -> set[str]:
        """Note at `path` which ids are held; return the names of the files that took.

        Each is put there in one step, and on disk then. Raise `IndexingError` if there is no room.
        """
        ids, rows = self.held()
        write_array(path, runs_of(ids))
        if len(ids) <= ROWS_FROM:
            return {path.name}
        write_array(rows_beside(path), rows)
        return {path.name, rows_beside(path).name}

    def __len__(self) -> int:
        """Return the number of ids held."""
        return self._count

    def upsert(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace; of an id given twice, the last vector stays."""
        last = {passage_id: row for row, passage_id in enumerate(ids)}
        if not last:
            return
        keys = np.fromiter(last, dtype=np.int64, count=len(last))
        if keys.min() <= self._highest:
            self.remove(keys)
        order = np.argsort(keys)
        chosen = np.fromiter(last.values(), dtype=np.int64, count=len(last))[order]
        self._added.append((keys[order], packed(vectors[chosen])))
        self._scan = self._comparison = None
        self._count += len(keys)
        self._highest = max(self._highest, int(keys.max()))

    def remove(self, ids: Iterable[int]) -> None:
        """Remove the ids that are there."""
        unwanted = np.fromiter(ids, dtype=np.int64)
        held, rows = self.held()
        stays = ~np.isin(held, unwanted)
        if not stays.all():
            self._ids, self._rows = held[stays], rows[stays]
            self._count = len(self._ids)
            self._scan = self._comparison = None

    def held(self) -> tuple[Ids, Rows]:
        """Return the ids, ascending, and their rows."""
        if self._added:
            ids = np.concatenate([self._ids, *(some for some, _ in self._added)])
            rows = np.concatenate([self._rows, *(some for _, some in self._added)])
            order = np.argsort(ids)
            self._ids, self._rows = ids[order], rows[order]
            self._added = []
        return self._ids, self._rows

    def search(self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None) -> Ranking:
        """Return up to `k` nearest ids, restricted to `allowed` unless it is None."""
        return self.nearest(turned(vector), k, allowed)

    def nearest(self, question: Turned, k: int, allowed: NDArray[np.int64] | None) -> Ranking:
        """Return the same of a question that is turned already."""
        ids, rows = self.held()
        places = None if allowed is None else places_of(distinct(allowed), ids)
        count = len(ids) if places is None else len(places)
        if 0 < len(ids) <= self.TOGETHER:
            found = self._compared(rows).cosines(question)
            return (
                _ranking(ids, found, k)
                if places is None
                else _ranking(ids[places], found[places], k)
            )
        if len(ids) <= ROWS_FROM and (places is None or count > self.COMPARED):
            named = partial(self._named, question, places)
            return exact_top(named, k, count, further=partial(self._cosines_of, question))
        found = cosines(rows, question, places)
        return _ranking(ids if places is None else ids[places], found, k)

    def _named(self, question: Turned, places: NDArray[np.int64] | None, count: int) -> Found:
        """Return the `count` nearest of all, or of those at `places`, best first."""
        ids, rows = self.held()
        found = np.sort(self._scanned(rows).named(question, count, places))
        exactly = cosines(rows, question, found)
        best = best_of_ascending(exactly)
        return ids[found[best]], exactly[best]

    def _scanned(self, rows: Rows) -> Scan:
        if self._scan is None:
            self._scan = Scan(rows)
        return self._scan

    def _compared(self, rows: Rows) -> Comparison:
        if self._comparison is None:
            self._comparison = Comparison(rows)
        return self._comparison

    def _cosines_of(self, question: Turned, keys: Ids) -> Found:
        """Return the cosines of those of the ascending `keys` that are here."""
        ids, rows = self.held()
        places = places_of(keys, ids)
        return ids[places], cosines(rows, question, places)


def _ranking(ids: Ids, found: NDArray[np.float64], k: int) -> Ranking:
    """Return the best `k` of ascending ids, of which all cosines are known."""
    best = best_few(found, k)
    return Ranking(ids[best], found[best], known=(ids, found))


def places_of(keys: Ids, ids: Ids) -> NDArray[np.int64]:
    """Return where those of the ascending `keys` are that are among the ascending `ids`."""
    places = np.searchsorted(ids, keys)
    there = places < len(ids)
    there[there] = ids[places[there]] == keys[there]
    return places[there]


def rows_beside(path: Path) -> Path:
    """Return where the rows are of an index at `path` that is too large to be read anew."""
    return path.with_name(path.name + _ROWS)


def read_array(path: Path, *, mapped: bool = True) -> NDArray[Any]:
    """Return the array in a `.npy` file; raise `IndexingError` if it is not whole.

    If `mapped`, it stays in the file until it is looked at, and all who have it open share it.
    """
    try:
        found = np.load(path, mmap_mode="r" if mapped else None)
    except (OSError, EOFError, ValueError) as error:
        raise damaged(path) from error
    return np.asarray(found)


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Put an array at `path` in one step; `IndexingError` if there is no room.

    numpy itself would overlook a full disk if it were given the name of a file.
    """
    try:
        with written_whole(path) as draft, draft.open("wb") as file:
            np.lib.format.write_array_header_1_0(
                file, np.lib.format.header_data_from_array_1_0(array)
            )
            file.write(np.ascontiguousarray(array).data)
    except OSError as error:
        raise no_room(path) from error


def damaged(path: Path) -> IndexingError:
    """Return what to raise for a file that is not as it was written."""
    return IndexingError(f"the vector index {path.name} is damaged; run `passagebot reindex`")


def no_room(path: Path) -> IndexingError:
    """Return what to raise for a file that cannot be written."""
    message = f"{path} cannot be written; make room on the disk, then repeat the command"
    return IndexingError(message)
