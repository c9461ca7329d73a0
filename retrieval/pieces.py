"""Which of a question's words stand in sentences, and how much of them does in another form.

Stems miss compounds ("bane" in "fotballbane"), irregular forms and slips of the pen. Runs of n
letters, with the ends of a word marked, find them in any language (McNamee and Mayfield, 2004).
Four letters did best of three to five; docs/decisions says by how much.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from retrieval.spelling import END, RUN, SpelledTexts, runs


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsMet:
    """What texts hold of words: `whole`, bool [words, texts], and `share`, float64 [words, texts].

    A word that stands in a text as a whole, in any form, has a share of 1; any other has the
    share of its pieces that stand in the text's words, in the form that is held best.
    """

    whole: NDArray[np.bool_]
    share: NDArray[np.float64]


class WordPieces:
    """The pieces of words, each in one form or several."""

    def __init__(self, words: Sequence[AbstractSet[str]]) -> None:
        """Cut each of `words`, given by its forms, of which it has one at least."""
        self._firsts = [0, *accumulate(map(len, words))][:-1]
        self._marked = [f"{END}{form}{END}" for forms in words for form in sorted(forms)]
        cut = _cut(self._marked)
        pieces = sorted(set().union(*cut))
        self._pieces = np.array(pieces, dtype=np.uint32)
        self._sizes = np.array([[len(own) or 1] for own in cut])
        self._cut = np.zeros((len(cut), len(pieces)), dtype=np.float32)
        places = {piece: place for place, piece in enumerate(pieces)}
        for form, own in enumerate(cut):
            self._cut[form, [places[run] for run in own]] = 1.0

    def met_by(self, texts: SpelledTexts) -> WordsMet:
        """Return what each of `texts` holds of the words."""
        if not self._firsts:
            nothing = np.zeros((0, len(texts)))
            return WordsMet(whole=nothing.astype(np.bool_), share=nothing)
        # Pieces are counted before they are divided, which is exact: equal texts hold equally much.
        share = (self._cut @ texts.with_runs(self._pieces).astype(np.float32)) / self._sizes
        whole = share == 1.0
        for form, marked in enumerate(self._marked):
            if len(marked) < RUN:  # it has no piece of its own
                whole[form] = True
        forms, places = np.nonzero(whole)
        whole[forms, places] = [
            self._marked[form] in texts.texts[place]
            for form, place in zip(forms.tolist(), places.tolist(), strict=True)
        ]
        for form, marked in enumerate(self._marked):
            if len(marked) < RUN:
                share[form] = whole[form]
        return WordsMet(
            whole=np.logical_or.reduceat(whole, self._firsts),
            share=np.maximum.reduceat(share, self._firsts),
        )


def _cut(marked: Sequence[str]) -> list[list[int]]:
    """Return the different runs of each word, which stands between two spaces."""
    found = runs("".join(marked) + END * (RUN - 1)).tolist()
    ends = accumulate(map(len, marked))
    return [
        list(dict.fromkeys(found[end - len(one) : end - RUN + 1]))
        for one, end in zip(marked, ends, strict=True)
    ]
