"""Phrases in a question that limit which articles may answer it, read as filters.

What is found is a reading beside the plain one. Which of them holds is decided by what answers:
see `kept`, and docs/decisions.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.clock import Clock
from corpus.languages import UNDETERMINED
from corpus.store import ArticleStore
from retrieval.answers import Confidence, Filters
from retrieval.date_phrases import date_phrases
from retrieval.function_words import function_words
from retrieval.indexes import Indexes
from retrieval.language_names import LANGUAGE_NAMES, english_name
from retrieval.periods import published
from retrieval.readings import Phrase, Reading, Sureness, narrowed
from retrieval.source_phrases import SourceNames, language_phrases, source_names, source_phrases
from retrieval.tokens import tokenise

Allowed = Callable[[Filters], NDArray[np.int64] | None]
"""Returns the ids of the passages that pass filters, `None` if all do."""


class Look(Protocol):
    """What a search of one reading found."""

    @property
    def confidence(self) -> Confidence:
        """Whether it is an answer."""

    @property
    def probability(self) -> float:
        """How likely its first hit is right, in [0, 1]."""


_Look = TypeVar("_Look", bound=Look)
_GAP = re.compile(r"\s+(?=[?!.,;:\u061f])")


class PhraseReader:
    """Finds the readings of questions to one library. Safe to share by threads."""

    def __init__(self, store: ArticleStore, allowed: Allowed, *, now: Clock) -> None:
        """Know the sources of `store`; `now` is what "yesterday" counts from."""
        self._store = store
        self._allowed = allowed
        self._now = now
        self._names: tuple[int, SourceNames] = (-1, {})

    def readings(self, text: str, filters: Filters, indexes: Indexes) -> tuple[Reading, ...]:
        """Return the readings of a question asked under `filters`, the plain one last.

        Of readings with limits the strictest comes first. One that no article passes is left out,
        unless the question is sure to mean it; one that in doubt limits nothing is left out too.
        """
        plain = Reading(text=text, filters=filters)
        phrases = self._phrases(text, indexes)
        if not phrases:
            return (plain,)
        surer = [phrase for phrase in phrases if phrase.sureness is not Sureness.LOOSE]
        groups = [phrases, surer] if 0 < len(surer) < len(phrases) else [phrases]
        limited = [_limited(plain, group) for group in groups]
        return (
            *(one for one in limited if one is not None and self._holds(one, plain, indexes)),
            plain,
        )

    def _phrases(self, text: str, indexes: Indexes) -> list[Phrase]:
        languages = [language for language in indexes.languages if language != UNDETERMINED]
        found = [
            *date_phrases(text, self._now()),
            *source_phrases(text, self._sources(indexes.position)),
            *language_phrases(text, languages),
        ]
        found.sort(key=lambda phrase: phrase.start)
        return [
            one for place, one in enumerate(found) if not place or found[place - 1].end <= one.start
        ]

    def _sources(self, position: int) -> SourceNames:
        """Return the names of the sources the library had at `position` of its log, or later."""
        known, names = self._names
        if known != position:
            names = source_names(self._store.sources())
            self._names = (position, names)
        return names

    def _holds(self, limited: Reading, plain: Reading, indexes: Indexes) -> bool:
        """Whether a reading is worth a search."""
        if limited.sureness is not Sureness.LOOSE:
            return True
        passing, there = self._allowed(limited.filters), self._allowed(plain.filters)
        most = len(indexes.vectors) if there is None else there.size
        return passing is not None and 0 < passing.size < most


def kept(readings: Sequence[Reading], look: Callable[[Reading], _Look]) -> tuple[Reading, _Look]:
    """Return the reading that holds and what was found under it; the plain one is the last.

    A reading with limits holds if what it finds is not much less surely right than what is found
    without them; one that is answered holds against an unanswered plain one, and the other way
    round. An answer without the limits says that there was none with them.
    """
    *limited, plain = readings
    tried = []
    for reading in limited:
        found = look(reading)
        if found.confidence is not Confidence.NONE and reading.sureness is Sureness.STATED:
            return reading, found
        tried.append((reading, found))
    freely = look(plain)
    answered = [pair for pair in tried if pair[1].confidence is not Confidence.NONE]
    rivals = tried if freely.confidence is Confidence.NONE and not answered else answered
    for reading, found in rivals:
        if found.probability and found.probability >= freely.probability - reading.sureness.value:
            return reading, found
    if limited and not answered:
        plain = replace(plain, said=f"no answer {limited[0].said}; searched without that")
    return plain, freely


def _limited(plain: Reading, phrases: Sequence[Phrase]) -> Reading | None:
    """Return the reading in which all `phrases` are limits, `None` if they exclude each other."""
    together: Filters | None = Filters()
    for phrase in phrases:
        together = together and narrowed(together, phrase.filters)
    both = together and narrowed(plain.filters, together)
    if together is None or both is None:
        return None
    return Reading(
        text=_without(plain.text, phrases),
        filters=both,
        said=_said(together),
        sureness=min((phrase.sureness for phrase in phrases), key=lambda one: one.value),
    )


def _without(text: str, phrases: Sequence[Phrase]) -> str:
    """Return `text` without the phrases, or as it is if no question would be left."""
    left = text
    for phrase in reversed(phrases):
        left = f"{left[: phrase.start].rstrip(' ,')} {left[phrase.end :].lstrip(' ,')}"
    left = _GAP.sub("", " ".join(left.split()))
    words = tokenise(left, "")
    empty = frozenset[str]().union(*(function_words(words, [one]) for one in LANGUAGE_NAMES))
    return left if set(words) - empty else text


def _said(limits: Filters) -> str:
    said = [
        f"from {limits.source}" if limits.source else "",
        f"in {english_name(limits.language)}" if limits.language else "",
        published(limits.since, limits.until),
    ]
    return ", ".join(filter(None, said))
