"""One thread at a time: of many that answer, one does what only one can, which is Python.

Python runs one thread at a time. A thread that calls into a library lets another go on meanwhile,
and then has to get the interpreter back. An answer makes some twenty such calls, most of them far
shorter than the wait for the interpreter; sixteen threads that do so spend two thirds more of the
processor on the same answers. So a thread keeps its turn until it computes for long without
Python, and gives it to others just then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class OneAtATime:
    """Who may run Python among the threads of one engine."""

    def __init__(self) -> None:
        """Begin with nobody's turn."""
        self._lock = Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it until the end of the body."""
        with self._lock:
            yield

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let others have the turn that was taken; wait for it again after the body."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
