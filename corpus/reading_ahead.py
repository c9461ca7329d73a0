"""Files read and prepared by other processes, ahead of what is being stored.

Each process takes the next file when it is done with one. What it found comes in chunks, and no
process may be more than a few chunks ahead: that bounds the memory by bytes. A process that dies,
because a document breaks the library that reads it, costs that file a line of the report.
"""

import multiprocessing
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Self

from corpus.articles import PreparedArticle
from corpus.gathering import SourceFile
from corpus.preparing import prepare
from corpus.readers.columns import Columns
from corpus.readers.documents import Failure, Found
from corpus.readers.reading import read_source

CHUNK_BYTES = 1 << 20
CHUNKS_AHEAD = 8
"""A process is at most so many chunks ahead; a chunk is larger only by its last article."""

WAIT_SECONDS = 0.1
"""After so long without a chunk, whoever waits is told to let others write."""

BROKEN = "reading it broke the process that read it; convert it to another format, or leave it out"

_SPAWN = multiprocessing.get_context("spawn")  # a copy of a process with threads may never end


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An article that was read, and is prepared to be stored."""

    found: Found
    article: PreparedArticle


Item = Ready | Failure
_Chunk = list[Item]


def read_prepared(file: SourceFile, columns: Columns | None) -> Iterator[Item]:
    """Yield what is in a file, prepared to be stored."""
    for found in read_source(file.path, key=file.key, columns=columns):
        if isinstance(found, Failure):
            yield found
        else:
            yield Ready(found=found, article=prepare(found.article))


class ReadAhead:
    """Reads files in a fixed order with several processes. A context manager."""

    def __init__(
        self,
        files: Sequence[SourceFile],
        *,
        columns: Columns | None,
        processes: int,
        waiting: Callable[[], None],
        chunk_bytes: int = CHUNK_BYTES,
    ) -> None:
        """Read nothing yet; `waiting` is called whenever the next chunk takes its time."""
        self._waiting = waiting
        self._jobs = [_Job(file=file, chunks=queue.SimpleQueue()) for file in files]
        self._untaken = iter(self._jobs)
        self._unread = iter(self._jobs)
        self._taking = threading.Lock()
        self._hands = [
            _Hand(self._take, (columns, chunk_bytes)) for _ in range(min(processes, len(files)))
        ]

    def __enter__(self) -> Self:
        """Begin to read."""
        for hand in self._hands:
            hand.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, also when files are left."""
        self._untaken = iter(())
        for hand in self._hands:
            hand.end()

    def next_file(self) -> Iterator[Item]:
        """Yield what is in the first of the files that were not asked for yet."""
        chunks = next(self._unread).chunks
        while True:
            try:
                handed = chunks.get(timeout=WAIT_SECONDS)
            except queue.Empty:
                self._waiting()
                handed = chunks.get()
            if handed is None:
                return
            yield from handed.chunk
            handed.room.release()

    def _take(self) -> "_Job | None":
        with self._taking:
            return next(self._untaken, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handed:
    chunk: _Chunk
    room: threading.Semaphore


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    file: SourceFile
    chunks: "queue.SimpleQueue[_Handed | None]"


class _Hand:
    """One process, and the thread that hands over what it reads."""

    def __init__(
        self, take: Callable[[], _Job | None], options: tuple[Columns | None, int]
    ) -> None:
        self._take = take
        self._options = options
        self._room = threading.Semaphore(CHUNKS_AHEAD)
        self._thread = threading.Thread(target=self._work, daemon=True, name="reading ahead")
        self._process: SpawnProcess | None = None
        self._ended = False

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ended = True
        self._room.release(CHUNKS_AHEAD)
        if self._process is not None:
            self._process.terminate()
        self._thread.join()

    def _work(self) -> None:
        pipe: Connection | None = None
        while not self._ended and (job := self._take()) is not None:
            pipe = pipe or self._open()
            try:
                pipe.send(job.file)
                while (chunk := pipe.recv()) is not None:
                    self._hand(job, chunk)
            except (EOFError, OSError):  # the process is gone
                pipe = None
                self._hand(job, [Failure(source=str(job.file.path), reason=BROKEN)])
            job.chunks.put(None)
        if pipe is not None:
            pipe.close()
        if self._process is not None:
            self._process.terminate()
            self._process.join()

    def _hand(self, job: _Job, chunk: _Chunk) -> None:
        self._room.acquire()
        job.chunks.put(_Handed(chunk=chunk, room=self._room))

    def _open(self) -> Connection:
        """Start a process and return the way to it; it ends when that is closed."""
        here, there = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(there, *self._options), daemon=True)
        self._process.start()
        there.close()
        return here


def _serve(pipe: Connection, columns: Columns | None, chunk_bytes: int) -> None:
    """Read the files that are asked for, until there is nobody who asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks is told, and ends this
    try:
        while True:
            for chunk in _chunks(read_prepared(pipe.recv(), columns), chunk_bytes):
                pipe.send(chunk)
            pipe.send(None)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _chunks(items: Iterator[Item], most_bytes: int) -> Iterator[_Chunk]:
    chunk: _Chunk = []
    size = 0
    for item in items:
        chunk.append(item)
        if isinstance(item, Ready):
            size += len(item.found.article.raw) + len(item.found.article.text)
        if size >= most_bytes:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
