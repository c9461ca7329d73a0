"""What storing an article would do, without doing it."""

from dataclasses import dataclass

from corpus.articles import ArticleState, PreparedArticle
from corpus.drafts import Draft
from corpus.errors import ArticleNotFoundError, KeyTakenError
from corpus.outcomes import PutOutcome
from corpus.store import ArticleStore


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    origin: str
    text_hash: str
    fingerprint: str
    active: bool


class Foretelling:
    """Stands in for a store, and remembers what it was given instead of writing it."""

    def __init__(self, store: ArticleStore | None) -> None:
        """Look at `store`, if there is one yet."""
        self._store = store
        self._known: dict[str, _Known] = {}
        self._keys: dict[str, str] = {}

    def find_by_origin(self, origin: str, *, collection: str) -> str | None:
        """Return the key under which `origin` is, or by now would be, stored."""
        if origin in self._keys or self._store is None:
            return self._keys.get(origin)
        return self._store.find_by_origin(origin, collection=collection)

    def put(
        self, article: PreparedArticle, *, collection: str, replace: bool = False
    ) -> PutOutcome:
        """Return what `ArticleStore.put` would; raise what it would."""
        key = article.raw.key
        earlier = self._known.get(key) or self._stored(key, collection)
        given = _known(Draft(article), active=True)
        if earlier is not None and earlier.origin != given.origin and not replace:
            message = (
                f"the key {key} in the collection {collection} belongs to {earlier.origin};"
                " use another collection, or --replace to put this document in its place"
            )
            raise KeyTakenError(message)
        self._known[key] = given
        self._keys[given.origin] = key
        return _outcome(earlier, given)

    def _stored(self, key: str, collection: str) -> _Known | None:
        if self._store is None:
            return None
        try:
            article = self._store.article(key, collection=collection)
        except ArticleNotFoundError:
            return None
        active = article.state is ArticleState.ACTIVE
        return _known(Draft(article.prepared(b"")), active=active)


def _known(draft: Draft, *, active: bool) -> _Known:
    return _Known(
        origin=draft.origin,
        text_hash=draft.text_hash,
        fingerprint=draft.fingerprint,
        active=active,
    )


def _outcome(earlier: _Known | None, given: _Known) -> PutOutcome:
    if earlier is None:
        return PutOutcome.ADDED
    if earlier == given:
        return PutOutcome.UNCHANGED
    if earlier.text_hash != given.text_hash or not earlier.active:
        return PutOutcome.UPDATED
    return PutOutcome.REVISED
