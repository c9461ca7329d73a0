from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from tests.corpus.builders import NOON, make_store, prepared


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    """One passage each: 1 undated, 2 of 1 May, 3 of 2 May in German, 4 in another collection."""
    may = datetime(2025, 5, 1, tzinfo=UTC)
    with make_store(tmp_path / "library") as store:
        store.put(prepared("undated", text="A.", source="ÉCHO du Nord"))
        store.put(prepared("first", text="B.", source="Herald", published=may))
        later = may + timedelta(days=1)
        store.put(prepared("second", text="C.", language="DE", published=later))
        store.put(prepared("third", text="D.", source="herald"), collection="archive")
        yield store


def test_without_filters_all_that_answers_is_allowed(store: ArticleStore) -> None:
    store.put(prepared("first", text="Anew.", source="Herald"))
    assert list(store.allowed_passages()) == [1, 3, 4, 5]


def test_since_is_inclusive_and_until_exclusive(store: ArticleStore) -> None:
    first, second = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 5, 2, tzinfo=UTC)
    assert list(store.allowed_passages(since=first, until=second)) == [2]
    assert list(store.allowed_passages(since=second)) == [3]
    assert list(store.allowed_passages(since=second, until=first)) == []


def test_an_article_without_a_date_passes_neither_bound(store: ArticleStore) -> None:
    assert list(store.allowed_passages(since=datetime(1900, 1, 1, tzinfo=UTC))) == [2, 3]
    assert list(store.allowed_passages(until=datetime(2900, 1, 1, tzinfo=UTC))) == [2, 3]


def test_bounds_in_other_time_zones_name_the_same_moment(store: ArticleStore) -> None:
    tokyo = timezone(timedelta(hours=9))
    assert list(store.allowed_passages(since=datetime(2025, 5, 2, 9, tzinfo=tokyo))) == [3]
    assert list(store.allowed_passages(since=datetime(2025, 5, 2, 9, 1, tzinfo=tokyo))) == []


def test_a_bound_without_a_time_zone_is_a_mistake_of_the_caller(store: ArticleStore) -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        store.allowed_passages(since=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("source", "expected"),
    [("HERALD", [2, 4]), ("écho DU nord", [1]), ("Her%", []), ("", [])],
)
def test_sources_compare_without_case_in_any_script(
    store: ArticleStore, source: str, expected: list[int]
) -> None:
    assert list(store.allowed_passages(source=source)) == expected


def test_languages_compare_without_case(store: ArticleStore) -> None:
    assert list(store.allowed_passages(language="de")) == [3]
    assert list(store.allowed_passages(language="EN")) == [1, 2, 4]


def test_collections_are_a_choice_of_names(store: ArticleStore) -> None:
    assert list(store.allowed_passages(collections=["archive"])) == [4]
    assert list(store.allowed_passages(collections=("main", "archive"))) == [1, 2, 3, 4]
    assert list(store.allowed_passages(collections=["Main"])) == []


def test_all_filters_must_hold_together(store: ArticleStore) -> None:
    allowed = store.allowed_passages(
        since=datetime(2025, 1, 1, tzinfo=UTC),
        until=datetime(2026, 1, 1, tzinfo=UTC),
        source="herald",
        language="en",
        collections=["main"],
    )
    assert list(allowed) == [2]


def test_dates_are_stored_as_text_that_sorts_by_time(store: ArticleStore) -> None:
    store.put(prepared("old", published=datetime(476, 9, 4, tzinfo=UTC)))
    store.put(prepared("late", published=datetime(2025, 5, 1, 0, 0, 0, 1, tzinfo=UTC)))
    with store._reading() as connection:
        rows = connection.exec_driver_sql("SELECT published FROM versions ORDER BY published")
        dates = [date for date in rows.scalars() if date]
    assert dates == [
        "0476-09-04T00:00:00.000000+00:00",
        "2025-05-01T00:00:00.000000+00:00",
        "2025-05-01T00:00:00.000001+00:00",
        "2025-05-02T00:00:00.000000+00:00",
    ]


def test_keys_name_single_articles_of_a_collection(store: ArticleStore) -> None:
    keys = (("main", "first"), ("archive", "third"), ("main", "third"), ("main", "unheard"))
    assert list(store.allowed_passages(keys=keys)) == [2, 4]
    assert list(store.allowed_passages(keys=keys, collections=("main",))) == [2]
    assert list(store.allowed_passages(keys=(("main", "unheard"),))) == []
