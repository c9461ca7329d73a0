"""Words spelled out: what is found in one text is what stands in the sets it was made of."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.outlines import Outline
from retrieval.spelling import SpelledTexts, runs, spelled, spellings

TEXT = st.text(alphabet="ab\u6f22", min_size=1, max_size=5)
WORDS = st.sets(TEXT, max_size=5)


def held(text: str) -> set[str]:
    """Return the runs of four characters of a text."""
    return {text[start : start + 4] for start in range(len(text) - 3)}


@given(groups=st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=4), word=TEXT)
def test_each_run_of_letters_is_found_in_the_texts_that_have_it(
    groups: list[list[set[str]]], word: str
) -> None:
    told = [tuple(spelled(words) for words in some) for some in groups]
    found = SpelledTexts(spellings(told))
    assert found.texts == [text for some in told for text in some]
    marked = spelled([word])
    wanted = np.unique(runs(marked))
    there = found.with_runs(wanted)
    assert there.shape == (len(wanted), len(found))
    assert there.sum() == sum(len(held(text) & held(marked)) for text in found.texts)


@given(groups=st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=4))
def test_texts_spelled_together_have_the_runs_they_have_alone(
    groups: list[list[set[str]]],
) -> None:
    told = [tuple(spelled(words) for words in some) for some in groups]
    together = spellings(told)
    for texts, spelling in zip(told, together, strict=True):
        (single,) = spellings([texts])
        assert spelling.texts == single.texts == texts
        assert spelling.counts.tolist() == single.counts.tolist()
        assert spelling.runs[:-3].tolist() == single.runs[:-3].tolist()


@given(title=WORDS, told=st.lists(WORDS, max_size=4), asked=WORDS)
def test_an_outline_tells_its_words_without_making_sets_of_them(
    title: set[str], told: list[set[str]], asked: set[str]
) -> None:
    made = Outline.of([], title, told)
    assert made.size == sum(map(len, told))
    assert made.holds_all(asked) == (asked <= title.union(*told))
