"""What the store held earlier: over three ingests, revisions, retirements and removals."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.articles import MAIN_COLLECTION, Article, PreparedArticle
from corpus.outcomes import PutOutcome
from corpus.store import ArticleStore
from tests.corpus.builders import NOON, Calendar, answering_ids, prepared

FIRST = NOON
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


@pytest.fixture
def store(tmp_path: Path, clock: Calendar) -> ArticleStore:
    """Return a store in which `flood` was stored on three days, and `fire` on the second."""
    store = ArticleStore.create(tmp_path / "library", now=clock)
    store.put(prepared("flood", "The river rose.", title="Flood", source="Wire"))
    clock.moment += DAY
    store.put(prepared("flood", "The river rose. It fell.", title="Flood", source="Wire"))
    store.put(prepared("fire", "A house burned."))
    clock.moment += DAY
    store.put(prepared("flood", "It fell. Nobody was hurt.", title="Flood ends", source="Wire"))
    return store


def as_of(store: ArticleStore, moment: datetime, folder: Path) -> ArticleStore:
    folder.mkdir()
    count = store.copy_as_of(moment, folder)
    copy = ArticleStore.open(folder)
    assert copy.counts().articles == count
    return copy


def texts(store: ArticleStore) -> dict[str, str]:
    found = [store.article(cited.key, collection=cited.collection) for cited in store.citations()]
    return {article.citation.key: article.text for article in found}


def updated(article: PreparedArticle, moment: datetime | None) -> PreparedArticle:
    return replace(article, raw=replace(article.raw, updated=moment))


@pytest.mark.parametrize(
    ("days", "held"),
    [
        (-0.1, {}),
        (0, {"flood": "The river rose."}),
        (0.9, {"flood": "The river rose."}),
        (1, {"flood": "The river rose. It fell.", "fire": "A house burned."}),
        (9, {"flood": "It fell. Nobody was hurt.", "fire": "A house burned."}),
    ],
)
def test_a_copy_holds_the_versions_that_answered_then(
    days: float, held: dict[str, str], store: ArticleStore, tmp_path: Path
) -> None:
    copy = as_of(store, FIRST + days * DAY, tmp_path / "then")
    assert texts(copy) == held


def test_what_a_copy_holds_is_what_the_store_says_of_that_version(
    store: ArticleStore, tmp_path: Path
) -> None:
    copy = as_of(store, FIRST + DAY, tmp_path / "then")

    def content(article: Article) -> Article:
        return replace(article, is_current=True)

    then = store.article("flood", version=2)
    assert copy.article("flood") == content(then)
    ids = answering_ids(copy)
    assert ids == set(copy.allowed_passages())
    assert {p.text for p in copy.passages_to_index(1, max(ids))} == {
        "The river rose.",
        "It fell.",
        "A house burned.",
    }


def test_metadata_is_that_of_the_moment(
    store: ArticleStore, clock: Calendar, tmp_path: Path
) -> None:
    for title, source in (("Second", "Gazette"), ("Third", None)):
        clock.moment += DAY
        store.put(updated(prepared("fire", "A house burned.", title=title, source=source), FIRST))
    told = [
        as_of(store, FIRST + days * DAY, tmp_path / str(days)).article("fire").citation
        for days in (2, 3, 4)
    ]
    assert [(cited.title, cited.source) for cited in told] == [
        ("A flood", None),
        ("Second", "Gazette"),
        ("Third", None),
    ]
    assert [cited.updated for cited in told] == [None, FIRST, FIRST]
    copy = ArticleStore.open(tmp_path / "3")
    assert len(copy.allowed_passages(source="GAZETTE")) == 1


def test_a_retired_article_answers_on_the_days_it_was_not_retired(
    store: ArticleStore, clock: Calendar, tmp_path: Path
) -> None:
    clock.moment = FIRST + 3 * DAY
    store.retire("fire")
    store.retire("fire")
    clock.moment = FIRST + 5 * DAY
    assert store.put(prepared("fire", "A house burned.")) is PutOutcome.UPDATED
    clock.moment = FIRST + 6 * DAY
    store.retire("fire")
    clock.moment = FIRST + 7 * DAY
    store.put(prepared("fire", "Two houses burned."))
    held = [
        texts(as_of(store, FIRST + days * DAY, tmp_path / str(days))).get("fire")
        for days in (2, 3, 4, 5, 6, 7)
    ]
    assert held == ["A house burned.", None, None, "A house burned.", None, "Two houses burned."]


def test_an_article_retired_before_days_were_noted_never_answers(
    store: ArticleStore, tmp_path: Path
) -> None:
    store.retire("fire")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM retirements")
    assert store.past(FIRST).retired_sometime == 1
    assert "fire" not in texts(as_of(store, FIRST + 9 * DAY, tmp_path / "then"))
    assert store.withdrawn_at("fire", collection=MAIN_COLLECTION) is None


def test_a_moment_is_the_present_until_something_changes(
    store: ArticleStore, clock: Calendar
) -> None:
    last = FIRST + 2 * DAY
    assert store.past(last).is_present
    assert not store.past(last - DAY).is_present
    clock.moment = last + DAY
    store.retire("fire")
    assert not store.past(last).is_present
    assert store.past(last + DAY).is_present


def test_what_was_removed_since_is_counted_and_gone(
    store: ArticleStore, clock: Calendar, tmp_path: Path
) -> None:
    clock.moment = FIRST + 3 * DAY
    store.remove("flood")
    past = store.past(FIRST + 2 * DAY)
    assert (past.removed_since, store.past(FIRST + 3 * DAY).removed_since) == (1, 0)
    assert texts(as_of(store, FIRST + 2 * DAY, tmp_path / "then")) == {"fire": "A house burned."}


def test_the_day_of_a_withdrawal_is_told(store: ArticleStore, clock: Calendar) -> None:
    def told(key: str) -> datetime | None:
        return store.withdrawn_at(key, collection=MAIN_COLLECTION)

    assert told("fire") is None
    clock.moment = FIRST + 3 * DAY
    store.retire("fire")
    store.remove("flood")
    assert told("fire") == told("flood") == FIRST + 3 * DAY
    store.put(prepared("fire", "A house burned."))
    store.put(prepared("flood", "The river rose."))
    assert told("fire") is told("flood") is None


def test_all_versions_are_listed_with_their_passages(store: ArticleStore) -> None:
    current = list(store.stored_versions(current=True))
    older = list(store.stored_versions(current=False))
    assert [(one.key, one.number) for one in current] == [("fire", 1), ("flood", 3)]
    assert [(one.key, one.number) for one in older] == [("flood", 1), ("flood", 2)]
    for one in (*current, *older):
        article = store.article(one.key, version=one.number)
        assert (one.collection, one.text_hash) == (MAIN_COLLECTION, article.text_hash)
        assert one.spans == article.spans


def test_many_versions_are_listed_each_once(tmp_path: Path) -> None:
    store = ArticleStore.create(tmp_path)
    with store.batch():
        for number in range(450):
            store.put(prepared(f"{number}", f"Sentence {number}."))
    assert len({one.key for one in store.stored_versions(current=True)}) == 450
    assert len(texts(as_of(store, datetime.now(UTC), tmp_path / "then"))) == 450


def test_when_a_text_was_updated_is_stored_and_an_article_without_is_as_before(
    store: ArticleStore,
) -> None:
    fire = prepared("fire", "A house burned.")
    assert store.put(updated(fire, None)) is PutOutcome.UNCHANGED
    assert store.put(updated(fire, FIRST)) is PutOutcome.REVISED
    assert store.put(updated(fire, FIRST)) is PutOutcome.UNCHANGED
    assert store.article("fire").citation.updated == FIRST
