"""`sync` and `sources`: bring what is followed up to date, and look at how it goes."""

import threading
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext

from rich.table import Table

from bot.assembly import Library
from bot.commands.run import Run
from bot.exit_codes import DONE, SOME_FAILED
from bot.terminal_text import printable
from corpus.reports import ReportLine, Result
from corpus.source_names import find_sources
from corpus.sources import Source
from corpus.sync_reports import SourceReport
from corpus.syncing import Syncing
from corpus.watching import Stop, watched
from retrieval.protocols import Progress

_HEADINGS = ("source", "kind", "collection", "articles", "last success", "state")
_DEFAULT_MINUTES = 15.0


def sync(arguments: Namespace, run: Run) -> int:
    """Bring all or the named sources up to date; 1 if some failed."""
    with run.library(create=True) as library:
        with run.progress() as progress:
            indexing = nullcontext() if arguments.no_embed else library.indexing(progress)
            with indexing:
                reports = list(_synced(arguments, run, library, progress))
        if arguments.json:
            run.terminal.say_json(reports_to_json(reports))
        else:
            tell(reports, run)
        if arguments.watch:
            names = arguments.sources or None
            keep_watching(library, run, names, embeds=not arguments.no_embed)
    return SOME_FAILED if any(report.has_failed for report in reports) else DONE


def sources(arguments: Namespace, run: Run) -> int:
    """List what is followed and how it goes, or stop following; articles stay."""
    with run.library(create=arguments.forget is not None) as library:
        if arguments.forget is not None:
            for source in find_sources(library.store, arguments.forget):
                library.store.followed.forget(source)
                run.terminal.say(f"no longer followed: {printable(source.name)}; its articles stay")
            return DONE
        found = library.store.followed.all()
        counts = library.store.followed.article_counts()
    if arguments.json:
        run.terminal.say_json([it.to_json(counts.get(it.id, 0)) for it in found])
    else:
        _list(run, found, counts)
    return DONE


def _synced(
    arguments: Namespace, run: Run, library: Library, progress: Progress
) -> Iterable[SourceReport]:
    store = library.store
    syncing = Syncing(store, run.web(), told=counting(progress))
    if arguments.sources:
        return syncing.sync(find_sources(store, arguments.sources), named=True)
    followed = store.followed.all()
    if not followed:
        run.terminal.note("passagebot: nothing is followed yet; `passagebot ingest SOURCE` does")
    return syncing.sync_due(followed) if arguments.due else syncing.sync(followed)


def counting(progress: Progress) -> Callable[[ReportLine], None]:
    """Return what shows how many articles and failures there were so far."""
    told: list[None] = []

    def count(_line: ReportLine) -> None:
        told.append(None)
        progress("following sources", len(told), 0)

    return count


def reports_to_json(reports: Sequence[SourceReport]) -> dict[str, object]:
    """Return the outside form of a sync: counts, failures, and each source."""
    counts = {it.value: sum(report.count(it) for report in reports) for it in Result}
    failed = [line for report in reports for line in report.lines if line.result is Result.FAILED]
    return {
        "schema": 1,
        **counts,
        "failures": [{"source": it.source, "reason": it.reason} for it in failed],
        "sources": [report.to_json() for report in reports],
    }


def tell(reports: Sequence[SourceReport], run: Run) -> None:
    """Write a line for each thing that needs a look, and the counts last."""
    counts = Counter[Result]()
    for report in reports:
        for line in report.lines:
            tell_line(line, run)
        counts.update({result: report.count(result) for result in Result})
    told = ", ".join(f"{counts[result]} {result.value}" for result in Result if counts[result])
    run.terminal.say(told or "nothing to read in these sources")


def tell_line(line: ReportLine, run: Run) -> None:
    """Write what a person should know of one article or failure, if anything."""
    if line.reason is not None:
        what = line.source if line.key in {None, line.source} else f"{line.source} ({line.key})"
        run.terminal.say(f"{line.result.value}: {printable(f'{what}: {line.reason}')}")
    for warning in line.warnings:
        run.terminal.say(f"warning: {printable(f'{line.source}: {warning}')}")


def keep_watching(
    library: Library,
    run: Run,
    names: Sequence[str] | None,
    *,
    embeds: bool,
    stop: Stop | None = None,
) -> None:
    """Bring sources up to date as they change, all or those of `names`, until `stop` is set.

    By default that is until the process is interrupted.
    """
    store = library.store
    followed = store.followed.all() if names is None else find_sources(store, names)
    minutes = run.settings.sync_minutes or _DEFAULT_MINUTES
    run.terminal.note(f"passagebot: watching {len(followed)} sources; Ctrl-C ends it")
    ending = stop or threading.Event()
    for changed in watched(followed, every=minutes * 60, ignored=run.settings.library, stop=ending):
        _bring(library, run, changed, embeds=embeds)


def _bring(library: Library, run: Run, changed: Sequence[Source], *, embeds: bool) -> None:
    """Bring sources that may have changed up to date, and tell it if they had."""
    ids = {it.id for it in changed}
    current = [it for it in library.store.followed.all() if it.id in ids]
    syncing = Syncing(library.store, run.web())
    reports = [it for it in syncing.sync_due(current) if _is_news(it)]
    if not reports:
        return
    tell(reports, run)
    run.terminal.stdout.flush()
    if embeds:
        with run.progress() as progress:
            library.catch_up(progress)


def _is_news(report: SourceReport) -> bool:
    return any(it.result not in {Result.UNCHANGED, Result.SKIPPED} for it in report.lines)


def _list(run: Run, found: Sequence[Source], counts: dict[int, int]) -> None:
    console = run.terminal.output()
    rows = [_columns(it, counts.get(it.id, 0)) for it in found]
    if not console.is_terminal:
        for row in rows:
            run.terminal.say("\t".join(row))
        return
    table = Table(*_HEADINGS, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _columns(source: Source, articles: int) -> tuple[str, ...]:
    succeeded = source.succeeded_at
    return (
        printable(source.name),
        source.kind.value,
        printable(source.collection),
        str(articles),
        "" if succeeded is None else succeeded.strftime("%Y-%m-%d %H:%M"),
        _state(source),
    )


def _state(source: Source) -> str:
    if source.error is None:
        return "ok"
    again = source.next_attempt
    when = "" if again is None else f"; next attempt {again.strftime('%Y-%m-%d %H:%M')} UTC"
    return printable(f"failed: {source.error}{when}")
