"""Sitemaps that are followed: every page they name, and none that they name no longer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.errors import (
    AddressRefusedError,
    EmptySourceError,
    OversizedSourceError,
)
from corpus.fetching import Fetched, Fetcher
from corpus.readers.address_lists import SitemapEntry, read_sitemap
from corpus.readers.documents import Failure
from corpus.readers.reading import file_error
from corpus.reports import ReportLine, Result
from corpus.retiring import retire_item
from corpus.sources import Item
from corpus.storing import failed
from corpus.urls import tidy
from corpus.validators import NEW, Validators
from corpus.visiting import Visitor

MOST_SITEMAPS = 500
MOST_PAGES = 50_000


@dataclass(slots=True, kw_only=True)
class _Listing:
    """The pages a sitemap names: address to what it says of their last change, if anything."""

    pages: dict[str, str | None] = field(default_factory=dict)
    validators: Validators = NEW
    is_new: bool = True


class SitemapSync:
    """Brings the pages of one sitemap up to date."""

    def __init__(self, visitor: Visitor, fetcher: Fetcher, *, asks_all: bool) -> None:
        """Visit pages by `visitor`.

        With `asks_all` also those are asked for anew of which the sitemap says no date.
        """
        self._visitor = visitor
        self._records = visitor.store.followed
        self._fetcher = fetcher
        self._asks_all = asks_all
        self._has_failed = False

    def lines(self, fetched: Fetched | None = None) -> Iterator[ReportLine]:
        """Yield the lines of the pages that were asked for, and of those that left.

        Raise a `SourceError` if the sitemap itself cannot be had. `fetched` is the sitemap if it
        was fetched already.
        """
        source = self._visitor.source
        known = self._records.items(source)
        listing = self._listing(known, fetched)
        for address, hint in listing.pages.items():
            for line in self._page(address, hint, known.get(address)):
                self._has_failed |= line.result is Result.FAILED
                yield line
        yield from self._left(listing, known)
        if listing.is_new and not self._has_failed:
            given = listing.validators
            self._records.change(source, etag=given.etag, last_modified=given.last_modified)

    def _page(self, address: str, hint: str | None, known: Item | None) -> Iterator[ReportLine]:
        """Ask for a page that is new, has changed by its date, or is due."""
        if known is None:
            yield from self._visitor.visit(Item(address=address, origin=address, hint=hint))
            return
        is_same = known.hint == hint
        is_asked = self._asks_all and hint is None and not known.gone and known.error is None
        if not is_same or is_asked or known.is_due(self._visitor.now()):
            asked = known if is_same else replace(known, hint=hint)
            yield from self._visitor.visit(asked)
        elif known.error is not None and not known.gone:
            yield failed(Failure(source=address, reason=known.error))

    def _left(self, listing: _Listing, known: Mapping[str, Item]) -> Iterator[ReportLine]:
        store, source = self._visitor.store, self._visitor.source
        for address, item in known.items():
            if address not in listing.pages:
                with store.batch():
                    reason = "the sitemap names it no longer"
                    lines = list(retire_item(store, source, item, reason))
                    self._records.drop(source, [address])
                yield from lines

    def _listing(self, known: Mapping[str, Item], fetched: Fetched | None) -> _Listing:
        source = self._visitor.source
        if source.is_local:
            return self._followed(local_list(source.path), NEW)
        answer = fetched or self._fetcher.fetch(source.address, source.validators)
        if answer.moved_to is not None:
            self._records.relocate(source, tidy(answer.moved_to))
        if answer.data is None:
            return _Listing(pages={it.address: it.hint for it in known.values()}, is_new=False)
        return self._followed(answer.data, answer.validators)

    def _followed(self, data: bytes, validators: Validators) -> _Listing:
        """Return all pages of a sitemap, and of those it names if it is an index."""
        listing = _Listing(validators=validators)
        sitemap = read_sitemap(data)
        _take(listing, sitemap.pages)
        pending, seen = list(sitemap.sitemaps), set[str]()
        if pending:
            listing.validators = NEW  # an index stays as it is while its sitemaps change
        while pending:
            url = tidy(pending.pop(0).url)
            if url in seen:
                continue
            seen.add(url)
            if len(seen) > MOST_SITEMAPS:
                message = f"it names more than {MOST_SITEMAPS} sitemaps; give those you want"
                raise OversizedSourceError(message)
            inner = read_sitemap(self._fetcher.fetch(url).data or b"")
            pending += inner.sitemaps
            _take(listing, inner.pages)
        if not listing.pages:
            message = "the sitemap names no pages; nothing was retired, check it or forget it"
            raise EmptySourceError(message)
        return listing


def _take(listing: _Listing, pages: tuple[SitemapEntry, ...]) -> None:
    for page in pages:
        try:
            address = tidy(page.url)
        except AddressRefusedError:
            continue  # it is no address of a page on the web
        listing.pages[address] = None if page.updated is None else page.updated.isoformat()
    if len(listing.pages) > MOST_PAGES:
        message = f"it names more than {MOST_PAGES} pages; give the sitemaps of those you want"
        raise OversizedSourceError(message)


def local_list(path: Path) -> bytes:
    """Return the bytes of a list of addresses in a file; raise a `SourceError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise file_error(error) from error
