"""Articles, hits and answers made by hand, and a shelf and an engine that know only those."""

from datetime import UTC, datetime
from typing import Any

from corpus.articles import (
    Article,
    ArticleState,
    Citation,
    CleaningMap,
    Dropped,
    DropReason,
    Passage,
    Span,
)
from corpus.errors import ArticleNotFoundError
from corpus.outcomes import LibraryCounts
from retrieval.answers import Answer, Confidence, Hit, Question
from retrieval.errors import QuestionError
from retrieval.receipts import receipt

FLOOD = (
    "The river rose 2.4 metres in nine hours. It cut the only road to Harlow Bridge "
    "shortly before midnight. Nobody was hurt."
)


def an_article(text: str = FLOOD, **changed: Any) -> Article:
    about: dict[str, Any] = {
        "key": "flood.txt",
        "collection": "main",
        "version": 1,
        "title": "Flood cuts valley road",
        "source": "Example Wire",
        "author": None,
        "url": "https://news.example/flood",
        "published": datetime(2026, 10, 30, tzinfo=UTC),
        "language": "en",
    }
    dropped = changed.pop("dropped", ())
    state = changed.pop("state", ArticleState.ACTIVE)
    return Article(
        version_id=1,
        citation=Citation(**{**about, **changed}),
        origin="file:///articles/flood.txt",
        state=state,
        is_current=True,
        text=text,
        text_hash="5a" * 32,
        raw_hash="b4" * 32,
        cleaning=CleaningMap(headline=None, dropped=tuple(dropped)),
        spans=(Span(start=0, end=len(text)),),
        stored_at=datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
    )


def left_out(start: int, end: int, reason: DropReason = DropReason.MENU) -> Dropped:
    return Dropped(span=Span(start=start, end=end), reason=reason)


def a_hit(
    article: Article,
    *,
    rank: int = 1,
    span: Span | None = None,
    marks: tuple[Span, ...] = (),
    also_in: tuple[Citation, ...] = (),
) -> Hit:
    span = span or Span(start=0, end=len(article.text))
    citation = article.citation
    return Hit(
        rank=rank,
        score=1 / rank,
        vector_rank=rank,
        keyword_rank=None,
        receipt=receipt(
            collection=citation.collection, key=citation.key, text_hash=article.text_hash, span=span
        ),
        passage=Passage(
            id=rank,
            version_id=article.version_id,
            span=span,
            text=span.of(article.text),
            text_hash=article.text_hash,
            citation=citation,
        ),
        highlights=marks,
        also_in=also_in,
    )


def an_answer(
    *hits: Hit, confidence: Confidence = Confidence.STRONG, question: str = "?"
) -> Answer:
    return Answer(
        question=question,
        searched_for=question,
        confidence=confidence,
        hits=hits,
        timings_ms={"search": 1.0},
    )


def counts(**changed: Any) -> LibraryCounts:
    known: dict[str, Any] = {
        "articles": 2,
        "retired": 0,
        "versions": 2,
        "passages": 2,
        "collections": 1,
        "newest_published": None,
        "newest_stored": None,
        "bytes_on_disk": 0,
    }
    return LibraryCounts(**{**known, **changed})


class Shelf:
    """A source of articles that holds those it was given."""

    def __init__(self, *articles: Article) -> None:
        self._articles = {(a.citation.collection, a.citation.key): a for a in articles}

    def article(self, key: str, *, collection: str, version: int | None = None) -> Article:
        try:
            return self._articles[collection, key]
        except KeyError as error:
            raise ArticleNotFoundError(key) from error


class ScriptedEngine:
    """Gives the answer written for a question; everything else cannot be searched."""

    def __init__(self, **answers: Answer) -> None:
        self._answers = answers
        self.asked: list[Question] = []
        self.refreshed = 0

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.text not in self._answers:
            message = "the question is empty; type some words"
            raise QuestionError(message)
        return self._answers[question.text]

    def refresh(self) -> bool:
        self.refreshed += 1
        return False
