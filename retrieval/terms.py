"""The terms of a question, and how much each of them tells."""

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from retrieval.function_words import function_words
from retrieval.pieces import WordPieces
from retrieval.protocols import KeywordIndex
from retrieval.spelling import END, SpelledTexts
from retrieval.tokens import tokenise

_COMMON = 0.5
"""A term in more than this share of the passages tells nothing: it is not searched."""
_FEW = 50
"""A term in no more passages than this is searched all the same: in a few, shares say little."""
_VOCABULARY = 200
"""With this many passages, a word that stands in none counts half of what its rarity says: in a
small library many everyday words are missing by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of a question in each form a language of the library gives it.

    `weight` is its inverse document frequency as BM25 has it, in nats, times `share`, which is
    below 1 for a word that earlier turns of a conversation lend. `word` is the word as it was
    asked, in lower case, and only there to be shown.
    """

    forms: frozenset[str]
    weight: float
    share: float = 1.0
    word: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsMet:
    """How much of a question's weight texts hold, in [0, 1].

    `coverages`, float64 [texts], is the share of the terms that stand in a text; `owned`, float64
    [owners], the same of all texts of an owner. In `likenesses`, float64 [texts], a word that
    stands in a text only in another form counts in part, by its pieces, also one that stands
    nowhere in the library as it was asked.
    """

    coverages: NDArray[np.float64]
    owned: NDArray[np.float64]
    likenesses: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class QuestionTerms:
    """The words of a question but those that only hold it together, without repeats.

    `searched` are the words that stand in the library and tell something. `unknown` is the weight
    of those that stand nowhere in it, which are `missing`. `passages` is how many the library
    holds.
    """

    searched: tuple[Term, ...]
    unknown: float
    missing: tuple[Term, ...] = field(default=(), compare=False)
    passages: int = field(default=0, compare=False)

    @property
    def tokens(self) -> list[str]:
        """Return the tokens to search for."""
        return sorted({form for term in self.searched for form in term.forms})

    @property
    def shares(self) -> dict[str, float]:
        """Return the tokens that count less than a whole word, each with what it counts."""
        whole = {form for term in self.searched if term.share == 1.0 for form in term.forms}
        lent = [term for term in self.searched if term.share != 1.0]
        return {form: term.share for term in lent for form in sorted(term.forms - whole)}

    @cached_property
    def weight(self) -> float:
        """Return the weight of all terms together, known or not."""
        return self.unknown + sum(term.weight for term in self.searched)

    def standing_in(self, line: str) -> frozenset[str]:
        """Return the forms of the searched terms that stand in `line`, words as `spelled` has them."""
        return frozenset([form for form in self._forms if f"{END}{form}{END}" in line])

    def coverage(self, tokens: AbstractSet[str]) -> float:
        """Return the share of the question's weight on terms found among `tokens`, in [0, 1]."""
        met = self._forms & tokens
        if not met:
            return 0.0
        if len(met) == 1:
            (form,) = met
            return self._weight_of[form] / self.weight
        return sum(t.weight for t in self.searched if not t.forms.isdisjoint(met)) / self.weight

    def met_by(self, texts: SpelledTexts, firsts: NDArray[np.int64]) -> TermsMet:
        """Return how much of the question's weight `texts` hold; they belong to owners.

        `firsts`, int64 [owners], says which is the first text of each, of one or more.
        """
        met = self._pieces.met_by(texts)
        whole = met.whole[: len(self.searched)]
        by_owners = np.logical_or.reduceat(whole, firsts, axis=1)
        weights = np.array([[term.weight] for term in self.searched]).reshape(-1, 1)
        lost = sum(term.weight for term in self.missing)
        scale = self.unknown / lost if lost else 0.0
        missing = np.array([[term.weight * scale] for term in self.missing]).reshape(-1, 1)
        # Summed term by term: so equal texts are covered equally to the last bit.
        by_words, by_owned, by_pieces = (
            (counts * held).sum(axis=0) / (self.weight or 1.0)
            for counts, held in (
                (weights, whole),
                (weights, by_owners),
                (np.concatenate([weights, missing]), met.share),
            )
        )
        return TermsMet(coverages=by_words, owned=by_owned, likenesses=by_pieces)

    @cached_property
    def _pieces(self) -> WordPieces:
        return WordPieces([term.forms for term in (*self.searched, *self.missing)])

    @cached_property
    def _forms(self) -> frozenset[str]:
        return frozenset(form for term in self.searched for form in term.forms)

    @cached_property
    def _weight_of(self) -> dict[str, float]:
        """Return the weight of all terms that have a form: two may share one."""
        weights: dict[str, float] = {}
        for term in self.searched:
            for form in term.forms:
                weights[form] = weights.get(form, 0.0) + term.weight
        return weights


def question_terms(text: str, languages: Sequence[str], index: KeywordIndex) -> QuestionTerms:
    """Return the terms of a question for a library whose passages are in `languages`.

    A short question's own language is often guessed wrongly, so each word is searched in every
    form a language of the library gives it; a passage holds it in the form of its own.
    """
    words = _forms(text, languages)
    forms = list(words)
    frequencies = _document_frequencies(forms, index)
    passages = len(index)
    terms = [
        Term(forms=some, weight=inverse_frequency(found, passages), word=words[some])
        for some, found in zip(forms, frequencies, strict=True)
    ]
    telling = [0 < found <= max(_COMMON * passages, _FEW) for found in frequencies]
    if not any(telling):
        telling = [found > 0 for found in frequencies]
    missing = tuple(compress(terms, [found == 0 for found in frequencies]))
    return QuestionTerms(
        searched=tuple(compress(terms, telling)),
        unknown=sum(term.weight for term in missing) * (passages / (passages + _VOCABULARY)),
        missing=missing,
        passages=passages,
    )


def inverse_frequency(found: int, passages: int) -> float:
    """Return ln(1 + (N - n + .5) / (n + .5)), after Robertson and Zaragoza (2009)."""
    return math.log(1 + (passages - found + 0.5) / (found + 0.5))


def _forms(text: str, languages: Sequence[str]) -> dict[frozenset[str], str]:
    """Return the words of `text` in order, by their forms; without repeats and function words.

    All are kept of a question that holds nothing else.
    """
    plain = tokenise(text, "")
    by_language = [tokenise(text, language) for language in languages] or [plain]
    forms = [frozenset(some) for some in zip(*by_language, strict=True)]
    empty = function_words(plain, languages)
    telling = [word not in empty for word in plain]
    kept = telling if any(telling) else [True] * len(forms)
    found: dict[frozenset[str], str] = {}
    for some, word in compress(zip(forms, plain, strict=True), kept):
        found.setdefault(some, word)
    return found


def _document_frequencies(forms: Sequence[frozenset[str]], index: KeywordIndex) -> list[int]:
    flat = [form for some in forms for form in some]
    found = dict(zip(flat, index.document_frequencies(flat), strict=True))
    return [max(found[form] for form in some) for some in forms]
