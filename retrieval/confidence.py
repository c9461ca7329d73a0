"""How sure an answer is: a calibrated logistic model over a few named features.

The model estimates the probability that the first hit's article is a right one. Below one bar
nothing answers; above another, the match is strong. Its numbers are fitted to questions of
several collections, each also asked with its own article taken out; docs/decisions says how.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.answers import Confidence
from retrieval.ranking import Ranked
from retrieval.terms import QuestionTerms

FEATURES = (
    "cosine",
    "sentence_cosine",
    "keywords",
    "coverage",
    "sentence_coverage",
    "score_margin",
    "cosine_margin",
    "keyword_margin",
    "coverage_margin",
    "first_by_vectors",
    "first_by_keywords",
    "names_found",
    "has_names",
    "unknown_terms",
)

_NAME = re.compile(r"\w+")
_LONE_MARGIN = 0.25
"""Where no other article was found, the first counts as this share of its own value above the
next. Right first hits of the fitted sets lie, at the median, .60 of their keyword score and .56 of
their coverage above it, but no higher by cosine: a quarter is the careful middle."""
_UNDECIDED = 0.5
"""What `names_found` is for a question without names or numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceModel:
    """Fitted numbers: weights in the order of `FEATURES`, and the two bars in [0, 1]."""

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
    """Return float64 [14], named by `FEATURES`, about the first hit.

    `others` are the ranked passages of other articles that are no copies of the first.
    """
    found = first.match
    names = names_of(question)
    return np.array(
        [
            first.cosine,
            found.best_cosine,
            first.keywords,
            found.coverage,
            found.best_coverage,
            _margin(first.score, [other.score for other in others]),
            _margin(first.cosine, [other.cosine for other in others]),
            _margin(first.keywords, [other.keywords for other in others]),
            _margin(found.coverage, [other.match.coverage for other in others]),
            float(all(other.cosine <= first.cosine for other in others)),
            float(all(other.keywords <= first.keywords for other in others)),
            _share_found(names, first) if names else _UNDECIDED,
            float(bool(names)),
            terms.unknown / terms.weight if terms.weight else 1.0,
        ]
    )


def names_of(question: str) -> list[str]:
    """Return the question's numbers and capitalised words but the first: names, mostly."""
    words = _NAME.findall(question)
    return [word for word in words[1:] if word[0].isupper() or word[0].isdigit()]


def _share_found(names: Sequence[str], ranked: Ranked) -> float:
    passage = ranked.read.passage
    text = f"{passage.citation.title} {passage.text}".casefold()
    return sum(name.casefold() in text for name in names) / len(names)


def _margin(first: float, others: Sequence[float]) -> float:
    """Return how far the first lies above the best of the others, or would as a rule."""
    return first - max(others) if others else _LONE_MARGIN * first
