"""Why an answer is what it is: the explanation agrees with the answer it explains."""

import json
import math
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.answers import Answer, Filters, Question
from retrieval.calibration import shipped_for
from retrieval.confidence import FEATURES
from retrieval.explanations import Explanation
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import engine, make_library


def asked(store: ArticleStore, text: str) -> tuple[Answer, Explanation]:
    with engine(store) as opened:
        answer = opened.answer(Question(text=text))
    assert answer.explanation is not None
    return answer, answer.explanation


def test_the_words_are_those_asked_and_said_to_stand_where_they_stand(store: ArticleStore) -> None:
    _, explanation = asked(store, "Did the mayor thank the firemen or the bridge of Atlantis?")
    stand = {one.word: (one.in_library, one.in_first_hit) for one in explanation.words}
    assert stand == {
        "mayor": (True, True),
        "thank": (True, True),
        "firemen": (True, True),
        "bridge": (True, False),
        "atlantis": (False, False),
    }
    weights = [one.weight for one in explanation.words]
    assert weights == sorted(weights, reverse=True)


def test_the_contributions_add_up_to_the_probability_and_that_to_the_confidence(
    store: ArticleStore,
) -> None:
    answer, explanation = asked(store, "Who won the football match?")
    log_odds = explanation.bias + sum(explanation.contributions.values())
    assert explanation.probability == pytest.approx(1 / (1 + math.exp(-log_odds)))
    model = shipped_for(HashingEmbedder().space).confidence
    assert answer.confidence is model.grade(explanation.probability)
    assert (explanation.possible_from, explanation.strong_from) == (
        model.possible_from,
        model.strong_from,
    )
    assert set(explanation.features) == set(explanation.contributions) == set(FEATURES)


def test_what_was_compared_is_counted(store: ArticleStore) -> None:
    _, explanation = asked(store, "football")
    assert explanation.searched == store.counts().passages == explanation.candidates
    assert 0 < explanation.vectors_count < 2


def test_an_empty_library_has_nothing_to_explain(tmp_path: Path) -> None:
    with make_library(tmp_path / "empty", {}) as store, engine(store) as opened:
        answer = opened.answer(Question(text="football"))
    assert answer.explanation is None or answer.explanation.searched == 0
    assert not answer.answered


def test_filters_that_leave_nothing_are_explained_by_a_probability_of_0(
    store: ArticleStore,
) -> None:
    with engine(store) as opened:
        answer = opened.answer(Question(text="football", filters=Filters(source="nobody")))
    assert answer.explanation is not None
    assert answer.explanation.probability == 0.0
    assert answer.explanation.searched == 0
    assert not answer.answered


def test_the_outside_form_names_the_heaviest_evidence_first(store: ArticleStore) -> None:
    answer, _ = asked(store, "Who won the football match?")
    assert "why" not in answer.to_json()
    why = json.loads(json.dumps(answer.to_json(why=True)))["why"]
    weights = [abs(one["contributes"]) for one in why["confidence"].values()]
    assert weights == sorted(weights, reverse=True)
    assert [one["word"] for one in why["words"]][:1] != []
