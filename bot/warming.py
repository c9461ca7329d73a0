"""What the first question that needs it would wait for, prepared while nobody asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AFTER = 3.0
"""Seconds: the start and the first answer come first."""


@contextmanager
def warming(*, after: float = AFTER) -> Iterator[threading.Thread]:
    """Prepare `after` seconds from now, in a thread of its own, unless the block is left before.

    Yield the thread, which keeps no process alive.
    """
    thread = threading.Timer(after, _prepare)
    thread.daemon = True
    thread.name = "warming"
    thread.start()
    try:
        yield thread
    finally:
        thread.cancel()


def _prepare() -> None:
    from retrieval.periods import get_ready  # noqa: PLC0415 - beside the start, not in it

    get_ready()
