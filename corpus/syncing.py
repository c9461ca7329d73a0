"""Bringing what is followed up to date: each source by its kind, its state kept for all to see."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.articles import MAIN_COLLECTION
from corpus.clock import Clock, utc_now
from corpus.errors import (
    AddressRefusedError,
    SourceError,
    UnreachableError,
)
from corpus.feed_sync import FeedSync
from corpus.fetching import Fetched, Fetcher
from corpus.folders import FolderSync
from corpus.pages import kind_of
from corpus.readers.address_lists import read_opml
from corpus.readers.columns import Columns
from corpus.readers.documents import Failure
from corpus.reports import ReportLine, Result
from corpus.sitemap_sync import SitemapSync, local_list
from corpus.sources import Item, Source, SourceKind, pause_after
from corpus.store import ArticleStore
from corpus.storing import failed
from corpus.sync_reports import SourceReport
from corpus.urls import tidy
from corpus.validators import NEW
from corpus.visiting import Visitor

_CHANGED = frozenset({Result.ADDED, Result.UPDATED, Result.REVISED})


class Syncing:
    """Follows sources and brings them up to date. One thread at a time uses it."""

    def __init__(
        self,
        store: ArticleStore,
        fetcher: Fetcher,
        *,
        now: Clock = utc_now,
        told: Callable[[ReportLine], None] = lambda _: None,
    ) -> None:
        """Keep what is read in `store`; `fetcher` is the way to the web.

        `told` is called with each line as it comes: a site with many pages takes its time.
        """
        self._store = store
        self._records = store.followed
        self._fetcher = fetcher
        self._now = now
        self._told = told

    def add(
        self, url: str, *, collection: str = MAIN_COLLECTION, columns: Columns | None = None
    ) -> list[SourceReport]:
        """Follow the page, feed, list of feeds or sitemap at `url`, and read it.

        What it is is told by what it holds. Return its report, and those of the feeds of a list.
        Raise a `SourceError` if it cannot be had: then nothing is followed.
        """
        address = tidy(url)
        known = self._records.find(address, collection=collection)
        if known:
            return list(self._reports(known[0], asks_all=True, spares_removed=False))
        fetched = self._fetcher.fetch(address)
        kind = kind_of(fetched.data or b"", fetched.url)
        address = tidy(fetched.moved_to) if fetched.moved_to else address
        source = self._records.register(address, kind, collection=collection, columns=columns)
        return list(self._reports(source, fetched=fetched, asks_all=True, spares_removed=False))

    def add_list(self, path: Path, *, collection: str = MAIN_COLLECTION) -> list[SourceReport]:
        """Follow the list of feeds or the sitemap in a file, and read what it names."""
        kind = kind_of(local_list(path), path.name)
        source = self._records.register(path.resolve().as_uri(), kind, collection=collection)
        return list(self._reports(source, asks_all=True, spares_removed=False))

    def sync(self, sources: Iterable[Source], *, named: bool = False) -> Iterator[SourceReport]:
        """Bring sources up to date and yield the report of each.

        A source that waits after a failure is passed over with a line that says so, unless
        `named`. Only a `LibraryError` is raised.
        """
        for source in _without_children(sources):
            if named or source.is_due(self._now()):
                yield from self._reports(source, asks_all=True, named=named)
            else:
                yield self._report(source, [_waiting(source)])

    def sync_due(self, sources: Iterable[Source]) -> Iterator[SourceReport]:
        """Bring up to date what is due, without asking again for what nothing says has changed."""
        for source in _without_children(sources):
            if source.is_due(self._now()):
                yield from self._reports(source, asks_all=False, named=False)

    def _reports(
        self,
        source: Source,
        *,
        asks_all: bool,
        fetched: Fetched | None = None,
        spares_removed: bool = True,
        named: bool = True,
    ) -> Iterator[SourceReport]:
        work = _Work(fetched=fetched, asks_all=asks_all, spares_removed=spares_removed)
        lines: list[ReportLine] = []
        error: SourceError | None = None
        try:
            for line in self._lines(source, work):
                lines.append(line)
                self._told(line)
        except SourceError as caught:
            error = caught
            lines.append(failed(Failure(source=source.name, reason=str(caught))))
        source = self._noted(source, error, lines)
        yield self._report(source, lines)
        if source.kind is SourceKind.OPML and error is None:
            for child in self._records.children(source):
                if named or child.is_due(self._now()):
                    yield from self._reports(
                        child, asks_all=asks_all, spares_removed=spares_removed, named=named
                    )
                elif asks_all:
                    yield self._report(child, [_waiting(child)])

    def _lines(self, source: Source, work: "_Work") -> Iterator[ReportLine]:
        visitor = Visitor(
            self._store,
            source,
            self._fetcher,
            now=self._now,
            spares_removed=work.spares_removed,
        )
        match source.kind:
            case SourceKind.FOLDER | SourceKind.FILE:
                return FolderSync(self._store, source).lines()
            case SourceKind.FEED:
                return FeedSync(visitor, self._fetcher).lines(work.fetched)
            case SourceKind.SITEMAP:
                pages = SitemapSync(visitor, self._fetcher, asks_all=work.asks_all)
                return pages.lines(work.fetched)
            case SourceKind.OPML:
                return self._list_lines(source, work.fetched)
            case SourceKind.PAGE:
                return self._page_lines(source, visitor, work)

    def _list_lines(self, source: Source, fetched: Fetched | None) -> Iterator[ReportLine]:
        """Follow the feeds a list names, and no longer those it does not name any more."""
        if source.is_local:
            data: bytes | None = local_list(source.path)
        else:
            data = (fetched or self._fetcher.fetch(source.address, source.validators)).data
        if data is None:
            return
        listed = set()
        for subscription in read_opml(data):
            try:
                address = tidy(subscription.url)
            except AddressRefusedError as error:
                yield failed(Failure(source=subscription.url, reason=str(error)))
                continue
            listed.add(address)
            if not self._records.find(address, collection=source.collection):
                self._records.register(
                    address,
                    SourceKind.FEED,
                    collection=source.collection,
                    parent_id=source.id,
                )
        for child in self._records.children(source):
            if child.address not in listed:
                self._records.forget(child)

    def _page_lines(self, source: Source, visitor: Visitor, work: "_Work") -> Iterator[ReportLine]:
        """Visit the one page of a source, and follow it to where it moved for good."""
        item = self._item_of(source)
        if not work.asks_all and item.error is not None and not item.is_due(self._now()):
            return
        if not work.spares_removed:  # a person asks for it: as if it had never been read
            item = replace(item, validators=NEW)
        yield from visitor.visit(item, fetched=work.fetched)
        if visitor.moved_to is not None:
            self._follow(source, visitor.moved_to)

    def _item_of(self, source: Source) -> Item:
        known = self._records.items(source).get(source.address)
        return known or Item(address=source.address, origin=source.address)

    def _follow(self, source: Source, address: str) -> None:
        item = self._item_of(source)
        self._records.relocate(source, address)
        if self._records.get(source).address == address:
            self._records.note(source, replace(item, address=address))
            self._records.drop(source, [source.address])

    def _noted(self, source: Source, error: SourceError | None, lines: list[ReportLine]) -> Source:
        """Remember how it went; return the source as it is now."""
        now = self._now()
        if error is not None:
            self._note_failure(source, error)
        elif source.kind is SourceKind.PAGE:
            self._note_page(self._records.get(source))
        else:
            reason = next((it.reason for it in lines if it.result is Result.FAILED), None)
            shown = reason if source.kind is SourceKind.FILE else None
            self._records.change(
                source, tried_at=now, succeeded_at=now, error=shown, failures=0, next_attempt=None
            )
        return self._records.get(source)

    def _note_failure(self, source: Source, error: SourceError) -> None:
        now, failures = self._now(), source.failures + 1
        wait = error.retry_after if isinstance(error, UnreachableError) else None
        again = None if source.is_local else now + pause_after(failures, wait)
        self._records.change(
            source, tried_at=now, error=str(error), failures=failures, next_attempt=again
        )

    def _note_page(self, source: Source) -> None:
        """Take over the state of a page; one that is missing is asked for by every sync."""
        now, item = self._now(), self._item_of(source)
        is_waiting = item.failures > 0 and item.missing_since is None and not item.gone
        self._records.change(
            source,
            tried_at=now,
            succeeded_at=now if item.error is None else source.succeeded_at,
            error=item.error,
            failures=item.failures,
            next_attempt=item.next_attempt if is_waiting else None,
        )

    def _report(self, source: Source, lines: list[ReportLine]) -> SourceReport:
        touched = {it.key for it in lines if it.result in _CHANGED}
        answering = self._records.article_counts(source).get(source.id, 0)
        return SourceReport(
            source=source, lines=tuple(lines), unchanged=max(0, answering - len(touched))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    fetched: Fetched | None
    asks_all: bool
    spares_removed: bool


def _without_children(sources: Iterable[Source]) -> list[Source]:
    """Return `sources` without those whose list is among them: it brings them along."""
    given = list(sources)
    ids = {it.id for it in given}
    return [it for it in given if it.parent_id not in ids]


def _waiting(source: Source) -> ReportLine:
    when = source.next_attempt.isoformat(" ", "minutes") if source.next_attempt else "later"
    reason = (
        f"it failed {source.failures} times ({source.error}); next attempt {when[:16]} UTC, "
        "or name it to try now"
    )
    return ReportLine(source=source.name, result=Result.FAILED, reason=reason)
