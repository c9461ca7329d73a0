"""`ingest`: add and update articles, then bring the indexes up to date."""

import os
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from bot.assembly import Library
from bot.commands.run import Run
from bot.commands.syncing import counting, keep_watching, tell_line
from bot.exit_codes import DONE, SOME_FAILED
from corpus.errors import LibraryNotFoundError, SourceError, SourceUnknownError
from corpus.ingest import Helpers, IngestReport, ingest
from corpus.readers.documents import Failure
from corpus.reports import ReportLine, Result
from corpus.source_names import find_sources, is_list
from corpus.store import ArticleStore
from corpus.storing import failed
from corpus.syncing import Syncing
from corpus.urls import is_address
from retrieval.protocols import Progress


def ingest_sources(arguments: Namespace, run: Run) -> int:
    """Read all sources and report; 1 if some failed. A dry run stores and indexes nothing."""
    if arguments.dry_run:
        return _told(_dry_run(arguments, run), arguments, run)
    with run.library(create=True) as library:
        code = _told(_ingest(arguments, run, library), arguments, run)
        if arguments.watch:
            names = [given for given in arguments.sources if _is_followed(library.store, given)]
            keep_watching(library, run, names, embeds=not arguments.no_embed)
    return code


def _told(report: IngestReport, arguments: Namespace, run: Run) -> int:
    if arguments.json:
        run.terminal.say_json(report.to_json())
    else:
        _tell(report, run)
    return SOME_FAILED if report.failed else DONE


def _is_followed(store: ArticleStore, given: str) -> bool:
    """Return whether a source is followed: not if it could not be read at all."""
    try:
        return bool(find_sources(store, [given]))
    except SourceUnknownError:
        return False


def _ingest(arguments: Namespace, run: Run, library: Library) -> IngestReport:
    with run.progress() as progress:
        indexing = nullcontext() if arguments.no_embed else library.indexing(progress)
        with indexing:
            report = _read(library.store, arguments, progress)
            fetched = list(_fetched(library.store, arguments, run, progress))
    return replace(report, lines=(*report.lines, *fetched))


def _fetched(
    store: ArticleStore, arguments: Namespace, run: Run, progress: Progress
) -> Iterator[ReportLine]:
    """Follow and read what lies on the web, and what the lists of addresses name."""
    syncing = Syncing(store, run.web(), told=counting(progress))
    for given in filter(_is_fetched, arguments.sources):
        try:
            if is_address(given):
                reports = syncing.add(
                    given, collection=arguments.collection, columns=arguments.columns
                )
            else:
                reports = syncing.add_list(Path(given), collection=arguments.collection)
        except SourceError as error:
            yield failed(Failure(source=given, reason=str(error)))
        else:
            yield from (line for report in reports for line in report.lines)


def _is_fetched(given: str) -> bool:
    return is_address(given) or is_list(Path(given))


def _dry_run(arguments: Namespace, run: Run) -> IngestReport:
    with run.progress() as progress:
        try:
            with ArticleStore.open(run.settings.library) as store:
                report = _read(store, arguments, progress)
        except LibraryNotFoundError:
            report = _read(None, arguments, progress)
    reason = "a dry run fetches nothing; leave out --dry-run"
    fetched = [it for it in arguments.sources if _is_fetched(it)]
    skipped = [ReportLine(source=it, result=Result.SKIPPED, reason=reason) for it in fetched]
    return replace(report, lines=(*report.lines, *skipped))


def _read(store: ArticleStore | None, arguments: Namespace, progress: Progress) -> IngestReport:
    return ingest(
        store,
        [given for given in arguments.sources if not _is_fetched(given)],
        collection=arguments.collection,
        replace=arguments.replace,
        dry_run=arguments.dry_run,
        remember=True,
        columns=arguments.columns,
        helpers=Helpers(processes=_cores()),
        progress=progress,
    )


def _cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tell(report: IngestReport, run: Run) -> None:
    """Write a line for each source that needs a look, and the counts last."""
    for line in report.lines:
        tell_line(line, run)
    counts = Counter(line.result for line in report.lines)
    told = ", ".join(f"{counts[result]} {result.value}" for result in Result if counts[result])
    prefix = "dry run, nothing stored: " if report.dry_run else ""
    run.terminal.say(f"{prefix}{told or 'nothing to read in these sources'}")
