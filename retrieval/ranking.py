"""Candidates in their final order, each with the evidence it was ordered by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.candidates import Candidates
from retrieval.fusion import FusionWeights, balance, fuse
from retrieval.protocols import Vectors
from retrieval.rankings import best_first
from retrieval.reading import Match, ReadPassage, match_all
from retrieval.terms import QuestionTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One candidate that was read closely. `score` grows with relevance and has no fixed scale."""

    read: ReadPassage
    match: Match
    cosine: float
    keywords: float
    vector_rank: int | None
    keyword_rank: int | None
    score: float

    @property
    def article(self) -> tuple[str, str]:
        """Return the collection and key of the passage's article."""
        cited = self.read.passage.citation
        return cited.collection, cited.key


_SHORTNESS = 2.0
"""What an empty passage would lose, in units of the fused score: a lone teaser or subheading names
the subject and answers nothing, yet both indexes favour it for being short."""
_ENOUGH_WORDS = 40


def _shortness(read: ReadPassage) -> float:
    """Return how much a passage falls short of a paragraph: 0 from 40 different words on, below 1."""
    return max(0.0, 1.0 - read.outline.size / _ENOUGH_WORDS)


def shortlist(candidates: Candidates, weights: FusionWeights, size: int) -> list[int]:
    """Return up to `size` passage ids, best first, by what both indexes say alone."""
    scores = fuse(
        candidates.cosines[:, None],
        candidates.keywords[:, None],
        balance(candidates.evidence, weights),
        weights,
    )
    return [int(candidates.ids[place]) for place in best_first(scores, candidates.ids)[:size]]


def rank(
    reads: Sequence[ReadPassage],
    candidates: Candidates,
    *,
    terms: QuestionTerms,
    question: Vectors,
    weights: FusionWeights,
) -> list[Ranked]:
    """Return the shortlisted passages, best first, by what both indexes and their words say."""
    if not reads:
        return []
    ids = [read.passage.id for read in reads]
    places = np.searchsorted(candidates.ids, ids)
    cosines, keywords = candidates.cosines[places], candidates.keywords[places]
    vectors_count = balance(candidates.evidence, weights)
    matches = match_all(reads, terms, question, vectors_count)
    scores = fuse(
        np.column_stack([cosines, [found.best_cosine for found in matches]]),
        np.column_stack(
            [
                keywords,
                [found.coverage for found in matches],
                [found.best_likeness for found in matches],
            ]
        ),
        vectors_count,
        weights,
    )
    scores = scores - _SHORTNESS * np.array([_shortness(read) for read in reads])
    return [
        Ranked(
            read=reads[place],
            match=matches[place],
            cosine=float(cosines[place]),
            keywords=float(keywords[place]),
            vector_rank=candidates.vector_ranks.get(ids[place]),
            keyword_rank=candidates.keyword_ranks.get(ids[place]),
            score=float(scores[place]),
        )
        for place in best_first(scores, ids)
    ]
