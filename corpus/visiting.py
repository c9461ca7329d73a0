"""One page of a source: asked for, and stored, moved or retired by what its site answers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from corpus.clock import Clock
from corpus.errors import PageGoneError, PageMissingError, SourceError, UnreachableError
from corpus.fetching import Fetched, Fetcher
from corpus.pages import articles_at
from corpus.readers.documents import Failure, Found
from corpus.reports import ReportLine, Result
from corpus.retiring import retire_item, retire_keys
from corpus.sources import REVISIT, REVISIT_GONE, Item, Source, pause_after
from corpus.store import ArticleStore
from corpus.storing import Storing, failed
from corpus.urls import tidy

Reading = Callable[[Fetched], Iterable[Found | Failure]]
"""What makes articles of a fetched page."""

_SEEN_MISSING_AGAIN = timedelta(hours=1)


class Visitor:
    """Visits the pages of one source; each is one transaction."""

    def __init__(
        self,
        store: ArticleStore,
        source: Source,
        fetcher: Fetcher,
        *,
        now: Clock,
        spares_removed: bool,
    ) -> None:
        """Store what `fetcher` finds; `spares_removed` leaves alone what a person removed."""
        self.store = store
        self.source = source
        self.now = now
        self.moved_to: str | None = None
        """Where the page visited last moved for good."""
        self._records = store.followed
        self._fetcher = fetcher
        self.storing = Storing(
            store,
            collection=source.collection,
            columns=source.columns,
            spares_removed=spares_removed,
        )

    def visit(
        self, item: Item, *, reading: Reading | None = None, fetched: Fetched | None = None
    ) -> Iterator[ReportLine]:
        """Yield the lines of one page, and remember it.

        `reading` makes articles of it, by default as `articles_at`; `fetched` is the page if it
        was fetched already.
        """
        try:
            answer = fetched or self._fetcher.fetch(item.address, item.validators)
        except PageGoneError as error:
            yield from self._gone(item, str(error), again=None)
        except PageMissingError as error:
            yield from self._missing(item, str(error))
        except SourceError as error:
            yield self.failing(item, error)
        else:
            self.moved_to = answer.moved_to and tidy(answer.moved_to)
            yield from self._stored(item, answer, reading or self._articles)

    def _stored(self, item: Item, answer: Fetched, reading: Reading) -> list[ReportLine]:
        """Return the lines of a page that answered, after all of it is durable."""
        with self.store.batch():
            if answer.data is None:
                return list(self._unchanged(item, answer))
            return list(self._read(item, answer, reading))

    def failing(self, item: Item, error: SourceError) -> ReportLine:
        """Return the line of a page that could not be had, and remember when to try again."""
        wait = error.retry_after if isinstance(error, UnreachableError) else None
        failures = item.failures + 1
        again = self.now() + pause_after(failures, wait)
        self._records.note(
            self.source, replace(item, error=str(error), failures=failures, next_attempt=again)
        )
        return _failing(item, str(error))

    def _articles(self, fetched: Fetched) -> Iterator[Found | Failure]:
        return articles_at(fetched, self.source.columns)

    def _unchanged(self, item: Item, answer: Fetched) -> Iterator[ReportLine]:
        """Remember a page that is what it was, maybe at another address."""
        if answer.moved_to is not None:
            item, lines = self._now_from(item, tidy(answer.moved_to))
            yield from lines
        self._records.note(self.source, self._fine(item))

    def _read(self, item: Item, answer: Fetched, reading: Reading) -> Iterator[ReportLine]:
        """Store what is on the page, retire what was and is not, and remember it."""
        lines: list[ReportLine] = []
        for found in reading(answer):
            if isinstance(found, Failure):
                lines.append(failed(found))
                continue
            item, moved = self._now_from(item, found.article.origin.partition("#")[0])
            lines += [*moved, self.storing.store(found)]
        yield from lines
        error = next((it.reason for it in lines if it.result is Result.FAILED), None)
        if error is None:
            keys = {it.key for it in lines}
            stored = self._records.keys_at(item.origin, collection=self.source.collection)
            left = [key for key in stored if key not in keys]
            reason = "the page holds it no longer"
            yield from retire_keys(self.store, self.source, left, of=item.address, reason=reason)
        fresh = replace(item, validators=answer.validators)
        self._records.note(self.source, self._fine(fresh, error))

    def _fine(self, item: Item, error: str | None = None) -> Item:
        return replace(
            item,
            gone=False,
            missing_since=None,
            error=error,
            failures=0,
            next_attempt=self.now() + REVISIT,
        )

    def _now_from(self, item: Item, origin: str) -> tuple[Item, list[ReportLine]]:
        """Return the item with another origin, and lines for what that retired."""
        if origin == item.origin:
            return item, []
        collection, lines = self.source.collection, list[ReportLine]()
        is_stored = bool(self._records.keys_at(item.origin, collection=collection))
        if is_stored and not self._records.move(item.origin, origin, collection=collection):
            reason = f"it moved to {origin}, which is an article already"
            lines = list(retire_item(self.store, self.source, item, reason))
        return replace(item, origin=origin), lines

    def _gone(self, item: Item, reason: str, *, again: timedelta | None) -> Iterator[ReportLine]:
        with self.store.batch():
            lines = list(retire_item(self.store, self.source, item, reason))
            when = None if again is None else self.now() + again
            self._records.note(
                self.source,
                replace(item, gone=True, error=reason, next_attempt=when, missing_since=None),
            )
        yield from lines or ([] if item.gone else [_failing(item, reason)])

    def _missing(self, item: Item, reason: str) -> Iterator[ReportLine]:
        """Retire a page that was missing before; else only remember that it is."""
        if item.missing_since is not None or item.gone:
            yield from self._gone(item, reason, again=REVISIT_GONE)
            return
        now = self.now()
        again = now + _SEEN_MISSING_AGAIN
        self._records.note(
            self.source,
            replace(
                item,
                error=reason,
                failures=item.failures + 1,
                missing_since=now,
                next_attempt=again,
            ),
        )
        yield _failing(item, reason)


def _failing(item: Item, reason: str) -> ReportLine:
    return failed(Failure(source=item.address, reason=reason))
