"""Write transactions of one store: one per call, or one for many calls inside a batch."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine

from corpus.clock import Clock
from corpus.database import writing
from corpus.errors import CorpusError, LibraryError
from corpus.writing import Writer

_FIRST_STEPS = 16
"""The first group of a batch has so many steps at most, so that what follows begins soon."""
_GROWTH = 4
"""Each group may have so many times the steps of the one before, up to the size of a batch."""


class Batch:
    """Groups the steps of one thread into transactions of `size` steps or `seconds`.

    The first are smaller: whoever follows the log has something to do while the others are read.
    A step that raises a `CorpusError` other than a `LibraryError` has written nothing and the
    others stay; any other error undoes all steps since the last commit.
    """

    def __init__(
        self, engine: Engine, *, now: Clock, size: int, seconds: float, ticks: Callable[[], float]
    ) -> None:
        """Begin nothing yet; `now` dates what is stored, `ticks` is a monotonic clock in seconds."""
        self._engine = engine
        self._now = now
        self._size = size
        self._room = min(size, _FIRST_STEPS)
        self._seconds = seconds
        self._ticks = ticks
        self._transaction = ExitStack()
        self._steps = 0
        self._began = 0.0
        self.writer: Writer | None = None
        """The writer of the open transaction; this thread must read on its connection."""

    @contextmanager
    def step(self) -> Iterator[Writer]:
        """Yield the writer of the open transaction; commit when the group is full."""
        writer = self.writer or self._begin()
        try:
            yield writer
        except BaseException as error:
            if isinstance(error, LibraryError) or not isinstance(error, CorpusError):
                self._roll_back(error)
            raise
        self._steps += 1
        if self._steps >= self._room or self._ticks() - self._began >= self._seconds:
            self._room = min(self._size, self._room * _GROWTH)
            self.commit()

    def commit(self) -> None:
        """Make all steps so far durable and let other processes write."""
        self.writer = None
        self._transaction.close()

    def _begin(self) -> Writer:
        connection = self._transaction.enter_context(writing(self._engine))
        self.writer = Writer(connection, self._now)
        self._steps = 0
        self._began = self._ticks()
        return self.writer

    def _roll_back(self, error: BaseException) -> None:
        self.writer = None
        self._transaction.__exit__(type(error), error, error.__traceback__)


class Transactions:
    """The write transactions of one store; each thread has at most one open."""

    def __init__(
        self, engine: Engine, *, now: Clock, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin nothing yet; `now` dates what is stored, `ticks` is a monotonic clock in seconds."""
        self._engine = engine
        self._now = now
        self._ticks = ticks
        self._thread = _Thread()

    @property
    def open_connection(self) -> Connection | None:
        """The connection this thread is writing on, if it is inside a batch that has begun."""
        batch = self._thread.batch
        return batch.writer.connection if batch is not None and batch.writer is not None else None

    @property
    def in_batch(self) -> bool:
        """Whether this thread is inside a batch."""
        return self._thread.batch is not None

    @contextmanager
    def step(self) -> Iterator[Writer]:
        """Yield a writer: in a transaction of its own, or in the one of the batch."""
        batch = self._thread.batch
        if batch is None:
            with writing(self._engine) as connection:
                yield Writer(connection, self._now)
        else:
            with batch.step() as writer:
                yield writer

    @contextmanager
    def batch(self, *, size: int, seconds: float) -> Iterator[None]:
        """Let the steps of this thread share transactions; commit the last one at the end.

        What was done before an error in the body is committed too. A batch inside another is
        a part of it.
        """
        if self._thread.batch is not None:
            yield
            return
        batch = Batch(self._engine, now=self._now, size=size, seconds=seconds, ticks=self._ticks)
        self._thread.batch = batch
        try:
            yield
        finally:
            self._thread.batch = None
            batch.commit()

    def commit(self) -> None:
        """Commit what the batch of this thread has done so far."""
        if self._thread.batch is not None:
            self._thread.batch.commit()


class _Thread(threading.local):
    batch: Batch | None = None
