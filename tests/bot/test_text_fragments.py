"""Text directives find the quoted place first, and are no longer than that takes."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.text_fragments import TextDirective, text_directive
from corpus.articles import Span

WORDS = st.lists(st.sampled_from(["rain", "fell", "on", "the", "town", "a-b,", "50%"]), min_size=1)
PARAGRAPHS = st.lists(WORDS.map(" ".join), min_size=1, max_size=6).map("\n\n".join)


def at(text: str, part: str, *, last: bool = False) -> Span:
    start = text.rindex(part) if last else text.index(part)
    return Span(start=start, end=start + len(part))


def test_a_short_unique_quote_is_named_whole() -> None:
    text = "It rained. The river rose. It fell."
    assert str(text_directive(text, at(text, "The river rose."))) == "The%20river%20rose."


def test_words_that_stand_earlier_in_other_case_or_spacing_need_a_prefix() -> None:
    text = "NOBODY  was\nhurt. In the evening it snowed. Nobody was hurt."
    found = text_directive(text, at(text, "Nobody was hurt.", last=True))
    assert found == TextDirective(start="Nobody was hurt.", prefix="the evening it snowed.")


def test_a_suffix_is_added_only_when_the_prefix_is_shared() -> None:
    text = "Then it rained. Nobody left. Then it rained. Nobody stayed."
    found = text_directive(text, at(text, "it rained.", last=True))
    assert found == TextDirective(start="it rained.", prefix="rained. Nobody left. Then")
    twice = "A. It rained. One came. A. It rained. Two came."
    found = text_directive(twice, at(twice, "It rained.", last=True))
    assert found is not None
    assert found.first_place(twice) == at(twice, "It rained.", last=True)


def test_a_part_of_a_word_is_no_place() -> None:
    text = "The mayoress came. The mayor came."
    found = text_directive(text, at(text, "mayor", last=True))
    assert found == TextDirective(start="mayor")


def test_long_edges_grow_until_they_are_unique() -> None:
    words = " ".join(f"word{n}" for n in range(30))
    text = f"one two three four five six elsewhere. one two three four five six seven {words}"
    start = text.rindex("one two")
    found = text_directive(text, Span(start=start, end=len(text)))
    assert found is not None
    assert found.start.endswith("seven word0")
    assert found.prefix == ""


@pytest.mark.parametrize("text", [" ", " \n "])
def test_a_range_without_words_has_no_directive(text: str) -> None:
    assert text_directive(text, Span(start=0, end=len(text))) is None


def test_what_cannot_be_told_apart_still_gets_the_most_particular_directive() -> None:
    text = "\n\n".join(["Nobody was hurt."] * 5)
    found = text_directive(text, at(text, "Nobody was hurt.", last=True))
    assert found is not None
    assert found.prefix == "Nobody was hurt."


@given(text=PARAGRAPHS, data=st.data())
def test_every_part_stands_in_the_text_and_the_first_place_holds_the_ends(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quoted = text[start:end]
    assume(quoted.strip())
    found = text_directive(text, Span(start=start, end=end))
    assert found is not None
    assert found.start in quoted
    assert found.end in quoted
    assert found.prefix in text[:start]
    assert found.suffix in text[end:]
    assert str(found).isascii()
