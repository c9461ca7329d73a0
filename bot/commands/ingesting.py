"""`ingest`: add and update articles, then bring the indexes up to date."""

from argparse import Namespace
from collections import Counter

from bot.commands.run import Run
from bot.exit_codes import DONE, SOME_FAILED
from bot.terminal_text import printable
from corpus.errors import LibraryNotFoundError
from corpus.ingest import IngestReport, ingest
from corpus.reports import Result
from corpus.store import ArticleStore
from retrieval.protocols import Progress


def ingest_sources(arguments: Namespace, run: Run) -> int:
    """Read all sources and report; 1 if some failed. A dry run stores and indexes nothing."""
    report = _dry_run(arguments, run) if arguments.dry_run else _ingest(arguments, run)
    if arguments.json:
        run.terminal.say_json(report.to_json())
    else:
        _tell(report, run)
    return SOME_FAILED if report.failed else DONE


def _ingest(arguments: Namespace, run: Run) -> IngestReport:
    with run.library(create=True) as library, run.progress() as progress:
        report = _read(library.store, arguments, progress)
        if not arguments.no_embed:
            library.catch_up(progress)
    return report


def _dry_run(arguments: Namespace, run: Run) -> IngestReport:
    with run.progress() as progress:
        try:
            with ArticleStore.open(run.settings.library) as store:
                return _read(store, arguments, progress)
        except LibraryNotFoundError:
            return _read(None, arguments, progress)


def _read(store: ArticleStore | None, arguments: Namespace, progress: Progress) -> IngestReport:
    return ingest(
        store,
        arguments.sources,
        collection=arguments.collection,
        replace=arguments.replace,
        dry_run=arguments.dry_run,
        columns=arguments.columns,
        progress=progress,
    )


def _tell(report: IngestReport, run: Run) -> None:
    """Write a line for each source that needs a look, and the counts last."""
    for line in report.lines:
        if line.reason is not None:
            run.terminal.say(f"{line.result.value}: {printable(f'{line.source}: {line.reason}')}")
        for warning in line.warnings:
            run.terminal.say(f"warning: {printable(f'{line.source}: {warning}')}")
    counts = Counter(line.result for line in report.lines)
    told = ", ".join(f"{counts[result]} {result.value}" for result in Result if counts[result])
    prefix = "dry run, nothing stored: " if report.dry_run else ""
    run.terminal.say(f"{prefix}{told or 'nothing to read in these sources'}")
