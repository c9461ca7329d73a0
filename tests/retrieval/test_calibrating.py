"""Calibrating from end to end on made-up sets, and its bars by hand."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from corpus.store import ArticleStore
from retrieval import calibrating
from retrieval.calibrating import CalibrationReport, bars, calibrate
from retrieval.calibration import Calibration, default_calibration
from retrieval.cases import (
    SetUnderFit,
    confidence_cases,
    findings_of,
    prepare,
    ranking_cases,
    sample,
)
from retrieval.confidence import FEATURES
from retrieval.evaluation import library_of
from retrieval.fitting import ConfidenceCase
from retrieval.question_sets import QuestionSet
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.passages import PLAIN
from tests.retrieval.small_sets import many_articles


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrating, "_ENOUGH", 5)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[SetUnderFit]]:
    folder, embedder = tmp_path_factory.mktemp("sets"), HashingEmbedder()
    with ExitStack() as closing:
        opened = []
        for seed, name in enumerate(["one", "two"]):
            questions = many_articles(folder / name, seed=seed)
            place, store = closing.enter_context(library_of(questions, embedder))
            some = prepare(name, questions.questions, place, store, embedder)
            closing.callback(some.embeddings.close)
            opened.append(some)
        yield opened


def check(fitted: Calibration, report: CalibrationReport, names: Sequence[str]) -> None:
    assert fitted.fitted_for == "hashing"
    assert fitted.fitted_on == tuple(names)
    assert len(fitted.confidence.weights) == len(FEATURES)
    assert 0 < fitted.confidence.possible_from <= fitted.confidence.strong_from < 1
    assert list(report) == list(names)
    for one in report.values():
        assert one.answered_when_present > 0.5
        assert one.reciprocal_rank > 0.5
        assert one.balanced_accuracy is not None
        assert 0 <= one.balanced_accuracy <= 1


def test_numbers_are_fitted_to_all_sets_and_reported_for_each_left_out(
    sets: list[SetUnderFit],
) -> None:
    fitted, report = calibrate(sets, PLAIN, fitted_for="hashing")
    check(fitted, report, ["one", "two"])
    assert calibrate(sets, PLAIN, fitted_for="hashing")[0] == fitted


def test_a_single_set_is_fitted_and_reported_in_itself(sets: list[SetUnderFit]) -> None:
    check(*calibrate(sets[:1], default_calibration(), fitted_for="hashing"), ["one"])


def test_a_question_is_asked_again_without_its_own_articles(sets: list[SetUnderFit]) -> None:
    (some, _) = sets
    asked = next(one for one in some.questions if one.own_passages)
    found = {
        hit.ranked.article[1] for hit in findings_of(some, PLAIN, asked, without_own=False).hits
    }
    assert set(asked.question.relevant) <= found
    found = {
        hit.ranked.article[1] for hit in findings_of(some, PLAIN, asked, without_own=True).hits
    }
    assert found
    assert not set(asked.question.relevant) & found


def test_cases_are_made_of_questions_with_an_answer_and_of_their_absence(
    sets: list[SetUnderFit],
) -> None:
    (some, _) = sets
    first, final = ranking_cases(some, PLAIN)
    assert len(first) == len(final) == 12
    for case in (*first, *final):
        assert case.target.sum() == pytest.approx(1)
        assert len(case.near) == len(case.worded) == len(case.target)
    cases = confidence_cases(some, PLAIN)
    assert len(cases) == 12 * 2 + 1
    assert sum(case.answerable for case in cases) == 12
    assert all(case.answerable for case in cases if case.right)
    assert sum(not case.staged for case in cases) == 1


def test_a_library_without_an_index_cannot_be_fitted_to(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store, pytest.raises(ValueError, match="has no index"):
        prepare("none", [], tmp_path, store, HashingEmbedder())


def test_a_sample_is_always_the_same_and_no_larger_than_asked(tmp_path: Path) -> None:
    questions: QuestionSet = many_articles(tmp_path)
    assert sample(questions, 5) == sample(questions, 5)
    assert len(sample(questions, 5)) == 5
    assert {one.id for one in sample(questions)} == {one.id for one in questions.questions}


def case(*, right: bool, answerable: bool = True, staged: bool = True) -> ConfidenceCase:
    return ConfidenceCase(features=np.zeros(1), right=right, answerable=answerable, staged=staged)


def test_answering_begins_where_both_kinds_are_told_apart_best() -> None:
    cases = [case(right=True)] * 3 + [case(right=False, answerable=False)] * 3
    chances = np.array([0.9, 0.6, 0.5, 0.4, 0.2, 0.1])
    possible, strong = bars({"set": cases}, {"set": chances})
    assert 0.4 < possible <= 0.5
    assert strong >= possible


def test_a_match_is_strong_from_where_nearly_all_are_right() -> None:
    cases = [case(right=True)] * 2 + [case(right=False)] + [case(right=False, answerable=False)]
    chances = np.array([0.9, 0.8, 0.695, 0.1])
    _, strong = bars({"set": cases}, {"set": chances})
    assert 0.7 <= strong <= 0.8


def test_where_no_bar_is_precise_enough_hardly_anything_is_strong() -> None:
    cases = [case(right=False), case(right=False, answerable=False)]
    _, strong = bars({"set": cases}, {"set": np.array([1.0, 0.1])})
    assert strong == 0.98
