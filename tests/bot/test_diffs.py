"""Word diffs: both texts are in them whole, and what is shown is what changed."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.diff_view import show_diff
from bot.diffs import Piece, around, count_words, diff, nearest, shortened, to_json
from corpus.articles import Span

WORDS = st.lists(st.sampled_from(["a", "b", "river", " ", "\n", "\n\n", "rose", "\u3000"])).map(
    " ".join
)


def changes(old: str, new: str) -> list[list[str]]:
    return to_json(diff(old, new))


def shown(pieces: list[Piece], *, terminal: bool = False) -> str:
    written = io.StringIO()
    colours = "standard" if terminal else None
    show_diff(Console(file=written, force_terminal=terminal, color_system=colours), pieces)
    return written.getvalue()


@given(old=WORDS, new=WORDS)
def test_a_diff_holds_both_texts_whole(old: str, new: str) -> None:
    pieces = diff(old, new)
    assert "".join(piece.old for piece in pieces) == old
    assert "".join(piece.new for piece in pieces) == new
    for piece in pieces:
        assert piece.kind != "same" or piece.old.split() == piece.new.split()
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@given(old=WORDS, new=WORDS)
def test_texts_differ_in_words_or_the_diff_says_same(old: str, new: str) -> None:
    assert (count_words(diff(old, new)) == (0, 0)) == (old.split() == new.split())


def test_a_changed_word_is_told_between_what_stayed() -> None:
    assert changes("It rose 2.4 metres.\n\nThe end.", "It rose 2.6 metres.\n\nThe end.") == [
        ["same", "It rose "],
        ["out", "2.4 "],
        ["in", "2.6 "],
        ["same", "metres.\n\nThe end."],
    ]


def test_lines_broken_elsewhere_are_no_change() -> None:
    assert changes("The river\nrose. Nobody was hurt.", "The river rose.\nNobody was hurt.") == [
        ["same", "The river rose.\nNobody was hurt."]
    ]


def test_what_is_too_costly_to_compare_is_told_whole() -> None:
    old, new = "a b " * 1_000, "b c a " * 1_000
    assert changes(old, new) == [["out", old], ["in", new]]


def test_a_long_article_with_one_changed_word_is_compared_by_lines_first() -> None:
    lines = [f"Line {n} says the same as ever.\n\n" for n in range(3_000)]
    old = "".join(lines)
    lines[1_500] = "Line 1500 says something else.\n\n"
    assert count_words(diff(old, "".join(lines))) == (4, 2)


def test_off_a_terminal_marks_stand_around_words() -> None:
    pieces = diff("It rose 2.4 metres\nby night.", "It rose far\nby day.\n")
    assert shown(pieces) == "It rose [-2.4 metres-] {+far+}\nby [-night.-]{+day.+}\n"


def test_what_went_over_several_lines_is_marked_in_each() -> None:
    assert shown(diff("a\nb\n\nc", "c")) == "[-a-] [-b-] c\n"
    assert shown(diff("c", "a\nb\n\nc")) == "{+a+}\n{+b+}\nc\n"


def test_on_a_terminal_colours_tell() -> None:
    written = shown(diff("one two", "one three"), terminal=True)
    assert "\x1b[9;31mtwo\x1b[0m" in written
    assert "\x1b[32mthree\x1b[0m" in written
    assert "[-" not in written


def test_the_words_around_a_quote_are_cut_out_of_a_diff() -> None:
    old = f"{'before ' * 50}the river rose {'after ' * 50}"
    new = f"{'BEFORE ' * 50}the river fell {'after ' * 50}"
    start = old.index("the river")
    pieces = around(diff(old, new), Span(start=start, end=start + 14), context=20)
    old_side = "".join(piece.old for piece in pieces)
    assert old_side.strip() == "before before the river rose after after after"
    assert ["out", "rose "] in to_json(pieces)
    assert ["in", "fell "] in to_json(pieces)


def test_what_stayed_far_from_any_change_is_cut_out() -> None:
    text = "word " * 100
    pieces = shortened(
        diff(f"{text}old {text}old {text}", f"{text}new {text}new {text}"), context=12
    )
    told = [piece.text for piece in pieces if piece.kind == "same"]
    assert told == [" … word word ", "word word … word word ", "word word … "]


def test_short_texts_are_not_cut() -> None:
    pieces = diff("one two three", "one 2 three")
    assert shortened(pieces) == pieces


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("The river rose 2.4 metres.", "The river rose 2.6 metres.\n"),
        ("Something else entirely here.", None),
        ("Nobody was hurt.\nThe bridge held well.", "Nobody was hurt.\nThe bridge held.\n"),
    ],
)
def test_the_lines_nearest_to_a_quote_are_found(quote: str, found: str | None) -> None:
    text = "A headline\nThe river rose 2.6 metres.\nNobody was hurt.\nThe bridge held.\nBye."
    span = nearest(quote, text)
    assert (span.of(text) if span else None) == found


def test_nothing_is_nearest_in_no_text() -> None:
    assert nearest("The river rose.", "") is None
