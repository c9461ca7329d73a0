"""The answers to questions about our own articles, and the floors below which they may not fall.

The floors, in `floors.json`, belong to one state of questions and articles: whoever changes those
measures anew and writes both down together. Over one state a floor only rises: what lies further
above it than its slack (a question or two) must be written down as the new floor, and the old
ones are kept under `before`.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import load_embedder
from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.answers import Answer, Question
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL
from retrieval.engine import AnswerEngine
from retrieval.evaluation import ask_all, measured_library
from retrieval.indexer import Indexer
from retrieval.protocols import no_progress
from retrieval.question_sets import Kind, QuestionSet, read_question_set
from retrieval.report import Report, report_of

SET = Path(__file__).parent / "own_articles"
SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
PINNED: dict[str, Any] = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))
FLOORS: dict[str, float] = PINNED["floors"]
SLACK: dict[str, float] = PINNED["slack"]
MEASURES = {
    "first article": ("ranking", "recall@1"),
    "articles by rank": ("ranking", "mrr@10"),
    "first passage": ("passages", "recall@1"),
    "first five passages": ("passages", "recall@5"),
    "highlight like the sentence": ("highlights", "sentence_f1"),
    "highlight holds the answer": ("highlights", "holds_answer_when_held"),
    "answered": ("abstention", "answered_when_present"),
    "balanced accuracy": ("abstention", "balanced_accuracy"),
    "strong is right": ("abstention", "strong_precision"),
    "strong covers": ("abstention", "strong_coverage"),
}
REFUSALS = {
    "absent refused": "answered_when_absent",
    "near misses refused": "answered_when_near_miss",
}


def digest() -> str:
    """Return what names this state of the questions and the articles."""
    files = sorted(path for folder in (SET, SAMPLES) for path in folder.rglob("*"))
    data = b"".join(path.read_bytes() for path in files if path.is_file())
    return hashlib.sha256(data).hexdigest()[:16]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[ArticleStore]:
    with ArticleStore.create(folder) as opened:
        ingest(opened, [SAMPLES])
        yield opened


@pytest.fixture(scope="module")
def engine(folder: Path, store: ArticleStore) -> Iterator[AnswerEngine]:
    embedder = load_embedder(BUNDLED_MODEL)
    Indexer(folder, store, lambda: embedder).bring_up_to_date()
    with AnswerEngine(folder, store, embedder) as opened:
        yield opened


@pytest.fixture(scope="module")
def questions(store: ArticleStore, tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    """Return the set; its corpus is written from what was read of the samples."""
    place = tmp_path_factory.mktemp("set")
    for name in ("queries.jsonl", "qrels.tsv"):
        shutil.copy(SET / name, place / name)
    articles = [store.article(cited.key) for cited in store.citations()]
    lines = [{"_id": a.citation.key, "title": a.citation.title, "text": a.text} for a in articles]
    (place / "corpus.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return read_question_set(place)


@pytest.fixture(scope="module")
def report(
    questions: QuestionSet, engine: AnswerEngine, store: ArticleStore, folder: Path
) -> Report:
    outcomes = ask_all(questions, engine, store, no_progress)
    library = measured_library(folder, store)
    return report_of(outcomes, library, name="own articles", model=BUNDLED_MODEL, resamples=10)


@pytest.fixture(scope="module")
def answers(questions: QuestionSet, engine: AnswerEngine) -> list[Answer]:
    return [engine.answer(Question(text=asked.text)) for asked in questions.questions]


def measured(report: Report) -> dict[str, float]:
    found = {name: report.quality[section][of].value for name, (section, of) in MEASURES.items()}
    refused = {name: 1 - report.quality["abstention"][of].value for name, of in REFUSALS.items()}
    return {name: round(value, 3) for name, value in {**found, **refused}.items()}


def test_the_floors_belong_to_these_questions_and_articles() -> None:
    assert digest() == PINNED["data"], "measure anew, then write down this digest and new floors"


def test_every_measure_has_a_floor_and_a_slack() -> None:
    assert set(FLOORS) == set(SLACK) == {*MEASURES, *REFUSALS}


def test_no_floor_was_ever_lowered_over_the_same_questions_and_articles() -> None:
    for before in PINNED["before"]:
        if before["data"] == PINNED["data"]:
            lowered = {name for name, floor in before["floors"].items() if FLOORS[name] < floor}
            assert lowered == set(), "floors only rise; mend what made the answers worse"


def test_no_measure_falls_below_its_floor(report: Report) -> None:
    found = measured(report)
    below = {name: found[name] for name, floor in FLOORS.items() if found[name] < floor}
    assert below == {}, f"mend what made the answers worse; all measures: {found}"


def test_no_measure_stands_further_above_its_floor_than_the_slack(report: Report) -> None:
    found = measured(report)
    above = [name for name, floor in FLOORS.items() if found[name] > floor + SLACK[name]]
    raised = {**FLOORS, **{name: found[name] for name in above}}
    assert above == [], f"better: move these floors to `before` and write {json.dumps(raised)}"


def test_a_strong_match_is_never_given_to_an_absent_question(report: Report) -> None:
    wrong = [one.text for one in report.outcomes if one.kind is Kind.ABSENT and one.strong]
    assert wrong == []


def test_every_quoted_passage_is_a_slice_of_its_article(
    answers: list[Answer], store: ArticleStore
) -> None:
    for answer in answers:
        for hit in answer.hits:
            article = store.article(hit.passage.citation.key)
            assert hit.passage.span.of(article.text) == hit.passage.text


def test_a_sentence_that_two_outlets_carry_is_shown_once_and_names_both(
    answers: list[Answer], store: ArticleStore
) -> None:
    copies = {"tram-line-4.html", "coast-daily-tram-4"}
    carried = 0
    for answer in answers:
        hit = answer.hits[0]
        if hit.passage.citation.key in copies:
            text = store.article(hit.passage.citation.key).text
            marked = hit.highlights[0].of(text)
            if all(marked in store.article(key).text for key in copies):
                carried += 1
                named = {hit.passage.citation.key, *(cited.key for cited in hit.also_in)}
                assert named == copies, answer.question
    assert carried >= 5


def test_numbers_of_different_days_never_fold(answers: list[Answer]) -> None:
    days = {
        "sallow-flood-tuesday.html",
        "courier-2026-10-14-sallow",
        "sallow-flood-friday.html",
    }
    for answer in answers:
        for hit in answer.hits:
            folded = {hit.passage.citation.key, *(cited.key for cited in hit.also_in)}
            assert len(folded & days) <= 1, answer.question
