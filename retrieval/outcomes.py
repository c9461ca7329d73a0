"""What became of the questions of a set, as records that a file can hold."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from retrieval.answers import SCHEMA, Confidence
from retrieval.errors import RetrievalError
from retrieval.question_sets import Kind


class OutcomesError(RetrievalError):
    """A file does not hold the outcomes of an evaluation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlighted:
    """How well the highlight of the first hit fits the gold texts; F1 in [0, 1].

    `sentence_f1` compares it with the sentences that hold the answer, `answer_f1` with the answer
    alone. `held` is whether the first passage contains the answer, `holds` whether the highlight
    does.
    """

    sentence_f1: float
    answer_f1: float
    held: bool
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question.

    `about` names the articles it was asked about, there or not. `articles` are the keys of the
    hits' articles, best first, each once. What answers comes in `units` that a passage can hold
    (paragraphs, sentences, or the answer), 0 if the set marks nothing; `found` are the numbers of
    the units that each hit holds. `spans` tells of each hit whether it contains an answer; it and
    `highlighted` are `None` if no gold text stands in the relevant articles. `probability` is the
    engine's, that the first article is right.
    """

    id: str
    text: str
    kind: Kind
    about: tuple[str, ...]
    relevant: Mapping[str, int]
    articles: tuple[str, ...]
    units: int
    found: tuple[tuple[int, ...], ...]
    spans: tuple[bool, ...] | None
    highlighted: Highlighted | None
    confidence: Confidence
    probability: float
    timings_ms: Mapping[str, float]
    verbatim: bool

    @property
    def answerable(self) -> bool:
        """Whether the articles answer the question."""
        return self.kind is Kind.PRESENT

    @property
    def answered(self) -> bool:
        """Whether the confidence is not `none`."""
        return self.confidence is not Confidence.NONE

    @property
    def strong(self) -> bool:
        """Whether the confidence is `strong`."""
        return self.confidence is Confidence.STRONG

    @property
    def right(self) -> bool:
        """Whether the first hit's article is a relevant one."""
        return bool(self.articles) and self.articles[0] in self.relevant

    @property
    def span_right(self) -> bool:
        """Whether the first hit contains an answer."""
        return bool(self.spans) and self.spans is not None and self.spans[0]

    @property
    def passage_right(self) -> bool:
        """Whether the first hit holds something of what answers."""
        return bool(self.found) and bool(self.found[0])

    def to_json(self) -> dict[str, Any]:
        """Return the outside form."""
        spent = {hop: round(milliseconds, 3) for hop, milliseconds in self.timings_ms.items()}
        return asdict(self) | {"probability": round(self.probability, 6), "timings_ms": spent}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the record; raise `KeyError`, `TypeError` or `ValueError` if it is none."""
        marked = stored["highlighted"]
        derived: dict[str, Any] = {
            "kind": Kind(stored["kind"]),
            "about": tuple(stored["about"]),
            "relevant": dict(stored["relevant"]),
            "articles": tuple(stored["articles"]),
            "found": tuple(map(tuple, stored["found"])),
            "spans": None if stored["spans"] is None else tuple(stored["spans"]),
            "highlighted": None if marked is None else Highlighted(**marked),
            "confidence": Confidence(stored["confidence"]),
            "timings_ms": dict(stored["timings_ms"]),
        }
        return cls(**({one.name: stored[one.name] for one in fields(cls)} | derived))


def read_outcomes(path: Path) -> list[Outcome]:
    """Return the outcomes in a file that `evaluate --json` wrote, in its order.

    Raise `OutcomesError` if it is no such file.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = f"cannot read {path} ({error.strerror}); name a file that `evaluate --json` wrote"
        raise OutcomesError(message) from error
    except ValueError as error:
        message = f"{path} is not JSON; write it with `passagebot evaluate DIR --json > FILE`"
        raise OutcomesError(message) from error
    return _outcomes(path, stored)


def _outcomes(path: Path, stored: object) -> list[Outcome]:
    if isinstance(stored, dict) and isinstance(stored.get("outcomes"), Sequence):
        if stored.get("schema", SCHEMA) > SCHEMA:
            message = f"{path} was written by a newer passagebot; compare with that version"
            raise OutcomesError(message)
        try:
            return [Outcome.from_json(one) for one in stored["outcomes"]]
        except (KeyError, TypeError, ValueError) as error:
            message = f"an outcome in {path} is damaged; evaluate again with --json"
            raise OutcomesError(message) from error
    message = f"{path} holds no outcomes; write it with `passagebot evaluate DIR --json > FILE`"
    raise OutcomesError(message)
