"""Question in, answer out: the one door of this layer for front ends."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Self

import numpy as np

from corpus.articles import Citation, Span
from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Hit, Question
from retrieval.calibration import Calibration, default_calibration, read_calibration
from retrieval.confidence import FEATURES, features
from retrieval.embeddings import EmbeddingStore
from retrieval.errors import OtherModelError, QuestionError
from retrieval.explaining import explain
from retrieval.explanations import Explanation
from retrieval.indexes import Indexes, IndexFiles
from retrieval.protocols import Embedder
from retrieval.receipts import receipt
from retrieval.search import Findings, FoldedHit, Search
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
    ) -> None:
        """Open the indexes of `library`, if it has any yet.

        Raise `OtherModelError` if they were made by another embedder, `IndexingError` if they
        are damaged.
        """
        self._embedder = embedder
        self._calibration = calibration or read_calibration(library) or default_calibration()
        self._files = IndexFiles(library)
        self._embeddings = EmbeddingStore(library, read_only=True)
        self._search = Search(store, self._embeddings, self._calibration)
        self._indexes: Indexes | None = None
        self._refreshing = Lock()
        try:
            self.refresh()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the library's files."""
        self._embeddings.close()

    def __enter__(self) -> Self:
        """Return the engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the engine."""
        self.close()

    def refresh(self) -> bool:
        """Take up the indexes another process has written; return whether there were any.

        Questions go on being answered meanwhile, from the old ones.
        """
        with self._refreshing:
            newer = self._files.newer()
            if newer is None:
                return False
            self._require_own(newer)
            self._indexes = newer
            return True

    def answer(self, question: Question) -> Answer:
        """Return the passages that answer, or the nearest ones with the confidence `none`.

        Raise `QuestionError` if the question holds no word or is too long.
        """
        timings = Timings()
        text = searchable(question.text)
        wanted = max(0, min(question.hits, MOST_HITS))
        indexes = self._indexes
        if indexes is None:
            return _nothing(question, text, timings)
        with timings.hop("embed"):
            vector = self._embedder.embed_question(text)
        findings = self._search.run(
            indexes,
            text,
            vector,
            wanted=wanted,
            allowed=self._search.allowed(question.filters),
            timer=timings.hop,
        )
        with timings.hop("confidence"):
            explanation = self._explained(text, findings)
        hits = _hits(findings.hits[:wanted])
        return Answer(
            question=question.text,
            searched_for=text,
            confidence=self._calibration.confidence.grade(explanation.probability)
            if findings.hits
            else Confidence.NONE,
            hits=hits,
            timings_ms=timings.milliseconds(),
            explanation=explanation,
        )

    def _explained(self, text: str, findings: Findings) -> Explanation:
        """Return the evidence for and against the first hit, its probability among it."""
        facts = np.zeros(len(FEATURES))
        if findings.hits:
            first = findings.hits[0].ranked
            facts = features(text, findings.terms, first, findings.rivals)
        return explain(findings, facts, self._calibration)

    def _require_own(self, indexes: Indexes) -> None:
        found = self._embedder.space
        if indexes.space != found:
            message = (
                f"this library is indexed with the model {indexes.space.model}, not {found.model}"
                f"; set PASSAGEBOT_MODEL={indexes.space.model}, or run "
                f"`passagebot reindex --model {found.model}`"
            )
            raise OtherModelError(message)


def searchable(question: str) -> str:
    """Return the question without what cannot be searched: control characters, halves of pairs.

    Raise `QuestionError` if no letter or digit is left, or it is longer than `LONGEST_QUESTION`.
    """
    text = "".join(
        " "
        if unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in "\u200c\u200d"
        else char
        for char in unicodedata.normalize("NFC", question)
    ).strip()
    if len(text) > LONGEST_QUESTION:
        message = f"the question has {len(text):,} characters; ask in at most {LONGEST_QUESTION:,}"
        raise QuestionError(message)
    if not any(char.isalnum() for char in text):
        message = "there is no word in the question; ask it in words"
        raise QuestionError(message)
    return text


def _hits(found: Sequence[FoldedHit]) -> tuple[Hit, ...]:
    return tuple(_hit(hit, rank) for rank, hit in enumerate(found, start=1))


def _hit(found: FoldedHit, rank: int) -> Hit:
    ranked = found.ranked
    passage = ranked.read.passage
    cited = passage.citation
    return Hit(
        rank=rank,
        score=ranked.score,
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
    if not read.sentences:
        return ()
    sentence = read.sentences[found.ranked.match.best_sentence]
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
