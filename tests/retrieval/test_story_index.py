"""The stories of a library follow its store, whatever the order in which articles come."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval import story_writing
from retrieval.story_index import FILE_NAME, StoryIndex
from tests.corpus.builders import NOON, prepared
from tests.retrieval.test_copies import OTHER, PLAIN, RETOLD, STORY

DATED = datetime(2026, 2, 1, tzinfo=UTC)
TEXTS = {
    "flood": STORY,
    "wire": f"HARLOW (Reuters) - {PLAIN}",
    "again": PLAIN,
    "retold": RETOLD,
    "number": STORY.replace("2.4", "2.6"),
    "tram": OTHER,
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with ArticleStore.create(tmp_path) as opened:
        yield opened


@pytest.fixture
def index(tmp_path: Path) -> Iterator[StoryIndex]:
    with StoryIndex(tmp_path) as opened:
        yield opened


def drawn(index: StoryIndex) -> set[str]:
    return {
        " | ".join(
            sorted(" ".join(sorted(t.key for t in report.tellings)) for report in story.reports)
        )
        for story in index.all()
    }


ALL = {"again flood wire | number | retold", "tram"}


def test_copies_are_told_from_reports_and_from_changed_numbers(
    store: ArticleStore, index: StoryIndex
) -> None:
    for key, text in TEXTS.items():
        store.put(prepared(key, text))
    assert index.bring_up_to_date(store) == len(TEXTS)
    assert drawn(index) == ALL


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_arrival_does_not_matter(
    seed: int, store: ArticleStore, index: StoryIndex
) -> None:
    items = list(TEXTS.items())
    random.Random(seed).shuffle(items)  # noqa: S311 - an order, no secret
    for key, text in items:
        store.put(prepared(key, text))
        index.bring_up_to_date(store)
    assert drawn(index) == ALL


def test_what_is_removed_or_retired_leaves_its_story(
    store: ArticleStore, index: StoryIndex
) -> None:
    for key, text in TEXTS.items():
        store.put(prepared(key, text))
    index.bring_up_to_date(store)
    store.remove("flood")
    store.retire("retold")
    index.bring_up_to_date(store)
    assert drawn(index) == {"again wire | number", "tram"}


def test_removing_everything_leaves_nothing_in_the_file(
    store: ArticleStore, index: StoryIndex, tmp_path: Path
) -> None:
    for key, text in TEXTS.items():
        store.put(prepared(key, text))
    index.bring_up_to_date(store)
    for key in TEXTS:
        store.remove(key)
    index.bring_up_to_date(store)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        for table in ("texts", "tellings", "buckets", "links"):
            assert file.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608


def test_a_new_version_moves_to_the_story_it_tells_now(
    store: ArticleStore, index: StoryIndex
) -> None:
    store.put(prepared("flood", STORY))
    store.put(prepared("tram", OTHER))
    index.bring_up_to_date(store)
    store.put(prepared("tram", PLAIN))
    index.bring_up_to_date(store)
    assert drawn(index) == {"flood tram"}


def test_a_changed_title_keeps_the_links(store: ArticleStore, index: StoryIndex) -> None:
    store.put(prepared("flood", STORY))
    store.put(prepared("wire", TEXTS["wire"]))
    index.bring_up_to_date(store)
    store.put(prepared("flood", STORY, title="Another headline"))
    index.bring_up_to_date(store)
    assert drawn(index) == {"flood wire"}


def test_the_first_seen_is_the_earliest_date_else_the_moment_of_storing(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path, now=lambda: NOON) as store, StoryIndex(tmp_path) as index:
        store.put(prepared("undated", STORY))
        store.put(prepared("dated", PLAIN, published=DATED))
        index.bring_up_to_date(store)
        [story] = index.all()
    assert (story.first.key, story.first.seen, story.first.is_dated) == ("dated", DATED, True)
    [_, later] = story.tellings
    assert (later.key, later.seen, later.is_dated) == ("undated", NOON, False)


def test_collections_do_not_mix(store: ArticleStore, index: StoryIndex) -> None:
    store.put(prepared("one", STORY), collection="left")
    store.put(prepared("two", STORY), collection="right")
    index.bring_up_to_date(store)
    assert drawn(index) == {"one", "two"}


def test_the_story_of_an_article_is_found_with_all_its_articles(
    store: ArticleStore, index: StoryIndex
) -> None:
    for key, text in TEXTS.items():
        store.put(prepared(key, text))
    index.bring_up_to_date(store)
    found = index.of([("main", "retold"), ("main", "tram"), ("main", "absent")])
    assert set(found) == {("main", "retold"), ("main", "tram")}
    story = found["main", "retold"]
    assert (len(story.reports), story.copies) == (3, 2)
    assert found["main", "tram"].copies == 0


def test_a_library_without_the_file_has_no_stories(index: StoryIndex, tmp_path: Path) -> None:
    assert index.of([("main", "flood")]) == {}
    assert index.all() == []
    (tmp_path / FILE_NAME).touch()
    assert index.of([("main", "flood")]) == {}
    assert index.all() == []


def test_an_unchanged_store_is_not_looked_at_again(store: ArticleStore, index: StoryIndex) -> None:
    assert index.bring_up_to_date(store) == 0
    store.put(prepared("flood", STORY))
    assert index.lag(store) == 1
    assert index.bring_up_to_date(store) == 1
    assert (index.bring_up_to_date(store), index.lag(store)) == (0, 0)


def test_a_file_of_another_library_is_made_anew(store: ArticleStore, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with ArticleStore.create(other) as another, StoryIndex(other) as index:
        another.put(prepared("tram", OTHER))
        another.put(prepared("strange", RETOLD))
        index.bring_up_to_date(another)
    store.put(prepared("flood", STORY))
    shutil.copy(other / FILE_NAME, tmp_path / FILE_NAME)
    with StoryIndex(tmp_path) as index:
        index.bring_up_to_date(store)
        assert drawn(index) == {"flood"}


def test_a_damaged_file_is_made_anew(store: ArticleStore, tmp_path: Path) -> None:
    store.put(prepared("flood", STORY))
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 100)
    with StoryIndex(tmp_path) as index:
        index.bring_up_to_date(store)
        assert drawn(index) == {"flood"}


def test_many_changes_are_taken_up_in_steps_and_told(
    store: ArticleStore, index: StoryIndex
) -> None:
    with store.batch():
        for number in range(120):
            store.put(prepared(f"{number}", f"Article {number}. {OTHER}"))
    told: list[tuple[int, int]] = []
    index.bring_up_to_date(store, lambda _name, done, total: told.append((done, total)))
    assert told == [(0, 120), (100, 120), (120, 120)]
    assert sum(len(story.tellings) for story in index.all()) == 120


def test_of_many_relatives_only_the_nearest_are_compared(
    store: ArticleStore, index: StoryIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story_writing, "MOST_RELATIVES", 1)
    for number in range(4):
        store.put(prepared(f"{number}", f"{STORY} Outlet {number * 11} printed it."))
    index.bring_up_to_date(store)
    assert sum(len(story.tellings) for story in index.all()) == 4


def test_texts_without_words_have_no_relatives(store: ArticleStore, index: StoryIndex) -> None:
    store.put(prepared("dots", "… ! …"))
    store.put(prepared("marks", "? ? ?"))
    index.bring_up_to_date(store)
    assert sum(len(story.tellings) for story in index.all()) == 2
