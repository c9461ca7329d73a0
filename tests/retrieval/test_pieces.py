"""Pieces of words: how much of a word stands in sentences in another form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.pieces import WordPieces
from retrieval.spelling import SpelledTexts, spelled

WORDS = st.text(alphabet="abc\u00e6\u6f22", min_size=1, max_size=8)


def runs(word: str) -> set[str]:
    marked = f" {word} "
    return {marked[start : start + 4] for start in range(len(marked) - 3)}


def texts(*some: set[str]) -> SpelledTexts:
    return SpelledTexts([spelled(words) for words in some])


def held(*words: tuple[set[str], float], by: set[str]) -> float:
    (found,) = WordPieces(words).held(texts(by))
    return float(found)


@given(word=WORDS)
def test_a_word_is_held_by_itself_as_a_whole(word: str) -> None:
    assert held(({word}, 2.0), by={"other", word}) == pytest.approx(2.0)


@given(word=WORDS, sentence=st.sets(WORDS, max_size=4))
def test_a_word_counts_for_the_share_of_its_runs_of_four_letters(
    word: str, sentence: set[str]
) -> None:
    there = set().union(*map(runs, sentence)) if sentence else set()
    share = len(runs(word) & there) / len(runs(word)) if len(word) > 1 else float(word in sentence)
    assert held(({word}, 3.0), by=sentence) == pytest.approx(3.0 * share)


def test_a_compound_holds_its_parts() -> None:
    assert held(({"fotball"}, 1.0), by={"fotballbane"}) == pytest.approx(5 / 6)
    assert held(({"bane"}, 1.0), by={"fotballbane"}) == pytest.approx(2 / 3)


def test_of_several_forms_the_one_held_best_counts() -> None:
    assert held(({"houses", "hous"}, 1.0), by={"hous"}) == pytest.approx(1.0)


def test_a_run_never_spans_two_words_or_two_sentences() -> None:
    pieces = WordPieces([({"abcd"}, 1.0)])
    assert pieces.held(texts({"ab", "cd"}, {"cd"})).tolist() == [0.0, 0.0]
    assert pieces.held(texts({"ab"}, {"cd"})).tolist() == [0.0, 0.0]


@given(sentences=st.lists(st.sets(WORDS, max_size=4), max_size=6))
def test_sentences_are_independent_of_each_other(sentences: list[set[str]]) -> None:
    pieces = WordPieces([({"abc", "ab"}, 1.0), ({"c"}, 2.0), ({"\u6f22\u6f22"}, 0.5)])
    apart = [float(pieces.held(texts(one))[0]) for one in sentences]
    assert pieces.held(texts(*sentences)).tolist() == pytest.approx(apart)


def test_without_words_or_sentences_nothing_is_held() -> None:
    assert WordPieces([]).held(texts({"ab"})).tolist() == [0.0]
    assert WordPieces([({"ab"}, 1.0)]).held(texts()).size == 0
