"""Adding in chat when something is in the way: restarts, double presses, floods, hostile things."""

import asyncio
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot.administration.keeping import Tally
from bot.administration.material import Material
from bot.administration.workshop import Here, WorkError
from bot.assembly import open_library
from bot.drafts import KEPT, MOST_WAITING
from bot.settings import Settings
from corpus.fetching import Fetcher
from corpus.store import ArticleStore
from tests.bot.command_line import load_words
from tests.bot.telegram_bot import a_bot, article, flood
from tests.bot.telegram_double import Failure, TelegramDouble, labels
from tests.bot.telegram_office import (
    ADMIN,
    OTHER_ADMIN,
    STRANGER,
    an_office,
    channel_post,
    pressed,
    says_now,
)
from tests.corpus.web_site import web_site

PROSE = (
    "The ferry to Gull Island is cancelled until Friday. "
    "Strong winds have closed the harbour at Saltmouth since dawn. "
    "Passengers may exchange their tickets at the harbour office."
)
PAGE = f"The ferry stays in port\n\n{PROSE}\n"


async def test_a_preview_is_added_after_a_restart(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, double=double) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        await bot.double.shows(1)
    async with an_office(tmp_path, double=double) as bot:
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added")
        assert bot.store.article("ferry.txt").citation.version == 1
    async with an_office(tmp_path, double=double) as bot:
        await pressed(bot, "↩ Undo")
        await says_now(bot, "↩ Taken out again")
        assert not bot.store.citations()


async def test_add_pressed_twice_adds_once(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        await bot.double.shows(1)
        both = {bot.double.presses("✅ Add"), bot.double.presses("✅ Add")}
        await says_now(bot, "✅ Added")
        await bot.double.until(lambda: both <= set(bot.double.answered))
        assert bot.store.counts().versions == 1
    toasts = sorted(bot.double.answered[query]["text"] for query in both)
    assert toasts[1] == "⏳ Adding …"
    assert toasts[0] in {"This is decided already.", "This is under way already."}


class Dying(Here):
    """A workshop whose process dies once, when the articles are stored and nobody knows yet."""

    deaths = 1

    def add(self, *given: Any, **named: Any) -> Tally:
        tally = super().add(*given, **named)
        if self.deaths:
            self.deaths -= 1
            raise asyncio.CancelledError
        return tally


async def test_what_a_dying_bot_left_half_done_is_finished_and_can_still_be_undone(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    with ArticleStore.create(tmp_path):
        settings = Settings(library=tmp_path)
    with open_library(settings, load=load_words) as library:
        dying = Dying(library, Fetcher())
        async with an_office(tmp_path, double=double, workshop=dying) as bot:
            bot.double.sends_file("ferry.txt", PAGE.encode())
            await bot.double.shows(1)
            bot.double.presses("✅ Add")
            await bot.double.until(lambda: bot.store.counts().articles and not dying.deaths)
    async with an_office(tmp_path, double=double) as bot:
        await says_now(bot, "✅ Added: The ferry stays in port")
        assert bot.store.counts().versions == 1
        await pressed(bot, "↩ Undo")
        await says_now(bot, "↩ Taken out again")
        assert not bot.store.citations()


async def test_two_administrators_at_once_add_one_article(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        for admin in (ADMIN, OTHER_ADMIN):
            bot.double.sends_file("ferry.txt", PAGE.encode(), user=admin)
            await bot.double.shows(1, chat=admin)
        for admin in (ADMIN, OTHER_ADMIN):
            bot.double.presses("✅ Add", user=admin)
        await bot.double.until(
            lambda: all(
                "✅ Added" in bot.double.shown(admin)[0]["text"]
                or "holds this already" in bot.double.shown(admin)[0]["text"]
                for admin in (ADMIN, OTHER_ADMIN)
            )
        )
        texts = [bot.double.shown(admin)[0]["text"] for admin in (ADMIN, OTHER_ADMIN)]
        assert bot.store.counts().versions == 1
    assert sum("✅ Added" in text for text in texts) == 1


async def test_a_draft_of_another_administrator_is_not_touched(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [message] = await bot.double.shows(1)
        for row in message["reply_markup"]["inline_keyboard"]:
            for button in row:
                query = bot.double.presses_data(button["callback_data"], message, user=OTHER_ADMIN)
                await bot.double.until(lambda query=query: query in bot.double.answered)
                assert bot.double.answered[query]["text"] == "This button is not for you."
        assert message["text"].startswith("📥 Not added yet")
        assert not bot.store.citations()


async def test_who_is_no_administrator_any_more_decides_nothing(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, double=double) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        await bot.double.shows(1)
    async with an_office(tmp_path, double=double, admins=frozenset({OTHER_ADMIN})) as bot:
        answer = await pressed(bot, "✅ Add")
        assert not bot.store.citations()
    assert answer["text"] == "This button is not for you."


async def test_a_draft_that_is_too_old_is_gone(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, double=double) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [message] = await bot.double.shows(1)
        double.date += int(KEPT.total_seconds()) + 1
        answer = await pressed(bot, "✅ Add")
        assert answer["text"].startswith("I no longer keep what this button belongs to")
    async with an_office(tmp_path, double=double) as bot:
        token = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
        await bot.double.until(lambda: not bot.state.drafts.content(token))


async def test_files_that_are_too_large_are_refused_before_they_are_downloaded(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, file_limit=1_000_000) as bot:
        bot.double.sends_file("long.txt", b"x", told=2_500_000)
        [message] = await bot.double.shows(1)
        assert not bot.double.count("getFile")
        bot.double.largest_file = 10
        bot.double.sends_file("lying.txt", b"more than ten bytes", told=5)
        bot.double.complaints.clear()
        shown = await bot.double.shows(2)
        bot.double.complaints.clear()
    assert message["text"].startswith("long.txt has 2.5 MB; I can download at most 1 MB.")
    assert shown[1]["text"].startswith("lying.txt has > 20 MB; I can download at most 1 MB.")


async def test_a_download_that_fails_is_tried_again_then_said(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.failures.append(Failure("file", 404, times=1))
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [message] = await bot.double.shows(1)
    assert message["text"] == "Telegram did not let me download ferry.txt. Please send it again."


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("http://127.0.0.1/secret", "no public address"),
        ("http://localhost:8080/", "port 8080 is not fetched from"),
        ("http://169.254.169.254/latest/meta-data/", "no public address"),
        ("http://[::1]/", "no public address"),
        ("https://user:secret@news.example/", "holds a user name"),
    ],
    ids=["loopback", "port", "cloud", "ipv6", "user name"],
)
async def test_links_to_private_addresses_are_refused(
    link: str, reason: str, tmp_path: Path
) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.says(link)
        [message] = await bot.double.shows(1)
    assert message["text"].startswith("❌ I cannot add http")
    assert reason in message["text"]


async def test_a_link_is_read_like_any_page_and_its_site_is_the_source(tmp_path: Path) -> None:
    with web_site() as site:
        site.article("/bridge", title="The bridge")
        async with an_office(tmp_path, fetcher=site.fetcher()) as bot:
            bot.double.says(site.url("/bridge?utm_source=chat"))
            [message] = await bot.double.shows(1)
            assert "The bridge\nnews.example\n" in message["text"]
            bot.double.says(f"/add {site.url('/missing')}")
            shown = await bot.double.shows(2)
            await pressed(bot, "✅ Add")
            await says_now(bot, "✅ Added: The bridge")
            assert bot.store.article(site.url("/bridge")).origin == site.url("/bridge")
    assert "the site has no such page (404)" in shown[1]["text"]


async def test_a_known_address_offers_a_new_version_and_undo_withdraws_just_that(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.sends(**channel_post(PAGE))
        await bot.double.shows(1)
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added")
        bot.double.sends(**channel_post(PAGE.replace("Friday", "Sunday")))
        [_, message] = await bot.double.shows(2)
        assert "♻️ The library has version 1 of it: The ferry stays in port" in message["text"]
        assert labels(message)[:2] == [["♻️ Replace version 1", "🗂 Keep both"], ["✖ Discard"]]
        await pressed(bot, "♻️")
        await says_now(bot, "✅ Added as a new version")
        assert "Sunday" in bot.store.article("telegram/1234567890/42").text
        await pressed(bot, "↩ Undo")
        await says_now(bot, "↩ Taken out again")
        kept = bot.store.article("telegram/1234567890/42")
    assert kept.citation.version == 1
    assert "Friday" in kept.text


async def test_keeping_both_makes_an_article_of_its_own(tmp_path: Path) -> None:
    known = flood(text=PROSE, key="ferry.txt", origin="file:///elsewhere/ferry.txt")
    async with an_office(tmp_path, known) as bot:
        bot.double.sends_file("ferry.txt", PAGE.replace("Friday", "Sunday").encode())
        [message] = await bot.double.shows(1)
        assert "♻️ The library has version 1 of it" in message["text"]
        await pressed(bot, "🗂 Keep both")
        await says_now(bot, "✅ Added")
        keys = [one.key for one in bot.store.citations()]
        assert bot.store.article("ferry.txt").origin == "file:///elsewhere/ferry.txt"
    assert keys == ["ferry.txt", "ferry.txt (2)"]


async def test_the_same_text_elsewhere_and_word_for_word_are_told(tmp_path: Path) -> None:
    same = article("other", "The ferry stays in port", PROSE, title="Ferry in port")
    async with an_office(tmp_path, same) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [message] = await bot.double.shows(1)
        assert "♊ The same text is in the library: Ferry in port" in message["text"]
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added")
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [_, again] = await bot.double.shows(2)
        assert "♻️ The library has it word for word, as version 1" in again["text"]
        await pressed(bot, "♻️")
        message = await says_now(bot, "holds this already, word for word")
        assert not labels(message)
        assert bot.store.counts().versions == 2


def archive(*pages: tuple[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, text in pages:
            made.writestr(name, text)
    return packed.getvalue()


async def test_an_archive_is_previewed_as_a_whole_added_and_undone(tmp_path: Path) -> None:
    pages = [(f"a{n}.txt", f"Report {n}\n\nNumber {n}. {PROSE}") for n in range(7)]
    async with an_office(tmp_path) as bot:
        bot.double.sends_file("all.zip", archive(*pages, ("empty.txt", "")))
        [message] = await bot.double.shows(1)
        assert "7 articles in all.zip\n• Report 0\n" in message["text"]
        assert "… and 2 more" in message["text"]
        assert "Adding would store: 7 new" in message["text"]
        assert "⚠️ 1 could not be read: " in message["text"]
        assert labels(message) == [["✅ Add 7 articles", "✖ Discard"]]
        await pressed(bot, "✅ Add 7")
        await says_now(bot, "✅ Added: 7 new")
        assert bot.store.counts().articles == 7
        await pressed(bot, "↩ Undo")
        await says_now(bot, "↩ Taken out again")
        assert not bot.store.citations()


async def test_a_bomb_of_an_archive_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros.txt", b"0" * 30_000_000)
    async with an_office(tmp_path) as bot:
        bot.double.sends_file("bomb.zip", packed.getvalue())
        [message] = await bot.double.shows(1)
    assert message["text"].startswith("❌ I cannot add bomb.zip: ")


async def test_a_flood_of_files_is_answered_once_when_enough_wait(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        for number in range(MOST_WAITING + 5):
            bot.double.sends_file(f"{number}.txt", f"Report {number}\n\n{PROSE}".encode())
        bot.double.says("/why")
        shown = await bot.double.shows(MOST_WAITING + 2)
        full = [m for m in shown if "drafts already wait for you" in m["text"]]
        assert len(full) == 1
        assert bot.double.count("getFile") == MOST_WAITING
        await pressed(bot, "✖ Discard")
        bot.double.sends_file("last.txt", PAGE.encode())
        await says_now(bot, "The ferry stays in port")


class Stuck(Here):
    """A workshop where reading never ends well."""

    def read(self, material: Material, *, collection: str) -> object:
        reason = "it took too long"
        raise WorkError(reason)


async def test_reading_that_does_not_end_is_said(tmp_path: Path) -> None:
    async with an_office(tmp_path, workshop=Stuck(None, Fetcher())) as bot:
        bot.double.sends_file("ferry.txt", PAGE.encode())
        [message] = await bot.double.shows(1)
    assert message["text"].startswith("❌ Reading ferry.txt took too long or broke off.")


async def test_posts_without_text_get_one_line_an_album_none(tmp_path: Path) -> None:
    photo = [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]
    async with an_office(tmp_path) as bot:
        bot.double.sends(**channel_post(photo=photo))
        bot.double.sends(**channel_post(photo=photo, media_group_id="1"))
        bot.double.sends(**channel_post(photo=photo, media_group_id="1", caption=PAGE))
        shown = await bot.double.shows(2)
    assert shown[0]["text"] == "This post holds no text, so there is nothing to add."
    assert "The ferry stays in port" in shown[1]["text"]


async def test_without_administrators_nothing_of_this_is_there(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("/add something", user=STRANGER)
        [message] = await bot.double.shows(1, chat=STRANGER)
    assert message["text"].startswith("I do not know this command")
