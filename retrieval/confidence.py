"""How sure an answer is: a calibrated logistic model over a few named features.

The model estimates the probability that the first hit's article is a right one. Below one bar
nothing answers; above another, the match is strong. Its numbers are fitted to questions of
several collections, each also asked with its own article taken out, and with only the passages
that answer taken out; docs/decisions says how.
"""

import math
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.answer_kinds import asked_kind, lacks
from retrieval.answers import Confidence
from retrieval.ranking import Ranked
from retrieval.reading import ReadPassage
from retrieval.terms import QuestionTerms, Term, inverse_frequency

FEATURES = (
    "sentence_cosine",
    "coverage",
    "pair_coverage",
    "words_in_sentence",
    "rarest_found",
    "score_margin",
    "names_found",
    "names_missing",
    "kind_missing",
)
LOWERING = frozenset({"names_missing", "kind_missing"})
"""Features that can only make an answer less sure; all others can only make it surer."""

_NAME = re.compile(r"\w+")
_LONE_MARGIN = 0.25
"""Where no other article was found, the first counts as this share of its own value above the
next. Right first hits of the fitted sets lie, at the median, .60 of their keyword score and .56 of
their coverage above it, but no higher by cosine: a quarter is the careful middle."""
_UNDECIDED = 0.5
"""What `names_found` is for a question without names or numbers."""
_RARE = 3
"""A word that stands in no more passages than this is as rare as a word can be: an article has a
few passages, and all of them may name its subject."""
_ENDING = 2
"""So many last letters of a name may differ: "Igels" and "Igel"."""
_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceModel:
    """Fitted numbers: weights in the order of `FEATURES`, and the two bars.

    A bar above 1 is never reached.
    """

    weights: tuple[float, ...]
    bias: float
    possible_from: float
    strong_from: float

    def probability(self, features: Sequence[float] | NDArray[np.float64]) -> float:
        """Return the estimated probability in (0, 1) that the first article is right."""
        total = float(np.dot(features, self.weights)) + self.bias
        return 1.0 / (1.0 + math.exp(-total)) if total > -700.0 else 0.0  # noqa: PLR2004 - exp overflows

    def contributions(self, features: Sequence[float] | NDArray[np.float64]) -> dict[str, float]:
        """Return weight times value by name: with `bias`, they sum to the log odds."""
        return {
            name: float(weight * value)
            for name, weight, value in zip(FEATURES, self.weights, features, strict=True)
        }

    def grade(self, probability: float) -> Confidence:
        """Return the word for a probability."""
        if probability >= self.strong_from:
            return Confidence.STRONG
        return Confidence.POSSIBLE if probability >= self.possible_from else Confidence.NONE


def features(
    question: str,
    terms: QuestionTerms,
    first: Ranked,
    others: Sequence[Ranked],
) -> NDArray[np.float64]:
    """Return float64 [features], named by `FEATURES`, about the first hit.

    `others` are the ranked passages of other articles that are no copies of the first.
    `pair_coverage` is the share of the question's weight in two sentences that follow each other.
    `words_in_sentence` is ln(1 + n) of the number n of rare words of the question in one sentence,
    and `rarest_found` is how rare the rarest one of the passage is; see `_rarity`.
    """
    found = first.match
    lines = [terms.standing_in(line) for line in first.read.outline.lines]
    everything = terms.standing_in(first.read.outline.everything)
    wanted = names_of(question)
    missing = sum(not _stands_in(name, first.read) for name in wanted)
    return np.array(
        [
            found.best_cosine,
            found.coverage,
            _pair_coverage(terms, lines),
            math.log1p(_rare_words(terms, lines)),
            _rarest_found(terms, everything),
            _margin(first.score, [other.score for other in others]),
            1.0 - missing / len(wanted) if wanted else _UNDECIDED,
            float(missing),
            float(_lacks_kind(question, first)),
        ]
    )


def names_of(question: str) -> list[str]:
    """Return the question's numbers and capitalised words but the first: names, mostly."""
    words = _NAME.findall(question)
    return [word for word in words[1:] if word[0].isupper() or word[0].isdigit()]


def _stands_in(name: str, read: ReadPassage) -> bool:
    """Return whether title or text holds a name, its ending aside, or a number."""
    text = f"{read.passage.citation.title} {read.passage.text}".casefold()
    folded = name.casefold()
    if not name[0].isdigit():
        folded = folded[: max(_SHORTEST, len(folded) - _ENDING)]
    return folded in text


def _pair_coverage(terms: QuestionTerms, lines: Sequence[AbstractSet[str]]) -> float:
    """Return the highest coverage of two sentences; `lines` are the forms that stand in each."""
    pairs = [one | other for one, other in zip(lines, [*lines[1:], frozenset()], strict=False)]
    return max(map(terms.coverage, pairs), default=0.0)


def _rare_words(terms: QuestionTerms, lines: Sequence[AbstractSet[str]]) -> float:
    """Return the highest number of the question's words in one sentence, each as it is rare."""
    rare = [(term.forms, _rarity(term, terms.passages)) for term in terms.searched]
    return max(
        (sum(rarity for forms, rarity in rare if not forms.isdisjoint(words)) for words in lines),
        default=0.0,
    )


def _rarest_found(terms: QuestionTerms, words: AbstractSet[str]) -> float:
    found = [term for term in terms.searched if not term.forms.isdisjoint(words)]
    return max((_rarity(term, terms.passages) for term in found), default=0.0)


def _rarity(term: Term, passages: int) -> float:
    """Return the word's weight beside that of a word in three passages, in [0, 1].

    So a small library and a large one have one scale.
    """
    return min(1.0, term.weight / inverse_frequency(min(_RARE, passages // 2), passages))


def _lacks_kind(question: str, first: Ranked) -> bool:
    """Return whether the sentence that answers holds nothing of what the question asks for."""
    kind = asked_kind(question)
    sentence = first.read.sentence(first.best_sentence) if kind is not None else None
    if kind is None or sentence is None:
        return False
    return lacks(sentence.of(first.read.passage.text), question, kind)


def _margin(first: float, others: Sequence[float]) -> float:
    """Return how far the first lies above the best of the others, or would as a rule."""
    return first - max(others) if others else _LONE_MARGIN * first
