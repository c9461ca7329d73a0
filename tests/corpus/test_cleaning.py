import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.articles import CleaningMap, DropReason, Span
from corpus.blocks import block_spans
from corpus.cleaning import clean, folded
from corpus.readers.plain import read_plain
from tests.corpus.article_texts import FURNITURE, articles

TITLE = "The bridge is closed"
UNIQUE = "Eleven purple herons watched the mayor fall into the weir."


def view(text: str, title: str = TITLE) -> str:
    return left_by(text, clean(text, title))


def left_by(text: str, cleaning: CleaningMap) -> str:
    pieces, position = [], 0
    for drop in cleaning.dropped:
        pieces.append(text[position : drop.span.start])
        position = drop.span.end
    return "".join([*pieces, text[position:]])


def dropped(text: str, title: str = TITLE) -> list[tuple[str, DropReason]]:
    return [(drop.span.of(text), drop.reason) for drop in clean(text, title).dropped]


@given(articles, st.sampled_from([TITLE, "Another title", "…", ""]))
def test_the_map_is_sorted_without_overlaps_and_the_same_each_time(text: str, title: str) -> None:
    cleaning = clean(text, title)
    spans = [drop.span for drop in cleaning.dropped]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert cleaning.headline not in spans
    assert clean(text, title) == cleaning


@given(articles)
def test_something_is_always_left(text: str) -> None:
    assume(any(map(str.isalnum, text)))
    cleaning = clean(text, TITLE)
    out = {drop.span for drop in cleaning.dropped} | {cleaning.headline}
    assert [block for block in block_spans(text) if block not in out]


@given(st.data())
def test_a_sentence_that_stands_once_is_never_left_out(data: st.DataObject) -> None:
    text = data.draw(articles)
    places = {0, len(text)}
    places |= {block.start for block in block_spans(text)}
    places |= {block.end for block in block_spans(text)}
    places |= {at + 1 for at, char in enumerate(text) if char in " \n"}
    at = data.draw(st.sampled_from(sorted(places)))
    before, after = data.draw(st.sampled_from([(" ", " "), ("\n", "\n"), ("\n\n", "\n\n")]))
    longer = f"{text[:at]}{before}{UNIQUE}{after}{text[at:]}"
    cleaning = clean(longer, data.draw(st.sampled_from([TITLE, "Home", ""])))
    assert UNIQUE in left_by(longer, cleaning)
    headline = cleaning.headline
    assert headline is None or UNIQUE not in headline.of(longer)


@pytest.mark.parametrize("line", FURNITURE)
def test_a_sentence_within_a_line_of_furniture_stays(line: str) -> None:
    words = line.split(" ")
    for at in range(len(words) + 1):
        mixed = " ".join([*words[:at], UNIQUE, *words[at:]])
        assert UNIQUE in view(f"{mixed}\nIt rained all day.\n{mixed[::-1]}")


@given(articles)
def test_every_repeated_paragraph_is_equal_to_one_that_is_shown(text: str) -> None:
    cleaning = clean(text, TITLE)
    shown = {" ".join(line.split()).casefold() for line in left_by(text, cleaning).split("\n")}
    for drop in cleaning.dropped:
        if drop.reason is DropReason.REPEATED_PARAGRAPH and "\n" not in drop.span.of(text):
            assert " ".join(drop.span.of(text).split()).casefold() in shown


ARTICLE = """A bell rang twice in the night.
The Bridge Is Closed!

THE BRIDGE IS CLOSED
Heavy rain closed the old bridge on Monday.
The mayor asked all drivers to take the ferry instead.
Nobody was hurt, the fire service said.
The mayor asked all drivers to take the ferry instead.
Nobody was hurt, the fire service said."""


def test_one_headline_is_kept_and_repeats_are_counted() -> None:
    cleaning = clean(ARTICLE, TITLE)
    assert cleaning.headline is not None
    assert cleaning.headline.of(ARTICLE) == "The Bridge Is Closed!"
    assert cleaning.count(DropReason.REPEATED_HEADLINE) == 1
    assert cleaning.count(DropReason.REPEATED_PARAGRAPH) == 2
    assert len(cleaning.dropped) == 3


def test_the_first_of_equal_paragraphs_is_kept() -> None:
    first = ARTICLE.index("The mayor asked")
    assert all(drop.span.start > first for drop in clean(ARTICLE, "").dropped)


def test_short_lines_may_be_said_twice() -> None:
    assert dropped("Was it you?\nYes.\nAnd was he there?\nYes.", "Court") == []


def test_repeats_are_found_in_languages_without_spaces() -> None:
    text = (
        "总统昨天宣布会议将在秋天举行。\n没有人知道以后会发生什么。\n总统昨天宣布会议将在秋天举行。"
    )
    assert [reason for _, reason in dropped(text, "新闻")] == [DropReason.REPEATED_PARAGRAPH]


def test_repeats_are_found_when_only_case_and_spacing_differ() -> None:
    text = "Five small boats were lost.\nIt rained.\nFIVE  small boats  were lost."
    assert dropped(text) == [("FIVE  small boats  were lost.", DropReason.REPEATED_PARAGRAPH)]


def test_a_title_made_of_the_first_words_is_no_headline() -> None:
    text = "The river rose on Monday.\n\nIt fell on Friday."
    assert clean(text, "The river rose on Monday…").headline is None
    assert clean("And then…\n\nIt fell on Friday.", "And then…").headline == Span(start=0, end=9)


def test_a_headline_longer_than_a_title_that_was_cut_is_found() -> None:
    text = "Ligger an til tørreste november på 98 år i Bergen, tredje tørreste\nDet regnet ikke."
    title = "Ligger an til tørreste november på 98 år i Bergen, tredje tø"
    headline = clean(text, title).headline
    assert headline is not None
    assert headline.end == text.index("\n")
    assert clean("Ligger an til\nDet regnet ikke.", "Ligger an").headline is None
    assert clean(f"{text[:66]}.\nDet regnet ikke.", title).headline is None
    assert clean(f"{text[:66]}. Eller ikke\nDet regnet ikke.", title).headline is None


def test_a_very_long_paragraph_is_no_headline_but_a_very_long_title_has_one() -> None:
    title = "word " * 60
    text = f"{title.strip()}\n\nIt rained."
    assert clean(text, title).headline is not None
    assert clean(text, "word").headline is None


def test_nothing_is_left_out_if_nothing_would_be_left() -> None:
    for text in ("The bridge is closed", "Home\nNews\nSport", "Share this article", ""):
        assert clean(text, TITLE) == CleaningMap(headline=None, dropped=())


MENU = "Home\nNews\nWeather\nShop\n\n"


def test_a_menu_above_the_headline_is_left_out() -> None:
    text = f"{MENU}{TITLE}\n\nThe mayor closed it on Monday."
    assert {reason for _, reason in dropped(text)} == {DropReason.MENU}
    assert view(text).strip().startswith(TITLE)


def test_a_menu_is_left_out_wherever_its_words_are_known() -> None:
    text = f"The mayor closed it on Monday.\n\n{MENU}It will open in spring."
    assert len(dropped(text)) == 4


@pytest.mark.parametrize(
    "text",
    [
        "These won prizes:\nHome\nNews\nSport\n\nThey met on Monday.",
        f"{TITLE}\nTent\nRope\nStove\nThat is all they had.",
        "It rained.\nAlice Smith\nBob Jones\nCarol White",
        "It rained.\nHome\nNews\nIt stopped.",
        "2 eggs\n100 g flour\nA pinch of salt\nStir them well.",
        "Name | Age | Town\nAlice | old | York\nBob | young | Bath\nThey met on Monday.",
    ],
)
def test_lists_and_tables_of_the_article_stay(text: str) -> None:
    assert dropped(text) == []


@pytest.mark.parametrize(
    "bar", ["Home | News | Sport", "Home › World › Europe", "Markets · Archive · Contact"]
)
def test_a_menu_in_one_line_is_left_out(bar: str) -> None:
    text = f"{bar}\nThe mayor closed it on Monday."
    assert dropped(text) == [(bar, DropReason.MENU)]


def test_a_menu_that_stands_twice_is_a_menu_both_times() -> None:
    text = "Home | News | Sport\nHome | News | Sport\nIt rained.\nHome | News | Sport"
    assert {reason for _, reason in dropped(text)} == {DropReason.MENU}
    assert view(text).strip() == "It rained."


def test_share_lines_and_notices_are_left_out() -> None:
    text = (
        "The mayor closed it.\nRead also: Why it leaks\nIt will open.\n"
        "We use cookies to improve your experience. Subscribe to our newsletter."
    )
    assert [reason for _, reason in dropped(text)] == [DropReason.SHARE, DropReason.NOTICE]


def test_folding_leaves_only_words() -> None:
    assert folded("  **Die STRASSE: «gesperrt»!** ") == folded("die straße gesperrt")
    assert folded("***") == ""


@pytest.mark.skipif("SHARED_DIR" not in os.environ, reason="SHARED_DIR is not set")
def test_the_seed_article_has_one_headline_and_its_repeats_counted() -> None:
    (place,) = sorted((Path(os.environ["SHARED_DIR"]) / "seeds").glob("000_*.txt"))
    document = read_plain(place.read_text("utf-8"))
    assert document.title == "Deadly Conflict Erupts in Latakia Province Amid Power Struggles"
    assert "*" not in document.text
    cleaning = clean(document.text, document.title)
    assert cleaning.headline is not None
    assert cleaning.headline.of(document.text) == document.title
    assert cleaning.count(DropReason.REPEATED_HEADLINE) == 1
    assert cleaning.count(DropReason.REPEATED_PARAGRAPH) == 4
    assert len(cleaning.dropped) == 5
