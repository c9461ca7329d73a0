"""Progress bars, drawn on stderr and only on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.terminal import Terminal
from retrieval.protocols import Progress, no_progress

if TYPE_CHECKING:
    from rich import progress as bars


class DrawnProgress:
    """One bar for each kind of work; a total of 0 means: how long it takes is unknown."""

    def __init__(self, drawn: "bars.Progress") -> None:
        """Draw on `drawn`, which the caller starts and stops."""
        self._drawn = drawn
        self._tasks: dict[str, bars.TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` of `what` are finished."""
        known = total or None
        if what not in self._tasks:
            self._tasks[what] = self._drawn.add_task(what, total=known)
        self._drawn.update(self._tasks[what], completed=done, total=known)


@contextmanager
def progress_on(terminal: Terminal) -> Iterator[Progress]:
    """Yield what draws bars while the block runs; off a terminal it does nothing."""
    if not terminal.shows_progress:
        yield no_progress
        return
    from rich import progress as bars  # noqa: PLC0415 - for terminals only
    from rich.console import Console  # noqa: PLC0415

    with bars.Progress(
        bars.SpinnerColumn(),
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.TaskProgressColumn(),
        bars.TimeRemainingColumn(),
        console=Console(file=terminal.stderr),
        transient=True,
    ) as drawn:
        yield DrawnProgress(drawn)
