"""One article: what a reader sees, what cleaning leaves out, and all of it as JSON."""

import io

import pytest
from rich.console import Console

from bot.article_view import article_to_json, show_article
from corpus.articles import Article, DropReason
from tests.bot.shelf import an_article, left_out

TEXT = "Home | News\n\nThe river rose.\n\nThe river rose.\n\nNobody was hurt."
CLEANED = an_article(
    TEXT,
    dropped=(
        left_out(0, 13),
        left_out(30, 47, DropReason.REPEATED_PARAGRAPH),
    ),
)


def shown(article: Article, *, cleaning: bool, terminal: bool = False) -> str:
    written = io.StringIO()
    console = Console(
        file=written,
        force_terminal=terminal,
        color_system="standard" if terminal else None,
        width=60,
        highlight=False,
    )
    show_article(console, article, cleaning=cleaning)
    return written.getvalue()


def test_the_view_stands_under_what_is_known_of_the_article() -> None:
    assert shown(CLEANED, cleaning=False).splitlines() == [
        "title     Flood cuts valley road",
        "key       flood.txt (in main)",
        "source    Example Wire",
        "published 2026-10-30",
        "link      https://news.example/flood",
        "language  en",
        "version   1, stored 2026-11-01 08:30 UTC",
        "state     active",
        "passages  1",
        "left out  1 x menu line, 1 x repeated paragraph",
        "origin    file:///articles/flood.txt",
        "sha256    5a5a5a5a5a5a",
        "",
        *CLEANED.view().splitlines(),
    ]


def test_with_cleaning_the_whole_text_stands_there_with_what_is_left_out_marked() -> None:
    text = shown(CLEANED, cleaning=True).partition("\n\n")[2]
    assert text.splitlines() == [
        "[left out, menu line: Home | News]",
        "The river rose.",
        "[left out, repeated paragraph: The river rose.]",
        "Nobody was hurt.",
    ]


def test_on_a_terminal_what_is_left_out_is_struck_out_with_its_reason() -> None:
    text = shown(CLEANED, cleaning=True, terminal=True)
    assert "\x1b[9;31mHome | News\x1b[0m\x1b[33m  ← menu line\x1b[0m" in text
    assert "left out, menu line:" not in text


def test_unknown_metadata_is_not_listed() -> None:
    bare = an_article(source=None, url=None, published=None)
    assert not {"source", "link", "published", "left out"} & {
        line[:10].strip() for line in shown(bare, cleaning=False).splitlines()
    }


def test_an_address_in_the_metadata_cannot_command_the_terminal() -> None:
    assert "\x1b" not in shown(an_article(title="\x1b[2Jgone"), cleaning=False)


def test_the_json_holds_the_text_and_every_offset_into_it() -> None:
    out = article_to_json(CLEANED)
    assert out["schema"] == 1
    assert (out["key"], out["collection"], out["version"]) == ("flood.txt", "main", 1)
    assert out["text"] == TEXT
    assert [TEXT[drop["start"] : drop["end"]].strip() for drop in out["dropped"]] == [
        "Home | News",
        "The river rose.",
    ]
    assert [drop["reason"] for drop in out["dropped"]] == ["menu line", "repeated paragraph"]
    assert out["passages"] == [[0, len(TEXT)]]
    assert out["headline"] is None
    assert out["stored_at"] == "2026-11-01T08:30:00+00:00"


@pytest.mark.parametrize("name", ["text_hash", "raw_hash"])
def test_the_json_holds_both_hashes_whole(name: str) -> None:
    assert len(article_to_json(CLEANED)[name]) == 64
