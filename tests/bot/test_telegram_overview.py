import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.speech import ENGLISH
from bot.telegram.administration.overview import stats_lines
from bot.usage import Usage
from corpus.sources import SourceKind
from tests.bot.telegram_bot import flood
from tests.bot.telegram_double import TelegramDouble
from tests.bot.telegram_office import STRANGER, an_office, pressed, says_now

QUESTION = "How far did the river rise at Harlow Bridge?"


async def test_status_says_what_the_command_says_but_not_where(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.says("/status")
        [message] = await bot.double.shows(1)
    held, *lines = message["text"].splitlines()
    assert held == "📚 1 article · 1 collection · 1 version · 1 passage"
    assert "index: 1 change behind; the next question catches up" in lines
    assert lines[-1].startswith("on disk: articles ")
    assert str(tmp_path) not in message["text"]


async def test_status_names_the_model_and_what_is_retired(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood(), flood("old")) as bot:
        bot.store.retire("old")
        bot.double.sends_file("rain.txt", b"Rain\n\nIt rained in Saltmouth for nine hours.")
        await bot.double.shows(1)
        await pressed(bot, "✅ Add")
        await says_now(bot, "✅ Added")
        bot.double.says("/status")
        [_, message] = await bot.double.shows(2)
    lines = message["text"].splitlines()
    assert lines[0].startswith("📚 2 articles")
    assert lines[1] == "1 more article is withdrawn"
    assert any("30 October 2026" in line for line in lines)
    assert any(line.startswith("model: ") for line in lines)


async def test_sources_are_listed_with_their_state(tmp_path: Path) -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    async with an_office(tmp_path, flood()) as bot:
        bot.double.says("/sources")
        [none] = await bot.double.shows(1)
        followed = bot.store.followed
        fine = followed.register("https://a.example/", SourceKind.FEED, collection="main")
        followed.change(fine, succeeded_at=at)
        bad = followed.register("https://b.example/", SourceKind.PAGE, collection="news")
        followed.change(bad, error="the site has no such page (404)", next_attempt=at)
        followed.register("https://c.example/", SourceKind.PAGE, collection="main")
        bot.double.says("/sources")
        [_, message] = await bot.double.shows(2)
        for number in range(60):
            followed.register(
                f"https://x.example/{number}?{'q' * 100}", SourceKind.PAGE, collection="main"
            )
        bot.double.says("/sources")
        shown = await bot.double.shows(3)
    assert none["text"].startswith("Nothing is followed.")
    assert message["text"].split("\n\n") == [
        "3 sources are followed",
        "https://a.example/\nfeed · main · 0 articles\n✅ last read 2026-11-22 12:00 UTC",
        (
            "https://b.example/\npage · news · 0 articles\n"
            "⚠️ failed: the site has no such page (404); next attempt 2026-11-22 12:00 UTC"
        ),
        "https://c.example/\npage · main · 0 articles\nnot read yet",
    ]
    assert "… and " in shown[-1]["text"]


async def test_stats_count_and_name_nobody_and_no_text(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        bot.double.says("/stats")
        [empty] = await bot.double.shows(1)
        bot.double.says(QUESTION, user=STRANGER)
        await bot.double.shows(1, chat=STRANGER)
        bot.double.says("Who won the chess tournament?")
        await bot.double.shows(2)
        bot.double.says("/stats")
        shown = await bot.double.shows(3)
    assert "No questions yet." in empty["text"]
    lines = shown[-1]["text"].splitlines()
    assert lines[:4] == [
        "📊 The last 30 days",
        "2 questions, 0.1 a day",
        "answered: 50 %; nothing found: 1",
        "2 chats asked",
    ]
    assert lines[4] == "median time to the answer: 0.0 s (last two days)"
    assert lines[5:] == ["votes: 👍 0, 👎 0", "0 followed questions"]


def test_statistics_without_times_say_nothing_of_them() -> None:
    used = Usage(
        days=30,
        questions=3,
        nothing_found=1,
        chats=1,
        seconds=None,
        votes_up=2,
        votes_down=1,
        follows=1,
    )
    assert stats_lines(used, ENGLISH)[2:] == [
        "answered: 67 %; nothing found: 1",
        "1 chat asked",
        "votes: 👍 2, 👎 1",
        "1 followed question",
    ]


async def test_others_are_told_nothing(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood()) as bot:
        for name in ("status", "sources", "stats", "sync", "invite", "invitations"):
            bot.double.says(f"/{name}", user=STRANGER)
        shown = await bot.double.shows(6, chat=STRANGER)
    assert {m["text"] for m in shown} == {"Only the people who run this bot can do that."}


REPORT = {
    "schema": 1,
    "added": 3,
    "failed": 12,
    "unchanged": 7,
    "failures": [{"source": f"https://{n}.example", "reason": "gone"} for n in range(12)],
}


def script(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def printing(report: object) -> tuple[str, ...]:
    return script(f"print({json.dumps(report)!r})")


async def test_a_sync_tells_what_it_did_and_each_failure_in_a_line(tmp_path: Path) -> None:
    async with an_office(tmp_path, sync=printing(REPORT)) as bot:
        bot.double.says("/sync")
        await says_now(bot, "🔄 Syncing")
        message = await says_now(bot, "✅ Synced: 3 new, 7 unchanged, 12 failed")
        assert bot.state.works.under_way("sync") is None
    lines = message["text"].splitlines()
    assert lines[1] == "⚠️ https://0.example: gone"
    assert lines[-1] == "… and 2 more"


async def test_a_sync_that_changes_nothing_and_one_that_cannot_run_say_so(tmp_path: Path) -> None:
    async with an_office(tmp_path, sync=printing({"schema": 1, "unchanged": 4})) as bot:
        bot.double.says("/sync")
        await says_now(bot, "✅ Synced; nothing has changed.")
    broken = script("import sys; sys.exit('passagebot: the library is locked; try again')")
    async with an_office(tmp_path / "broken", sync=broken) as bot:
        bot.double.says("/sync")
        await says_now(bot, "❌ The sync did not run: passagebot: the library is locked; try again")
    async with an_office(tmp_path / "none", sync=(str(tmp_path / "nowhere"),)) as bot:
        bot.double.says("/sync")
        await says_now(bot, "❌ The sync did not run: No such file or directory")


async def test_one_sync_at_a_time_and_its_line_tells_how_far_it_is(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    waits = (
        "import os, time\n"
        f"while not os.path.exists({str(gate)!r}): time.sleep(0.01)\n"
        "print('{\"added\": 1}')"
    )
    async with an_office(tmp_path, sync=script(waits)) as bot:
        bot.store.followed.register("https://a.example/", SourceKind.FEED, collection="main")
        bot.double.says("/sync")
        await says_now(bot, "🔄 Syncing: 0 of 1 sources looked at …")
        bot.double.says("/sync")
        await says_now(bot, "A sync is under way already; it began ")
        source = bot.store.followed.all()[0]
        bot.store.followed.change(source, tried_at=datetime.fromtimestamp(bot.double.date, UTC))
        await says_now(bot, "🔄 Syncing: 1 of 1 sources looked at …")
        gate.touch()
        await says_now(bot, "✅ Synced: 1 new")


async def test_a_sync_that_a_restart_interrupted_is_said_to_be(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(
        tmp_path, double=double, sync=script("import time; time.sleep(60)")
    ) as bot:
        bot.double.says("/sync")
        await says_now(bot, "🔄 Syncing: 0 of 0")
    async with an_office(tmp_path, double=double) as bot:
        await says_now(bot, "⚠️ This sync was interrupted by a restart.")
        assert bot.state.works.under_way("sync") is None
