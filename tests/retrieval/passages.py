"""Passages and candidates made by hand, for tests that need no store."""

from collections.abc import Sequence

import numpy as np

from corpus.articles import Citation, Passage, Span
from retrieval.candidates import Candidates
from retrieval.reading import Reader, ReadPassage


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


def read(passage: Passage) -> ReadPassage:
    """Return a passage read closely."""
    (found,) = Reader().read({passage.id: passage}, [passage.id])
    return found


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
