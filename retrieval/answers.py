"""Questions and answers: the records front ends send and get.

`Answer.to_json` is the outside interface (`"schema": 1`); scripts depend on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from corpus.articles import Citation, Passage, Span
from retrieval.explanations import Explanation

SCHEMA = 1
DEFAULT_HITS = 5


class Confidence(StrEnum):
    """How sure the answer is; `none` means: no passage answers this."""

    STRONG = "strong"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Limits on the articles searched; they hold before the cut. `until` is exclusive.

    `articles` names single ones: (collection, key).
    """

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    language: str | None = None
    collections: tuple[str, ...] = ()
    articles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as asked. `history` holds earlier turns, oldest first, as "user: ...".

    An answer that was given stands between them as "agent: ...". `about` are the articles,
    (collection, key), of the answer that is replied to: they are searched first. `selected` are
    words of that answer which the asker points at: there they are searched as well. `language` is
    that of the asker's interface (ISO 639-1), "" if unknown; it decides for questions too short to
    show their own.
    """

    text: str
    hits: int = DEFAULT_HITS
    history: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    language: str = ""
    about: tuple[tuple[str, str], ...] = ()
    selected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One quoted passage. `highlights` are offsets in the article's text, inside the passage.

    `score` is the fused score, best first, without a fixed scale; ranks count from 1 and are `None` where a
    list did not hold the passage. `also_in` cites other articles that contain the same
    highlighted sentence.
    """

    rank: int
    score: float
    vector_rank: int | None
    keyword_rank: int | None
    receipt: str
    passage: Passage
    highlights: tuple[Span, ...]
    also_in: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the library says to a question. `hits` are there even when nothing answers it.

    `explanation` is there unless the library is empty.
    """

    question: str
    searched_for: str
    confidence: Confidence
    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float]
    explanation: Explanation | None = None

    @property
    def answered(self) -> bool:
        """Whether the confidence is not `none`."""
        return self.confidence is not Confidence.NONE

    def to_json(self, *, why: bool = False) -> dict[str, Any]:
        """Return the outside form, `"schema": 1`; with the explanation as `why` if asked for."""
        explained = self.explanation.to_json() if why and self.explanation else None
        content = {
            "schema": SCHEMA,
            "question": self.question,
            "searched_for": self.searched_for,
            "answered": self.answered,
            "confidence": self.confidence.value,
            "hits": [_hit_to_json(hit) for hit in self.hits],
            "timings_ms": {hop: round(spent, 3) for hop, spent in self.timings_ms.items()},
        }
        return content | {"why": explained} if why else content


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """Return the outside form of an article's reference."""
    return {
        "key": citation.key,
        "collection": citation.collection,
        "version": citation.version,
        "title": citation.title,
        "source": citation.source,
        "url": citation.url,
        "published": format_time(citation.published),
        "language": citation.language,
    }


def format_time(moment: datetime | None) -> str | None:
    """Return ISO 8601: the date alone for midnight UTC, else date and time with offset."""
    if moment is None:
        return None
    moment = moment.astimezone(UTC)
    if moment.time() == datetime.min.time():
        return moment.date().isoformat()
    return moment.isoformat()


def _hit_to_json(hit: Hit) -> dict[str, Any]:
    span = hit.passage.span
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "vector_rank": hit.vector_rank,
        "keyword_rank": hit.keyword_rank,
        "receipt": hit.receipt,
        "article": citation_to_json(hit.passage.citation),
        "passage": {"start": span.start, "end": span.end, "text": hit.passage.text},
        "highlights": [[mark.start, mark.end] for mark in hit.highlights],
        "also_in": [citation_to_json(citation) for citation in hit.also_in],
    }
