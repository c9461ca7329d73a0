"""Calibrating from end to end on made-up sets, and what is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.store import ArticleStore
from retrieval import calibrating, calibration_report
from retrieval.calibrating import CalibrationError, calibrate
from retrieval.calibration import Calibration, shipped_for
from retrieval.calibration_report import CalibrationReport
from retrieval.cases import confidence_cases, findings_of, ranking_cases
from retrieval.confidence import FEATURES, LOWERING
from retrieval.confidence_cases import Staging
from retrieval.question_sets import QuestionSet, QuestionSetError
from retrieval.sets_under_fit import SetUnderFit, opened, prepare, sample
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.passages import PLAIN
from tests.retrieval.small_sets import many_articles, write

EMBEDDER = HashingEmbedder()
FITTING = replace(PLAIN, fitted_for=EMBEDDER.space.name)


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration_report, "_ENOUGH", 5)
    monkeypatch.setattr(calibrating, "LEAST_QUESTIONS", 12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sets")


@pytest.fixture(scope="module")
def sets(folder: Path) -> Iterator[list[SetUnderFit]]:
    found = {
        name: many_articles(folder / name, seed=seed) for seed, name in enumerate(("one", "two"))
    }
    with opened(found, EMBEDDER) as under_fit:
        yield under_fit


def check(fitted: Calibration, report: CalibrationReport, names: Sequence[str]) -> None:
    assert fitted.fits(EMBEDDER.space)
    assert fitted.fitted_on == tuple(names)
    for name, weight in zip(FEATURES, fitted.confidence.weights, strict=True):
        assert weight <= 0 if name in LOWERING else weight >= 0
    assert 0 < fitted.confidence.possible_from <= fitted.confidence.strong_from < 1
    assert report.after.bars.strong_from == fitted.confidence.strong_from
    for judged in (report.before, report.after):
        assert list(judged.sets) == list(names)
        for one in judged.sets.values():
            assert one.reciprocal_rank > 0.5
            assert one.balanced_accuracy is not None
            assert 0 <= one.balanced_accuracy <= 1
    assert all(one.answered_present > 0.5 for one in report.after.sets.values())


def test_numbers_are_fitted_to_all_sets_and_reported_for_each_left_out(
    sets: list[SetUnderFit],
) -> None:
    fitted, report = calibrate(sets, PLAIN, EMBEDDER, refit_ranking=True)
    check(fitted, report, ["one", "two"])
    assert report.held_out == "sets"
    assert fitted.final_pass != PLAIN.final_pass
    assert calibrate(sets, PLAIN, EMBEDDER, refit_ranking=True)[0] == fitted


def test_the_ranking_stays_as_it_is_where_it_suits_the_model(sets: list[SetUnderFit]) -> None:
    fitted, report = calibrate(sets, FITTING, EMBEDDER, refit_ranking=False)
    check(fitted, report, ["one", "two"])
    assert (fitted.first_pass, fitted.final_pass) == (FITTING.first_pass, FITTING.final_pass)
    ranks = [judged.mean("reciprocal_rank") for judged in (report.before, report.after)]
    assert ranks[0] == ranks[1]
    assert report.before.bars.possible_from == FITTING.confidence.possible_from


def test_a_lone_set_is_judged_by_questions_about_other_articles(sets: list[SetUnderFit]) -> None:
    start = shipped_for(EMBEDDER.space)
    fitted, report = calibrate(sets[:1], start, EMBEDDER, refit_ranking=True)
    check(fitted, report, ["one"])
    assert report.held_out == "articles"
    assert report.before.sets["one"].strong_present == 0


def test_sets_over_the_same_articles_are_never_judged_by_each_other(
    sets: list[SetUnderFit],
) -> None:
    family = [replace(some, family="same") for some in sets]
    _, report = calibrate(family, PLAIN, EMBEDDER, refit_ranking=True)
    assert report.held_out == "articles"


def test_a_question_is_asked_again_without_its_own_articles(sets: list[SetUnderFit]) -> None:
    (some, _) = sets
    asked = next(one for one in some.questions if one.own_passages)
    findings = findings_of(some, PLAIN, None, asked)
    assert set(asked.question.relevant) <= {hit.ranked.article[1] for hit in findings.hits}
    findings = findings_of(some, PLAIN, None, asked, without=asked.own_passages)
    assert findings.hits
    assert not set(asked.question.relevant) & {hit.ranked.article[1] for hit in findings.hits}


def test_cases_are_made_of_questions_with_an_answer_and_of_their_absence(
    sets: list[SetUnderFit],
) -> None:
    (some, _) = sets
    first, final = ranking_cases(some, PLAIN, None)
    assert len(first) == len(final) == 12
    for case in (*first, *final):
        assert case.target.sum() == pytest.approx(1)
        assert len(case.near) == len(case.worded) == len(case.target)
    found = confidence_cases(some, PLAIN, None)
    stagings = [case.staging for case in found.cases]
    assert stagings.count(Staging.PRESENT) == stagings.count(Staging.WITHOUT_ARTICLE) == 12
    assert stagings.count(Staging.ABSENT) == 1
    assert len(stagings) == 25
    assert all(case.answerable for case in found.cases if case.right)
    assert {case.group for case in found.cases} == {*map(str, range(12)), "none"}


def long_articles(folder: Path) -> QuestionSet:
    """Return a set whose articles have several passages, of which one answers."""
    filler = "The council of Harlow met again and talked about the new road for a long time. " * 12
    articles = [
        {
            "_id": f"{n}",
            "title": f"News {n}",
            "text": f"{filler}\n\nThe bridge cost {n + 100} pounds.",
        }
        for n in range(3)
    ]
    queries: list[dict[str, object]] = [
        {"_id": "q", "text": "What did the bridge cost?", "answers": ["101 pounds"]},
        {"_id": "near", "text": "Who built the bridge?", "answerable": False, "related": ["1"]},
        {"_id": "lost", "text": "Where is it?", "answers": ["here"]},
    ]
    return write(folder, articles, queries, [("q", "1"), ("lost", "gone")])


def test_a_near_miss_is_staged_by_taking_out_only_what_answers(tmp_path: Path) -> None:
    with opened({"long": long_articles(tmp_path)}, EMBEDDER, families={"long": "f"}) as (some,):
        found = confidence_cases(some, PLAIN, None)
        asked = next(one for one in some.questions if one.question.id == "q")
    assert found.family == "f"
    assert 0 < len(asked.answering) < len(asked.own_passages)
    by_group = {(case.group, case.staging) for case in found.cases}
    assert by_group == {
        ("1", Staging.PRESENT),
        ("1", Staging.WITHOUT_ARTICLE),
        ("1", Staging.WITHOUT_DETAIL),
        ("1", Staging.NEAR_MISS),
    }


def test_a_library_without_an_index_cannot_be_fitted_to(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store, pytest.raises(ValueError, match="has no index"):
        prepare("none", [], tmp_path, store, EMBEDDER)


def test_a_question_without_a_word_is_named(tmp_path: Path) -> None:
    made = many_articles(tmp_path)
    blank = replace(made, questions=(replace(made.questions[0], text="?!"),))
    with (
        pytest.raises(QuestionSetError, match="the question q0 cannot be asked"),
        opened({"one": blank}, EMBEDDER),
    ):
        pass


def test_a_sample_is_always_the_same_and_no_larger_than_asked(tmp_path: Path) -> None:
    questions = many_articles(tmp_path)
    assert sample(questions, 5) == sample(questions, 5)
    assert len(sample(questions, 5)) == 5
    assert {one.id for one in sample(questions)} == {one.id for one in questions.questions}


def refusal(questions: QuestionSet, *, start: Calibration = FITTING) -> str:
    with (
        opened({"mine": questions}, EMBEDDER) as under_fit,
        pytest.raises(CalibrationError) as caught,
    ):
        calibrate(under_fit, start, EMBEDDER, refit_ranking=True)
    message = str(caught.value)
    assert message.startswith("mine ")
    assert "\n" not in message
    return message


def test_too_few_questions_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrating, "LEAST_QUESTIONS", 30)
    assert "12 questions with an answer, too few" in refusal(many_articles(tmp_path))


def test_a_set_without_an_answerable_question_is_refused(tmp_path: Path) -> None:
    made = many_articles(tmp_path)
    assert "judge some in qrels.tsv" in refusal(replace(made, questions=made.questions[-2:]))


def test_a_set_of_one_article_is_refused(tmp_path: Path) -> None:
    made = many_articles(tmp_path, count=1)
    questions = tuple(replace(made.questions[0], id=f"{n}") for n in range(12))
    assert "has one article only" in refusal(replace(made, questions=questions))


def test_a_set_in_which_nothing_is_found_right_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = many_articles(tmp_path)
    text = "What did the wedding of Northtown cost the miller?"
    wrong = tuple(replace(one, text=text, relevant={"11": 1}) for one in made.questions[:12])
    with opened({"mine": replace(made, questions=wrong)}, EMBEDDER) as (some,):
        first = confidence_cases(some, FITTING, None)
    if first.right.any():  # the one relevant article stands first: take the other end
        wrong = tuple(replace(one, relevant={"0": 1}) for one in wrong)
    assert "whose first hit is right; check the keys" in refusal(replace(made, questions=wrong))


def test_a_lone_set_about_few_articles_is_refused_and_a_second_set_helps(tmp_path: Path) -> None:
    made = many_articles(tmp_path / "a", count=6)
    twice = (*made.questions[:6], *(replace(one, id=f"{one.id}b") for one in made.questions[:6]))
    few = replace(made, questions=twice)
    assert "asks about 6 articles, too few" in refusal(few)
    other = many_articles(tmp_path / "b", seed=3)
    with opened({"few": few, "other": other}, EMBEDDER) as under_fit:
        fitted, _ = calibrate(under_fit, FITTING, EMBEDDER, refit_ranking=False)
    assert np.isfinite(fitted.confidence.weights).all()
