"""What is lost when an article is erased: its versions, its part in a story, what backups hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.erasing import backups_with
from corpus.articles import MAIN_COLLECTION, Article
from corpus.errors import ArticleNotFoundError
from corpus.store import ArticleStore
from retrieval.stories import Name
from retrieval.story_index import StoryIndex

_TELLINGS = 3

Sees = Callable[[str], bool]
"""Whether a chat may see what is in a collection."""


def named(store: ArticleStore, key: str, *, sees: Sees) -> list[Name]:
    """Return the articles of a key, in every collection a chat may see.

    Raise `ArticleNotFoundError`, which names keys that look alike, if there is none.
    """
    collections = {MAIN_COLLECTION, *(one.collection for one in store.citations())}
    seen = sorted(filter(sees, collections))
    found = [(place, key) for place in seen if _holds(store, (place, key))]
    if found:
        return found
    if MAIN_COLLECTION in seen:
        store.article(key, collection=MAIN_COLLECTION)
    message = f"there is no article {key} that this chat may see; check the key"
    raise ArticleNotFoundError(message)


def losses(store: ArticleStore, folder: Path, names: Iterable[Name]) -> list[dict[str, Any]]:
    """Return what is lost with each article that is there, fit for JSON."""
    found = [(name, _held(store, name)) for name in names]
    with StoryIndex(folder) as stories:
        return [
            _loss(store, folder, stories, name, held) for name, held in found if held is not None
        ]


def _loss(
    store: ArticleStore, folder: Path, stories: StoryIndex, name: Name, held: Article
) -> dict[str, Any]:
    story = stories.of([name]).get(name)
    others = [one.name for one in story.tellings if one.name != name] if story else []
    titles = (_held(store, other) for other in others[:_TELLINGS])
    return {
        "collection": name[0],
        "key": name[1],
        "title": held.citation.title,
        "versions": held.citation.version,
        "passages": len(held.spans),
        "others": [other.citation.title for other in titles if other is not None],
        "backups": backups_with(folder, [name]),
    }


def erase(store: ArticleStore, names: Sequence[Name]) -> bool:
    """Remove articles from the store; return whether the file holds nothing of them any more.

    What is gone already is passed over.
    """
    wiped = True
    for collection, key in names:
        if _holds(store, (collection, key)):
            wiped = store.remove(key, collection=collection).wiped
    return wiped


def name_of(loss: Mapping[str, Any]) -> Name:
    """Return which article a loss is about."""
    return loss["collection"], loss["key"]


def _holds(store: ArticleStore, name: Name) -> bool:
    return _held(store, name) is not None


def _held(store: ArticleStore, name: Name) -> Article | None:
    try:
        return store.article(name[1], collection=name[0])
    except ArticleNotFoundError:
        return None
