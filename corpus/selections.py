"""Parts of statements: what answers now, and the columns of a citation.

A version *answers now* when it is the current one of an active article.
"""

from typing import Any

from sqlalchemy import Row

from corpus.articles import ArticleState, Citation
from corpus.schema import articles, versions

AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns; which ones stands beside the statement that reads it."""

IS_CURRENT = (versions.c.article_id == articles.c.id) & (
    versions.c.number == articles.c.current_version
)
IS_ACTIVE = articles.c.state == ArticleState.ACTIVE.value
DETAILS = (
    versions.c.title,
    versions.c.source,
    versions.c.author,
    versions.c.url,
    versions.c.published,
    versions.c.language,
    versions.c.updated,
)
"""What a version says of itself, as a citation has it."""
CITED = (articles.c.key, articles.c.collection, versions.c.number, *DETAILS)
"""The columns `citation_from` reads."""


def citation_from(row: AnyRow) -> Citation:
    """Return the citation in a row that has the columns `CITED`."""
    return Citation(
        key=row.key,
        collection=row.collection,
        version=row.number,
        title=row.title,
        source=row.source,
        author=row.author,
        url=row.url,
        published=row.published,
        language=row.language,
        updated=row.updated,
    )
