"""Politeness: one request at a time to a host, and a pause between two."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MIN_INTERVAL = 1.0
"""Seconds between the end of one request to a host and the next, unless it asks for more."""

LONGEST_DELAY = 10.0
"""Seconds of a `Crawl-delay` that are honoured; a site that asks for more gets this."""


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


class Pacing:
    """Gives out turns at hosts. Safe to share by threads."""

    def __init__(
        self,
        *,
        interval: float = MIN_INTERVAL,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep `interval` seconds between turns by `ticks`, a monotonic clock."""
        self._interval = interval
        self._ticks = ticks
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, *, delay: float = 0.0) -> Iterator[None]:
        """Wait for the turn at `host`; after the block it stays closed for a while.

        `delay` is what the site asks for, in seconds.
        """
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
        with state.lock:
            wait = state.free_at - self._ticks()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                pause = max(self._interval, min(delay, LONGEST_DELAY))
                state.free_at = self._ticks() + pause
