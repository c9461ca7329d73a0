"""Questions that come at the same moment are computed together; one alone waits for nothing."""

import threading
from collections.abc import Callable, Sequence

from retrieval.embedders.pooling_rows import Reading
from retrieval.protocols import Vectors

_MOST = 8
"""Questions computed together: twice as many take twice as long, and keep the first one waiting."""

Run = Callable[[Sequence[Reading]], list[Vectors]]


class _Turn:
    """One asker's question, and what became of it."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.woken = threading.Event()
        self.batch: list[_Turn] = []
        self.vectors: Vectors | None = None
        self.error: BaseException | None = None

    def result(self) -> Vectors:
        if self.vectors is None:
            message = "a question was not computed with the others; ask it again"
            raise self.error or RuntimeError(message)
        return self.vectors


class QuestionBatches:
    """Lets up to `at_once` askers compute; each takes along whoever waits when its turn comes."""

    def __init__(self, run: Run, *, at_once: int) -> None:
        """Compute with `run`, which may be called by `at_once` threads at a time."""
        self._run = run
        self._at_once = at_once
        self._lock = threading.Lock()
        self._running = 0
        self._waiting: list[_Turn] = []

    def vectors(self, reading: Reading) -> Vectors:
        """Return what `run` makes of one reading; raise what it raises for the batch it was in."""
        turn = _Turn(reading)
        with self._lock:
            if self._running < self._at_once:
                self._running += 1
                turn.batch = [turn]
            else:
                self._waiting.append(turn)
        if not turn.batch:
            turn.woken.wait()
        if turn.batch:
            self._compute(turn)
        return turn.result()

    def _compute(self, leader: _Turn) -> None:
        batch = leader.batch
        try:
            found = self._run([turn.reading for turn in batch])
            for turn, vectors in zip(batch, found, strict=True):
                turn.vectors = vectors
        except BaseException as error:
            for turn in batch:
                turn.error = error
            raise
        finally:
            self._hand_over()
            for turn in batch:
                turn.woken.set()

    def _hand_over(self) -> None:
        """Let the first who waits compute for all who wait; if nobody does, one fewer computes."""
        with self._lock:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            if not batch:
                self._running -= 1
                return
        batch[0].batch = batch
        batch[0].woken.set()
