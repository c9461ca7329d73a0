"""Taking articles out of the answers because what they came from is gone."""

from collections.abc import Iterable, Iterator

from corpus.reports import ReportLine, Result
from corpus.sources import Item, Source
from corpus.store import ArticleStore


def retire_item(
    store: ArticleStore, source: Source, item: Item, reason: str
) -> Iterator[ReportLine]:
    """Retire the articles of an item that no other item stands for; yield a line for each."""
    if store.followed.has_others(source, item):
        return
    keys = store.followed.keys_at(item.origin, collection=source.collection)
    yield from retire_keys(store, source, keys, of=item.address, reason=reason)


def retire_keys(
    store: ArticleStore, source: Source, keys: Iterable[str], *, of: str, reason: str
) -> Iterator[ReportLine]:
    """Retire articles by their keys; `of` names in the report where they came from."""
    for key in keys:
        store.retire(key, collection=source.collection)
        yield ReportLine(source=of, result=Result.RETIRED, key=key, reason=reason)
