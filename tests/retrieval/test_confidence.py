"""The confidence: honest facts about the first hit, and a word for a probability."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Confidence
from retrieval.confidence import FEATURES, ConfidenceModel, features, names_of
from retrieval.ranking import Ranked
from retrieval.reading import Match
from retrieval.terms import QuestionTerms, Term, inverse_frequency
from tests.retrieval.passages import BY_COVERAGE, a_passage, alone, read

TERMS = QuestionTerms(searched=(Term(forms=frozenset({"river"}), weight=3.0),), unknown=1.0)


def ranked(
    number: int = 1,
    *,
    text: str = "The river Sallow rose.",
    cosine: float = 0.5,
    keywords: float = 0.5,
    coverage: float = 0.5,
    score: float = 1.0,
) -> Ranked:
    return Ranked(
        read=read(a_passage(number, text)),
        matches=alone(
            Match(
                coverage=coverage,
                sentence_coverages=(coverage / 2,),
                sentence_likenesses=(coverage / 2,),
                sentence_cosines=(cosine / 2,),
                vectors_count=1.0,
            )
        ),
        place=0,
        cosine=cosine,
        keywords=keywords,
        vector_rank=1,
        keyword_rank=1,
        score=score,
    )


def facts(
    question: str, first: Ranked, *others: Ranked, terms: QuestionTerms = TERMS
) -> dict[str, float]:
    found = features(question, terms, first, others)
    assert found.dtype == np.float64
    return dict(zip(FEATURES, found.tolist(), strict=True))


def test_the_features_say_what_their_names_say() -> None:
    first = ranked(cosine=0.8, coverage=0.75, score=5.0)
    found = facts("Why did the Sallow rise?", first, ranked(2, score=4.0), ranked(3, score=1.0))
    assert found["sentence_cosine"] == pytest.approx(0.4)
    assert found["coverage"] == 0.75
    assert found["pair_coverage"] == pytest.approx(0.75)
    assert found["score_margin"] == pytest.approx(1.0)
    assert found["names_found"] == 1
    assert found["names_missing"] == 0
    assert found["kind_missing"] == 0


def test_a_hit_without_rivals_stands_above_the_next_as_a_rule_by_a_part_of_itself() -> None:
    assert 0 < facts("why", ranked(score=2.0))["score_margin"] < 2.0


def test_two_sentences_that_follow_each_other_cover_what_both_hold() -> None:
    searched = tuple(Term(forms=frozenset({word}), weight=1.0) for word in ("river", "bridg"))
    terms = QuestionTerms(searched=searched, unknown=2.0)
    near = replace(ranked(), read=read(a_passage(1, "The river rose. The bridge held.")))
    far = replace(ranked(), read=read(a_passage(1, "The river rose. It did. The bridge held.")))
    assert facts("why", near, terms=terms)["pair_coverage"] == 0.5
    assert facts("why", far, terms=terms)["pair_coverage"] == 0.25


@given(passages=st.integers(1, 100_000), held=st.integers(1, 100_000))
def test_a_word_is_as_rare_as_can_be_in_three_passages_of_any_library(
    passages: int, held: int
) -> None:
    weight = inverse_frequency(min(held, passages), passages)
    terms = QuestionTerms(
        searched=(Term(forms=frozenset({"river"}), weight=weight),), unknown=0, passages=passages
    )
    found = facts("why", ranked(text="The river rose."), terms=terms)
    assert 0 < found["rarest_found"] <= 1
    assert found["words_in_sentence"] == pytest.approx(math.log1p(found["rarest_found"]))
    assert held > 3 or passages < 6 or found["rarest_found"] == 1


def test_rare_words_count_in_the_sentence_that_holds_most_of_them() -> None:
    searched = tuple(
        Term(forms=frozenset({word}), weight=9.0) for word in ("river", "bridg", "mill")
    )
    terms = QuestionTerms(searched=searched, unknown=0, passages=50)
    first = replace(
        ranked(), read=read(a_passage(1, "The river rose. The bridge of the mill held."))
    )
    assert facts("why", first, terms=terms)["words_in_sentence"] == pytest.approx(math.log(3))
    nothing = replace(ranked(), read=read(a_passage(1, "Snow fell.")))
    found = facts("why", nothing, terms=terms)
    assert found["words_in_sentence"] == found["rarest_found"] == found["pair_coverage"] == 0


def test_a_sentence_without_the_kind_of_thing_that_is_asked_for_lacks_it() -> None:
    first = ranked(text="The river Sallow rose 2.4 metres.")
    other = ranked(text="The river Sallow rose again.")
    question = "How many metres did the Sallow rise?"
    assert facts(question, first)["kind_missing"] == 0
    assert facts(question, other)["kind_missing"] == 1
    assert facts("Why did the Sallow rise?", other)["kind_missing"] == 0
    assert facts(question, ranked(text="\n"))["kind_missing"] == 0


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Where is Latakia?", ["Latakia"]),
        ("Who won the football match?", []),
        ("How many came in 2026?", ["2026"]),
        ("\u00c9tienne et \u00c9mile", ["\u00c9mile"]),
        ("Кто такой Иван?", ["Иван"]),
        ("", []),
    ],
)
def test_names_are_numbers_and_capitalised_words_but_the_first(
    question: str, names: list[str]
) -> None:
    assert names_of(question) == names


def test_names_are_looked_for_in_title_and_text_whatever_their_case() -> None:
    passage = read(a_passage(1, "THE SALLOW ROSE.", title="Harlow"))
    first = replace(ranked(), read=passage)
    found = facts("Did the Sallow reach Harlow or Selby or 1953?", first)
    assert (found["names_found"], found["names_missing"]) == (0.5, 2)
    found = facts("did it rain", first)
    assert (found["names_found"], found["names_missing"]) == (0.5, 0)


def test_the_last_letters_of_a_name_may_differ_but_no_digit_of_a_number() -> None:
    first = ranked(text="Der Igel wog 195 Gramm.")
    assert facts("Was fressen die Igels?", first)["names_missing"] == 0
    assert facts("Wie war es 1953?", first)["names_missing"] == 1
    assert facts("Was macht der Igelfisch?", first)["names_missing"] == 1


@pytest.mark.parametrize(
    ("probability", "confidence"),
    [
        (0.0, Confidence.NONE),
        (0.299, Confidence.NONE),
        (0.3, Confidence.POSSIBLE),
        (0.899, Confidence.POSSIBLE),
        (0.9, Confidence.STRONG),
        (1.0, Confidence.STRONG),
    ],
)
def test_a_bar_is_reached_when_it_is_met(probability: float, confidence: Confidence) -> None:
    assert BY_COVERAGE.grade(probability) is confidence


def test_the_probability_is_the_logistic_of_the_weighted_sum() -> None:
    model = ConfidenceModel(weights=(1.0, -2.0), bias=0.5, possible_from=0.3, strong_from=0.9)
    assert model.probability([3.0, 1.0]) == pytest.approx(1 / (1 + math.exp(-1.5)))


@given(
    weights=st.tuples(*[st.floats(-1e6, 1e6)] * 2),
    values=st.tuples(*[st.floats(-1e6, 1e6)] * 2),
    bias=st.floats(-1e6, 1e6),
)
def test_every_probability_lies_in_zero_to_one(
    weights: tuple[float, float], values: tuple[float, float], bias: float
) -> None:
    model = ConfidenceModel(weights=weights, bias=bias, possible_from=0.3, strong_from=0.9)
    assert 0 <= model.probability(values) <= 1
