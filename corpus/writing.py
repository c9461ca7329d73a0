"""What changes articles, inside a write transaction that is handed in.

All checks come before the first row is written: an error that is not a `LibraryError` has
changed nothing.
"""

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from corpus.articles import ArticleState
from corpus.clock import Clock
from corpus.database import asked
from corpus.drafts import Draft, sha256
from corpus.errors import ArticleNotFoundError, KeyTakenError
from corpus.insertions import Insertion
from corpus.outcomes import PutOutcome
from corpus.queries import newest_history, not_found
from corpus.schema import articles, changes, retirements, tombstones, versions
from corpus.versions import (
    PassageIds,
    Stored,
    add_version,
    change_details,
    is_split_alike,
    passage_ids,
)

_ACTIVE = ArticleState.ACTIVE.value
_RETIRED = ArticleState.RETIRED.value
_STORED = """
    SELECT articles.id, articles.origin, articles.state, articles.current_version, versions.id,
      versions.text_hash, versions.fingerprint, versions.first_passage, versions.passage_count
    FROM articles
    JOIN versions
      ON versions.article_id = articles.id AND versions.number = articles.current_version
    WHERE articles.collection = ? AND articles.key = ?
    """
_RANGES = (
    select(versions.c.first_passage, versions.c.passage_count)
    .where(versions.c.article_id == bindparam("article_id"))
    .order_by(versions.c.number)
)
_BEFORE = (
    select(
        versions.c.number,
        versions.c.fingerprint,
        versions.c.first_passage,
        versions.c.passage_count,
    )
    .where(
        versions.c.article_id == bindparam("article_id"), versions.c.number < bindparam("number")
    )
    .order_by(versions.c.number.desc())
    .limit(1)
)
_ADD_ARTICLE = Insertion(articles, ("collection", "key", "origin", "state", "current_version"))
_RETIRE = insert(retirements)
_RETURN = (
    update(retirements)
    .where(retirements.c.article_id == bindparam("which"), retirements.c.returned_at.is_(None))
    .values(returned_at=bindparam("moment"))
)
_LOG = Insertion(changes, ("kind", "first_passage", "last_passage", "history"))


def find_stored(connection: Connection, key: str, collection: str) -> Stored | None:
    """Return what is stored under a key, `None` if nothing is."""
    row = asked(connection).row(_STORED, (collection, key))
    if row is None:
        return None
    stored = Stored(*row)
    text_hash, fingerprint = bytes(row[5]).hex(), bytes(row[6]).hex()
    return stored._replace(text_hash=text_hash, fingerprint=fingerprint)


def is_unchanged(stored: Stored | None, draft: Draft) -> bool:
    """Whether putting `draft` would change nothing."""
    return (
        stored is not None
        and stored.origin == draft.origin
        and stored.fingerprint == draft.fingerprint
        and stored.state == _ACTIVE
    )


class Writer:
    """Changes articles in one write transaction, which it is the only one to write in."""

    def __init__(self, connection: Connection, now: Clock) -> None:
        """Write on `connection`; `now` dates what is stored."""
        self.connection = connection
        self._now = now
        self._passage_ids = PassageIds(connection)
        self._history: str | None = None

    def put(self, draft: Draft, collection: str, *, replace: bool) -> PutOutcome:
        """Store `draft` under its key; raise `KeyTakenError` if another origin has the key."""
        stored = find_stored(self.connection, draft.key, collection)
        if stored is None:
            return self._add(draft, collection)
        if stored.origin != draft.origin and not replace:
            raise _key_taken(draft.key, collection, stored.origin)
        if is_unchanged(stored, draft):
            return PutOutcome.UNCHANGED
        if stored.text_hash != draft.text_hash:
            return self._supersede(stored, draft)
        return self._revise(stored, draft)

    def retire(self, key: str, collection: str) -> None:
        """Stop answering from an article; raise `ArticleNotFoundError`."""
        stored = self._require(key, collection)
        if stored.state == _ACTIVE:
            self._update(stored, state=_RETIRED)
            row = {"article_id": stored.id, "retired_at": self._now(), "returned_at": None}
            self.connection.execute(_RETIRE, row)
            self._log("remove", passage_ids(stored))

    def remove(self, key: str, collection: str) -> tuple[int, int]:
        """Delete an article; return how many versions and passages it had.

        The log names the passages of all versions, also those that stopped answering earlier,
        so that what was derived from them can go as well. Raise `ArticleNotFoundError`.
        """
        stored = self._require(key, collection)
        found = self.connection.execute(_RANGES, {"article_id": stored.id})
        ranges = [passage_ids(row) for row in found]
        for ids in ranges:
            self._log("remove", ids)
        self.connection.execute(delete(articles).where(articles.c.id == stored.id))
        gone = (len(ranges), sum(map(len, ranges)))
        self._bury(key, collection, gone)
        return gone

    def remove_version(self, key: str, collection: str) -> tuple[int, int]:
        """Delete the newest version of an article; the one before it is current again.

        Return the number of the version that was deleted and how many passages it had. Raise
        `ArticleNotFoundError`, also for an article that has no other version.
        """
        stored = self._require(key, collection)
        before = self.connection.execute(
            _BEFORE, {"article_id": stored.id, "number": stored.current_version}
        ).one_or_none()
        if before is None:
            raise _no_version_before(key, collection)
        gone = passage_ids(stored)
        self._log("remove", gone)
        self._update(stored, current_version=before.number)
        self.connection.execute(delete(versions).where(versions.c.id == stored.version_id))
        if stored.state == _ACTIVE:
            self._log("add", passage_ids(before), before.fingerprint)
        self._bury(key, collection, (1, len(gone)))
        return stored.current_version, len(gone)

    def take_passage_ids(self, count: int) -> range:
        """Return `count` ids that no passage ever had."""
        return self._passage_ids.take(count)

    def log_answering(self, ids: range, fingerprint: str) -> None:
        """Note that passages of a version with this `fingerprint` answer from now on."""
        self._log("add", ids, fingerprint)

    def _add(self, draft: Draft, collection: str) -> PutOutcome:
        values = {
            "collection": collection,
            "key": draft.key,
            "origin": draft.origin,
            "state": _ACTIVE,
            "current_version": 1,
        }
        article_id = _ADD_ARTICLE.one(self.connection, values)
        self._add_version(article_id, 1, draft)
        return PutOutcome.ADDED

    def _supersede(self, stored: Stored, draft: Draft) -> PutOutcome:
        if stored.state == _ACTIVE:
            self._log("remove", passage_ids(stored))
        else:
            self._note_return(stored)
        number = stored.current_version + 1
        self._add_version(stored.id, number, draft)
        self._update(stored, state=_ACTIVE, origin=draft.origin, current_version=number)
        return PutOutcome.UPDATED

    def _revise(self, stored: Stored, draft: Draft) -> PutOutcome:
        """Change all but the text, and wake a retired article."""
        was_active = stored.state == _ACTIVE
        is_changed = stored.fingerprint != draft.fingerprint
        before = ids = passage_ids(stored)
        if is_changed:
            ids = self._change_details(stored, draft)
        if was_active and ids != before:
            self._log("remove", before)
        if is_changed or not was_active:
            self._log("add", ids, draft.fingerprint)
        if not was_active:
            self._note_return(stored)
        self._update(stored, state=_ACTIVE, origin=draft.origin)
        return PutOutcome.REVISED if was_active else PutOutcome.UPDATED

    def _add_version(self, article_id: int, number: int, draft: Draft) -> None:
        ids = self._passage_ids.take(len(draft.spans))
        add_version(
            self.connection,
            article_id=article_id,
            number=number,
            draft=draft,
            ids=ids,
            moment=self._now(),
        )
        self._log("add", ids, draft.fingerprint)

    def _change_details(self, stored: Stored, draft: Draft) -> range:
        ids = passage_ids(stored)
        if not is_split_alike(self.connection, stored, draft):
            ids = self._passage_ids.take(len(draft.spans))
        change_details(self.connection, stored, draft=draft, ids=ids, moment=self._now())
        return ids

    def _note_return(self, stored: Stored) -> None:
        values = {"which": stored.id, "moment": self._now()}
        self.connection.execute(_RETURN, values)

    def _update(self, stored: Stored, **values: str | int) -> None:
        self.connection.execute(update(articles).where(articles.c.id == stored.id).values(**values))

    def _log(self, kind: str, ids: range, content: str = "") -> None:
        """Append a change; `content` is the fingerprint of what it adds."""
        if not ids:
            return
        if self._history is None:
            self._history = newest_history(asked(self.connection))
        first, last = ids[0], ids[-1]
        self._history = sha256(f"{self._history} {kind} {first} {last} {content}".encode())
        row = {
            "kind": kind,
            "first_passage": first,
            "last_passage": last,
            "history": self._history,
        }
        _LOG.one(self.connection, row)

    def _bury(self, key: str, collection: str, gone: tuple[int, int]) -> None:
        values = {
            "collection": collection,
            "key": key,
            "versions": gone[0],
            "passages": gone[1],
            "removed_at": self._now(),
            "wiped": 0,
        }
        self.connection.execute(insert(tombstones), values)

    def _require(self, key: str, collection: str) -> Stored:
        stored = find_stored(self.connection, key, collection)
        if stored is None:
            raise not_found(asked(self.connection), key, collection)
        return stored


def _key_taken(key: str, collection: str, origin: str) -> KeyTakenError:
    return KeyTakenError(
        f"the key {key} in the collection {collection} belongs to {origin};"
        " use another collection, or --replace to put this document in its place"
    )


def _no_version_before(key: str, collection: str) -> ArticleNotFoundError:
    return ArticleNotFoundError(
        f"the article {key} in the collection {collection} has no earlier version;"
        " remove the article as a whole"
    )
