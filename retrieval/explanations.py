"""Why an answer is what it is: the record behind "why?", in the words of the search itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WordOfQuestion:
    """One word of the question that was searched.

    `weight` is its inverse document frequency in nats: how much it tells. `in_library` and
    `in_first_hit` say where it stands, in any of its forms.
    """

    word: str
    weight: float
    in_library: bool
    in_first_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The evidence behind the order of the hits and behind the confidence.

    `searched` passages were chosen from, `candidates` of them scored. `vectors_count` in (0, 2) is
    how much meaning counted for this question, and 2 less that is what words counted.
    `probability` that the first hit's article is right is the logistic function of `bias` plus all
    `contributions`; from `possible_from` on it answers, from `strong_from` on it is a strong match.
    `features` holds the values that the contributions come from, by the same names.
    """

    words: tuple[WordOfQuestion, ...]
    searched: int
    candidates: int
    vectors_count: float
    probability: float
    possible_from: float
    strong_from: float
    bias: float
    features: Mapping[str, float]
    contributions: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return the outside form, the contributions with the heaviest first."""
        heaviest = sorted(self.contributions, key=lambda name: -abs(self.contributions[name]))
        return {
            "words": [
                {
                    "word": one.word,
                    "weight": round(one.weight, 3),
                    "in_library": one.in_library,
                    "in_first_hit": one.in_first_hit,
                }
                for one in self.words
            ],
            "searched": self.searched,
            "candidates": self.candidates,
            "vectors_count": round(self.vectors_count, 3),
            "probability": round(self.probability, 4),
            "possible_from": self.possible_from,
            "strong_from": self.strong_from,
            "bias": self.bias,
            "confidence": {
                name: {
                    "value": round(self.features[name], 4),
                    "contributes": round(self.contributions[name], 4),
                }
                for name in heaviest
            },
        }
