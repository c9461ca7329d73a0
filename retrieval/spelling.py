"""Words spelled out in one text, so that any of them is found by searching it once.

A set of words takes longer to make than one question looks at it; a text is searched as it is kept.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

RUN = 4
"""Characters of a run."""
_END = " "
_FACTOR = np.uint32(0x9E3779B1)
"""Odd and without a pattern, after Knuth (1998, 6.4)."""
_FACTOR_OF_PAIRS = np.uint32(0x9E3779B1**2 % 2**32)


def spelled(words: Iterable[str]) -> str:
    """Return different `words` sorted, each between two spaces: so each is found as a whole."""
    return f"{_END}{_END.join(sorted(words))}{_END}"


def runs(text: str) -> NDArray[np.uint32]:
    """Return uint32 [n], a hash of each run of four characters of `text`, in order."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.dtype("<u4"))
    pairs = codes[:-1] * _FACTOR + codes[1:]
    hashes: NDArray[np.uint32] = pairs[:-2] * _FACTOR_OF_PAIRS + pairs[2:]
    return hashes


class SpelledTexts:
    """Several texts as `spelled` makes them, joined to one."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Join `texts`. No word stands at two of them: they meet in two spaces."""
        self.joined = "".join(texts)
        self._ends = np.cumsum([len(text) for text in texts])

    @cached_property
    def runs(self) -> NDArray[np.uint32]:
        """Return uint32 [n], a hash of each run of four characters of the joined text."""
        return runs(self.joined)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._ends)

    def at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return int64 [places], the text each place of the joined one is in."""
        return np.searchsorted(self._ends, places, side="right")

    def holding(
        self, words: Sequence[Iterable[str]]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where one of each group of `words` stands as a whole: group and text, in pairs.

        Both are int64 [found]; a pair may come more than once.
        """
        groups: list[int] = []
        places: list[int] = []
        for group, forms in enumerate(words):
            for form in forms:
                found = self._places(f"{_END}{form}{_END}")
                groups += [group] * len(found)
                places += found
        return np.array(groups, dtype=np.int64), self.at(np.array(places, dtype=np.int64))

    def _places(self, wanted: str) -> list[int]:
        places: list[int] = []
        place = self.joined.find(wanted)
        while place >= 0:
            places.append(place)
            place = self.joined.find(wanted, place + 1)
        return places
