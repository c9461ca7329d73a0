"""Question in, answer out: the one door of this layer for front ends."""

import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Self

from corpus.articles import Citation, Span
from corpus.clock import Clock, utc_now
from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Hit, Question
from retrieval.calibration import Calibration, calibration_for, changed_at
from retrieval.close_reading import CloseReading
from retrieval.closeups import Closeups
from retrieval.errors import QuestionError
from retrieval.freshness import looked_over
from retrieval.indexes import Indexes, IndexFiles
from retrieval.looking import Look, Looking
from retrieval.one_at_a_time import OneAtATime
from retrieval.phrases import PhraseReader, kept
from retrieval.protocols import Embedder, Space, Vectors
from retrieval.readings import Reading
from retrieval.receipts import receipt
from retrieval.reranking import MOST_JUDGED, Reranking
from retrieval.search import FoldedHit, Search, passing
from retrieval.serving import Serving, followed, served
from retrieval.timings import Timings

LONGEST_QUESTION = 4_096
"""Characters, as many as a Telegram message holds."""
MOST_HITS = 100


class AnswerEngine:
    """Answers questions from one library. Safe to share by threads."""

    def __init__(
        self,
        library: Path,
        store: ArticleStore,
        embedder: Embedder,
        *,
        calibration: Calibration | None = None,
        load: Callable[[str], Embedder] | None = None,
        reranking: Reranking | None = None,
        now: Clock = utc_now,
        ticks: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Open the indexes of `library`, if it has any yet.

        `load` loads another model by name when the library turns out to be embedded anew with it;
        without, `refresh` refuses such indexes. `reranking` reorders the first hits. The numbers
        are `calibration`, else the library's own or the shipped ones, as they suit the model.
        `now` is what "yesterday" in a question counts from; `ticks`, in seconds, times the hops.
        Raise `OtherModelError` if they were made by another embedder, `IndexingError` if they
        are damaged.
        """
        self._embedder = embedder
        self._load: Callable[[str], Embedder] | None = None
        self._reranking = reranking
        self._ticks = ticks
        self._library = library
        self._store = store
        self._given = calibration
        self._numbers_of = changed_at(library)
        self._files = IndexFiles(library)
        self._closeups = Closeups(library)
        self._reading = CloseReading(store, self._closeups)
        self._phrases = PhraseReader(store, partial(passing, store), now=now)
        self._serving: Serving | None = None
        self._refreshing = Lock()
        self._threads = OneAtATime()
        try:
            self.refresh()  # another model is refused when opening, and followed only later
        except BaseException:
            self.close()
            raise
        self._load = load

    def close(self) -> None:
        """Let go of the library's files."""
        self._closeups.close()

    def __enter__(self) -> Self:
        """Return the engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the engine."""
        self.close()

    @property
    def serving(self) -> Serving | None:
        """Return what questions are answered from at this moment; `None` before the first index."""
        return self._serving

    def refresh(self) -> bool:
        """Take up what another process has written; return whether there was anything.

        That is new indexes, and numbers fitted for the library. Questions go on being answered
        meanwhile, from the old ones. Indexes in another space are taken up with their model; if
        it cannot be loaded, the log says so and the old ones stay.
        """
        with self._refreshing:
            newer = self._files.newer()
            if newer is None:
                return self._take_up_numbers()
            found = self._with_model(newer)
            self._serving = found or self._serving
            return found is not None

    def _with_model(self, newer: Indexes) -> Serving | None:
        """Return what answers from `newer`, `None` if its model cannot be had."""
        if self._serving is not None and self._serving.embedder.space == newer.space:
            return replace(self._serving, indexes=newer)
        if self._load is None:
            return served(newer, self._embedder, self._numbers)
        return followed(newer, self._embedder, self._load, self._numbers)

    def _numbers(self, space: Space) -> Calibration:
        self._numbers_of = changed_at(self._library)
        return self._given or calibration_for(self._library, space)

    def _take_up_numbers(self) -> bool:
        """Answer by the numbers as they are now; return whether they have changed."""
        serving = self._serving
        if serving is None or self._numbers_of == changed_at(self._library):
            return False
        self._serving = served(serving.indexes, serving.embedder, self._numbers)
        return True

    def answer(self, question: Question) -> Answer:
        """Return the passages that answer, or the nearest ones with the confidence `none`.

        Raise `QuestionError` if the question holds no word or is too long.
        """
        timings = Timings(self._ticks)
        with self._threads.turn():
            return self._answer(question, timings)

    def _answer(self, question: Question, timings: Timings) -> Answer:
        text = searchable(question.text)
        wanted = max(0, min(question.hits, MOST_HITS))
        serving = self._serving
        if serving is None:
            return _nothing(question, text, timings)
        looking = Looking(
            search=Search(self._store, self._reading, serving.calibration, away=self._threads.away),
            serving=serving,
            wanted=max(wanted, looked_over(text), MOST_JUDGED if self._reranking else 0),
            language=question.language,
            timings=timings,
            away=self._threads.away,
        )
        readings = self._phrases.readings(text, question.filters, serving.indexes)
        reading, look = kept(readings, looking.alone)
        look, searched_for = looking.in_conversation(question, reading, look)
        if not question.about:  # what stands in the article replied to comes first as it is
            look = self._reranked(reading, look, looking)
        look = looking.with_preferences(reading, look)
        return Answer(
            question=question.text,
            searched_for=searched_for,
            confidence=look.confidence,
            hits=_hits(look.findings.hits[:wanted]),
            timings_ms=timings.milliseconds(),
            explanation=look.explanation,
        )

    def question_vector(self, question: str) -> tuple[str, Vectors] | None:
        """Return the name of the space of the library's model, and a question's vector in it.

        The vector is float32 [dimension], of length 1. `None` before the first index.
        """
        serving = self._serving
        if serving is None:
            return None
        return serving.embedder.space.name, serving.embedder.embed_question(question)

    def _reranked(self, reading: Reading, look: Look, looking: Looking) -> Look:
        """Return the same hits in a better order, and how sure we are of the new first one."""
        if self._reranking is None:
            return look
        with looking.timings.hop("rerank"), self._threads.away():
            hits = self._reranking.reorder(look.text, look.findings.hits)
        if hits == look.findings.hits:
            return look
        return looking.graded(replace(look.findings, hits=hits), reading.text, look.vector)


def searchable(question: str) -> str:
    """Return the question without what cannot be searched: control characters, halves of pairs.

    Raise `QuestionError` if no letter or digit is left, or it is longer than `LONGEST_QUESTION`.
    """
    text = _without_controls(question).strip()
    if len(text) > LONGEST_QUESTION:
        message = f"the question has {len(text):,} characters; ask in at most {LONGEST_QUESTION:,}"
        raise QuestionError(message)
    if not any(char.isalnum() for char in text):
        message = "there is no word in the question; ask it in words"
        raise QuestionError(message)
    return text


def _without_controls(question: str) -> str:
    if question.isascii() and question.isprintable():
        return question
    return "".join(
        " "
        if unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in "\u200c\u200d"
        else char
        for char in unicodedata.normalize("NFC", question)
    )


def _hits(found: Sequence[FoldedHit]) -> tuple[Hit, ...]:
    return tuple(_hit(hit, rank) for rank, hit in enumerate(found, start=1))


def _hit(found: FoldedHit, rank: int) -> Hit:
    ranked = found.ranked
    passage = ranked.read.passage
    cited = passage.citation
    return Hit(
        rank=rank,
        score=found.score,
        vector_rank=ranked.vector_rank,
        keyword_rank=ranked.keyword_rank,
        receipt=receipt(
            collection=cited.collection,
            key=cited.key,
            text_hash=passage.text_hash,
            span=passage.span,
        ),
        passage=passage,
        highlights=_highlights(found),
        also_in=_distinct([copy.citation for copy in found.copies]),
    )


def _highlights(found: FoldedHit) -> tuple[Span, ...]:
    """Return the sentence that answers, as offsets in the article's text."""
    read = found.ranked.read
    sentence = read.sentence(found.ranked.best_sentence)
    if sentence is None:
        return ()
    start = read.passage.span.start
    return (Span(start=start + sentence.start, end=start + sentence.end),)


def _distinct(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple({(cited.collection, cited.key): cited for cited in citations}.values())


def _nothing(question: Question, text: str, timings: Timings) -> Answer:
    return Answer(
        question=question.text,
        searched_for=text,
        confidence=Confidence.NONE,
        hits=(),
        timings_ms=timings.milliseconds(),
    )
