"""`show --versions` and `show --diff`, from the outside."""

import json
from pathlib import Path

import pytest

from tests.bot.command_line import passagebot

FIRST = "The Sallow rose 2.4 metres on Tuesday. Two houses were evacuated by night."
SECOND = "The Sallow rose 2.6 metres on Tuesday. Two houses were evacuated by night."
THIRD = "The Sallow rose 2.6 metres on Tuesday. Nobody lives there any more."


@pytest.fixture(autouse=True)
def _library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a library in which `flood` has three versions and `tram` one."""
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    for title, text in (("Flood", FIRST), ("Flood", SECOND), ("Flood ends", THIRD)):
        flood = {"_id": "flood", "title": title, "text": text}
        tram = {"_id": "tram", "title": "Tram", "text": "The tram runs again."}
        Path("a.jsonl").write_text(f"{json.dumps(flood)}\n{json.dumps(tram)}\n", encoding="utf-8")
        assert passagebot("ingest", "--no-embed", "a.jsonl").code == 0


def told(*argv: str) -> str:
    ended = passagebot(*argv)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    return ended.err


def test_the_versions_are_listed_with_what_changed() -> None:
    lines = passagebot("show", "flood", "--versions").out.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    assert lines[0].endswith(" · Flood")
    assert "13 words · 1 passages" in lines[0]
    assert lines[1].endswith("-1 +1 words")
    assert lines[2].endswith(" words · Flood ends")


def test_the_versions_as_json_hold_the_same() -> None:
    versions = json.loads(passagebot("show", "flood", "--versions", "--json").out)
    assert [one["version"] for one in versions] == [1, 2, 3]
    assert [one["title"] for one in versions] == ["Flood", "Flood", "Flood ends"]
    assert [(one["words_out"], one["words_in"]) for one in versions[:2]] == [(0, 0), (1, 1)]
    assert len({one["text_hash"] for one in versions}) == 3


@pytest.mark.parametrize(
    ("wanted", "heading", "marked"),
    [
        ((), "version 2 (", "[-Two houses were evacuated by night.-]"),
        (("2",), "version 2 (", "[-Two houses were evacuated by night.-]"),
        (("3",), "version 2 (", "[-Two houses were evacuated by night.-]"),
        (("1",), "version 1 (", "rose [-2.4-] {+2.6+} metres"),
        (("1..2",), "version 1 (", "rose [-2.4-] {+2.6+} metres"),
        (("2..1",), "version 2 (", "rose [-2.6-] {+2.4+} metres"),
        (("1..",), "version 1 (", "rose [-2.4-] {+2.6+} metres"),
    ],
)
def test_two_versions_are_compared_word_by_word(
    wanted: tuple[str, ...], heading: str, marked: str
) -> None:
    shown = passagebot("show", "flood", "--diff", *wanted).out
    assert heading in shown.splitlines()[0]
    assert marked in shown


def test_a_changed_title_is_told() -> None:
    assert "title: Flood {+ends+}" in passagebot("show", "flood", "--diff").out


def test_a_diff_on_a_terminal_has_no_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    shown = passagebot("show", "flood", "--diff", "1..2", screen=True).out
    assert "2.4" in shown
    assert "[-" not in shown


def test_the_diff_as_json_holds_both_texts_whole() -> None:
    found = json.loads(passagebot("show", "flood", "--diff", "1..2", "--json").out)
    assert (found["from"], found["to"], found["key"]) == (1, 2, "flood")
    assert "".join(text for kind, text in found["diff"] if kind != "in") == FIRST
    assert "".join(text for kind, text in found["diff"] if kind != "out") == SECOND


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (("tram", "--diff"), "tram has one version only"),
        (("flood", "--diff", "4"), "flood has the versions 1 to 3"),
        (("flood", "--diff", "0..2"), "flood has the versions 1 to 3"),
        (("flood", "--diff", "latest"), "'latest' names no versions"),
    ],
)
def test_versions_that_are_not_there_are_told(argv: tuple[str, ...], line: str) -> None:
    assert line in told("show", *argv)
