"""Feeds that are followed: their entries, with the whole text where the feed gives a summary."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from corpus.articles import RawArticle
from corpus.errors import AddressRefusedError
from corpus.fetching import Fetched, Fetcher
from corpus.pages import main_text, with_site
from corpus.readers.documents import Failure, Found
from corpus.readers.feeds import Feed, FeedEntry, read_feed
from corpus.reports import ReportLine, Result
from corpus.sources import Item
from corpus.storing import failed
from corpus.urls import joined, tidy
from corpus.validators import NEW
from corpus.visiting import Visitor


class FeedSync:
    """Brings one feed up to date. What left the feed stays: feeds show the newest only."""

    def __init__(self, visitor: Visitor, fetcher: Fetcher) -> None:
        """Visit the pages of entries by `visitor`."""
        self._visitor = visitor
        self._records = visitor.store.followed
        self._fetcher = fetcher
        self._has_failed = False

    def lines(self, fetched: Fetched | None = None) -> Iterator[ReportLine]:
        """Yield a line for each entry that is new or changed, and for each that fails.

        Raise a `SourceError` if the feed itself cannot be had. `fetched` is the feed if it was
        fetched already.
        """
        source, now = self._visitor.source, self._visitor.now()
        known = self._records.items(source)
        is_any_due = any(item.is_due(now) for item in known.values())
        validators = NEW if is_any_due else source.validators
        answer = fetched or self._fetcher.fetch(source.address, validators)
        if answer.moved_to is not None:
            self._records.relocate(source, tidy(answer.moved_to))
        if answer.data is None:
            return
        feed = read_feed(answer.data)
        listed = set()
        for entry in feed.entries:
            item = self._item(entry, feed, answer.url)
            listed.add(item.address)
            yield from self._entry(entry, feed, item, known.get(item.address))
        self._rest(known, listed)
        if not self._has_failed:
            given = answer.validators
            self._records.change(source, etag=given.etag, last_modified=given.last_modified)

    def _item(self, entry: FeedEntry, feed: Feed, base: str) -> Item:
        address = _link(entry, base) or f"{tidy(base)}#{quote(entry.key or entry.title)}"
        told = [entry.raw.decode(), feed.title, feed.language]
        hint = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        return Item(address=address, origin=address, hint=hint)

    def _entry(
        self, entry: FeedEntry, feed: Feed, item: Item, known: Item | None
    ) -> Iterator[ReportLine]:
        now = self._visitor.now()
        is_same = known is not None and known.hint == item.hint
        if known is not None and is_same and not known.is_due(now):
            if known.error is not None and not known.gone:
                self._has_failed = True
                yield failed(Failure(source=known.address, reason=known.error))
            return
        if known is not None:
            item = replace(known, hint=item.hint) if is_same else _changed(known, item)
        store = self._by_link if _needs_page(entry, item) else self._whole
        for line in store(entry, feed, item):
            self._has_failed |= line.result is Result.FAILED
            yield line

    def _whole(self, entry: FeedEntry, feed: Feed, item: Item) -> list[ReportLine]:
        """Store an entry as the feed has it."""
        with self._visitor.store.batch():
            line = self._line_of(entry, feed, item)
            self._records.note(self._visitor.source, replace(item, error=None, next_attempt=None))
        return [line]

    def _line_of(self, entry: FeedEntry, feed: Feed, item: Item) -> ReportLine:
        if _has_words(entry):
            article = _article(entry, feed, item)
            found = Found(source=item.address, article=article, names_itself=False)
            return self._visitor.storing.store(found)
        reason = "the entry has neither text nor a link; nothing can be read of it"
        return ReportLine(source=item.address, result=Result.SKIPPED, reason=reason)

    def _by_link(self, entry: FeedEntry, feed: Feed, item: Item) -> list[ReportLine]:
        """Store an entry with the text of its page; with its summary until that can be had."""

        def reading(fetched: Fetched) -> Iterator[Found | Failure]:
            article = _merged(_article(entry, feed, item), main_text(fetched))
            if any(map(str.isalnum, article.text)):
                yield Found(source=item.address, article=article, names_itself=False)
            else:
                reason = "neither the entry nor its page holds text; open it in a browser"
                yield Failure(source=item.address, reason=reason)

        lines = list(self._visitor.visit(item, reading=reading))
        is_failed = any(line.result is Result.FAILED for line in lines)
        collection = self._visitor.source.collection
        is_stored = bool(self._records.keys_at(item.origin, collection=collection))
        if is_failed and not is_stored and _has_words(entry):
            found = Found(
                source=item.address,
                article=_article(entry, feed, item),
                names_itself=False,
                warnings=("only its summary could be read; its page is tried again",),
            )
            lines.insert(0, self._visitor.storing.store(found))
        return lines

    def _rest(self, known: dict[str, Item], listed: set[str]) -> None:
        """Let the entries that left the feed be: they are not asked for any more."""
        left = [it for it in known.values() if it.address not in listed and it.next_attempt]
        self._records.note(self._visitor.source, *(replace(it, next_attempt=None) for it in left))


def _changed(known: Item, item: Item) -> Item:
    """Return what to remember of an entry that changed: its page is asked for anew."""
    return replace(known, hint=item.hint, validators=NEW)


def _needs_page(entry: FeedEntry, item: Item) -> bool:
    is_linked = "#" not in item.address
    return is_linked and (entry.is_summary or not _has_words(entry))


def _has_words(entry: FeedEntry) -> bool:
    return any(map(str.isalnum, entry.text))


def _link(entry: FeedEntry, base: str) -> str | None:
    try:
        return tidy(joined(base, entry.url)) if entry.url else None
    except AddressRefusedError:
        return None


def _article(entry: FeedEntry, feed: Feed, item: Item) -> RawArticle:
    article = RawArticle(
        key=item.address,
        origin=item.origin,
        title=entry.title,
        text=entry.text,
        raw=entry.raw,
        url=None if "#" in item.address else item.address,
        source=feed.title,
        author=entry.author,
        published=entry.published,
        updated=entry.updated,
        language=entry.language or feed.language,
    )
    return with_site(article, item.address)


def _merged(entry: RawArticle, page: RawArticle | None) -> RawArticle:
    """Return the entry with the text of its page where that is longer."""
    if page is None or len(page.text) <= len(entry.text):
        return entry
    return replace(
        page,
        title=entry.title or page.title,
        source=entry.source or page.source,
        author=entry.author or page.author,
        published=entry.published or page.published,
        updated=entry.updated or page.updated,
        language=entry.language or page.language,
    )
