"""What an answer showed, by reference: enough to draw it again from the store, and no text.

Text stays in the store alone, so an article that is removed is gone from old answers too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from corpus.articles import Citation, Span
from retrieval import stories
from retrieval.answers import Hit
from retrieval.stories import Name

MOST_COPIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRef:
    """One version of an article."""

    collection: str
    key: str
    version: int

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """Return the reference of what is cited."""
        return cls(collection=citation.collection, key=citation.key, version=citation.version)

    def to_json(self) -> list[Any]:
        """Return a form `from_json` reads."""
        return [self.collection, self.key, self.version]

    @classmethod
    def from_json(cls, stored: list[Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(collection=stored[0], key=stored[1], version=stored[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRef:
    """One passage as found: where it stands, what is marked in it, how it ranked."""

    article: ArticleRef
    span: Span
    marks: tuple[Span, ...]
    receipt: str
    copies: tuple[ArticleRef, ...]
    score: float
    vector_rank: int | None
    keyword_rank: int | None

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Return the reference of a hit; of many copies the first 20 are kept."""
        return cls(
            article=ArticleRef.of(hit.passage.citation),
            span=hit.passage.span,
            marks=hit.highlights,
            receipt=hit.receipt,
            copies=tuple(map(ArticleRef.of, hit.also_in[:MOST_COPIES])),
            score=hit.score,
            vector_rank=hit.vector_rank,
            keyword_rank=hit.keyword_rank,
        )

    def to_json(self) -> dict[str, Any]:
        """Return a form `from_json` reads."""
        return {
            "article": self.article.to_json(),
            "span": [self.span.start, self.span.end],
            "marks": [[mark.start, mark.end] for mark in self.marks],
            "receipt": self.receipt,
            "copies": [copy.to_json() for copy in self.copies],
            "score": self.score,
            "ranks": [self.vector_rank, self.keyword_rank],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(
            article=ArticleRef.from_json(stored["article"]),
            span=Span(start=stored["span"][0], end=stored["span"][1]),
            marks=tuple(Span(start=start, end=end) for start, end in stored["marks"]),
            receipt=stored["receipt"],
            copies=tuple(map(ArticleRef.from_json, stored["copies"])),
            score=stored["score"],
            vector_rank=stored["ranks"][0],
            keyword_rank=stored["ranks"][1],
        )


Story = tuple[HitRef, ...]
"""Passages shown on one page, best first."""


def stories_of(
    hits: Sequence[Hit], known: Mapping[Name, stories.Story] | None = None
) -> tuple[Story, ...]:
    """Return the hits grouped into stories, in rank order.

    `known` are the stories of articles, by collection and key; an article without one is a story.
    """
    grouped: dict[Name, list[HitRef]] = {}
    for hit in hits:
        citation = hit.passage.citation
        name = (citation.collection, citation.key)
        story = known.get(name) if known else None
        grouped.setdefault(story.first.name if story else name, []).append(HitRef.of(hit))
    return tuple(map(tuple, grouped.values()))


def stories_to_json(stories: Sequence[Story]) -> list[list[dict[str, Any]]]:
    """Return a form `stories_from_json` reads."""
    return [[hit.to_json() for hit in story] for story in stories]


def stories_from_json(stored: list[list[dict[str, Any]]]) -> tuple[Story, ...]:
    """Return what `stories_to_json` wrote."""
    return tuple(tuple(map(HitRef.from_json, story)) for story in stored)
