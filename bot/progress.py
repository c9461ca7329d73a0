"""Progress bars, drawn on stderr and only on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    SpinnerColumn,
    TaskProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Bars,
)

from bot.terminal import Terminal
from retrieval.protocols import Progress, no_progress


class DrawnProgress:
    """One bar for each kind of work; a total of 0 means: how long it takes is unknown."""

    def __init__(self, bars: Bars) -> None:
        """Draw on `bars`, which the caller starts and stops."""
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` of `what` are finished."""
        known = total or None
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=known)
        self._bars.update(self._tasks[what], completed=done, total=known)


@contextmanager
def progress_on(terminal: Terminal) -> Iterator[Progress]:
    """Yield a callable that draws bars on a terminal, and elsewhere does nothing."""
    if not terminal.shows_progress:
        yield no_progress
        return
    with Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(file=terminal.stderr),
        transient=True,
    ) as bars:
        yield DrawnProgress(bars)
