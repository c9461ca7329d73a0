"""A question to ranked, folded passages: the whole path but for embedding the question."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.articles import Passage
from corpus.store import ArticleStore
from retrieval.answers import Filters
from retrieval.asked_language import searched_languages
from retrieval.calibration import Calibration
from retrieval.candidates import DEPTH, Candidates, gather
from retrieval.close_reading import CloseReading
from retrieval.cosine_scale import CosineScale
from retrieval.folding import FoldablePassage, is_copy
from retrieval.indexes import Indexes
from retrieval.protocols import Vectors
from retrieval.ranking import Ranked, rank, shortlist
from retrieval.terms import QuestionTerms, question_terms

_SHORTLIST = 30
_READ_PER_HIT = 4
_WIDER = 4
"""How many times more is read when copies and removed passages left too few hits."""
_LANGUAGES = 6
"""In how many of the library's languages, commonest first, a question is searched."""
_FIRST = 5
"""So many hits may share articles; each further one is from an article not shown before, so that
whoever reads on sees what else there is."""
_PER_ARTICLE = 4
"""Passages of one article among the first hits."""

Timer = Callable[[str], AbstractContextManager[None]]
"""Called as `with timer(hop):` around each hop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedHit:
    """A ranked passage and, as `copies`, the near-copies in other articles folded under it.

    `reranked` is its score after reranking, on the scale of `ranked.score`; `None` without.
    """

    ranked: Ranked
    copies: tuple[Passage, ...]
    reranked: float | None = None

    @property
    def score(self) -> float:
        """Return what the hit is ordered by."""
        return self.ranked.score if self.reranked is None else self.reranked


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
        self,
        store: ArticleStore,
        reading: CloseReading,
        calibration: Calibration,
        *,
        away: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Search over `store`, whose passages `reading` reads, with the numbers of `calibration`.

        `away` is entered while the indexes are searched, which takes no Python.
        """
        self._store = store
        self._reading = reading
        self._calibration = calibration
        self._away = away

    def run(
        self,
        indexes: Indexes,
        terms: QuestionTerms,
        vector: Vectors,
        *,
        wanted: int,
        allowed: NDArray[np.int64] | None,
        timer: Timer,
        scale: CosineScale | None = None,
    ) -> Findings:
        """Return at least `wanted` hits if as many passages are `allowed`; `None` allows all.

        `vector` is the question's, float32 [dimension]. `scale` brings the model's cosines to the
        scale of the model the numbers were fitted to.
        """
        available = len(indexes.vectors) if allowed is None else allowed.size
        size = max(_SHORTLIST, _READ_PER_HIT * wanted)
        while True:
            found = self._look(
                indexes,
                terms,
                vector,
                wanted=wanted,
                size=size,
                allowed=allowed,
                timer=timer,
                scale=scale,
            )
            if len(found.hits) >= wanted or size >= available:
                return found
            size *= _WIDER

    def _look(
        self,
        indexes: Indexes,
        terms: QuestionTerms,
        vector: Vectors,
        *,
        wanted: int,
        size: int,
        allowed: NDArray[np.int64] | None,
        timer: Timer,
        scale: CosineScale | None,
    ) -> Findings:
        """Return the hits among the `size` most promising passages that still answer."""
        with timer("candidates"):
            with self._away():
                candidates = gather(indexes, terms, vector, depth=max(DEPTH, size), allowed=allowed)
            if scale is not None:
                candidates = replace(candidates, cosines=scale.cosines(candidates.cosines))
            ids = shortlist(candidates, self._calibration.first_pass, size)
        with timer("load"):
            reads = self._reading.read(ids, indexes, scale)
        with timer("rank"):
            ranked = rank(
                reads,
                candidates,
                terms=terms,
                question=vector if scale is None else scale.question(vector),
                weights=self._calibration.final_pass,
            )
        with timer("fold"):
            hits = fold(ranked, wanted)
        return Findings(terms=terms, candidates=candidates, hits=tuple(hits))

    def allowed(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the ids of the passages that pass `filters`, `None` if there are no filters."""
        return passing(self._store, filters)


def passing(store: ArticleStore, filters: Filters) -> NDArray[np.int64] | None:
    """Return the ids of the passages that pass `filters`, `None` if there are no filters."""
    if filters == Filters():
        return None
    ids = store.allowed_passages(
        since=filters.since,
        until=filters.until,
        source=filters.source,
        language=filters.language,
        collections=filters.collections,
        keys=filters.articles,
    )
    return np.array(ids, dtype=np.int64)


def terms_of(text: str, indexes: Indexes, language: str = "") -> QuestionTerms:
    """Return the terms of a text in the commonest languages of a library.

    `language` is that of the asker's interface, "" if unknown.
    """
    languages = searched_languages(text, language, indexes.languages, _LANGUAGES)
    return question_terms(text, languages, indexes.keywords)


def fold(ranked: Sequence[Ranked], wanted: int) -> list[FoldedHit]:
    """Return the passages in order, each near-copy under the best of its kind.

    Among the first five hits at most four are of one article, and then none of an article that
    stood before; what this leaves out comes last. Folding ends when `wanted` hits are found, at
    least one: what follows is as it was ranked.
    """
    folding = _Folding(ranked)
    waiting = list(range(len(ranked)))
    seen: Counter[tuple[str, str]] = Counter()
    early: list[FoldedHit] = []
    late: list[FoldedHit] = []
    while waiting and len(early) < max(wanted, 1):
        place, *waiting = waiting
        hit, waiting = folding.folded(place, waiting)
        article = hit.ranked.article
        if seen[article] < (_PER_ARTICLE if len(early) < _FIRST else 1):
            early.append(hit)
            seen[article] += 1
        else:
            late.append(hit)
    return [*early, *(FoldedHit(ranked=ranked[place], copies=()) for place in waiting), *late]


class _Folding:
    """Passages in order, compared with one another where they may be copies."""

    def __init__(self, ranked: Sequence[Ranked]) -> None:
        self._ranked = ranked
        self._foldable: dict[int, FoldablePassage] = {}
        self._coverages = [one.coverage for one in ranked]

    def folded(self, place: int, waiting: list[int]) -> tuple[FoldedHit, list[int]]:
        """Return the hit with its copies among `waiting`, and those that are none."""
        one = self._ranked[place]
        quoted, least = one.best_sentence, one.quoted_coverage
        # A copy has all words of what is quoted, and so at least as many of the question's.
        able = [other for other in waiting if self._coverages[other] >= least]
        shown = self._passage(place)
        likely = shown.likely_copies(quoted, [self._ranked[other].read for other in able])
        copies = [able[at] for at in likely if is_copy(shown, quoted, self._passage(able[at]))]
        if not copies:
            return FoldedHit(ranked=one, copies=()), waiting
        passages = tuple(self._ranked[other].read.passage for other in copies)
        rest = [other for other in waiting if other not in copies]
        return FoldedHit(ranked=one, copies=passages), rest

    def _passage(self, place: int) -> FoldablePassage:
        known = self._foldable.get(place)
        if known is None:
            known = self._foldable[place] = FoldablePassage(self._ranked[place].read)
        return known
