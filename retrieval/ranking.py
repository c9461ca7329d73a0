"""Candidates in their final order, each with the evidence it was ordered by."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.candidates import Candidates
from retrieval.fusion import FusionWeights, balance, fuse
from retrieval.protocols import Vectors
from retrieval.rankings import best_first, best_of_ascending
from retrieval.reading import Match, Matches, ReadPassage, match_all
from retrieval.terms import QuestionTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One candidate that was read closely. `score` grows with relevance and has no fixed scale.

    `matches` tells of all that were read with it; it stands at `place` there.
    """

    read: ReadPassage
    matches: Matches = field(compare=False)
    place: int
    cosine: float
    keywords: float
    vector_rank: int | None
    keyword_rank: int | None
    score: float

    @property
    def match(self) -> Match:
        """Return how the passage meets the question."""
        return self.matches.of(self.place)

    @property
    def best_sentence(self) -> int:
        """Return which sentence answers most likely."""
        return self.matches.best_sentences[self.place]

    @property
    def quoted_coverage(self) -> float:
        """Return the share of the question's weight in the sentence that answers most likely."""
        return self.matches.quoted_coverage(self.place)

    @property
    def coverage(self) -> float:
        """Return the share of the question's weight in title and passage."""
        return float(self.matches.coverage[self.place])

    @property
    def article(self) -> tuple[str, str]:
        """Return the collection and key of the passage's article."""
        cited = self.read.passage.citation
        return cited.collection, cited.key


_SHORTNESS = 2.0
"""What an empty passage would lose, in units of the fused score: a lone teaser or subheading names
the subject and answers nothing, yet both indexes favour it for being short."""
_ENOUGH_WORDS = 40


def _shortness(reads: Sequence[ReadPassage]) -> NDArray[np.float64]:
    """Return how much passages fall short of a paragraph: 0 from 40 different words on, below 1."""
    return np.maximum(0.0, 1.0 - np.array([read.size for read in reads]) / _ENOUGH_WORDS)


def shortlist(candidates: Candidates, weights: FusionWeights, size: int) -> list[int]:
    """Return up to `size` passage ids, best first, by what both indexes say alone."""
    scores = fuse(
        candidates.cosines[:, None],
        candidates.keywords[:, None],
        balance(candidates.evidence, weights),
        weights,
    )
    found: list[int] = candidates.ids[best_of_ascending(scores)[:size]].tolist()
    return found


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
        np.array([cosines, matches.best_cosine]).T,
        np.array([keywords, matches.coverage, matches.best_likeness]).T,
        vectors_count,
        weights,
    )
    scores = scores - _SHORTNESS * _shortness(reads)
    return [
        Ranked(
            read=reads[place],
            matches=matches,
            place=place,
            cosine=float(cosines[place]),
            keywords=float(keywords[place]),
            vector_rank=candidates.vector_ranks.get(ids[place]),
            keyword_rank=candidates.keyword_ranks.get(ids[place]),
            score=float(scores[place]),
        )
        for place in best_first(scores, ids)
    ]
