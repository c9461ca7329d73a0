"""How much of a question's words stands in sentences in another form.

Stems miss compounds ("bane" in "fotballbane"), irregular forms and slips of the pen. Runs of n
letters, with the ends of a word marked, find them in any language (McNamee and Mayfield, 2004).
Four letters did best of three to five; docs/decisions says by how much.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from retrieval.spelling import RUN, SpelledTexts, runs, spelled

_SHORTEST = 2
"""A shorter word makes no run of its own, even with its ends: it is looked up as it is."""
_TABLE_BITS = 16
"""Most runs are none of the pieces; a table by their first bits sorts those out quickly."""
_TABLE_SHIFT = np.uint32(32 - _TABLE_BITS)


class WordPieces:
    """The pieces of weighted words, each in one form or several."""

    def __init__(self, words: Sequence[tuple[AbstractSet[str], float]]) -> None:
        """Cut each of `words`, given by its forms and what it weighs."""
        self._weights = np.array([weight for _, weight in words])
        forms = [form for forms, _ in words for form in sorted(forms)]
        self._letters = [(n, form) for n, form in enumerate(forms) if len(form) < _SHORTEST]
        cut = _cut([spelled([form]) for form in forms])
        sizes = [len(forms) for forms, _ in words]
        self._firsts = np.array([0, *accumulate(sizes[:-1])])
        pieces = sorted(set().union(*cut))
        self._pieces = np.array(pieces, dtype=np.uint32)
        self._likely = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)
        self._likely[self._pieces >> _TABLE_SHIFT] = True
        self._shares = np.zeros((len(pieces), len(cut)))
        places = {piece: place for place, piece in enumerate(pieces)}
        for form, own in enumerate(cut):
            self._shares[[places[run] for run in own], form] = 1.0 / max(1, len(own))

    def held(self, texts: SpelledTexts) -> NDArray[np.float64]:
        """Return float64 [texts], the weight of the words held by each text.

        A word counts for as much of its weight as the share of its pieces that stand in the
        text's words; of its forms, the one that is held best.
        """
        if not self._weights.size or not len(texts):
            return np.zeros(len(texts))
        of_forms = self._present(texts) @ self._shares
        for form, letter in self._letters:
            of_forms[:, form] = 0.0
            of_forms[texts.holding([[letter]])[1], form] = 1.0
        held: NDArray[np.float64] = (
            np.maximum.reduceat(of_forms, self._firsts, axis=1) @ self._weights
        )
        return held

    def _present(self, texts: SpelledTexts) -> NDArray[np.float64]:
        """Return float64 [texts, pieces], 1 where a piece stands in a text, else 0."""
        runs_there = texts.runs
        where = np.flatnonzero(self._likely[runs_there >> _TABLE_SHIFT])
        likely = runs_there[where]
        pieces = np.searchsorted(self._pieces[:-1], likely)
        same = self._pieces[pieces] == likely
        present = np.zeros((len(texts), self._pieces.size))
        present[texts.at(where[same]), pieces[same]] = 1.0
        return present


def _cut(texts: Sequence[str]) -> list[list[int]]:
    """Return the different runs of each text, ascending."""
    found = runs("".join(texts)).tolist()
    ends = accumulate(map(len, texts))
    return [
        sorted(set(found[end - len(text) : end - RUN + 1]))
        for text, end in zip(texts, ends, strict=True)
    ]
