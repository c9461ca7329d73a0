"""How far texts agree: held answers, shared ranges, shared words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.articles import Span
from retrieval.overlap import covers, holds_answer, occurrences, token_f1


@pytest.mark.parametrize(
    ("passage", "answer", "held"),
    [
        ("It rose 2.4 metres.", "2.4 metres", True),
        ("It rose 2.4\n metres.", "2.4 metres", True),
        ("It rose 2.4 metres.", " 2.4 \u00a0metres\n", True),
        ("It rose 24 metres.", "2.4 metres", False),
        ("It rose.", "It rose. And fell.", False),
    ],
)
def test_a_span_is_held_whatever_the_spaces_between_its_words(
    passage: str, answer: str, *, held: bool
) -> None:
    assert holds_answer(passage, ["something else", answer]) is held
    assert not holds_answer(passage, [])


def test_all_places_of_a_text_are_found() -> None:
    text = "Two houses. Then two\n houses (2.4), then two  houses."
    found = [place.of(text) for place in occurrences(text, " two houses ")]
    assert found == ["two\n houses", "two  houses"]
    assert [place.of(text) for place in occurrences(text, "(2.4)")] == ["(2.4)"]
    assert list(occurrences(text, " ")) == []


@given(before=st.text(max_size=5), part=st.text(min_size=1, max_size=8), after=st.text(max_size=5))
def test_a_text_with_words_is_found_where_it_stands(before: str, part: str, after: str) -> None:
    text = f"{before} {part} {after}"
    places = [place.of(text).split() for place in occurrences(text, part)]
    assert places[:1] == ([part.split()] if part.split() else [])


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((0, 10), (0, 10), True),
        ((0, 10), (5, 100), True),
        ((0, 10), (6, 100), False),
        ((0, 100), (95, 105), True),
        ((0, 100), (96, 106), False),
        ((0, 100), (20, 30), True),
        ((0, 10), (10, 20), False),
        ((0, 10), (50, 60), False),
    ],
)
def test_ranges_cover_each_other_by_half_of_the_shorter(
    one: tuple[int, int], other: tuple[int, int], *, shared: bool
) -> None:
    first, second = (Span(start=start, end=end) for start, end in (one, other))
    assert covers(first, second) is covers(second, first) is shared


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The river rose.", "a RIVER, rose", 1.0),
        ("the river rose overnight", "river", 2 / 4),
        ("two two two", "two", 2 / 4),
        ("the river", "a fire", 0.0),
        ("", "the", 0.0),
        ("\u6cb3\u6d41\u4e0a\u6da8", "\u6cb3\u6d41", 4 / 6),
        ("$2.4", "2.4", 1.0),
    ],
)
def test_shared_tokens_by_hand(one: str, other: str, expected: float) -> None:
    assert token_f1(one, other) == pytest.approx(expected)
    assert token_f1(other, one) == pytest.approx(expected)
