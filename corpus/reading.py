"""What can be asked of an article store."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from corpus import answering, queries
from corpus.articles import MAIN_COLLECTION, Article, Change, Citation, Passage
from corpus.library_file import size_of
from corpus.outcomes import LibraryCounts
from corpus.sqlite_files import Asked, ReadOnlyFile

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from corpus.exporting import Record
    from corpus.history import Past, StoredVersion
    from corpus.newest import Extent


class ArticleReader:
    """The questions an article store answers; each sees one state of it.

    Any of them may raise a `LibraryError`: locked for longer than we wait, damaged.
    """

    def __init__(self, path: Path, *, timeout: float) -> None:
        """Read the store in the file `path`; wait `timeout` seconds for other processes."""
        self._path = path
        self._timeout = timeout
        self._file = ReadOnlyFile(path, timeout=timeout)

    @property
    def path(self) -> Path:
        """The store's file."""
        return self._path

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        if "_readers" in self.__dict__:
            self._readers.dispose()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def find_by_origin(self, origin: str, *, collection: str) -> str | None:
        """Return the key under which a document from `origin` is stored, the oldest of several."""
        with self._asking() as asked:
            return queries.key_of_origin(asked, origin, collection)

    def article(
        self, key: str, *, collection: str = MAIN_COLLECTION, version: int | None = None
    ) -> Article:
        """Return a version of an article, retired or not; the current one by default.

        Raise `ArticleNotFoundError`, which names keys that look alike.
        """
        with self._asking() as asked:
            return queries.find_article(asked, key, collection, version)

    def raw(self, version_id: int) -> bytes:
        """Return the document a version was read from; raise `ArticleNotFoundError`."""
        with self._asking() as asked:
            return queries.raw_document(asked, version_id, self._path)

    def citations(self, *, collection: str | None = None) -> list[Citation]:
        """Return the active articles of a collection, or of all, by collection and key."""
        with self._asking() as asked:
            return queries.citations(asked, collection)

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Return those of `ids` that answer now, in the order given, with one statement."""
        with self._asking() as asked:
            return answering.passages_by_id(asked, ids)

    def passages_to_index(self, first: int, last: int) -> Iterator[Passage]:
        """Yield the passages with ids in `first..last`, both inclusive, that answer now, by id.

        They are read in groups, each as it stands at that moment.
        """
        while first <= last:
            with self._asking() as asked:
                group = answering.next_passages(asked, first, last)
            yield from group
            first = group[-1].id + 1 if len(group) == answering.CHUNK else last + 1

    def allowed_passages(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        source: str | None = None,
        language: str | None = None,
        collections: Sequence[str] = (),
        keys: Sequence[tuple[str, str]] = (),
    ) -> Sequence[int]:
        """Return the ids that answer now under all filters given, ascending.

        `since` is inclusive, `until` exclusive, both aware; an article without a date passes
        neither. Source and language are compared without regard to case. No collections means
        all; so do no `keys`, which are those of single articles: (collection, key).
        """
        with self._asking() as asked:
            return answering.allowed_passages(
                asked,
                since=since,
                until=until,
                source=source,
                language=language,
                collections=collections,
                keys=keys,
            )

    def changes(self, *, after: int, limit: int = 10_000) -> list[Change]:
        """Return up to `limit` changes after the position `after`, oldest first."""
        with self._asking() as asked:
            return queries.changes_after(asked, after, limit)

    def position(self) -> int:
        """Return the position of the newest change, 0 when there is none."""
        with self._asking() as asked:
            return queries.newest_position(asked)

    def state(self) -> str:
        """Return the hash of the whole log: while it is the same, the same passages answer."""
        with self._asking() as asked:
            return queries.newest_history(asked)

    def newest_version(self) -> int:
        """Return the highest id of a version, 0 when there is none; ids only grow."""
        with self._asking() as asked:
            return queries.newest_version(asked)

    def languages(self) -> dict[str, int]:
        """Return how many active articles there are in each language, most first."""
        with self._asking() as asked:
            return queries.languages(asked)

    def sources(self) -> list[str]:
        """Return the names of the sources that active articles have, sorted, each once."""
        with self._asking() as asked:
            return queries.sources(asked)

    def newest(
        self,
        *,
        until: datetime,
        most: int,
        source: str | None = None,
        collections: Sequence[str] = (),
    ) -> list[Citation]:
        """Return up to `most` active articles from before `until`, newest first.

        One without a date counts as of the moment it was stored; no collections means all.
        """
        from corpus.newest import newest_articles  # noqa: PLC0415 - not needed to answer

        with self._reading() as connection:
            return newest_articles(
                connection, until=until, most=most, source=source, collections=collections
            )

    def extent(self, collections: Sequence[str] = ()) -> "Extent":
        """Return how many articles answer in some collections, none for all, and the newest day."""
        from corpus.newest import extent  # noqa: PLC0415 - not needed to answer

        with self._reading() as connection:
            return extent(connection, collections)

    def history(self, position: int) -> str | None:
        """Return a hash of the log up to `position` and all it added; `None` if it is shorter.

        What was derived from this store up to `position` still fits if this is what it was
        then. It is not after a backup was restored, or files of two libraries were mixed.
        """
        with self._asking() as asked:
            return queries.history_at(asked, position)

    def past(self, moment: datetime) -> "Past":
        """Return what can be told of the library as it stood at `moment`."""
        from corpus.history import past_at  # noqa: PLC0415 - not needed to answer

        with self._reading() as connection:
            return past_at(connection, moment)

    def copy_as_of(self, moment: datetime, folder: Path) -> int:
        """Make a store in the empty `folder` with what answered at `moment`.

        Return how many articles that were. Passage ids are the same in both.
        """
        from corpus.history import copy_as_of  # noqa: PLC0415 - not needed to answer

        with self._reading() as connection:
            return copy_as_of(connection, folder, moment)

    def withdrawn_at(self, key: str, *, collection: str) -> datetime | None:
        """Return when an article was retired or removed; `None` if it was not, or unknown."""
        from corpus.history import withdrawn_at  # noqa: PLC0415 - not needed to answer

        with self._reading() as connection:
            return withdrawn_at(connection, key, collection)

    def stored_versions(self, *, current: bool) -> "Iterator[StoredVersion]":
        """Yield the current version of every article, or all other ones; see `StoredVersion`.

        They are read in groups, each as it stands at that moment; no text is read.
        """
        from corpus.history import versions_after  # noqa: PLC0415 - not needed to answer

        after = 0
        while True:
            with self._reading() as connection:
                group = versions_after(connection, after, current=current)
            yield from group
            if not group:
                return
            after = group[-1].id

    def exported(self, *, collections: Sequence[str] = (), raw: bool = False) -> "Iterator[Record]":
        """Yield a header, then a record of each article with all versions, as of one moment.

        No collections means all. With `raw` the documents are in it that versions were read from.
        """
        from corpus.exporting import header, records  # noqa: PLC0415 - not needed to answer

        with self._reading() as connection:
            yield header(connection, collections, raw=raw)
            yield from records(connection, collections, raw=raw)

    def counts(self) -> LibraryCounts:
        """Return how much the library holds."""
        with self._asking() as asked:
            return queries.counts(asked, size_of(self._path))

    def _asking(self) -> AbstractContextManager[Asked]:
        """Give the connection that plain statements are asked on."""
        return self._file.reading()

    def _reading(self) -> "AbstractContextManager[Connection]":
        """Give a connection of SQLAlchemy's."""
        from corpus.database import reading  # noqa: PLC0415 - not needed to answer

        return reading(self._readers)

    @cached_property
    def _readers(self) -> "Engine":
        from corpus.database import open_engine  # noqa: PLC0415 - not needed to answer

        return open_engine(self._path, read_only=True, timeout=self._timeout)
