"""Words spelled out: what is found in one text is what stands in the sets it was made of."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.outlines import Outline
from retrieval.spelling import SpelledTexts, spelled

WORDS = st.sets(st.text(alphabet="ab\u6f22", min_size=1, max_size=3), max_size=5)


@given(told=st.lists(WORDS, max_size=6), word=st.text(alphabet="ab\u6f22", min_size=1, max_size=3))
def test_a_word_is_found_as_a_whole_in_each_text_that_has_it(
    told: list[set[str]], word: str
) -> None:
    found = SpelledTexts([spelled(words) for words in told])
    assert len(found) == len(told)
    groups, texts = found.holding([[word], ["none", word]])
    there = [n for n, words in enumerate(told) if word in words]
    assert texts[groups == 0].tolist() == texts[groups == 1].tolist() == there


@given(title=WORDS, told=st.lists(WORDS, max_size=4), asked=WORDS)
def test_an_outline_tells_its_words_without_making_sets_of_them(
    title: set[str], told: list[set[str]], asked: set[str]
) -> None:
    made = Outline.of([], title, told)
    assert made.size == sum(map(len, told))
    assert made.holds_all(asked) == (asked <= title.union(*told))
