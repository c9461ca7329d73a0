"""The terms of a question: what is searched, and how much each term tells."""

import math
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.function_words import function_words
from retrieval.spelling import SpelledTexts, spelled, spellings
from retrieval.terms import QuestionTerms, Term, inverse_frequency, question_terms
from retrieval.tokens import tokenise
from tests.contracts.reference_indexes import WrittenOutBm25

ENGLISH = [
    "The river rose in the valley",
    "The bridge over the river held",
    "Nobody saw the flood coming",
    "Trains stood still on the bridge",
]


def index_of(*texts: str, language: str = "en") -> WrittenOutBm25:
    index = WrittenOutBm25(title_weight=0.5)
    index.upsert((n, [], tokenise(text, language)) for n, text in enumerate(texts, start=1))
    index.commit()
    return index


def texts(*some: set[str]) -> SpelledTexts:
    return SpelledTexts(spellings([tuple(spelled(words) for words in some)]))


def likenesses(terms: QuestionTerms, *some: set[str]) -> list[float]:
    return terms.met_by(texts(*some), np.arange(len(some))).likenesses.tolist()


def forms(terms: QuestionTerms) -> list[set[str]]:
    return [set(term.forms) for term in terms.searched]


def test_words_of_the_question_that_stand_in_the_library_are_searched() -> None:
    found = question_terms("Where did the river flood the bridges?", ["en"], index_of(*ENGLISH))
    assert forms(found) == [{"river"}, {"flood"}, {"bridg"}]
    assert found.tokens == ["bridg", "flood", "river"]


def test_rarer_words_weigh_more_as_bm25_has_it() -> None:
    found = question_terms("river flood", ["en"], index_of(*ENGLISH))
    river, flood = found.searched
    assert flood.weight > river.weight
    assert river.weight == pytest.approx(math.log(1 + (4 - 2 + 0.5) / (2 + 0.5)))
    assert flood.weight == pytest.approx(math.log(1 + (4 - 1 + 0.5) / (1 + 0.5)))


def test_a_word_asked_twice_counts_once() -> None:
    index = index_of(*ENGLISH)
    assert question_terms("river, rivers, River!", ["en"], index) == question_terms(
        "river", ["en"], index
    )


def test_words_that_stand_nowhere_are_not_searched_but_weigh_as_unknown() -> None:
    found = question_terms("volcano river", ["en"], index_of(*ENGLISH))
    assert forms(found) == [{"river"}]
    assert found.unknown > 0
    assert found.weight == pytest.approx(found.unknown + found.searched[0].weight)
    assert question_terms("river", ["en"], index_of(*ENGLISH)).unknown == 0


def test_words_in_most_passages_tell_nothing_in_a_large_library() -> None:
    texts = [f"flood report number{n}" for n in range(120)]
    found = question_terms("flood number7", ["en"], index_of(*texts))
    assert forms(found) == [{"number7"}]
    found = question_terms("flood report", ["en"], index_of(*texts))
    assert forms(found) == [{"flood"}, {"report"}]


def test_a_question_is_searched_in_the_form_each_language_gives_it() -> None:
    index = WrittenOutBm25(title_weight=0.5)
    index.upsert(
        [(1, [], tokenise("Die H\u00e4user", "de")), (2, [], tokenise("H\u00e4user", "xx"))]
    )
    index.commit()
    (term,) = question_terms("H\u00e4user", ["de", "xx"], index).searched
    assert term.forms == {"haus", "hauser"}
    assert term.weight == inverse_frequency(1, 2)


def test_an_empty_library_and_a_question_without_words_have_no_terms() -> None:
    nothing = question_terms("\u0640", ["en"], index_of(*ENGLISH))
    assert nothing == QuestionTerms(searched=(), unknown=0)
    assert nothing.tokens == []
    assert nothing.weight == 0
    assert nothing.coverage({"river"}) == 0
    assert question_terms("river", [], index_of()).searched == ()


def test_a_question_of_nothing_but_function_words_is_searched_for_them() -> None:
    found = question_terms("Who was it?", ["en"], index_of("It was who knows", "The rain"))
    assert forms(found) == [{"who"}, {"was"}, {"it"}]


@pytest.mark.parametrize(
    ("question", "languages", "left"),
    [
        ("where were the houses flooded", ["en"], ["houses", "flooded"]),
        ("wo wurden die hauser uberflutet", ["de", "en"], ["hauser", "uberflutet"]),
        ("the who", ["de"], ["the", "who"]),
    ],
)
def test_function_words_are_known_in_the_languages_of_the_library(
    question: str, languages: list[str], left: list[str]
) -> None:
    words = question.split()
    empty = function_words(words, languages)
    assert [word for word in words if word not in empty] == left


TERMS = st.lists(
    st.tuples(st.sets(st.sampled_from("abcdef"), min_size=1), st.floats(0.01, 9)), max_size=5
).map(lambda some: tuple(Term(forms=frozenset(forms), weight=weight) for forms, weight in some))
WORDS = st.sets(st.sampled_from("abcdefgh"))


@given(searched=TERMS, unknown=st.floats(0, 9), words=WORDS, more=WORDS)
def test_coverage_is_a_share_that_grows_with_the_words_found(
    searched: tuple[Term, ...], unknown: float, words: set[str], more: set[str]
) -> None:
    terms = QuestionTerms(searched=searched, unknown=unknown)
    assert 0 <= terms.coverage(words) <= 1
    assert terms.coverage(words) <= terms.coverage(words | more)
    assert terms.coverage(set()) == 0
    everything = {form for term in searched for form in term.forms}
    if searched and not unknown:
        assert terms.coverage(everything) == pytest.approx(1)


@given(
    searched=TERMS,
    unknown=st.floats(0, 9),
    told=st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=2, max_size=4),
)
def test_texts_looked_at_together_are_covered_as_each_would_be_alone(
    searched: tuple[Term, ...], unknown: float, told: list[list[set[str]]]
) -> None:
    terms = QuestionTerms(searched=searched, unknown=unknown)
    owned = [words for some in told for words in some]
    firsts = np.array([0, *accumulate(map(len, told))][:-1])
    met = terms.met_by(texts(*owned), firsts)
    assert met.coverages.tolist() == [terms.coverage(words) for words in owned]
    assert met.owned.tolist() == [terms.coverage(set().union(*some)) for some in told]


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=40),
    languages=st.lists(st.sampled_from(["en", "de", "ru", "zh", "xx"]), max_size=4, unique=True),
)
def test_any_question_has_terms_of_positive_weight(text: str, languages: list[str]) -> None:
    found = question_terms(text, languages, index_of(*ENGLISH))
    assert all(term.weight > 0 and term.forms for term in found.searched)
    assert found.unknown >= 0


def test_a_word_in_another_form_counts_in_part() -> None:
    found = question_terms("bridgehead river", ["en"], index_of(*ENGLISH))
    none, part, whole = likenesses(found, {"snow"}, {"bridg"}, {"bridgehead", "river"})
    assert none == 0
    assert 0 < part < 1
    assert whole == pytest.approx(1)
    assert found.coverage({"bridg"}) == 0


def test_without_a_word_nothing_is_alike() -> None:
    nothing = QuestionTerms(searched=(), unknown=0)
    assert likenesses(nothing, {"river"}) == [0]


@given(st.sets(st.sampled_from(["river", "flood", "bridg", "snow"])))
def test_a_sentence_is_at_least_as_alike_as_covered(words: set[str]) -> None:
    found = question_terms("river flood bridges volcano", ["en"], index_of(*ENGLISH))
    (alike,) = likenesses(found, words)
    assert found.coverage(words) - 1e-9 <= alike <= 1 + 1e-9
