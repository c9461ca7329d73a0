"""The rarer turns of adding in chat: duplicates told, work that fails, replies that come late."""

from pathlib import Path
from typing import Any

import pytest

from bot.administration.keeping import Tally
from bot.administration.workshop import Here
from bot.assembly import open_library
from bot.drafts import Draft
from bot.settings import Settings
from bot.speech import ENGLISH
from bot.telegram.administration.previews import PAGE_UNITS, in_pages, preview, reason_in_line
from bot.telegram.texts import administration, drafting
from corpus.articles import DropReason
from corpus.errors import LibraryError
from corpus.fetching import Fetcher
from corpus.reports import Result
from corpus.store import ArticleStore
from tests.bot.command_line import load_words
from tests.bot.telegram_bot import flood
from tests.bot.telegram_double import TelegramDouble, labels
from tests.bot.telegram_office import ADMIN, an_office, channel_post, pressed, says_now
from tests.corpus.builders import NOON

REPORT = (
    "The river Harl rose 2.4 metres in nine hours on Friday. "
    "It cut the only road to Harlow Bridge shortly before midnight. "
    "The regional water office in Saltmouth said that nobody was hurt. "
    "Engineers from Greyford inspected the pillars at dawn."
)
REWRITTEN = (
    "Harlow Bridge can be reached by no road since Friday, when the Harl came up by 2.4 metres. "
    "In Saltmouth the water office said that nobody was hurt shortly before midnight. "
    "At dawn engineers of Greyford looked at the pillars of Harlow Bridge."
)
PAGE = b"The ferry stays in port\n\nThe ferry to Gull Island is cancelled until Friday.\n"


async def added(bot: Any, name: str, text: str) -> None:
    bot.double.sends_file(name, text.encode())
    await says_now(bot, "📥 Not added yet")
    await pressed(bot, "✅ Add")
    await bot.double.until(
        lambda: not any("📥" in m["text"] or "⏳" in m["text"] for m in bot.double.shown())
    )


async def test_near_copies_changed_numbers_and_reports_of_one_event_are_told(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as bot:
        await added(bot, "a.txt", f"Flood cuts road\n\n{REPORT}")
        await added(bot, "b.txt", f"Road cut\n\n{REWRITTEN}")
        bot.double.sends_file("c.txt", f"Night of the flood\n\n{REPORT} It rained.".encode())
        copy = await says_now(bot, "Night of the flood")
        changed = REPORT.replace("2.4", "3.9")
        bot.double.sends_file("d.txt", f"Flood higher than thought\n\n{changed}".encode())
        number = await says_now(bot, "Flood higher than thought")
    assert "♊ A near copy is in the library (100 %): Flood cuts road" in copy["text"]
    assert "🗞 Tells of the same event: Road cut" in copy["text"]
    assert "🔢 The same with a changed number is in the library: Flood cuts road" in number["text"]


class Failing(Here):
    """A workshop that cannot add as long as it has a reason."""

    reason: Exception | None = LibraryError("the disk is full; make room and try again")

    def add(self, *given: Any, **named: Any) -> Tally:
        if self.reason is not None:
            raise self.reason
        return super().add(*given, **named)


async def test_what_could_not_be_added_may_be_added_again(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path):
        settings = Settings(library=tmp_path)
    with open_library(settings, load=load_words) as library:
        workshop = Failing(library, Fetcher())
        async with an_office(tmp_path, workshop=workshop) as bot:
            bot.double.sends_file("ferry.txt", PAGE)
            [message] = await bot.double.shows(1)
            await pressed(bot, "✅ Add")
            await says_now(bot, "❌ Nothing was added: the disk is full; make room and try again")
            assert "📥 Not added yet" in message["text"]
            workshop.reason = None
            await pressed(bot, "✅ Add")
            await says_now(bot, "✅ Added")


async def test_what_could_not_be_undone_may_be_undone_again(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        await added(bot, "ferry.txt", PAGE.decode())
        blocked = tmp_path / "index"
        kept = tmp_path / "kept"
        blocked.rename(kept)
        blocked.write_text("no folder")
        await pressed(bot, "↩ Undo")
        message = await says_now(bot, "❌ It could not be taken out: ")
        assert labels(message) == [["↩ Undo"]]
        blocked.unlink()
        kept.rename(blocked)
        await pressed(bot, "↩ Undo")
        await says_now(bot, "↩ Taken out again")
        assert not bot.store.citations()


async def test_the_form_answered_too_late_or_by_another_changes_nothing(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, double=double, chat_collections={ADMIN: ("main",)}) as bot:
        bot.double.sends_file("ferry.txt", PAGE)
        [message] = await bot.double.shows(1)
        await pressed(bot, "✏️")
        form = dict(await says_now(bot, "Reply to this message"))
        bot.double.says("collection: news", reply_to_message=form)
        await says_now(bot, "This chat does not see the collection “news”.")
        await pressed(bot, "↩ Back")
        await says_now(bot, "📥 Not added yet")
        await pressed(bot, "✖ Discard")
        await says_now(bot, "✖ Discarded")
        bot.double.says("title: New", reply_to_message=form)
        await says_now(bot, "I no longer keep what this button belongs to.")
        bot.double.says("title: New", reply_to_message=form | {"message_id": 999})
        await bot.double.until(lambda: len(bot.double.shown()) == 4)
        data = "z:" + form["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
        query = bot.double.presses_data(data, message)
        await bot.double.until(lambda: query in bot.double.answered)
        assert bot.double.answered[query]["text"] == "This is decided already."


async def test_an_old_button_of_a_decided_draft_shows_what_became_of_it(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, double=double) as bot:
        bot.double.sends_file("ferry.txt", PAGE)
        [message] = await bot.double.shows(1)
        before = dict(message)
        view = before["reply_markup"]["inline_keyboard"][1][0]["callback_data"]
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added")
        await pressed(bot, "↩ Undo")
        await says_now(bot, "↩ Taken out again")
    message["text"] = before["text"]
    async with an_office(tmp_path, double=double) as bot:
        bot.double.presses_data(view, before)
        await says_now(bot, "↩ Taken out again")


async def test_a_file_of_a_post_is_kept_under_the_address_of_the_post(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.sends_file("ferry.txt", PAGE, **channel_post())
        [message] = await bot.double.shows(1)
        assert "Harlow News · 30 October 2026\nhttps://t.me/harlow/42\n" in message["text"]
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added")
        article = bot.store.article("https://t.me/harlow/42/ferry.txt")
    assert article.citation.source == "Harlow News"


async def test_a_command_alone_under_something_empty_explains_itself(tmp_path: Path) -> None:
    photo = [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]
    async with an_office(tmp_path) as bot:
        picture = bot.double.sends(photo=photo)
        await bot.double.shows(1)
        bot.double.says("/add", reply_to_message=picture)
        await says_now(bot, "Send me a link, a file or a forwarded post")


@pytest.mark.parametrize("reason", list(DropReason))
def test_every_range_that_is_left_out_has_a_name(reason: DropReason) -> None:
    one = drafting.ranges_left_out(ENGLISH, reason=reason, number=1)
    assert one == f"1 {reason.value}"
    assert drafting.ranges_left_out(ENGLISH, reason=reason, number=2) != one


@pytest.mark.parametrize("result", list(Result))
def test_every_result_has_a_name(result: Result) -> None:
    assert administration.outcome(ENGLISH, result=result, number=3).startswith("3 ")


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000, "word " * 3_000, "𐍈" * 5_000, "line\n" * 2_000, "para\n\n" * 2_000, ""],
    ids=["one word", "words", "beyond the BMP", "lines", "paragraphs", "nothing"],
)
def test_pages_hold_all_of_a_text_and_fit_a_message(text: str) -> None:
    pages = in_pages(text)
    assert all(len(page.encode("utf-16-le")) // 2 <= PAGE_UNITS for page in pages)
    kept = "".join("".join(pages).split())
    assert kept == ("".join(text.split()) or "…")


def test_a_preview_of_an_article_about_which_little_is_known_still_fits() -> None:
    facts = {
        "title": "T" * 999,
        "source": "S" * 999,
        "author": None,
        "url": "https://" + "u" * 999,
        "published": NOON.isoformat(),
        "language": "und",
        "words": 1,
        "passages": 1,
        "left_out": {"byline": 1},
        "warnings": ["w" * 999] * 9,
        "known": None,
        "same": ["t" * 999] * 3,
        "kin": [{"title": "k" * 999, "kind": "report", "share": 0.5}] * 3,
    }
    summary = {"articles": 1, "titles": [""], "failures": 2, "reasons": ["r" * 999], "facts": facts}
    draft = Draft(
        token="abcdefghijkl",
        chat_id=7,
        person_id=7,
        collection="news",
        summary=summary,
        created_at=NOON,
    )
    drawn = preview(draft, ENGLISH, problem="p" * 999)
    assert "(no title)" in drawn.html
    assert "Collection: news" in drawn.html
    assert len(drawn.html) < 4_096
    assert len(reason_in_line("r" * 999)) <= 301


async def test_a_link_without_a_host_is_refused(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.says("/add https://")
        [message] = await bot.double.shows(1)
    assert message["text"].startswith("❌ I cannot add https://: ")
