"""Articles, citations, counts and the log, each asked on a connection it is given."""

from pathlib import Path

from corpus.answering import ANSWERING
from corpus.articles import Article, ArticleState, Change, Citation
from corpus.database_errors import damaged
from corpus.drafts import sha256
from corpus.errors import ArticleNotFoundError
from corpus.outcomes import LibraryCounts
from corpus.packing import Unpacker, unpacked_document
from corpus.rows import CITED, article_from, citation_of, moment_of
from corpus.sqlite_files import Asked

_HINTED_KEYS = 50_000

_ORIGIN = "SELECT key FROM articles WHERE collection = ? AND origin = ? ORDER BY id LIMIT 1"
_ARTICLE = f"""
    SELECT texts.version_id, texts.text, articles.origin, articles.state,
        articles.current_version, versions.text_hash, versions.raw_hash, versions.cleaning,
        versions.stored_at, {CITED}
    FROM articles
    JOIN versions ON versions.article_id = articles.id
    JOIN texts ON texts.version_id = versions.id
    WHERE articles.collection = ? AND articles.key = ?
      AND versions.number = coalesce(?, articles.current_version)
    """
_SPANS = 'SELECT start, "end" FROM passages WHERE version_id = ? ORDER BY id'
_RAW = """
    SELECT texts.raw, texts.text, versions.raw_hash
    FROM texts JOIN versions ON versions.id = texts.version_id
    WHERE versions.id = ?
    """
_CITATIONS = f"""
    SELECT {CITED} FROM {ANSWERING}
    WHERE articles.collection = coalesce(?, articles.collection)
    ORDER BY articles.collection, articles.key
    """
_CHANGES = """
    SELECT position, kind, first_passage, last_passage FROM changes
    WHERE position > ? ORDER BY position LIMIT ?
    """
_POSITION = "SELECT coalesce(max(position), 0) FROM changes"
_NEWEST_VERSION = "SELECT coalesce(max(id), 0) FROM versions"
_HISTORY = "SELECT history FROM changes WHERE position = ?"
_NEWEST_HISTORY = "SELECT history FROM changes ORDER BY position DESC LIMIT 1"
_ANSWERING = f"""
    SELECT count(*), count(DISTINCT articles.collection),
        coalesce(sum(versions.passage_count), 0), max(versions.published)
    FROM {ANSWERING}
    """
_LANGUAGES = f"""
    SELECT versions.language, count(*) FROM {ANSWERING}
    GROUP BY versions.language ORDER BY count(*) DESC, versions.language
    """
_SOURCES = f"""
    SELECT DISTINCT versions.source FROM {ANSWERING}
    WHERE versions.source IS NOT NULL ORDER BY versions.source
    """
_KEPT = "SELECT count(*), max(stored_at) FROM versions"
_RETIRED = f"SELECT count(*) FROM articles WHERE state = '{ArticleState.RETIRED.value}'"


def key_of_origin(asked: Asked, origin: str, collection: str) -> str | None:
    """Return the key of the oldest article from `origin`, retired or not."""
    key: str | None = asked.value(_ORIGIN, (collection, origin))
    return key


def find_article(asked: Asked, key: str, collection: str, version: int | None) -> Article:
    """Return a version of an article, the current one by default.

    Raise `ArticleNotFoundError`, with the keys that look alike.
    """
    row = asked.row(_ARTICLE, (collection, key, version))
    if row is None:
        raise not_found(asked, key, collection, version)
    version_id = row[0]
    return article_from(row, asked.rows(_SPANS, (version_id,)))


def raw_document(asked: Asked, version_id: int, path: Path) -> bytes:
    """Return the bytes a version was read from, checked against their hash.

    Raise `ArticleNotFoundError`, or `LibraryDamagedError` that names `path`.
    """
    row = asked.row(_RAW, (version_id,))
    if row is None:
        message = f"there is no version {version_id}; `passagebot articles` lists what is there"
        raise ArticleNotFoundError(message)
    stored, text, raw_hash = row
    if not stored:
        message = f"the document of version {version_id} was left out of an import; ingest it again"
        raise ArticleNotFoundError(message)
    raw = unpacked_document(stored, Unpacker().text(text))
    if bytes.fromhex(sha256(raw)) != raw_hash:
        raise damaged(path, "a stored document is not the one its hash names")
    return raw


def citations(asked: Asked, collection: str | None) -> list[Citation]:
    """Return active articles by collection and key; all collections for `None`."""
    return [citation_of(row) for row in asked.rows(_CITATIONS, (collection,))]


def changes_after(asked: Asked, position: int, limit: int) -> list[Change]:
    """Return up to `limit` rows of the log after `position`, oldest first."""
    return [
        Change.made(position=found, kind=kind, first=first, last=last)
        for found, kind, first, last in asked.rows(_CHANGES, (position, limit))
    ]


def newest_position(asked: Asked) -> int:
    """Return the position of the newest change, 0 when there is none."""
    return int(asked.value(_POSITION))


def newest_version(asked: Asked) -> int:
    """Return the highest id of a version, 0 when there is none."""
    return int(asked.value(_NEWEST_VERSION))


def languages(asked: Asked) -> dict[str, int]:
    """Return how many active articles there are in each language, most first."""
    return dict(asked.rows(_LANGUAGES))


def sources(asked: Asked) -> list[str]:
    """Return the names of the sources of active articles, sorted."""
    return [source for (source,) in asked.rows(_SOURCES)]


def history_at(asked: Asked, position: int) -> str | None:
    """Return the hash of the log up to `position`, "" for 0, `None` if it is shorter."""
    if not position:
        return ""
    history: bytes | None = asked.value(_HISTORY, (position,))
    return None if history is None else history.hex()


def newest_history(asked: Asked) -> str:
    """Return the hash of the whole log."""
    return (asked.value(_NEWEST_HISTORY) or b"").hex()


def counts(asked: Asked, bytes_on_disk: int) -> LibraryCounts:
    """Return how much the tables hold."""
    [(articles, collections, passages, published)] = asked.rows(_ANSWERING)
    [(versions, stored)] = asked.rows(_KEPT)
    return LibraryCounts(
        articles=articles,
        retired=asked.value(_RETIRED),
        versions=versions,
        passages=passages,
        collections=collections,
        newest_published=moment_of(published),
        newest_stored=moment_of(stored),
        bytes_on_disk=bytes_on_disk,
    )


def not_found(
    asked: Asked, key: str, collection: str, version: int | None = None
) -> ArticleNotFoundError:
    """Return the error that says what is there instead of the article asked for."""
    name = key if version is None else f"{key} (version {version})"
    return ArticleNotFoundError(
        f"there is no article {name} in the collection {collection};"
        f" {_advice(asked, key, collection)}"
    )


def _advice(asked: Asked, key: str, collection: str) -> str:
    statement = "SELECT collection FROM articles WHERE key = ? ORDER BY collection"
    elsewhere = [found for (found,) in asked.rows(statement, (key,))]
    if collection in elsewhere:
        return "leave the version out to see the current one"
    if elsewhere:
        return f"the collection {elsewhere[0]} has it"
    statement = "SELECT max(removed_at) FROM tombstones WHERE collection = ? AND key = ?"
    removed = moment_of(asked.value(statement, (collection, key)))
    if removed is not None:
        return f"it was removed on {removed.date()}; ingest it again to have it back"
    return _alike(asked, key, collection)


def _alike(asked: Asked, key: str, collection: str) -> str:
    statement = "SELECT key FROM articles WHERE collection = ? LIMIT ?"
    import difflib  # noqa: PLC0415 - not needed to answer

    known = [found for (found,) in asked.rows(statement, (collection, _HINTED_KEYS))]
    close = difflib.get_close_matches(key, known)
    if close:
        return f"did you mean {', '.join(close)}?"
    return "`passagebot articles` lists what is there"
