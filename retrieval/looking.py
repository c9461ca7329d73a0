"""One question looked up: as it is, inside the article it replies to, or with earlier turns.

An answer inside the article that is replied to comes first. If there is none, and the question
does not stand alone, it is searched once more with what earlier turns lend it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np

from retrieval.answers import Confidence, Question
from retrieval.asked_language import asked_language
from retrieval.confidence import FEATURES, features
from retrieval.explaining import explain
from retrieval.explanations import Explanation
from retrieval.followups import (
    Asked,
    FollowUp,
    follow_up,
    holds_own_words,
    leaning,
    pointing_at,
)
from retrieval.freshness import preferred
from retrieval.pointing_words import points_back
from retrieval.protocols import Vectors
from retrieval.readings import Reading
from retrieval.search import Findings, FoldedHit, Search, terms_of
from retrieval.serving import Serving
from retrieval.terms import QuestionTerms
from retrieval.timings import Timings

_FROM_ONE_ARTICLE = 3
"""Passages of the article replied to before those of the whole library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a search found, and how sure that is.

    `text` is the question, for a follow-up with the words lent to it. `vector` is its own.
    """

    text: str
    vector: Vectors
    findings: Findings
    explanation: Explanation
    confidence: Confidence

    @property
    def probability(self) -> float:
        """Return the estimated probability that the first hit's article is right."""
        return self.explanation.probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """The searches for one question, in one state of the library, timed together.

    `language` is that of the asker's interface, "" if unknown; `away` lets other threads go on
    while this one waits for a vector.
    """

    search: Search
    serving: Serving
    wanted: int
    language: str
    timings: Timings
    away: Callable[[], AbstractContextManager[None]]

    def alone(self, reading: Reading) -> Look:
        """Return what is found for one way to understand the question, without its history."""
        vector = self._vector(reading.text)
        return self._found(reading, vector)

    def in_conversation(
        self, question: Question, reading: Reading, alone: Look
    ) -> tuple[Look, str]:
        """Return what is found when what was said before counts, and what was searched for."""
        look, searched_for = self._with_history(question, reading, alone)
        inside = self._inside(question, reading, look) if question.about else None
        if inside is None:
            return look, searched_for
        title = inside.findings.hits[0].ranked.read.passage.citation.title
        place = f"{title}, at “{question.selected}”" if question.selected else title
        return inside, f"{searched_for} (in: {place})"

    def with_preferences(self, reading: Reading, look: Look) -> Look:
        """Return the same hits with near ties settled: by date, and by the asker's language."""
        hits = preferred(
            look.findings.hits,
            reading.text,
            language=lambda: asked_language(reading.text, self.language),
        )
        if hits == look.findings.hits:
            return look
        return self.graded(replace(look.findings, hits=hits), look.text, look.vector)

    def graded(self, findings: Findings, text: str, vector: Vectors) -> Look:
        """Return the findings with how sure the first of them is."""
        with self.timings.hop("confidence"):
            facts = np.zeros(len(FEATURES))
            if findings.hits:
                first = findings.hits[0].ranked
                facts = features(text, findings.terms, first, findings.rivals)
            explanation = explain(findings, facts, self.serving.calibration)
        return Look(
            text=text,
            vector=vector,
            findings=findings,
            explanation=explanation,
            confidence=self._grade(findings, explanation.probability),
        )

    def _grade(self, findings: Findings, probability: float) -> Confidence:
        if not findings.hits:
            return Confidence.NONE
        grade = self.serving.calibration.confidence.grade(probability)
        words = findings.hits[0].ranked.read.words
        if grade is Confidence.STRONG and not holds_own_words(findings.terms, words):
            return Confidence.POSSIBLE
        return grade

    def _with_history(self, question: Question, reading: Reading, alone: Look) -> tuple[Look, str]:
        added = self._lent(question, reading, alone) if question.history else None
        if added is None:
            return alone, reading.searched_for
        context = self._vector(added.context)
        look = _surer(self._found(reading, leaning(alone.vector, context), added.terms), alone)
        lent = f" ({', '.join(added.words)})"
        return replace(look, text=reading.text + lent), reading.searched_for + lent

    def _inside(self, question: Question, reading: Reading, freely: Look) -> Look | None:
        """Return the answer inside the articles that are replied to, `None` if there is none.

        A strong answer from elsewhere stays, unless the question points back. Inside one article
        nothing competes, so an answer there is strong only if the whole library says so too.
        """
        filters = replace(reading.filters, articles=question.about)
        limited = replace(reading, filters=filters)
        look = self._pointed(question, limited, freely)
        elsewhere = freely.confidence is Confidence.STRONG and not points_back(reading.text)
        if look.confidence is Confidence.NONE or (
            elsewhere and look.confidence is not Confidence.STRONG
        ):
            return None
        as_sure = freely.confidence is Confidence.STRONG and _article(freely) == _article(look)
        hits = _first(look.findings.hits[:_FROM_ONE_ARTICLE], freely.findings.hits)
        return replace(
            look,
            text=freely.text,
            findings=replace(look.findings, hits=hits),
            confidence=look.confidence if as_sure else Confidence.POSSIBLE,
        )

    def _pointed(self, question: Question, limited: Reading, freely: Look) -> Look:
        """Return what is found inside the articles; words that were selected there count too."""
        terms, vector = freely.findings.terms, freely.vector
        with self.timings.hop("follow-up"):
            asked = self._asked(limited, freely)
            added = (
                pointing_at(asked, question.selected, self._terms) if question.selected else None
            )
        if added is not None:
            terms, vector = added.terms, leaning(vector, self._vector(added.context))
        return self._found(limited, vector, terms)

    def _lent(self, question: Question, reading: Reading, alone: Look) -> FollowUp | None:
        """Return what earlier turns lend the question, `None` if it stands alone."""
        with self.timings.hop("follow-up"):
            return follow_up(self._asked(reading, alone), question.history, self._terms)

    def _asked(self, reading: Reading, look: Look) -> Asked:
        return Asked(
            text=reading.text,
            terms=look.findings.terms,
            probability=look.probability,
            passages=len(self.serving.indexes.keywords),
        )

    def _vector(self, text: str) -> Vectors:
        with self.timings.hop("embed"), self.away():
            return self.serving.embedder.embed_question(text)

    def _terms(self, text: str) -> QuestionTerms:
        return terms_of(text, self.serving.indexes, self.language)

    def _found(self, reading: Reading, vector: Vectors, terms: QuestionTerms | None = None) -> Look:
        indexes = self.serving.indexes
        with self.timings.hop("candidates"):
            terms = terms or terms_of(reading.text, indexes, self.language)
        findings = self.search.run(
            indexes,
            terms,
            vector,
            wanted=self.wanted,
            allowed=self.search.allowed(reading.filters),
            timer=self.timings.hop,
            scale=self.serving.scale,
        )
        return self.graded(findings, reading.text, vector)


def _article(look: Look) -> tuple[str, str] | None:
    return look.findings.hits[0].ranked.article if look.findings.hits else None


def _surer(look: Look, alone: Look) -> Look:
    """Return `look`, as sure as `alone` if that is surer of the same article."""
    if _article(look) != _article(alone) or alone.probability <= look.probability:
        return look
    explanation = replace(alone.explanation, words=look.explanation.words)
    return replace(look, explanation=explanation, confidence=alone.confidence)


def _first(first: tuple[FoldedHit, ...], others: tuple[FoldedHit, ...]) -> tuple[FoldedHit, ...]:
    """Return `first`, then those of `others` that are not among them nor folded under them."""
    shown = {passage.id for hit in first for passage in (hit.ranked.read.passage, *hit.copies)}
    return (*first, *(hit for hit in others if hit.ranked.read.passage.id not in shown))
