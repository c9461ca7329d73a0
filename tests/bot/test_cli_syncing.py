import io
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.commands import syncing
from bot.commands.run import Run
from bot.scheduling import repeated, sync_command, without_token
from bot.settings import load_settings
from bot.terminal import Terminal
from tests.bot.command_line import Ended, load_words, passagebot
from tests.corpus.web_site import PROSE, Page, WebSite, entry, feed, web_site

PATIENCE = 180.0
"""Seconds until a test gives up on an event."""


@pytest.fixture
def site() -> Iterator[WebSite]:
    with web_site() as served:
        yield served


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    return Path("library")


@pytest.fixture
def articles() -> Path:
    folder = Path("articles")
    folder.mkdir()
    (folder / "flood.txt").write_text("Flood in Mill Lane\n\nThe river rose. Nobody was hurt.")
    return folder


def on_the_web(site: WebSite, capsys: pytest.CaptureFixture[str], *argv: str) -> Ended:
    capsys.readouterr()
    code = main(list(argv), load=load_words, fetcher=site.fetcher())
    told = capsys.readouterr()
    return Ended(code, told.out, told.err)


def test_a_folder_is_followed_synced_listed_and_forgotten(library: Path, articles: Path) -> None:
    assert passagebot("ingest", articles).code == 0
    assert passagebot("sync").out == "1 unchanged\n"
    (articles / "flood.txt").unlink()
    (articles / "bridge.txt").write_text("The bridge\n\nThe bridge is closed.")
    ended = passagebot("sync")
    assert ended.code == 0
    assert "flood.txt): the file is gone" in ended.out
    assert ended.out.endswith("1 added, 1 retired\n")
    listed = passagebot("sources").out.split("\t")
    assert listed[0] == str(articles.resolve())
    assert listed[1:4] == ["folder", "main", "1"]
    assert listed[5] == "ok\n"
    assert "no longer followed" in passagebot("sources", "--forget", articles).out
    assert passagebot("sources").out == ""
    assert passagebot("articles").out.count("\n") == 1
    assert "nothing is followed" in passagebot("sync").err


def test_reports_and_states_have_an_outside_form(library: Path, articles: Path) -> None:
    (articles / "empty.txt").write_text("")
    assert passagebot("ingest", articles).code == 1
    ended = passagebot("sync", "--json")
    told = json.loads(ended.out)
    assert ended.code == 1
    assert (told["schema"], told["failed"], told["unchanged"]) == (1, 1, 1)
    assert told["failures"][0]["source"].endswith("empty.txt")
    assert told["sources"][0]["kind"] == "folder"
    [state] = json.loads(passagebot("sources", "--json").out)
    assert (state["kind"], state["articles"], state["last_error"]) == ("folder", 1, None)


def test_a_source_nobody_follows_is_named(library: Path, articles: Path) -> None:
    passagebot("ingest", articles)
    ended = passagebot("sync", "elsewhere")
    assert ended.code == 2
    assert ended.err == (
        "passagebot: elsewhere is not followed; `passagebot sources` lists what is\n"
    )


def test_pages_and_feeds_are_ingested_by_their_address(
    library: Path, site: WebSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site.article("/a")
    site.pages["/feed"] = Page(feed(entry("/b", title="Open again", content=PROSE)))
    ended = on_the_web(site, capsys, "ingest", site.url("/a"), site.url("/feed"), site.url("/no"))
    assert ended.code == 1
    assert "2 added, 1 failed" in ended.out
    assert "404" in ended.out
    found = on_the_web(site, capsys, "ask", "pillars", "--json")
    assert site.url("/") in json.loads(found.out)["hits"][0]["article"]["url"]
    site.pages["/feed"] = Page(status=500)
    assert on_the_web(site, capsys, "sync").code == 1
    listed = on_the_web(site, capsys, "sources").out
    assert "failed: the site asks to come again later (500)" in listed
    assert "next attempt" in listed
    assert "failed 1 times" in on_the_web(site, capsys, "sync").out
    assert on_the_web(site, capsys, "sync", "--due").code == 0


def test_a_list_of_feeds_in_a_file_is_followed(
    library: Path, site: WebSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site.pages["/feed"] = Page(feed(entry("/b", content=PROSE)))
    Path("feeds.opml").write_text(
        f'<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="{site.url("/feed")}"/></body></opml>'
    )
    assert on_the_web(site, capsys, "ingest", "feeds.opml").out == "1 added\n"
    assert on_the_web(site, capsys, "sources").out.count("\n") == 2


def test_a_dry_run_fetches_nothing(
    library: Path, site: WebSite, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = on_the_web(site, capsys, "ingest", "--dry-run", site.url("/a"))
    assert "skipped" in ended.out
    assert "a dry run fetches nothing" in ended.out
    assert site.asked == []
    assert not library.exists()


def test_this_machine_and_its_network_are_never_fetched_from(library: Path) -> None:
    for url in ("http://127.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/"):
        ended = passagebot("ingest", url)
        assert ended.code == 1
        assert "no public address" in ended.out
    assert "port 6379 is not fetched from" in passagebot("ingest", "http://127.0.0.1:6379/").out
    assert "only http and https" in passagebot("ingest", "ftp://n.example/a").out


def test_the_table_of_sources_is_drawn_on_a_terminal(library: Path, articles: Path) -> None:
    passagebot("ingest", articles)
    drawn = passagebot("sources", screen=True).out
    assert "last success" in drawn
    assert "folder" in drawn


class TestWatching:
    @pytest.fixture
    def run(self, library: Path, site: WebSite) -> Run:
        return Run(
            settings=load_settings(sync_minutes=0.002),
            terminal=Terminal(stdin=io.StringIO(), stdout=io.StringIO(), stderr=io.StringIO()),
            load=load_words,
            fetcher=site.fetcher(),
        )

    def test_what_changes_is_brought_up_to_date_and_told(
        self,
        run: Run,
        articles: Path,
        site: WebSite,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        site.article("/a")
        on_the_web(site, capsys, "ingest", str(articles), site.url("/a"))
        stop = threading.Event()
        out = run.terminal.stdout
        assert isinstance(out, io.StringIO)
        with run.library() as library:
            thread = threading.Thread(
                target=syncing.keep_watching,
                args=(library, run, [str(articles), site.url("/a")]),
                kwargs={"embeds": True, "stop": stop},
            )
            thread.start()
            site.pages["/a"] = Page(status=410)
            number, end = 0, time.monotonic() + PATIENCE
            while not {"added", "(410)"} <= _words(out) and time.monotonic() < end:
                number += 1
                (articles / f"{number}.txt").write_text(f"The bridge is closed, day {number}.")
                stop.wait(0.3)
            stop.set()
            thread.join(PATIENCE)
            assert library.lag() == 0
        assert {"added", "(410)"} <= _words(out)


class TestSchedule:
    def test_the_command_runs_again_and_again_without_the_token(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
        caplog.set_level("INFO", logger="bot.scheduling")
        script = "import os; open('ran', 'a').write('x' + os.environ.get('TELEGRAM_BOT_TOKEN', '')); print('1 added')"
        command = [sys.executable, "-c", script]
        with repeated(command, minutes=0.001, is_wanted=lambda: True, first_seconds=0.0):
            assert _until(lambda: Path("ran").exists() and len(Path("ran").read_text()) > 1)
        assert set(Path("ran").read_text()) == {"x"}
        assert "sync: 1 added" in caplog.text

    def test_it_ends_with_the_bot_even_in_the_middle(self) -> None:
        script = "open('began', 'w').close(); import time; time.sleep(600)"
        command = [sys.executable, "-c", script]
        with repeated(command, minutes=1, is_wanted=lambda: True, first_seconds=0.0):
            assert _until(Path("began").exists)
        names = [thread.name for thread in threading.enumerate()]
        assert "sync" not in names

    def test_failures_are_logged_and_do_not_end_it(self, caplog: pytest.LogCaptureFixture) -> None:
        command = [sys.executable, "-c", "print('failed: x'); raise SystemExit(1)"]
        with repeated(command, minutes=0.001, is_wanted=lambda: True, first_seconds=0.0):
            assert _until(lambda: caplog.text.count("sync: failed: x") > 1)
        missing = ["no such program here"]
        with repeated(missing, minutes=0.001, is_wanted=lambda: True, first_seconds=0.0):
            assert _until(lambda: "could not run" in caplog.text)

    def test_nothing_runs_when_it_is_off_or_nothing_is_followed(self) -> None:
        asked = threading.Event()

        def is_wanted() -> bool:
            asked.set()
            return False

        command = [sys.executable, "-c", "open('ran', 'w').close()"]
        with repeated(command, minutes=0, is_wanted=lambda: True, first_seconds=0.0):
            pass
        with repeated(command, minutes=0.001, is_wanted=is_wanted, first_seconds=0.0):
            assert asked.wait(PATIENCE)
        assert not Path("ran").exists()

    def test_the_bot_starts_its_own_program_for_its_own_library(self) -> None:
        command = sync_command(Path("/library"))
        assert command[1:] == ["-m", "bot", "--library", "/library", "sync", "--due"]
        assert without_token({"A": "1", "TELEGRAM_BOT_TOKEN": "2"}) == {"A": "1"}


def _words(out: io.StringIO) -> set[str]:
    return set(re.findall(r"[\w()]+", out.getvalue()))


def _until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_ingest_watches_only_what_it_could_read(
    library: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[list[str]] = []

    def note(_library: object, _run: Run, names: list[str], *, embeds: bool) -> None:
        watched.append([*names, str(embeds)])

    monkeypatch.setattr("bot.commands.ingesting.keep_watching", note)
    assert passagebot("ingest", "--watch", "--no-embed", str(articles), "nowhere").code == 1
    assert watched == [[str(articles), "False"]]


def test_sync_watches_all_or_the_named(
    library: Path, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched: list[object] = []
    monkeypatch.setattr(
        syncing, "keep_watching", lambda *it, embeds: watched.append((it[2], embeds))
    )
    passagebot("ingest", articles)
    passagebot("sync", "--watch")
    passagebot("sync", "--watch", "--no-embed", str(articles))
    assert watched == [(None, True), ([str(articles)], False)]
