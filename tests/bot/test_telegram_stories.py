"""Stories in Telegram: one page for an event, and its sources with reports apart from copies."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.references import stories_of
from retrieval.stories import Name, Report, Story, Telling
from tests.bot.shelf import a_hit, an_article
from tests.bot.telegram_bot import a_bot, flood

RETOLD = (
    "Harlow Bridge was cut off when the river came up 2.4 metres. The road was closed at night, "
    "but nobody came to harm."
)


def a_telling(key: str, day: int) -> Telling:
    seen = datetime(2026, 10, day, tzinfo=UTC)
    return Telling(collection="main", key=key, seen=seen, is_dated=True)


def the_story(*extra: str) -> Story:
    copies = tuple(a_telling(key, 28) for key in ("copy", *extra))
    reports = (
        Report(tellings=(a_telling("flood", 27), *copies)),
        Report(tellings=(a_telling("retold", 29),)),
    )
    return Story(reports=reports)


class Finder:
    """Knows one story."""

    def __init__(self, story: Story) -> None:
        self._story = story

    def __call__(self, names: Sequence[Name]) -> Mapping[Name, Story]:
        known = {telling.name for telling in self._story.tellings}
        return {name: self._story for name in names if name in known}


def test_hits_of_one_story_are_one_page_in_the_order_of_their_ranks() -> None:
    keys = ("flood", "other", "retold")
    hits = [a_hit(an_article(key=key), rank=rank) for rank, key in enumerate(keys, start=1)]
    known = Finder(the_story())([("main", key) for key in keys])
    pages = [[hit.article.key for hit in page] for page in stories_of(hits, known)]
    assert pages == [["flood", "retold"], ["other"]]


def test_without_known_stories_every_article_is_a_page() -> None:
    hits = [a_hit(an_article(key=key)) for key in ("flood", "retold")]
    assert len(stories_of(hits)) == 2


async def test_the_sources_list_reports_apart_from_copies_and_mark_the_first_seen(
    tmp_path: Path,
) -> None:
    articles = [
        flood(),
        flood("copy", source="Other Wire"),
        flood("retold", RETOLD, title="Bridge cut off", source="Harlow Post"),
    ]
    async with a_bot(tmp_path, *articles, stories=Finder(the_story())) as bot:
        bot.double.says("How many metres did the river rise?")
        [message] = await bot.double.shows(1)
        bot.double.presses("🗞 Sources 3")
        await bot.double.until(lambda: "3 reports, 2 independent" in message["text"])
    lines = message["text"].split("\n")
    assert lines == [
        "3 reports, 2 independent",
        "• Flood cuts valley road · Example Wire · 30 October 2026 · open · first seen",
        "   ↳ Flood cuts valley road · Other Wire · 30 October 2026 · open · 100 % the same",
        "• Bridge cut off · Harlow Post · 30 October 2026 · open",
    ]


async def test_what_left_the_library_is_no_source_and_a_long_list_says_how_many_more(
    tmp_path: Path,
) -> None:
    more = [f"copy{number:02}" for number in range(70)]
    articles = [flood(), *(flood(key, title=f"{key} {'long title ' * 9}") for key in more)]
    async with a_bot(tmp_path, *articles, stories=Finder(the_story("gone", *more))) as bot:
        bot.double.says("How many metres did the river rise?")
        [message] = await bot.double.shows(1)
        bot.double.presses("🗞 Sources")
        await bot.double.until(lambda: "reports, 2 independent" in message["text"])
    assert message["text"].split("\n")[-1].startswith("… and ")
    assert "gone" not in message["text"]


async def test_what_a_chat_may_not_see_is_neither_listed_nor_counted(tmp_path: Path) -> None:
    secret = Telling(
        collection="secret", key="hidden", seen=datetime(2026, 10, 1, tzinfo=UTC), is_dated=True
    )
    reports = (Report(tellings=(secret,)), *the_story().reports)
    articles = [flood(), flood("copy"), flood("retold", RETOLD)]
    limits = {7: ("main",)}
    finder = Finder(Story(reports=reports))
    async with a_bot(tmp_path, *articles, stories=finder, chat_collections=limits) as bot:
        bot.store.put(flood("hidden", "Nothing like it.", title="Hidden"), collection="secret")
        bot.double.says("How many metres did the river rise?")
        [message] = await bot.double.shows(1)
        bot.double.presses("🗞 Sources 3")
        await bot.double.until(lambda: "3 reports, 2 independent" in message["text"])
    assert "Hidden" not in message["text"]
    assert "first seen" in message["text"]
