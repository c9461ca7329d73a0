"""When two questions are one: the same words in another order or form, about the same things.

Stems and vectors are judged together, because each alone errs: "Who built the bridge?" and "When
was the bridge built?" share their stems, "Who owns the Grand Hotel?" and "Who owns the Park Hotel?"
lie close together. Questions that ask for other kinds of things, or hold other numbers or names,
are never one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from bot.feedback.votes import alone
from retrieval.answer_kinds import asked_kind
from retrieval.asked_language import asked_language
from retrieval.confidence import names_of
from retrieval.function_words import function_words
from retrieval.numbers import numbers_of, words_of
from retrieval.protocols import Vectors
from retrieval.tokens import tokenise

SAME_WORDS = 0.99
"""Share of common stems (Jaccard, 1901) from which no vector is needed."""
ALIKE_WORDS = 0.3
"""Share of common stems below which two questions are never one."""
ALIKE = 1.5
"""What the share of common stems and the cosine must add up to.

Set by hand on pairs of one question in two wordings, and on the English questions of two public
sets, which are all different: lower numbers bring "When did the last glacial start?" and "When did
the last glacial end?" together, higher ones part "When will the pool reopen?" and "When does the
swimming pool reopen?".
"""
STANDING = 3
"""So many different words of its own make a question stand without its conversation."""
_ASKING = {
    "en": {"where": "where", "why": "why", "how": "how", "what which": "what"},
    "de": {"wo woher wohin": "where", "warum wieso weshalb": "why", "wie": "how", "was": "what"},
    "es": {"dónde": "where", "cómo": "how", "qué cuál cuáles": "what"},
    "ru": {"где куда откуда": "where", "почему зачем": "why", "как": "how", "что": "what"},
    "ar": {"أين": "where", "لماذا": "why", "كيف": "how", "ما ماذا": "what"},
}
"""What a question asks for where that is no number, date or name, by the word that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is compared of a question. `vector` is float32 [dimension], of length 1, or None.

    `stems` are those of the words it is about, `names` those of its names. `asks` is the kind of
    thing it asks for, "" if unknown.
    """

    stems: frozenset[str]
    numbers: tuple[str, ...]
    names: frozenset[str]
    asks: str
    vector: Vectors | None

    @classmethod
    def of(cls, question: str, vector: Vectors | None) -> Self:
        """Return the reading of a question."""
        language = asked_language(question, "") or "en"
        words = tokenise(question, "")
        about = " ".join(_about(words, language))
        return cls(
            stems=frozenset(tokenise(about or question, language)),
            numbers=tuple(sorted(numbers_of(words_of(question)))),
            names=_names(question, language),
            asks=_asks(question, words, language),
            vector=vector,
        )


def standing(question: str, searched_for: str) -> str:
    """Return a question asked in vain in a form that stands alone.

    One that names enough things does so as it was asked: the words that earlier turns lent it were
    searched for as well, and led nowhere. A shorter one needs them.
    """
    own = set(_about(tokenise(question, ""), asked_language(question, "") or "en"))
    return question if len(own) >= STANDING else alone(question, searched_for)


def likeness(one: Reading, other: Reading) -> float | None:
    """Return how alike two questions are, up to 2, or None if they are not one question."""
    shared = len(one.stems & other.stems) / max(1, len(one.stems | other.stems))
    if shared < ALIKE_WORDS or _differ(one, other):
        return None
    if shared >= SAME_WORDS:
        return shared + _cosine(one, other, default=1.0)
    together = shared + _cosine(one, other, default=0.0)
    return together if together >= ALIKE else None


def _differ(one: Reading, other: Reading) -> bool:
    if one.numbers != other.numbers:
        return True
    if one.asks and other.asks and one.asks != other.asks:
        return True
    return not (one.names <= other.stems and other.names <= one.stems)


def _about(words: Sequence[str], language: str) -> list[str]:
    """Return the words of a question that do more than hold it together."""
    built = function_words(words, dict.fromkeys((language, *_ASKING)))
    return [word for word in words if word not in built]


def _asks(question: str, words: Sequence[str], language: str) -> str:
    """Return what kind of thing a question asks for, "" if no word of it says so."""
    kind = asked_kind(question)
    if kind is not None:
        return kind.value
    known = {
        token: asked
        for asking, asked in _ASKING.get(language, {}).items()
        for token in tokenise(asking, "")
    }
    return next((known[word] for word in words if word in known), "")


def _names(question: str, language: str) -> frozenset[str]:
    """Return the stems of the names in a question; none in German, where nouns look alike."""
    if language == "de":
        return frozenset()
    names = " ".join(name for name in names_of(question) if len(name) > 1)
    return frozenset(tokenise(names, language))


def _cosine(one: Reading, other: Reading, *, default: float) -> float:
    if one.vector is None or other.vector is None or one.vector.shape != other.vector.shape:
        return default
    return float(np.dot(one.vector, other.vector))
