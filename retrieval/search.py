"""A question to ranked, folded passages: the whole path but for embedding the question."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.articles import Passage
from corpus.store import ArticleStore
from retrieval.answers import Filters
from retrieval.calibration import Calibration
from retrieval.candidates import DEPTH, Candidates, gather
from retrieval.embeddings import EmbeddingStore
from retrieval.folding import FoldablePassage, is_copy
from retrieval.indexes import Indexes
from retrieval.protocols import Vectors
from retrieval.ranking import Ranked, rank, shortlist
from retrieval.reading import Reader
from retrieval.terms import QuestionTerms, question_terms

_SHORTLIST = 30
_READ_PER_HIT = 4
_WIDER = 4
"""How many times more is read when copies and removed passages left too few hits."""
_LANGUAGES = 6
"""In how many of the library's languages, commonest first, a question is searched."""
_PER_ARTICLE = 3
"""Passages of one article before passages of others come in between."""

Timer = Callable[[str], AbstractContextManager[None]]
"""Called as `with timer(hop):` around each hop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedHit:
    """A ranked passage and, as `copies`, the near-copies in other articles folded under it."""

    ranked: Ranked
    copies: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that was read closely, best first, copies folded."""

    terms: QuestionTerms
    candidates: Candidates
    hits: tuple[FoldedHit, ...]

    @property
    def rivals(self) -> list[Ranked]:
        """Return the passages of other articles than the first hit's; no copies of it."""
        first = self.hits[0].ranked.article
        return [hit.ranked for hit in self.hits if hit.ranked.article != first]


class Search:
    """Searches one snapshot of indexes at a time. Safe to share by threads."""

    def __init__(
        self, store: ArticleStore, embeddings: EmbeddingStore, calibration: Calibration
    ) -> None:
        """Search over `store` with the numbers of `calibration`."""
        self._store = store
        self._embeddings = embeddings
        self._calibration = calibration
        self._reader = Reader()

    def run(
        self,
        indexes: Indexes,
        text: str,
        vector: Vectors,
        *,
        wanted: int,
        allowed: NDArray[np.int64] | None,
        timer: Timer,
    ) -> Findings:
        """Return at least `wanted` hits if as many passages are `allowed`; `None` allows all.

        `vector` is the question's, float32 [dimension].
        """
        with timer("candidates"):
            languages = list(indexes.languages)[:_LANGUAGES]
            terms = question_terms(text, languages, indexes.keywords)
        available = len(indexes.vectors) if allowed is None else allowed.size
        size = max(_SHORTLIST, _READ_PER_HIT * wanted)
        while True:
            found = self._look(indexes, terms, vector, size=size, allowed=allowed, timer=timer)
            if len(found.hits) >= wanted or size >= available:
                return found
            size *= _WIDER

    def _look(
        self,
        indexes: Indexes,
        terms: QuestionTerms,
        vector: Vectors,
        *,
        size: int,
        allowed: NDArray[np.int64] | None,
        timer: Timer,
    ) -> Findings:
        """Return the hits among the `size` most promising passages that still answer."""
        with timer("candidates"):
            candidates = gather(indexes, terms, vector, depth=max(DEPTH, size), allowed=allowed)
            ids = shortlist(candidates, self._calibration.first_pass, size)
        with timer("load"):
            reads = self._reader.read(self._store.passages(ids), ids)
            sentence_vectors = self._embeddings.sentences(indexes.space, ids)
        with timer("rank"):
            ranked = rank(
                reads,
                candidates,
                terms=terms,
                question=vector,
                sentence_vectors=sentence_vectors,
                weights=self._calibration.final_pass,
            )
        with timer("fold"):
            hits = fold(ranked)
        return Findings(terms=terms, candidates=candidates, hits=tuple(spread(hits)))

    def allowed(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the ids of the passages that pass `filters`, `None` if there are no filters."""
        if filters == Filters():
            return None
        ids = self._store.allowed_passages(
            since=filters.since,
            until=filters.until,
            source=filters.source,
            language=filters.language,
            collections=filters.collections,
        )
        return np.array(ids, dtype=np.int64)


def fold(ranked: Sequence[Ranked]) -> list[FoldedHit]:
    """Return the passages in order, each near-copy under the best of its kind."""
    foldable = [FoldablePassage(one.read) for one in ranked]
    taken = [False] * len(ranked)
    hits = []
    for place, one in enumerate(ranked):
        if taken[place]:
            continue
        quoted = one.match.best_sentence
        copies = [
            other
            for other in range(place + 1, len(ranked))
            if not taken[other] and is_copy(foldable[place], quoted, foldable[other])
        ]
        for other in copies:
            taken[other] = True
        passages = tuple(ranked[other].read.passage for other in copies)
        hits.append(FoldedHit(ranked=one, copies=passages))
    return hits


def spread(hits: Sequence[FoldedHit]) -> list[FoldedHit]:
    """Return the hits with those beyond the third of one article moved to the end."""
    seen: dict[tuple[str, str], int] = {}
    early: list[FoldedHit] = []
    late: list[FoldedHit] = []
    for hit in hits:
        article = hit.ranked.article
        seen[article] = seen.get(article, 0) + 1
        (early if seen[article] <= _PER_ARTICLE else late).append(hit)
    return early + late
