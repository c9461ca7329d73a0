"""Two evaluations of one question set side by side: what changed, and whether it is chance.

Differences are measured on the questions both asked. Their intervals are paired: each draw of the
bootstrap takes the same questions from both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from retrieval.bootstrap import RESAMPLES, Figure, figures
from retrieval.measures import latencies, measures
from retrieval.outcomes import Outcome, OutcomesError
from retrieval.question_sets import Kind
from retrieval.report import interval_to_json
from retrieval.weighted import Statistic, difference

_DIGITS = 4


class Turn(StrEnum):
    """How a question fared otherwise. Won: what the first hit should hold, it holds now."""

    WON = "won"
    LOST = "lost"
    ANSWERED = "answered now"
    REFUSED = "refused now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One question that fared otherwise. A question can change in two ways."""

    turn: Turn
    kind: Kind
    id: str
    text: str

    def to_json(self) -> dict[str, str]:
        """Return the outside form."""
        return {"turn": self.turn, "kind": self.kind, "id": self.id, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A measure before and after, with the difference and its paired interval."""

    before: float
    after: float
    change: Figure

    @property
    def is_chance(self) -> bool:
        """Whether the interval holds 0, or there is none."""
        return not (self.change.low > 0 or self.change.high < 0)

    def to_json(self) -> dict[str, Any]:
        """Return the outside form, rounded."""
        return {
            "before": round(self.before, _DIGITS),
            "after": round(self.after, _DIGITS),
            "difference": round(self.change.value, _DIGITS),
            "interval": interval_to_json(self.change),
        }


Differences = Mapping[str, Mapping[str, Difference]]
"""By section and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two evaluations on the `questions` both asked; the others are only counted."""

    questions: int
    only_before: int
    only_after: int
    changes: Sequence[Change]
    quality: Differences
    latency_ms: Differences

    def to_json(self) -> dict[str, Any]:
        """Return the outside form."""
        return {
            "questions": self.questions,
            "only_before": self.only_before,
            "only_after": self.only_after,
            "changes": [change.to_json() for change in self.changes],
            **_to_json(self.quality),
            "latency_ms": _to_json(self.latency_ms),
        }


def compare(
    before: Sequence[Outcome],
    after: Sequence[Outcome],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Return what changed from one evaluation to another.

    Raise `OutcomesError` unless they share questions, and mean the same by them.
    """
    later = {one.id: one for one in after}
    pairs = [(one, later[one.id]) for one in before if one.id in later]
    _require_one_set(pairs)
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    return Comparison(
        questions=len(pairs),
        only_before=len(before) - len(pairs),
        only_after=len(after) - len(pairs),
        changes=sorted(
            (change for pair in pairs for change in _changes(*pair)),
            key=lambda change: list(Turn).index(change.turn),
        ),
        quality=_differences(measures(first), measures(second), first, resamples, seed),
        latency_ms=_differences(latencies(first), latencies(second), first, resamples, seed),
    )


def _require_one_set(pairs: Sequence[tuple[Outcome, Outcome]]) -> None:
    if not pairs:
        message = "the two files share no question; compare evaluations of the same folder"
        raise OutcomesError(message)
    for one, other in pairs:
        if (one.text, one.kind, one.about) != (other.text, other.kind, other.about):
            message = (
                f"the question {one.id} is not the same in both files; evaluate the same folder "
                f"twice and compare again"
            )
            raise OutcomesError(message)


def _changes(before: Outcome, after: Outcome) -> Iterator[Change]:
    def change(turn: Turn) -> Change:
        return Change(turn=turn, kind=before.kind, id=before.id, text=before.text)

    if _is_won(before) != _is_won(after):
        yield change(Turn.WON if _is_won(after) else Turn.LOST)
    if before.answered != after.answered:
        yield change(Turn.ANSWERED if after.answered else Turn.REFUSED)


def _is_won(outcome: Outcome) -> bool:
    """Whether the first hit is right: by its passage if the set tells, else by its article."""
    return outcome.passage_right if outcome.units else outcome.right


def _differences(
    before: Mapping[str, Mapping[str, Statistic]],
    after: Mapping[str, Mapping[str, Statistic]],
    outcomes: Sequence[Outcome],
    resamples: int,
    seed: int,
) -> dict[str, dict[str, Difference]]:
    """Return the differences of the measures both can show."""
    shared = {
        section: {
            name: (one, after[section][name])
            for name, one in some.items()
            if name in after[section]
        }
        for section, some in before.items()
        if section in after
    }
    changes = figures(
        {
            section: {name: difference(*pair) for name, pair in some.items()}
            for section, some in shared.items()
        },
        outcomes,
        resamples=resamples,
        seed=seed,
    )
    once = np.ones((1, len(outcomes)))
    return {
        section: {
            name: Difference(
                before=float(first(once)[0]),
                after=float(second(once)[0]),
                change=changes[section][name],
            )
            for name, (first, second) in some.items()
        }
        for section, some in shared.items()
    }


def _to_json(differences: Differences) -> dict[str, dict[str, Any]]:
    return {
        section: {name: one.to_json() for name, one in some.items()}
        for section, some in differences.items()
    }
