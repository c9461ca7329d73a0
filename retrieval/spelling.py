"""Words spelled out in one text, so that any of them is found by searching it once.

A set of words takes longer to make than one question looks at it; a text is searched as it is kept.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_END = " "
_FACTOR = np.uint32(0x9E3779B1)
"""Odd and without a pattern, after Knuth (1998, 6.4)."""
_FACTOR_OF_PAIRS = np.uint32(0x9E3779B1**2 % 2**32)


def spelled(words: Iterable[str]) -> str:
    """Return different `words` sorted, each between two spaces: so each is found as a whole."""
    return f"{_END}{_END.join(sorted(words))}{_END}"


class SpelledTexts:
    """Several texts as `spelled` makes them, joined to one."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Join `texts`. No word stands at two of them: they meet in two spaces."""
        self.joined = "".join(texts)
        self._ends = np.cumsum([len(text) for text in texts])

    @cached_property
    def runs(text: str) -> NDArray[np.uint32]:
    """Return uint32 [n], a hash of each run of four characters of `text`, in order."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.dtype("<u4"))
    pairs = codes[:-1] * _FACTOR + codes[1:]
    hashes: NDArray[np.uint32] = pairs[:-2] * _FACTOR_OF_PAIRS + pairs[2:]
    return hashes
