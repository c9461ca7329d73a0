"""Words spelled out in one text, and the numbers by which they are found in many texts at once.

A set of words takes longer to make than one question looks at it. So the words of a text stay one
text, with a hash for each run of four letters: those of a question are looked up among the hashes
of all texts together, and few texts are left to search.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

RUN = 4
"""Characters of a run."""
END = " "
"""What stands on both sides of a word."""
_FACTOR = np.uint32(0x9E3779B1)
"""Odd and without a pattern, after Knuth (1998, 6.4)."""
_FACTOR_OF_PAIRS = np.uint32(0x9E3779B1**2 % 2**32)
_TABLE_BITS = 16
"""Most runs are none of those looked for; a table by their first bits sorts those out quickly."""
_TABLE_SHIFT = np.uint32(32 - _TABLE_BITS)
_NO_RUNS = np.zeros(0, dtype=np.uint32)
_NO_COUNTS = np.zeros(0, dtype=np.int64)


def spelled(words: Iterable[str]) -> str:
    """Return different `words` sorted, each between two spaces: so each is found as a whole."""
    return f"{END}{END.join(sorted(words))}{END}"


def runs(text: str) -> NDArray[np.uint32]:
    """Return uint32 [n], a hash of each run of four characters of `text`, in order."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.dtype("<u4"))
    pairs = codes[:-1] * _FACTOR + codes[1:]
    hashes: NDArray[np.uint32] = pairs[:-2] * _FACTOR_OF_PAIRS + pairs[2:]
    return hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """Texts that belong together, as `spelled` makes them, and their runs.

    `runs` are hashes, uint32, those of a text after those of the one before; `counts`, int64
    [texts], says how many are of each.
    """

    texts: tuple[str, ...]
    runs: NDArray[np.uint32]
    counts: NDArray[np.int64]


def spellings(groups: Sequence[tuple[str, ...]]) -> list[Spelling]:
    """Return the spelling of each group of texts; making those of all at once is much faster."""
    counts = np.array([len(text) for text in chain.from_iterable(groups)], dtype=np.int64)
    # Followed by spaces, a run begins at each character. One that is of two texts is of no word.
    hashes = runs("".join(chain.from_iterable(groups)) + END * (RUN - 1))
    bounds = [0, *accumulate(map(len, groups))]
    ends = [0, *np.cumsum(counts).tolist()]
    return [
        Spelling(
            texts=group,
            runs=hashes[ends[first] : ends[last]].copy(),
            counts=counts[first:last].copy(),
        )
        for group, (first, last) in zip(groups, pairwise(bounds), strict=True)
    ]


class SpelledTexts:
    """Many texts together."""

    def __init__(self, some: Sequence[Spelling]) -> None:
        """Join them: the texts are numbered through in this order."""
        self.texts = list(chain.from_iterable(one.texts for one in some))
        self._runs = np.concatenate([_NO_RUNS, *(one.runs for one in some)])
        self._ends = np.cumsum(np.concatenate([_NO_COUNTS, *(one.counts for one in some)]))

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.texts)

    def with_runs(self, wanted: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return bool [wanted, texts], whether each of the ascending hashes is of each text."""
        there = np.zeros((len(wanted), len(self)), dtype=np.bool_)
        if wanted.size:
            likely = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)
            likely[wanted >> _TABLE_SHIFT] = True
            where = np.flatnonzero(likely.take(self._runs >> _TABLE_SHIFT))
            found = self._runs[where]
            places = np.searchsorted(wanted[:-1], found)
            same = wanted[places] == found
            there[places[same], np.searchsorted(self._ends, where[same], "right")] = True
        return there
