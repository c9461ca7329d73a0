"""Passages and candidates made by hand, for tests that need no store."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from corpus.articles import Citation, Passage, Span
from retrieval.calibration import Calibration
from retrieval.candidates import EVIDENCE, Candidates
from retrieval.closeups import Closeup
from retrieval.confidence import FEATURES, ConfidenceModel
from retrieval.fusion import FusionWeights
from retrieval.protocols import Vectors
from retrieval.reading import Match, Matches, ReadPassage, read_passages

EVEN = FusionWeights(
    vectors=(2.0, 1.0), keywords=(1.0, 0.5, 0.25), evidence=(0.0,) * len(EVIDENCE), bias=0.0
)
"""Weights that trust vectors and keywords alike, whatever the evidence."""

BY_COVERAGE = ConfidenceModel(
    weights=tuple(20.0 * (name == "coverage") for name in FEATURES),
    bias=-10.0,
    possible_from=0.3,
    strong_from=0.9,
)
"""A confidence that looks at nothing but the words found: in doubt at half of them."""

PLAIN = Calibration(
    fitted_for="nothing",
    fitted_on=(),
    first_pass=replace(EVEN, vectors=EVEN.vectors[:1], keywords=EVEN.keywords[:1]),
    final_pass=EVEN,
    confidence=BY_COVERAGE,
)


def a_passage(
    number: int,
    text: str,
    *,
    key: str | None = None,
    collection: str = "main",
    title: str = "A title",
    language: str = "en",
    start: int = 0,
) -> Passage:
    """Return a passage whose article, by default, is its own."""
    return Passage(
        id=number,
        version_id=number,
        span=Span(start=start, end=start + len(text)),
        text=text,
        text_hash="5a" * 32,
        citation=Citation(
            key=key or f"{number}.txt",
            collection=collection,
            version=1,
            title=title,
            source=None,
            author=None,
            url=None,
            published=None,
            language=language,
        ),
    )


def read(passage: Passage, sentence_vectors: Vectors | None = None) -> ReadPassage:
    """Return a passage read closely."""
    closeups = {}
    if sentence_vectors is not None:
        closeups[passage.id] = Closeup(sentence_vectors=sentence_vectors, outline=None)
    (found,) = read_passages({passage.id: passage}, closeups, [passage.id])
    return found


def alone(match: Match) -> Matches:
    """Return how a passage meets a question that was read with no other."""
    return Matches(
        coverage=np.array([match.coverage]),
        best_likeness=np.array([match.best_likeness]),
        best_cosine=np.array([match.best_cosine]),
        best_sentences=[match.best_sentence],
        sentence_coverages=np.array(match.sentence_coverages),
        sentence_likenesses=np.array(match.sentence_likenesses),
        sentence_cosines=np.array(match.sentence_cosines, dtype=np.float32),
        ends=np.array([len(match.sentence_coverages)]),
        vectors_count=match.vectors_count,
    )


def candidates(
    cosines: Sequence[float], keywords: Sequence[float], ids: Sequence[int] | None = None
) -> Candidates:
    """Return candidates with these scores, each ranked in a list if its score there is above 0."""
    numbers = list(range(1, len(cosines) + 1)) if ids is None else list(ids)
    return Candidates(
        searched=len(numbers),
        ids=np.array(numbers, dtype=np.int64),
        cosines=np.array(cosines, dtype=np.float64),
        keywords=np.array(keywords, dtype=np.float64),
        vector_ranks=_ranks(numbers, cosines),
        keyword_ranks=_ranks(numbers, keywords),
    )


def _ranks(ids: Sequence[int], scores: Sequence[float]) -> dict[int, int]:
    listed = [(-score, key) for key, score in zip(ids, scores, strict=True) if score > 0]
    return {key: rank for rank, (_, key) in enumerate(sorted(listed), start=1)}
