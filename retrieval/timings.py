"""How long each hop of an answer took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Timings:
    """Milliseconds by hop, in the order the hops began."""

    def __init__(self, ticks: Callable[[], float] = time.perf_counter) -> None:
        """Start; `ticks` returns seconds."""
        self._ticks = ticks
        self._started = ticks()
        self._spent: dict[str, float] = {}

    @contextmanager
    def hop(self, name: str) -> Iterator[None]:
        """Add what the body takes to the hop of that name."""
        before = self._ticks()
        try:
            yield
        finally:
            self._spent[name] = self._spent.get(name, 0.0) + (self._ticks() - before) * 1_000

    def milliseconds(self) -> dict[str, float]:
        """Return what each hop took, and `total` since the start."""
        return {**self._spent, "total": (self._ticks() - self._started) * 1_000}
