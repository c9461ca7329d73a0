"""Words spelled out in one text, so that any of them is found by searching it once.

A set of words takes longer to make than one question looks at it; a text is searched as it is kept.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_END = " "


def spelled(words: Iterable[str]) -> str:
    """Return different `words` sorted, each between two spaces: so each is found as a whole."""
    return f"{_END}{_END.join(sorted(words))}{_END}"


class SpelledTexts:
    """Several texts as `spelled` makes them, joined to one."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Join `texts`. No word stands at two of them: they meet in two spaces."""
        self.joined = "".join(texts)
        self._ends = np.cumsum([len(text) for text in texts])

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._ends)

    def at(self, places: NDArray[np.int64] | Sequence[int]) -> NDArray[np.int64]:
        """Return int64 [places], the text each place of the joined one is in."""
        return np.searchsorted(self._ends, places, side="right")

    def holding(self, word: str) -> NDArray[np.int64]:
        """Return the texts that have `word` as a whole, ascending."""
        wanted = f"{_END}{word}{_END}"
        places = []
        place = self.joined.find(wanted)
        while place >= 0:
            places.append(place)
            place = self.joined.find(wanted, place + 1)
        return self.at(places)
