"""Stories on the command line: `articles --stories` and `show`."""

import json
from pathlib import Path

import pytest

from tests.bot.command_line import passagebot
from tests.retrieval.test_copies import OTHER, PLAIN, RETOLD, STORY

ROWS = [
    {"_id": "flood", "title": "Flood", "text": STORY, "source": "Wire", "date": "2026-02-01"},
    {"_id": "copy", "title": "Flood", "text": PLAIN, "source": "Post", "date": "2026-02-02"},
    {"_id": "retold", "title": "Bridge cut off", "text": RETOLD, "date": "2026-02-03"},
    {"_id": "tram", "title": "Tram", "text": OTHER},
]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    Path("news.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    assert passagebot("ingest", "news.jsonl").code == 0
    return Path("library")


def test_stories_are_listed_with_reports_apart_from_copies(library: Path) -> None:
    assert passagebot("articles", "--stories").out.splitlines() == [
        "2 reports, 1 copy: Flood",
        "  report: flood · Wire (2026-02-01, first seen)",
        "    copy: copy · Post (2026-02-02)",
        "  report: retold (2026-02-03)",
    ]


def test_stories_as_json_hold_their_articles(library: Path) -> None:
    [story] = json.loads(passagebot("articles", "--stories", "--json").out)
    assert (story["report_count"], story["copy_count"]) == (2, 1)
    assert story["first"]["key"] == "flood"
    assert [[one["key"] for one in report] for report in story["reports"]] == [
        ["flood", "copy"],
        ["retold"],
    ]
    assert [article["title"] for article in story["articles"]] == [
        "Flood",
        "Flood",
        "Bridge cut off",
    ]


def test_a_library_without_stories_says_so(library: Path) -> None:
    assert passagebot("remove", "copy", "retold", "--yes").code == 0
    ended = passagebot("articles", "--stories")
    assert (ended.code, ended.out) == (0, "")
    assert "no two articles tell one story" in ended.err


def test_an_article_says_of_which_story_it_is(library: Path) -> None:
    line = "story     2 reports, 1 copy; first: "
    assert f"{line}flood (2026-02-01)\n" in passagebot("show", "copy").out
    assert f"{line}this (2026-02-01)\n" in passagebot("show", "flood").out
    assert "\nstory " not in passagebot("show", "tram").out


def test_an_article_as_json_holds_its_story(library: Path) -> None:
    story = json.loads(passagebot("show", "retold", "--json").out)["story"]
    assert (story["report_count"], story["first"]["key"]) == (2, "flood")
    assert json.loads(passagebot("show", "tram", "--json").out)["story"]["report_count"] == 1


def test_showing_writes_nothing_and_does_without_stories(library: Path) -> None:
    (library / "stories.sqlite").unlink()
    assert json.loads(passagebot("show", "retold", "--json").out)["story"] is None
    assert not (library / "stories.sqlite").exists()
    assert passagebot("articles", "--stories").out.startswith("2 reports, 1 copy")


def test_an_undated_first_report_is_told_by_when_it_was_stored(library: Path) -> None:
    Path("more.jsonl").write_text(
        json.dumps({"_id": "again", "title": "T", "text": OTHER}), "utf-8"
    )
    assert passagebot("ingest", "more.jsonl").code == 0
    assert "1 report, 1 copy; first: this (stored " in passagebot("show", "tram").out
