"""`/latest`: what is new, paged like an answer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.latest import latest_stories, source_named
from bot.speech import ENGLISH
from bot.telegram.texts import conversation as texts
from corpus.store import ArticleStore
from tests.bot.telegram_bot import FLOOD, a_bot, article, flood
from tests.bot.telegram_double import labels, quotes_in
from tests.bot.test_telegram_stories import Finder, the_story


def news(count: int = 3, **about: Any) -> list[Any]:
    return [
        flood(
            f"news{n}",
            f"{FLOOD} Number {n}.",
            title=f"T{n}",
            published=datetime(2026, 10, 1 + n, tzinfo=UTC),
            source="The Echo" if n == 1 else "Example Wire",
            **about,
        )
        for n in range(count)
    ]


async def test_the_latest_stories_are_pages_the_newest_first(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *news()) as bot:
        bot.double.says("/latest")
        [message] = await bot.double.shows(1)
        assert bot.engine.asked == []
        lines = message["text"].split("\n")
        assert lines[1:4] == [
            "T2",
            "Example Wire · 3 October 2026 · open at this sentence",
            f"🧾 {lines[3].split('🧾 ')[1]}",
        ]
        assert lines[-1] == texts.news(ENGLISH, number=1, total=3)
        assert labels(message)[-1] == ["1 / 3", "›"]
        bot.double.presses("›")
        await bot.double.until(lambda: "T1" in message["text"])
        bot.double.presses("📖 Context")
        await bot.double.until(lambda: "↩ Back" in labels(message)[-1])
        assert quotes_in(message) == [f"{FLOOD} Number 1."]
        bot.double.says("/why")
        *_, why = await bot.double.shows(2)
    assert why["text"] == "You have not asked anything here yet."


async def test_the_latest_of_a_source_or_about_some_words(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *news(), flood("match", "Harlow won the match.", title="M")) as bot:
        bot.double.says("/latest the echo")
        [of_source] = await bot.double.shows(1)
        bot.double.says("/latest harlow match")
        _, about = await bot.double.shows(2)
        bot.double.says("/latest football on Mars")
        bot.double.says("/latest 👍")
        *_, nothing, wordless = await bot.double.shows(4)
    assert of_source["text"].split("\n")[1] == "T1"
    assert of_source["text"].endswith(texts.news(ENGLISH, number=1, total=1))
    assert about["text"].split("\n")[1] == "M"
    assert nothing["text"] == texts.no_news_of(ENGLISH, words="football on Mars")
    assert wordless["text"] == texts.no_news_of(ENGLISH, words="👍")


async def test_of_what_words_find_the_newest_comes_first(tmp_path: Path) -> None:
    async with a_bot(tmp_path, *news()) as bot:
        bot.double.says("/latest river bridge")
        [message] = await bot.double.shows(1)
    assert message["text"].split("\n")[1] == "T2"


async def test_an_empty_library_has_no_news(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("/latest")
        [message] = await bot.double.shows(1)
    assert message["text"] == texts.no_news(ENGLISH)
    assert labels(message) == []


async def test_a_story_is_listed_once_with_its_copies(tmp_path: Path) -> None:
    articles = [flood(), flood("copy", source="Other Wire"), flood("retold", "Harlow was cut off.")]
    async with a_bot(tmp_path, *articles, stories=Finder(the_story("gone"))) as bot:
        bot.double.says("/latest")
        [message] = await bot.double.shows(1)
    assert texts.news(ENGLISH, number=1, total=1) in message["text"]


async def test_a_chat_lists_only_what_it_may_see_copies_too(tmp_path: Path) -> None:
    async with a_bot(
        tmp_path,
        flood(),
        chat_collections={7: ("main",)},
        stories=Finder(the_story()),
    ) as bot:
        bot.store.put(flood("secret", title="Secret"), collection="hidden")
        bot.double.says("/latest")
        [message] = await bot.double.shows(1)
        bot.double.says("/latest", user=8)
        [all_of_it] = await bot.double.shows(1, chat=8)
    assert "Secret" not in message["text"]
    assert texts.news(ENGLISH, number=1, total=2) in all_of_it["text"]


def test_what_is_gone_or_holds_no_passage_is_not_listed_and_there_is_a_most(
    tmp_path: Path,
) -> None:
    with ArticleStore.create(tmp_path) as store:
        for one in (*news(5), article("empty", title="Empty")):
            store.put(one)
        cited = store.newest(until=datetime(2027, 1, 1, tzinfo=UTC), most=9)
        store.remove("news4")
        found = latest_stories(store, cited, {}, most=2)
    assert [hit.article.key for (hit,) in found] == ["news3", "news2"]


def test_copies_that_hold_the_beginning_are_named(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        for one in (flood(), flood("copy"), flood("retold", "Something else.")):
            store.put(one)
        cited = store.newest(until=datetime(2027, 1, 1, tzinfo=UTC), most=9)
        known = {("main", key): the_story("gone") for key in ("flood", "copy", "retold")}
        [(hit,)] = latest_stories(store, [one for one in cited if one.key == "flood"], known)
    assert [copy.key for copy in hit.copies] == ["copy"]


class Sources:
    """Knows the names of sources alone."""

    def sources(self) -> list[str]:
        return ["The Echo", "Harlow Bridge Courier", "bbc.com"]


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("the echo", "The Echo"),
        ("ECHO", "The Echo"),
        ("Courier", "Harlow Bridge Courier"),
        ("harlow  bridge courier", "Harlow Bridge Courier"),
        ("bbc.com", "bbc.com"),
        ("harlow", None),
        ("echo of war", None),
    ],
)
def test_a_source_is_named_whole_or_by_its_last_word(words: str, source: str | None) -> None:
    assert source_named(Sources(), words) == source  # type: ignore[arg-type]
