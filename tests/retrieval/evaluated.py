"""Outcomes of questions, made by hand."""

from typing import Any

from retrieval.answers import Confidence
from retrieval.outcomes import Highlighted, Outcome
from retrieval.question_sets import Kind

STRONG, POSSIBLE, NONE = Confidence.STRONG, Confidence.POSSIBLE, Confidence.NONE


def outcome(
    name: str,
    *articles: str,
    relevant: dict[str, int] | None = None,
    kind: Kind | None = None,
    probability: float = 0.5,
    spent: float = 1.0,
    **more: Any,
) -> Outcome:
    """Return what became of a question whose hits' articles are `articles`, best first."""
    judged = relevant or {}
    fields: dict[str, Any] = {
        "text": f"{name}?",
        "about": tuple(judged),
        "units": 0,
        "found": (),
        "spans": None,
        "highlighted": None,
        "confidence": POSSIBLE,
        "verbatim": True,
    }
    return Outcome(
        id=name,
        articles=articles,
        relevant=judged,
        kind=kind or (Kind.PRESENT if judged else Kind.ABSENT),
        probability=probability,
        timings_ms={"embed": spent / 2, "total": spent},
        **(fields | more),
    )


def highlighted(
    sentence: float, answer: float, *, held: bool = True, holds: bool = False
) -> Highlighted:
    """Return how well a highlight fits."""
    return Highlighted(sentence_f1=sentence, answer_f1=answer, held=held, holds=holds)


def mixed() -> list[Outcome]:
    """Return a dozen outcomes of all kinds, with everything a set can tell."""
    present = [
        outcome(
            f"q{number}",
            "a" if number % 3 else "other",
            f"a{number}",
            relevant={"a": 1, f"a{number // 2}": 2},
            about=(f"a{number // 2}",),
            probability=round(0.05 + number / 10, 2),
            confidence=(NONE, POSSIBLE, STRONG)[min(number // 2, 2)],
            units=1,
            found=((0,), ()) if number % 2 else ((), (0,)),
            spans=(bool(number % 2), True),
            highlighted=highlighted(number / 10, number / 20, holds=number > 4),
            spent=10.0 + number,
        )
        for number in range(8)
    ]
    absent = [
        outcome("n1", "a", confidence=NONE, probability=0.2, about=("left out: b",)),
        outcome("n2", "a", confidence=POSSIBLE, probability=0.4, about=("left out: b",)),
        outcome("n3", "a", confidence=NONE, probability=0.01),
        outcome("near", "a3", kind=Kind.NEAR_MISS, confidence=STRONG, probability=1.0),
    ]
    return present + absent
