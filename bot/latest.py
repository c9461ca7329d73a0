"""The latest stories of a library, newest first, as pages of an answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.references import ArticleRef, HitRef, Story
from bot.rendering import ArticleSource, find, find_current, receipt_of
from corpus.articles import Article, Citation
from retrieval import stories
from retrieval.answers import Answer, Hit
from retrieval.source_phrases import source_names
from retrieval.stories import Name

MOST_STORIES = 20
ARTICLES_READ = 60
"""Of a story many articles may be new; so many of the newest articles are looked at."""
HITS_READ = 30
_AHEAD = timedelta(days=1)
"""A day begins earlier elsewhere; what is dated later than that has a wrong date."""


class NewestSource(ArticleSource, Protocol):
    """The store, as far as what is new is read from it."""

    def newest(
        self,
        *,
        until: datetime,
        most: int,
        source: str | None = None,
        collections: Sequence[str] = (),
    ) -> list[Citation]:
        """Return up to `most` articles from before `until`, newest first."""

    def sources(self) -> list[str]:
        """Return the names of all sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest articles that a reader may see: of a source, or of all.

    No `collections` means all.
    """

    now: datetime
    collections: Sequence[str] = ()
    source: str | None = None

    def citations(self, library: NewestSource) -> list[Citation]:
        """Return them, newest first."""
        return library.newest(
            until=self.now + _AHEAD,
            most=ARTICLES_READ,
            source=self.source,
            collections=self.collections,
        )


def source_named(library: NewestSource, words: str) -> str | None:
    """Return the source that `words` name: whole, or by the last word that only it has."""
    said = " ".join(words.casefold().split())
    spoken = {said, said.removeprefix("the ")}
    known = source_names(library.sources()).values()
    return next((source for pairs in known for name, source in pairs if name in spoken), None)


def latest_stories(
    library: ArticleSource,
    citations: Iterable[Citation],
    known: Mapping[Name, stories.Story],
    *,
    most: int = MOST_STORIES,
) -> tuple[Story, ...]:
    """Return up to `most` stories, each by the beginning of the first of its articles listed.

    `known` are the stories of articles; an article without one is a story of its own.
    """
    found: dict[Name, Story] = {}
    for cited in citations:
        name = (cited.collection, cited.key)
        story = known.get(name)
        one = story.first.name if story else name
        if one in found:
            continue
        hit = _beginning(library, cited, story)
        if hit is not None:
            found[one] = (hit,)
        if len(found) == most:
            break
    return tuple(found.values())


def newest_first(answer: Answer) -> list[Hit]:
    """Return the hits that share words with the question, those of the newest articles first."""
    named = [hit for hit in answer.hits if hit.keyword_rank is not None] if answer.answered else []
    return sorted(named, key=lambda hit: _day(hit.passage.citation), reverse=True)


def _day(cited: Citation) -> datetime:
    return cited.published or datetime.min.replace(tzinfo=UTC)


def _beginning(
    library: ArticleSource, cited: Citation, story: stories.Story | None
) -> HitRef | None:
    """Return an article's first passage; None if it has none, or is gone by now."""
    article = find(library, ArticleRef.of(cited))
    if article is None or not article.spans:
        return None
    span = article.spans[0]
    return HitRef(
        article=ArticleRef.of(cited),
        span=span,
        marks=(),
        receipt=receipt_of(article, span),
        copies=_copies(library, article, story),
        score=0.0,
        vector_rank=None,
        keyword_rank=None,
    )


def _copies(
    library: ArticleSource, article: Article, story: stories.Story | None
) -> tuple[ArticleRef, ...]:
    """Return the copies of an article that hold the passage it begins with."""
    name = (article.citation.collection, article.citation.key)
    reports = story.reports if story else ()
    told = [
        telling
        for report in reports
        if name in {one.name for one in report.tellings}
        for telling in report.tellings
        if telling.name != name
    ]
    others = (find_current(library, collection=one.collection, key=one.key) for one in told)
    beginning = article.spans[0].of(article.text)
    return tuple(
        ArticleRef.of(other.citation) for other in others if other and beginning in other.text
    )
