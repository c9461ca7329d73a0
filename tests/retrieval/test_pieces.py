"""Pieces of words: how much of a word stands in sentences in another form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.pieces import WordPieces
from retrieval.spelling import SpelledTexts, spelled, spellings

WORDS = st.text(alphabet="abc\u00e6\u6f22", min_size=1, max_size=8)


def runs(word: str) -> set[str]:
    marked = f" {word} "
    return {marked[start : start + 4] for start in range(len(marked) - 3)}


def texts(*some: set[str]) -> SpelledTexts:
    return SpelledTexts(spellings([(spelled(words),) for words in some]))


def held(word: set[str], by: set[str]) -> float:
    ((found,),) = WordPieces([word]).met_by(texts(by)).share
    return float(found)


@given(word=WORDS)
def test_a_word_is_held_by_itself_as_a_whole(word: str) -> None:
    assert held({word}, by={"other", word}) == 1.0


@given(word=WORDS, sentence=st.sets(WORDS, max_size=4))
def test_a_word_counts_for_the_share_of_its_runs_of_four_letters(
    word: str, sentence: set[str]
) -> None:
    there = set().union(*map(runs, sentence)) if sentence else set()
    share = len(runs(word) & there) / len(runs(word)) if len(word) > 1 else float(word in sentence)
    assert held({word}, by=sentence) == pytest.approx(share)


def test_a_compound_holds_its_parts() -> None:
    assert held({"fotball"}, by={"fotballbane"}) == pytest.approx(5 / 6)
    assert held({"bane"}, by={"fotballbane"}) == pytest.approx(2 / 3)


def test_of_several_forms_the_one_held_best_counts() -> None:
    assert held({"houses", "hous"}, by={"hous"}) == 1.0


def test_a_run_never_spans_two_words_or_two_sentences() -> None:
    pieces = WordPieces([{"abcd"}])
    assert pieces.met_by(texts({"ab", "cd"}, {"cd"})).share.tolist() == [[0.0, 0.0]]
    assert pieces.met_by(texts({"ab"}, {"cd"})).share.tolist() == [[0.0, 0.0]]


@given(sentences=st.lists(st.sets(WORDS, max_size=4), max_size=6))
def test_sentences_are_independent_of_each_other(sentences: list[set[str]]) -> None:
    pieces = WordPieces([{"abc", "ab"}, {"c"}, {"\u6f22\u6f22"}])
    apart = [pieces.met_by(texts(one)).share[:, 0].tolist() for one in sentences]
    assert pieces.met_by(texts(*sentences)).share.T.tolist() == apart


def test_without_words_or_sentences_nothing_is_held() -> None:
    assert WordPieces([]).met_by(texts({"ab"})).share.shape == (0, 1)
    assert WordPieces([{"ab"}]).met_by(texts()).share.shape == (1, 0)


@given(words=st.lists(st.sets(WORDS, min_size=1, max_size=3), max_size=4), there=st.sets(WORDS))
def test_a_word_stands_in_a_text_if_one_of_its_forms_does(
    words: list[set[str]], there: set[str]
) -> None:
    met = WordPieces(words).met_by(texts({"nothing"}, there))
    assert met.whole[:, 1].tolist() == [bool(forms & there) for forms in words]
    assert not met.whole[:, 0].any()
    assert (met.share[met.whole] == 1.0).all()
