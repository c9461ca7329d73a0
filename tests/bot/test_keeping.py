from dataclasses import replace
from pathlib import Path

import pytest

from bot.administration.draft_summaries import cleaned, edited, summary_of
from bot.administration.keeping import How, Tally, Undone, add, planned, undo
from bot.drafts import Edits
from corpus.articles import RawArticle
from corpus.readers.documents import Failure, Found
from corpus.reports import Result
from corpus.store import ArticleStore

TEXT = "The ferry to Gull Island is cancelled until Friday."
OTHER = "The ferry to Gull Island runs again since Sunday."


def found(text: str = TEXT, **about: object) -> Found:
    raw = RawArticle(
        key="ferry", origin="telegram:ferry", title="Ferry", text=text, raw=text.encode()
    )
    return Found(source="ferry", article=replace(raw, **about), names_itself=False)


def added(store: ArticleStore, *some: Found, how: How = How.ADD) -> list[dict[str, object]]:
    plan = planned(store, some, collection="main", how=how, token="abcdefghijkl")
    add(store, some, plan, collection="main", progress=lambda _: None)
    return plan


def taken_out(store: ArticleStore, plan: list[dict[str, object]]) -> Undone:
    return undo(store, plan, collection="main")


def test_adding_again_by_the_same_plan_tells_the_same(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        some = [found()]
        plan = planned(store, some, collection="main", how=How.ADD, token="t")
        told: list[int] = []
        once = add(store, some, plan, collection="main", progress=told.append)
        again = add(store, some, plan, collection="main", progress=told.append)
        assert store.counts().versions == 1
    assert once == again == Tally(counts={Result.ADDED: 1}, passages=1)
    assert Tally.from_json(once.to_json()) == once
    assert told == [1, 1]


def test_a_new_version_added_again_is_still_told_as_one(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        added(store, found())
        plan = planned(store, [found(OTHER)], collection="main", how=How.ADD, token="t")
        for _ in range(2):
            tally = add(store, [found(OTHER)], plan, collection="main", progress=lambda _: None)
            assert tally.counts == {Result.UPDATED: 1}
        assert store.counts().versions == 2


def test_undoing_twice_is_undoing_once(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        plan = added(store, found())
        first, second = taken_out(store, plan), taken_out(store, plan)
        assert store.counts().versions == 0
    assert first.names == second.names == (("main", "ferry"),)
    assert (first.articles, second.articles) == (1, 0)


def test_undoing_gives_changed_details_back(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        added(store, found(source="Saltmouth Post", url="https://s.example/1"))
        before = store.article("ferry")
        plan = added(store, found(title="Ferry cancelled", author="A. Gull"))
        assert store.article("ferry").citation.title == "Ferry cancelled"
        done = taken_out(store, plan)
        assert store.article("ferry") == before
        assert store.raw(before.version_id) == TEXT.encode()
        assert taken_out(store, plan).revised == 0
    assert done.revised == 1


def test_undoing_retires_again_what_adding_woke(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        added(store, found())
        store.retire("ferry")
        plan = added(store, found())
        assert store.counts().articles == 1
        taken_out(store, plan)
        assert (store.counts().articles, store.counts().retired) == (0, 1)


def test_what_somebody_changed_since_stays(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        plan = added(store, found())
        added(store, found(OTHER))
        done = taken_out(store, plan)
        assert store.article("ferry").text == OTHER
    assert (done.articles, done.changed_since) == (0, 1)


def test_replacing_keeps_the_origin_so_that_a_followed_file_stays_its_source(
    tmp_path: Path,
) -> None:
    with ArticleStore.create(tmp_path) as store:
        added(store, found(origin="file:///articles/ferry"))
        added(store, found(OTHER), how=How.REPLACE)
        article = store.article("ferry")
        assert (article.origin, article.citation.version) == ("file:///articles/ferry", 2)
        [line] = planned(
            store, [found(key="new", origin="o")], collection="main", how=How.REPLACE, token="t"
        )
    assert (line["key"], line["before"]) == ("new", None)


def test_a_key_of_another_origin_is_not_taken_by_merely_adding(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        added(store, found(origin="file:///articles/ferry"))
        plan = planned(store, [found(OTHER)], collection="main", how=How.ADD, token="t")
        tally = add(store, [found(OTHER)], plan, collection="main", progress=lambda _: None)
        assert store.article("ferry").text == TEXT
    assert tally.counts == {Result.FAILED: 1}
    assert "belongs to file:///articles/ferry" in tally.reasons[0]
    assert tally.changed == 0


def test_an_article_that_names_itself_keeps_its_key(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        named = replace(found(), names_itself=True)
        added(store, found(key="elsewhere"))
        plan = planned(store, [named], collection="main", how=How.ADD, token="t")
        assert plan[0]["key"] == "ferry"
        plan = planned(store, [found()], collection="main", how=How.ADD, token="t")
        assert plan[0]["key"] == "elsewhere"


def test_a_summary_counts_failures_and_names_what_is_known_by_its_address(tmp_path: Path) -> None:
    url = "https://news.example/ferry"
    with ArticleStore.create(tmp_path) as store:
        added(store, found(url=url))
        failures = [Failure(source="x", reason=f"reason {n}") for n in range(9)]
        entries = [found(OTHER, key="new", origin="new", url=url), *failures]
        told = summary_of(entries, tmp_path, collection="main")
        many = summary_of([found(), found(OTHER, key="b", origin="b")], tmp_path, collection="main")
        none = summary_of(failures, tmp_path, collection="main")
    assert told["facts"]["known"] == {"version": 1, "title": "Ferry", "is_same_text": False}
    assert (told["failures"], len(told["reasons"])) == (9, 3)
    assert many["outcomes"] == {"added": 1, "revised": 1}
    assert "facts" not in none
    assert none["articles"] == 0


def test_edits_stand_in_place_of_what_was_found() -> None:
    article = edited(found(source="A"), Edits(title="New")).article
    assert (article.title, article.source) == ("New", "A")


@pytest.mark.parametrize("menu", ["Home\nNews\nSport\nWeather\n\n", ""])
def test_the_cleaned_text_is_without_what_cleaning_leaves_out(menu: str) -> None:
    text = f"{menu}Ferry stays in port\n\n{TEXT}"
    assert cleaned(found(text, title="Ferry stays in port")) == f"Ferry stays in port\n\n{TEXT}"
