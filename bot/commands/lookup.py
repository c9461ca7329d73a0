"""Which article a typed key means, when it does not say in which collection."""

import difflib

from bot.errors import InputError
from corpus.articles import MAIN_COLLECTION, Article
from corpus.errors import ArticleNotFoundError
from corpus.store import ArticleStore


def find_article(store: ArticleStore, key: str, *, collection: str | None) -> Article:
    """Return the article of a key, wherever it is.

    Raises `ArticleNotFoundError` if no collection has it, `InputError` if several do.
    """
    if collection is not None:
        return store.article(key, collection=collection)
    found = [place for place in _collections(store) if _holds(store, key, place)]
    if len(found) > 1:
        message = f"{key} is in several collections: {', '.join(found)}; add --collection C"
        raise InputError(message)
    return store.article(key, collection=found[0] if found else _likeliest(store, key))


def _collections(store: ArticleStore) -> list[str]:
    return sorted({MAIN_COLLECTION, *(citation.collection for citation in store.citations())})


def _holds(store: ArticleStore, key: str, collection: str) -> bool:
    try:
        store.article(key, collection=collection)
    except ArticleNotFoundError:
        return False
    return True


def _likeliest(store: ArticleStore, key: str) -> str:
    """Return the collection with the most similar key: its error suggests the right one."""
    by_key = {citation.key: citation.collection for citation in store.citations()}
    close = difflib.get_close_matches(key, by_key, n=1)
    return by_key[close[0]] if close else MAIN_COLLECTION
