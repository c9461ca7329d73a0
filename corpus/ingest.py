"""Sources into the library: read, cleaned, split and stored, with a line for each of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace as changed
from pathlib import Path

from corpus.articles import MAIN_COLLECTION, PreparedArticle
from corpus.errors import CorpusError, LibraryError
from corpus.foretelling import Foretelling
from corpus.gathering import Gathered, Skipped, SourceFile, gather
from corpus.outcomes import PutOutcome
from corpus.preparing import prepare
from corpus.readers.columns import Columns
from corpus.readers.documents import Failure, Found
from corpus.readers.reading import read_source
from corpus.reports import IngestReport, ReportLine, Result
from corpus.store import ArticleStore

__all__ = ["IngestReport", "Progress", "ingest"]

Progress = Callable[[str, int, int], None]
"""Called as `progress(what, done, total)`; here both are bytes of the files to read."""

_LARGE = 1024 * 1024  # bytes of a file that takes noticeable time to read


def ingest(
    store: ArticleStore | None,
    sources: Sequence[str | Path],
    *,
    collection: str = MAIN_COLLECTION,
    replace: bool = False,
    dry_run: bool = False,
    columns: Columns | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read the files and folders in `sources` into `store`, and return what became of each.

    `columns` says which column of a table or field of JSON is which of ours. Doing it again changes nothing. With `dry_run` nothing is written (`store` may be None:
    there is no library yet), and the report says what would have been. A bad source is a line
    of the report; only `LibraryError` is raised, and what was committed before it stays. Raise
    `ValueError` without a store unless it is a dry run.
    """
    if store is None and not dry_run:
        message = "without a store there can only be a dry run"
        raise ValueError(message)
    target = Foretelling(store) if store is None or dry_run else store
    run = _Run(target, collection=collection, replace=replace, columns=columns)
    gathered = list(gather(sources))
    with nullcontext() if isinstance(target, Foretelling) else target.batch():
        lines = tuple(_lines(run, gathered, progress or _no_progress))
    return IngestReport(lines=lines, dry_run=dry_run)


class _Run:
    """One ingest: where articles go, and how."""

    def __init__(
        self,
        target: ArticleStore | Foretelling,
        *,
        collection: str,
        replace: bool,
        columns: Columns | None,
    ) -> None:
        self.columns = columns
        self._target = target
        self._collection = collection
        self._replace = replace

    def store(self, found: Found) -> ReportLine:
        """Prepare and store one article; what is wrong with it becomes its line."""
        try:
            article = prepare(self._under_its_key(found).article)
            outcome = self._put(article)
        except LibraryError:
            raise
        except CorpusError as error:
            return _failed(Failure(source=found.source, reason=str(error)))
        return ReportLine(
            source=found.source,
            result=Result(outcome.value),
            key=article.raw.key,
            warnings=found.warnings,
        )

    def pause(self) -> None:
        """Let others write: what comes next takes its time."""
        if isinstance(self._target, ArticleStore):
            self._target.flush()

    def _put(self, article: PreparedArticle) -> PutOutcome:
        return self._target.put(article, collection=self._collection, replace=self._replace)

    def _under_its_key(self, found: Found) -> Found:
        """Return the article under the key its file already has, if the file names it."""
        if found.names_itself:
            return found
        origin = found.article.origin
        known = self._target.find_by_origin(origin, collection=self._collection)
        key = known or found.article.key
        return changed(found, article=changed(found.article, key=key))


def _lines(run: _Run, gathered: Sequence[Gathered], progress: Progress) -> Iterator[ReportLine]:
    total = sum(item.size for item in gathered if isinstance(item, SourceFile))
    done = 0
    for item in gathered:
        progress("reading", done, total)
        if isinstance(item, SourceFile):
            if item.size >= _LARGE:
                run.pause()
            within = _within(progress, done, item.size, total)
            yield from _lines_of_file(run, item, within)
            done += item.size
        elif isinstance(item, Skipped):
            yield ReportLine(source=item.source, result=Result.SKIPPED, reason=item.reason)
        else:
            yield _failed(item)
    progress("reading", done, total)


def _lines_of_file(
    run: _Run, file: SourceFile, progress: Callable[[int], None]
) -> Iterator[ReportLine]:
    read = 0
    for found in read_source(file.path, key=file.key, columns=run.columns):
        if isinstance(found, Failure):
            yield _failed(found)
            continue
        yield run.store(found)
        read += len(found.article.raw)
        progress(read)


def _within(progress: Progress, done: int, size: int, total: int) -> Callable[[int], None]:
    """Return what tells how much of one file is read."""
    return lambda read: progress("reading", done + min(read, size), total)


def _failed(failure: Failure) -> ReportLine:
    return ReportLine(source=failure.source, result=Result.FAILED, reason=failure.reason)


def _no_progress(what: str, done: int, total: int) -> None:
    """Ignore progress."""
