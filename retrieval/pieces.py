"""How much of a question's words stands in sentences in another form.

Stems miss compounds ("bane" in "fotballbane"), irregular forms and slips of the pen. Runs of n
letters, with the ends of a word marked, find them in any language (McNamee and Mayfield, 2004).
Four letters did best of three to five; docs/decisions says by how much.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

_LENGTH = 4
_SHORTEST = 2
"""A shorter word makes no run of its own, even with its ends: it is looked up as it is."""
_END = " "
_BASE = 0x9E3779B97F4A7C15
_TABLE_BITS = 16
"""Most runs are none of the pieces; a table by their first bits sorts those out quickly."""
_TABLE_SHIFT = np.uint64(64 - _TABLE_BITS)
_FACTORS = np.array([pow(_BASE, power, 1 << 64) for power in range(_LENGTH)], dtype=np.uint64)


class WordPieces:
    """The pieces of weighted words, each in one form or several."""

    def __init__(self, words: Sequence[tuple[AbstractSet[str], float]]) -> None:
        """Cut each of `words`, given by its forms and what it weighs."""
        self._weights = np.array([weight for _, weight in words])
        forms = [form for forms, _ in words for form in sorted(forms)]
        self._letters = [(n, form) for n, form in enumerate(forms) if len(form) < _SHORTEST]
        cut = [_runs(_spelled([form])) for form in forms]
        sizes = [len(forms) for forms, _ in words]
        self._firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self._pieces = np.unique(np.concatenate([*cut, np.zeros(0, dtype=np.uint64)]))
        self._likely = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)
        self._likely[self._pieces >> _TABLE_SHIFT] = True
        self._shares = np.zeros((self._pieces.size, len(cut)))
        for form, runs in enumerate(cut):
            distinct = np.unique(runs)
            self._shares[np.searchsorted(self._pieces, distinct), form] = 1.0 / max(
                1, distinct.size
            )

    def held(self, sentences: Sequence[AbstractSet[str]]) -> NDArray[np.float64]:
        """Return float64 [sentences], the weight of the words held by each sentence.

        A word counts for as much of its weight as the share of its pieces that stand in the
        sentence's words; of its forms, the one that is held best.
        """
        if not self._weights.size or not sentences:
            return np.zeros(len(sentences))
        present = self._present([_spelled(words) for words in sentences])
        of_forms = present @ self._shares
        for form, letter in self._letters:
            of_forms[:, form] = [letter in words for words in sentences]
        held: NDArray[np.float64] = (
            np.maximum.reduceat(of_forms, self._firsts, axis=1) @ self._weights
        )
        return held

    def _present(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return float64 [texts, pieces], 1 where a piece stands in a text, else 0."""
        runs = _runs("".join(texts))
        where = np.flatnonzero(self._likely[runs >> _TABLE_SHIFT])
        runs = runs[where]
        pieces = np.searchsorted(self._pieces[:-1], runs)
        same = self._pieces[pieces] == runs
        ends = np.cumsum([len(text) for text in texts])
        present = np.zeros((len(texts), self._pieces.size))
        present[np.searchsorted(ends, where[same], side="right"), pieces[same]] = 1.0
        return present


def _spelled(words: Iterable[str]) -> str:
    """Return `words` with their ends marked, in any order: a run never spans two words."""
    return f"{_END}{_END.join(words)}{_END}"


def _runs(text: str) -> NDArray[np.uint64]:
    """Return uint64 [n], a hash of each run of `_LENGTH` characters of `text`, in order."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    count = max(0, codes.size - _LENGTH + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        hashes += codes[place : place + count] * factor
    return hashes
