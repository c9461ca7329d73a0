"""Sources into the library: read, cleaned, split and stored, with a line for each of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from corpus.articles import MAIN_COLLECTION
from corpus.folders import FileMemory, follow
from corpus.foretelling import Foretelling
from corpus.gathering import Gathered, Skipped, SourceFile, gather
from corpus.readers.columns import Columns
from corpus.reading_ahead import ReadAhead
from corpus.reports import IngestReport, ReportLine, Result
from corpus.store import ArticleStore
from corpus.storing import Storing, failed, store_file

__all__ = ["IngestReport", "Progress", "ingest"]

Progress = Callable[[str, int, int], None]
"""Called as `progress(what, done, total)`; here both are bytes of the files to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpers:
    """Processes that read ahead, where there are at least `worthwhile` bytes to read."""

    processes: int
    worthwhile: int = 4 << 20


def ingest(
    store: ArticleStore | None,
    sources: Sequence[str | Path],
    *,
    collection: str = MAIN_COLLECTION,
    replace: bool = False,
    dry_run: bool = False,
    remember: bool = False,
    columns: Columns | None = None,
    helpers: Helpers | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read the files and folders in `sources` into `store`, and return what became of each.

    `columns` says which column of a table or field of JSON is which of ours. Doing it again
    changes nothing. With `remember` the sources are followed from now on (`corpus.syncing`).
    `helpers` read ahead; without, all is read here. With `dry_run` nothing is written (`store` may be None: there is no library yet), and the
    report says what would have been. A bad source is a line of the report; only `LibraryError`
    is raised, and what was committed before it stays. Raise `ValueError` without a store unless
    it is a dry run.
    """
    if store is None and not dry_run:
        message = "without a store there can only be a dry run"
        raise ValueError(message)
    target = Foretelling(store) if store is None or dry_run else store
    storing = Storing(target, collection=collection, replace=replace, columns=columns)
    remembering = store if remember and not dry_run else None
    gathered = [
        pair for given in sources for pair in _gathered(remembering, given, collection, columns)
    ]
    batch = nullcontext() if isinstance(target, Foretelling) else target.batch()
    with batch, _ahead(storing, gathered, helpers) as ahead:
        lines = tuple(_lines(storing, gathered, progress or _no_progress, ahead))
    return IngestReport(lines=lines, dry_run=dry_run)


def _gathered(
    store: ArticleStore | None,
    given: str | Path,
    collection: str,
    columns: Columns | None,
) -> list[tuple[FileMemory | None, Gathered]]:
    """Return what a source holds, each with what remembers that it was read, if anything does."""
    found = list(gather([given]))
    if store is None or not any(isinstance(item, SourceFile) for item in found):
        return [(None, item) for item in found]
    source = follow(store.followed, Path(given), collection=collection, columns=columns)
    memory = FileMemory(store.followed, source)
    return [(memory, item) for item in found]


def _ahead(
    storing: Storing,
    gathered: Sequence[tuple[FileMemory | None, Gathered]],
    helpers: Helpers | None,
) -> AbstractContextManager[ReadAhead | None]:
    """Return what reads the files ahead, if there is enough to read."""
    files = [item for _, item in gathered if isinstance(item, SourceFile)]
    if helpers is None or sum(file.size for file in files) < helpers.worthwhile:
        return nullcontext()
    return ReadAhead(
        files, columns=storing.columns, processes=helpers.processes, waiting=storing.pause
    )


def _lines(
    storing: Storing,
    gathered: Sequence[tuple[FileMemory | None, Gathered]],
    progress: Progress,
    ahead: ReadAhead | None,
) -> Iterator[ReportLine]:
    total = sum(item.size for _, item in gathered if isinstance(item, SourceFile))
    done = 0
    for memory, item in gathered:
        progress("reading", done, total)
        if isinstance(item, SourceFile):
            items = ahead.next_file() if ahead else None
            within = _within(progress, done, item.size, total)
            lines = store_file(storing, item, within, items=items)
            yield from lines if memory is None else memory.noting(item, lines)
            done += item.size
        elif isinstance(item, Skipped):
            yield ReportLine(source=item.source, result=Result.SKIPPED, reason=item.reason)
        else:
            yield failed(item)
    progress("reading", done, total)


def _within(progress: Progress, done: int, size: int, total: int) -> Callable[[int], None]:
    """Return what tells how much of one file is read."""
    return lambda read: progress("reading", done + min(read, size), total)


def _no_progress(what: str, done: int, total: int) -> None:
    """Ignore progress."""
