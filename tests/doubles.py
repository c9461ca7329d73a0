"""Small real stand-ins for parts that are slow to load or belong to somebody else."""

import time
from collections.abc import Callable, Sequence

from corpus.articles import Citation, Passage, Span
from corpus.sentences import sentence_spans
from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Filters, Hit, Question
from retrieval.errors import QuestionError
from retrieval.receipts import receipt
from retrieval.tokens import tokenise


class KeywordEngine:
    """Answers from a store by shared words: all that an engine promises, without a model.

    `slow` seconds are spent on every question; a question that contains one of `breaking` ends
    in the exception it maps to, or in whatever a callable does.
    """

    def __init__(
        self,
        store: ArticleStore,
        *,
        slow: float = 0.0,
        breaking: dict[str, Exception | Callable[[], None]] | None = None,
    ) -> None:
        self._store = store
        self._slow = slow
        self._breaking = {} if breaking is None else breaking
        self._passages: list[tuple[Passage, set[str]]] = []
        self._position = -1
        self.asked: list[Question] = []
        self.refresh()

    def refresh(self) -> bool:
        position = self._store.position()
        if position == self._position:
            return False
        stored = self._store.passages_to_index(1, 10_000_000)
        self._passages = [(p, _tokens(p.text + " " + p.citation.title)) for p in stored]
        self._position = position
        return True

    @property
    def position(self) -> int:
        """The position of the store's log up to which this answers."""
        return self._position

    def close(self) -> None:
        """Hold nothing."""

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        if self._slow:
            time.sleep(self._slow)
        for part, outcome in self._breaking.items():
            if part in question.text:
                if isinstance(outcome, Exception):
                    raise outcome
                outcome()
        wanted = _tokens(question.text)
        if not wanted or len(question.text) > 4_000:
            message = (
                "I can only search for words; please ask in a sentence of up to 4,000 characters."
            )
            raise QuestionError(message)
        started = time.perf_counter()
        hits = self._hits(wanted, question)
        return Answer(
            question=question.text,
            searched_for=question.text,
            confidence=_confidence(hits),
            hits=hits,
            timings_ms={"search": (time.perf_counter() - started) * 1000},
        )

    def _hits(self, wanted: set[str], question: Question) -> tuple[Hit, ...]:
        most, filters = question.hits, question.filters
        scored = [
            (len(wanted & held) / len(wanted), passage)
            for passage, held in self._passages
            if wanted & held and _passes(passage.citation, filters)
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1].id))
        hits: list[Hit] = []
        seen: set[str] = set()
        for score, passage in scored:
            if passage.text not in seen and len(hits) < most:
                hits.append(self._hit(len(hits) + 1, score, passage, wanted))
            seen.add(passage.text)
        return tuple(hits)

    def _hit(self, rank: int, score: float, passage: Passage, wanted: set[str]) -> Hit:
        citation = passage.citation
        mark = _best_sentence(passage, wanted)
        sentence = passage.text[mark.start - passage.span.start : mark.end - passage.span.start]
        copies = {
            (other.citation.collection, other.citation.key): other.citation
            for other, _ in self._passages
            if sentence in other.text and other.citation != citation
        }
        return Hit(
            rank=rank,
            score=score,
            vector_rank=None,
            keyword_rank=rank,
            receipt=receipt(
                collection=citation.collection,
                key=citation.key,
                text_hash=passage.text_hash,
                span=passage.span,
            ),
            passage=passage,
            highlights=(mark,),
            also_in=tuple(copies.values()),
        )


def _passes(citation: Citation, filters: Filters) -> bool:
    name = (citation.collection, citation.key)
    is_wanted = not filters.collections or citation.collection in filters.collections
    return is_wanted and (not filters.articles or name in filters.articles)


_STOP_WORDS = frozenset(
    tokenise(
        "a an and are at between did do does for from how in is it of on or that the to was were "
        "what when where which who why will with",
        "en",
    )
)


def _tokens(text: str) -> set[str]:
    return set(tokenise(text, "en")) - _STOP_WORDS


def _confidence(hits: Sequence[Hit]) -> Confidence:
    best = hits[0].score if hits else 0.0
    if best >= 0.6:
        return Confidence.STRONG
    return Confidence.POSSIBLE if best >= 0.4 else Confidence.NONE


def _best_sentence(passage: Passage, wanted: set[str]) -> Span:
    sentences = sentence_spans(passage.text, passage.citation.language)
    best = max(sentences, key=lambda s: len(wanted & _tokens(s.of(passage.text))))
    offset = passage.span.start
    return Span(start=best.start + offset, end=best.end + offset)
