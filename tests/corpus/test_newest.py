"""The newest articles, and how far collections reach."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from tests.corpus.builders import NOON, Calendar, prepared


def day(number: int) -> datetime:
    return datetime(2026, 2, number, tzinfo=UTC)


def keys(store: ArticleStore, **about: object) -> list[str]:
    wanted = {"until": NOON + timedelta(days=9), "most": 10, **about}
    return [cited.key for cited in store.newest(**wanted)]  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> ArticleStore:
    store = ArticleStore.create(tmp_path, now=Calendar())
    store.put(prepared("old", "Old news.", published=day(1), source="The Echo"))
    store.put(prepared("new", "New news.", published=day(9), source="Wire"))
    store.put(prepared("undated", "Whenever.", source="the echo"))
    store.put(prepared("theirs", "Their news.", published=day(5)), collection="theirs")
    return store


def test_the_newest_come_first_those_without_a_date_as_of_their_storing(
    store: ArticleStore,
) -> None:
    assert keys(store) == ["undated", "new", "theirs", "old"]
    assert keys(store, most=2) == ["undated", "new"]


def test_what_is_dated_later_than_the_bound_is_left_out(store: ArticleStore) -> None:
    assert keys(store, until=day(9)) == ["theirs", "old"]


def test_a_source_is_told_without_regard_to_case(store: ArticleStore) -> None:
    assert keys(store, source="THE ECHO") == ["undated", "old"]


def test_collections_limit_both_the_list_and_the_extent(store: ArticleStore) -> None:
    assert keys(store, collections=("theirs",)) == ["theirs"]
    everything, theirs = store.extent(), store.extent(("theirs",))
    assert (everything.articles, everything.newest_published) == (4, day(9))
    assert (theirs.articles, theirs.newest_published) == (1, day(5))
    nowhere = store.extent(("nowhere",))
    assert (nowhere.articles, nowhere.newest_published) == (0, None)


def test_what_was_retired_or_replaced_is_not_listed(store: ArticleStore) -> None:
    store.retire("new")
    store.put(prepared("old", "Old news, told anew.", published=day(7), source="The Echo"))
    assert keys(store) == ["undated", "old", "theirs"]
    assert store.extent().newest_published == day(7)
