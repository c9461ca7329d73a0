"""The newest articles, and how far what a reader may see reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from corpus.articles import Citation
from corpus.schema import articles, versions
from corpus.selections import CITED, IS_ACTIVE, IS_CURRENT, citation_from

_MOMENT = func.coalesce(versions.c.published, versions.c.stored_at)
_NEWEST = (
    select(*CITED)
    .join_from(articles, versions, IS_CURRENT)
    .where(IS_ACTIVE)
    .order_by(_MOMENT.desc(), versions.c.id.desc())
)
_EXTENT = (
    select(
        func.count().label("articles"),
        func.max(versions.c.published).label("newest_published"),
    )
    .join_from(articles, versions, IS_CURRENT)
    .where(IS_ACTIVE)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How many articles answer, and the day of the newest of them that has one."""

    articles: int
    newest_published: datetime | None


def newest_articles(
    connection: Connection,
    *,
    until: datetime,
    most: int,
    source: str | None,
    collections: Sequence[str],
) -> list[Citation]:
    """Return up to `most` active articles from before `until`, newest first.

    An article without a date counts as of the moment it was stored.
    """
    selection = _NEWEST.where(until > _MOMENT).limit(most)
    if source is not None:
        selection = selection.where(versions.c.folded_source == source.casefold())
    if collections:
        selection = selection.where(articles.c.collection.in_(collections))
    return [citation_from(row) for row in connection.execute(selection)]


def extent(connection: Connection, collections: Sequence[str]) -> Extent:
    """Return how far some collections reach; none of them means all."""
    selection = _EXTENT
    if collections:
        selection = selection.where(articles.c.collection.in_(collections))
    row = connection.execute(selection).one()
    return Extent(articles=row.articles, newest_published=row.newest_published)
