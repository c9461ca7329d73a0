"""Why an answer was given, as far as it is kept with the answer: enough for `/why`, later too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from retrieval.explanations import Explanation

WORDS_KEPT = 12
"""The words of a question that tell most; a long one has many more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The words of the question by where they stand, and what weighed for and against.

    `probability` that the first article is right, and the two bars, are in [0, 1], but a bar that
    is never reached is above 1. `weights` are log odds by feature, heaviest first.
    """

    here: tuple[str, ...]
    elsewhere: tuple[str, ...]
    nowhere: tuple[str, ...]
    probability: float
    possible_from: float
    strong_from: float
    weights: Mapping[str, float]

    @classmethod
    def of(cls, explanation: Explanation) -> Self:
        """Return what is kept of an explanation."""
        words = explanation.words[:WORDS_KEPT]
        weights = explanation.contributions
        return cls(
            here=tuple(one.word for one in words if one.in_first_hit),
            elsewhere=tuple(one.word for one in words if one.in_library and not one.in_first_hit),
            nowhere=tuple(one.word for one in words if not one.in_library and not one.in_first_hit),
            probability=explanation.probability,
            possible_from=explanation.possible_from,
            strong_from=explanation.strong_from,
            weights={
                name: weights[name] for name in sorted(weights, key=lambda n: -abs(weights[n]))
            },
        )

    def to_json(self) -> str:
        """Return a text `from_json` reads."""
        stored = {
            "words": [self.here, self.elsewhere, self.nowhere],
            "bars": [round(bar, 4) for bar in self._bars],
            "weights": {name: round(weight, 3) for name, weight in self.weights.items()},
        }
        return json.dumps(stored, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what `to_json` wrote."""
        stored = json.loads(text)
        here, elsewhere, nowhere = map(tuple, stored["words"])
        probability, possible_from, strong_from = stored["bars"]
        return cls(
            here=here,
            elsewhere=elsewhere,
            nowhere=nowhere,
            probability=probability,
            possible_from=possible_from,
            strong_from=strong_from,
            weights=stored["weights"],
        )

    @property
    def _bars(self) -> tuple[float, float, float]:
        return self.probability, self.possible_from, self.strong_from
