"""The article store: one SQLite file that holds the truth about a library.

Any number of threads and processes may read while one writes. Every change is one transaction
together with its rows in the log that indexes pull.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from corpus.articles import MAIN_COLLECTION, PreparedArticle
from corpus.clock import Clock, utc_now
from corpus.drafts import Draft
from corpus.library_file import FILE_NAME, PAGE_BYTES, place_for, present_in
from corpus.migrating import CORPUS_MIGRATIONS, bring_up_to_date, require_current
from corpus.outcomes import LibraryCounts, PutOutcome, RemovedCounts
from corpus.reading import ArticleReader
from corpus.sqlite_files import BUSY_SECONDS, Asked

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from corpus.batches import Transactions
    from corpus.exporting import Record
    from corpus.source_records import SourceRecords

__all__ = ["FILE_NAME", "ArticleStore", "LibraryCounts", "PutOutcome", "RemovedCounts"]

BATCH_SIZE = 256
BATCH_SECONDS = 1.0


class ArticleStore(ArticleReader):
    """Article versions, their passages, and the log of every change. Safe to share by threads.

    Within a batch, the thread that writes also reads what it has not committed yet.
    """

    def __init__(self, path: Path, *, now: Clock, timeout: float) -> None:
        """Use `create` or `open` instead."""
        super().__init__(path, timeout=timeout)
        self._now = now
        self._unwiped = False

    @classmethod
    def create(cls, folder: Path, *, now: Clock = utc_now, timeout: float = BUSY_SECONDS) -> Self:
        """Return the store in `folder`, made or brought up to date where that is needed.

        `timeout` is how many seconds to wait for another process. Raise `LibraryNewerError` for
        a store of a newer release, `LibraryDamagedError` for files that are not whole.
        """
        from corpus.compacting import compact  # noqa: PLC0415 - not needed to answer
        from corpus.database import use_write_ahead_log  # noqa: PLC0415

        path = place_for(folder)
        store = cls(path, now=now, timeout=timeout)
        with store._closed_on_error():
            bring_up_to_date(store._writers, path, CORPUS_MIGRATIONS)
            use_write_ahead_log(store._writers)
            compact(store._writers)
            store._wipe()
        return store

    @classmethod
    def open(cls, folder: Path, *, now: Clock = utc_now, timeout: float = BUSY_SECONDS) -> Self:
        """Return the store in `folder`; nothing is written before a method that changes it.

        Raise `LibraryNotFoundError`, `LibraryNewerError` for a store of a newer release,
        `LibraryError` for one that must be brought up to date, or `LibraryDamagedError`.
        """
        path = present_in(folder)
        store = cls(path, now=now, timeout=timeout)
        with store._closed_on_error(), store._asking() as asked:
            require_current(asked, path, CORPUS_MIGRATIONS)
        return store

    def close(self) -> None:
        """Let go of the file. The last writer to close folds the log into it."""
        super().close()
        if "_writers" in self.__dict__:
            self._writers.dispose()

    @contextmanager
    def batch(self, *, size: int = BATCH_SIZE, seconds: float = BATCH_SECONDS) -> Iterator[None]:
        """Commit the changes this thread makes in the body in groups: much faster for many.

        A group ends with the change that is the `size`-th or comes `seconds` after the first; the
        first groups of a batch are smaller, so that others see something soon.
        Each call still returns its own outcome, and a `KeyTakenError` undoes nothing. A crash or
        a `LibraryError` loses the open group, so the caller repeats it. No other process can
        write while a group is open: call `flush` before anything slow.
        """
        with self._transactions.batch(size=size, seconds=seconds):
            yield
        if self._unwiped and not self._transactions.in_batch:
            self._unwiped = not self._wipe()

    def flush(self) -> None:
        """Commit the open group of a batch, if there is one."""
        self._transactions.commit()

    def put(
        self,
        article: PreparedArticle,
        *,
        collection: str = MAIN_COLLECTION,
        replace: bool = False,
    ) -> PutOutcome:
        """Store an article under its key and return what that changed.

        Raise `KeyTakenError` if another origin has the key, unless `replace`, and
        `UnreadableSourceError` for characters or a date that cannot be stored. An unchanged
        article writes nothing.
        """
        draft = Draft(article)
        if self._open_connection is None and self._holds(draft, collection):
            return PutOutcome.UNCHANGED
        with self._transactions.step() as writer:
            return writer.put(draft, collection, replace=replace)

    def retire(self, key: str, *, collection: str = MAIN_COLLECTION) -> None:
        """Keep an article but answer nothing from it; raise `ArticleNotFoundError`.

        Putting it again brings it back.
        """
        with self._transactions.step() as writer:
            writer.retire(key, collection)

    def remove(self, key: str, *, collection: str = MAIN_COLLECTION) -> RemovedCounts:
        """Erase all versions of an article; raise `ArticleNotFoundError`.

        The file is rewritten without them before this returns; inside a batch, at its end.
        """
        with self._transactions.step() as writer:
            versions, passages = writer.remove(key, collection)
        self._unwiped = self._transactions.in_batch or not self._wipe()
        return RemovedCounts(versions=versions, passages=passages, wiped=not self._unwiped)

    def remove_version(self, key: str, *, collection: str = MAIN_COLLECTION) -> RemovedCounts:
        """Erase the newest version of an article; the one before it answers again.

        Raise `ArticleNotFoundError`, also for an article that has no other version. The file is
        rewritten without it as by `remove`. Its number is given again to the next version.
        """
        with self._transactions.step() as writer:
            _, passages = writer.remove_version(key, collection)
        self._unwiped = self._transactions.in_batch or not self._wipe()
        return RemovedCounts(versions=1, passages=passages, wiped=not self._unwiped)

    def take_in(self, record: "Record") -> PutOutcome:
        """Store an article that `exported` gave, with all versions and its history.

        Raise `UnreadableSourceError` if it is not whole, and `KeyTakenError` if its key holds
        something else. One that is there as it is writes nothing.
        """
        from corpus.importing import take_in  # noqa: PLC0415 - not needed to answer

        with self._transactions.step() as writer:
            return take_in(writer, record)

    def _holds(self, draft: Draft, collection: str) -> bool:
        """Whether the store holds exactly this already; asked without the right to write."""
        from corpus.writing import find_stored, is_unchanged  # noqa: PLC0415 - not needed to answer

        with self._reading() as connection:
            return is_unchanged(find_stored(connection, draft.key, collection), draft)

    def _wipe(self) -> bool:
        from corpus.wiping import wipe  # noqa: PLC0415 - not needed to answer

        return wipe(self._writers)

    @cached_property
    def followed(self) -> "SourceRecords":
        """What is remembered of folders, feeds and pages, for `corpus.syncing`."""
        from corpus.source_records import SourceRecords  # noqa: PLC0415 - not needed to answer

        return SourceRecords(reading=self._reading, step=self._transactions.step, now=self._now)

    @cached_property
    def _writers(self) -> "Engine":
        from corpus.database import open_engine  # noqa: PLC0415 - not needed to answer

        return open_engine(self._path, timeout=self._timeout, page_bytes=PAGE_BYTES)

    @cached_property
    def _transactions(self) -> "Transactions":
        from corpus.batches import Transactions  # noqa: PLC0415 - not needed to answer

        return Transactions(self._writers, now=self._now)

    def _asking(self) -> AbstractContextManager[Asked]:
        connection = self._open_connection
        if connection is None:
            return super()._asking()
        from corpus.database import asked  # noqa: PLC0415 - not needed to answer

        return nullcontext(asked(connection))

    def _reading(self) -> "AbstractContextManager[Connection]":
        connection = self._open_connection
        return super()._reading() if connection is None else nullcontext(connection)

    @property
    def _open_connection(self) -> "Connection | None":
        """Return what this thread is writing on, if it is inside a batch that has begun."""
        if "_transactions" not in self.__dict__:
            return None
        return self._transactions.open_connection

    @contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise
