"""Bylines and captions: lines of their own, told apart from prose that names somebody."""

import pytest

from corpus.articles import DropReason
from corpus.bylines import is_byline, is_caption
from corpus.cleaning import clean

AUTHOR = "Nell Ashworth"


@pytest.mark.parametrize(
    "line",
    [
        "By Nell Ashworth",
        "Nell Ashworth |",
        "NELL ASHWORTH, staff reporter",
        "Nell Ashworth | 16 October 2026, 14:05",
        "Von Nell Ashworth, Redaktion",
        "Por Nell Ashworth",
    ],
)
def test_a_line_that_says_who_and_when_is_a_byline(line: str) -> None:
    assert is_byline(line, AUTHOR)


@pytest.mark.parametrize(
    "line",
    [
        "Nell Ashworth was born in Tarnley.",
        "By Tom Birtwell",
        "Nell",
        "The book by Nell Ashworth",
        "By",
        "By Nell Ashworth " + "and " * 40,
    ],
)
def test_a_line_that_says_more_or_of_another_is_none(line: str) -> None:
    assert not is_byline(line, AUTHOR)


def test_an_author_without_letters_has_no_byline() -> None:
    assert not is_byline("By 42", "42")


@pytest.mark.parametrize("line", ["Photo: Tarnley Press", "FOTO: Ana Ruiz", "Bild | dpa"])
def test_a_caption_names_its_picture_first(line: str) -> None:
    assert is_caption(line)


def test_prose_about_a_photo_is_no_caption() -> None:
    assert not is_caption("Photo albums were found in the flooded house.")


def test_a_byline_leaves_the_view_and_only_a_repeated_caption_does() -> None:
    text = "By Nell Ashworth\n\nPhoto: T. Press\n\nThe river rose on Monday.\n\nPhoto: T. Press"
    dropped = clean(text, "Flood", author=AUTHOR).dropped
    assert [(drop.span.of(text), drop.reason) for drop in dropped] == [
        ("By Nell Ashworth", DropReason.BYLINE),
        ("Photo: T. Press", DropReason.REPEATED_CAPTION),
    ]
    assert dropped[1].span.start > text.index("Monday")
