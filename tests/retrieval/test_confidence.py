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
from retrieval.terms import QuestionTerms, Term
from tests.retrieval.passages import BY_COVERAGE, a_passage, read

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
        match=Match(
            coverage=coverage,
            sentence_coverages=(coverage / 2,),
            sentence_likenesses=(coverage / 2,),
            sentence_cosines=(cosine / 2,),
            vectors_count=1.0,
        ),
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
    first = ranked(cosine=0.8, keywords=0.6, coverage=0.75, score=5.0)
    second = ranked(2, cosine=0.5, keywords=0.9, coverage=0.25, score=4.0)
    third = ranked(3, cosine=0.3, keywords=0.1, coverage=0.5, score=1.0)
    found = facts("Why did the Sallow rise?", first, second, third)
    assert found["cosine"] == 0.8
    assert found["sentence_cosine"] == 0.4
    assert found["keywords"] == 0.6
    assert found["coverage"] == 0.75
    assert found["sentence_coverage"] == 0.375
    assert found["score_margin"] == pytest.approx(1.0)
    assert found["cosine_margin"] == pytest.approx(0.3)
    assert found["keyword_margin"] == pytest.approx(-0.3)
    assert found["coverage_margin"] == pytest.approx(0.25)
    assert found["first_by_vectors"] == 1
    assert found["first_by_keywords"] == 0
    assert found["names_found"] == 1
    assert found["has_names"] == 1
    assert found["unknown_terms"] == pytest.approx(0.25)


def test_a_hit_without_rivals_stands_above_the_next_as_a_rule_by_a_part_of_itself() -> None:
    found = facts("why", ranked(cosine=0.5, keywords=0.4, coverage=0.3, score=2.0))
    for name, value in (("cosine", 0.5), ("keyword", 0.4), ("coverage", 0.3), ("score", 2.0)):
        assert 0 < found[f"{name}_margin"] < value
    assert found["first_by_vectors"] == found["first_by_keywords"] == 1


def test_a_question_without_known_or_unknown_words_is_all_unknown() -> None:
    nothing = QuestionTerms(searched=(), unknown=0)
    assert facts("why", ranked(), terms=nothing)["unknown_terms"] == 1


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
    assert facts("Did the Sallow reach Harlow or Selby or 1953?", first)["names_found"] == 0.5
    assert facts("did it rain", first)["names_found"] == 0.5
    assert facts("did it rain", first)["has_names"] == 0


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
