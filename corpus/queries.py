"""Articles, citations, counts and the log, each asked on a connection it is given."""

import difflib
from pathlib import Path

import zstandard
from sqlalchemy import Connection, bindparam, distinct, func, select

from corpus.answering import IS_ACTIVE, IS_CURRENT
from corpus.articles import Article, ArticleState, Change, Citation
from corpus.database_errors import damaged
from corpus.drafts import sha256
from corpus.errors import ArticleNotFoundError
from corpus.outcomes import LibraryCounts
from corpus.rows import CITED, article_from, citation_from
from corpus.schema import articles, changes, texts, tombstones, versions
from corpus.versions import SPANS

_HINTED_KEYS = 50_000

_ORIGIN = (
    select(articles.c.key)
    .where(
        articles.c.collection == bindparam("collection"), articles.c.origin == bindparam("origin")
    )
    .order_by(articles.c.id)
    .limit(1)
)
_ARTICLE = (
    select(
        texts.c.version_id,
        texts.c.text,
        articles.c.origin,
        articles.c.state,
        articles.c.current_version,
        versions.c.text_hash,
        versions.c.raw_hash,
        versions.c.cleaning,
        versions.c.stored_at,
        *CITED,
    )
    .select_from(articles)
    .join(versions, versions.c.article_id == articles.c.id)
    .join(texts, texts.c.version_id == versions.c.id)
    .where(articles.c.collection == bindparam("collection"), articles.c.key == bindparam("key"))
    .where(versions.c.number == func.coalesce(bindparam("version"), articles.c.current_version))
)
_RAW = (
    select(texts.c.raw, versions.c.raw_hash)
    .join_from(texts, versions)
    .where(versions.c.id == bindparam("version_id"))
)
_CITATIONS = (
    select(*CITED)
    .join_from(articles, versions, IS_CURRENT)
    .where(IS_ACTIVE)
    .order_by(articles.c.collection, articles.c.key)
)
_CHANGES = (
    select(changes)
    .where(changes.c.position > bindparam("after"))
    .order_by(changes.c.position)
    .limit(bindparam("most"))
)
_POSITION = select(func.coalesce(func.max(changes.c.position), 0))
_NEWEST_VERSION = select(func.coalesce(func.max(versions.c.id), 0))
_HISTORY = select(changes.c.history).where(changes.c.position == bindparam("position"))
_NEWEST_HISTORY = select(changes.c.history).order_by(changes.c.position.desc()).limit(1)
_ANSWERING = (
    select(
        func.count().label("articles"),
        func.count(distinct(articles.c.collection)).label("collections"),
        func.coalesce(func.sum(versions.c.passage_count), 0).label("passages"),
        func.max(versions.c.published).label("newest_published"),
    )
    .join_from(articles, versions, IS_CURRENT)
    .where(IS_ACTIVE)
)
_LANGUAGES = (
    select(versions.c.language, func.count().label("articles"))
    .join_from(articles, versions, IS_CURRENT)
    .where(IS_ACTIVE)
    .group_by(versions.c.language)
    .order_by(func.count().desc(), versions.c.language)
)
_SOURCES = (
    select(versions.c.source)
    .distinct()
    .join_from(articles, versions, IS_CURRENT)
    .where(IS_ACTIVE & versions.c.source.is_not(None))
    .order_by(versions.c.source)
)
_KEPT = select(
    func.count().label("versions"), func.max(versions.c.stored_at).label("newest_stored")
)
_RETIRED = select(func.count()).where(articles.c.state == ArticleState.RETIRED.value)


def key_of_origin(connection: Connection, origin: str, collection: str) -> str | None:
    """Return the key of the oldest article from `origin`, retired or not."""
    return connection.scalar(_ORIGIN, {"origin": origin, "collection": collection})


def find_article(connection: Connection, key: str, collection: str, version: int | None) -> Article:
    """Return a version of an article, the current one by default.

    Raise `ArticleNotFoundError`, with the keys that look alike.
    """
    wanted = {"key": key, "collection": collection, "version": version}
    row = connection.execute(_ARTICLE, wanted).one_or_none()
    if row is None:
        raise not_found(connection, key, collection, version)
    spans = connection.execute(SPANS, {"version_id": row.version_id})
    return article_from(row, spans)


def raw_document(connection: Connection, version_id: int, path: Path) -> bytes:
    """Return the bytes a version was read from, checked against their hash.

    Raise `ArticleNotFoundError`, or `LibraryDamagedError` that names `path`.
    """
    row = connection.execute(_RAW, {"version_id": version_id}).one_or_none()
    if row is None:
        message = f"there is no version {version_id}; `passagebot articles` lists what is there"
        raise ArticleNotFoundError(message)
    if not row.raw:
        message = f"the document of version {version_id} was left out of an import; ingest it again"
        raise ArticleNotFoundError(message)
    try:
        raw = zstandard.ZstdDecompressor().decompress(row.raw)
    except zstandard.ZstdError as error:
        raise damaged(path, f"a stored document cannot be unpacked: {error}") from error
    if sha256(raw) != row.raw_hash:
        raise damaged(path, "a stored document is not the one its hash names")
    return raw


def citations(connection: Connection, collection: str | None) -> list[Citation]:
    """Return active articles by collection and key; all collections for `None`."""
    selection = _CITATIONS
    if collection is not None:
        selection = selection.where(articles.c.collection == collection)
    return [citation_from(row) for row in connection.execute(selection)]


def changes_after(connection: Connection, position: int, limit: int) -> list[Change]:
    """Return up to `limit` rows of the log after `position`, oldest first."""
    rows = connection.execute(_CHANGES, {"after": position, "most": limit})
    return [
        Change.made(
            position=row.position, kind=row.kind, first=row.first_passage, last=row.last_passage
        )
        for row in rows
    ]


def newest_position(connection: Connection) -> int:
    """Return the position of the newest change, 0 when there is none."""
    return int(connection.execute(_POSITION).scalar_one())


def newest_version(connection: Connection) -> int:
    """Return the highest id of a version, 0 when there is none."""
    return int(connection.execute(_NEWEST_VERSION).scalar_one())


def languages(connection: Connection) -> dict[str, int]:
    """Return how many active articles there are in each language, most first."""
    return {row.language: row.articles for row in connection.execute(_LANGUAGES)}


def sources(connection: Connection) -> list[str]:
    """Return the names of the sources of active articles, sorted."""
    return list(connection.scalars(_SOURCES))


def history_at(connection: Connection, position: int) -> str | None:
    """Return the hash of the log up to `position`, "" for 0, `None` if it is shorter."""
    return connection.scalar(_HISTORY, {"position": position}) if position else ""


def newest_history(connection: Connection) -> str:
    """Return the hash of the whole log."""
    return connection.scalar(_NEWEST_HISTORY) or ""


def counts(connection: Connection, bytes_on_disk: int) -> LibraryCounts:
    """Return how much the tables hold."""
    answering = connection.execute(_ANSWERING).one()
    kept = connection.execute(_KEPT).one()
    return LibraryCounts(
        articles=answering.articles,
        retired=connection.execute(_RETIRED).scalar_one(),
        versions=kept.versions,
        passages=answering.passages,
        collections=answering.collections,
        newest_published=answering.newest_published,
        newest_stored=kept.newest_stored,
        bytes_on_disk=bytes_on_disk,
    )


def not_found(
    connection: Connection, key: str, collection: str, version: int | None = None
) -> ArticleNotFoundError:
    """Return the error that says what is there instead of the article asked for."""
    name = key if version is None else f"{key} (version {version})"
    return ArticleNotFoundError(
        f"there is no article {name} in the collection {collection};"
        f" {_advice(connection, key, collection)}"
    )


def _advice(connection: Connection, key: str, collection: str) -> str:
    elsewhere = connection.scalars(
        select(articles.c.collection).where(articles.c.key == key).order_by(articles.c.collection)
    ).all()
    if collection in elsewhere:
        return "leave the version out to see the current one"
    if elsewhere:
        return f"the collection {elsewhere[0]} has it"
    removed = connection.scalar(
        select(func.max(tombstones.c.removed_at)).where(
            tombstones.c.collection == collection, tombstones.c.key == key
        )
    )
    if removed is not None:
        return f"it was removed on {removed.date()}; ingest it again to have it back"
    return _alike(connection, key, collection)


def _alike(connection: Connection, key: str, collection: str) -> str:
    known = connection.scalars(
        select(articles.c.key).where(articles.c.collection == collection).limit(_HINTED_KEYS)
    )
    close = difflib.get_close_matches(key, known)
    if close:
        return f"did you mean {', '.join(close)}?"
    return "`passagebot articles` lists what is there"
