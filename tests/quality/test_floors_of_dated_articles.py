"""Dates, sources, languages and the newest: questions about dated articles of our own.

The floors belong to one state of questions and articles, as with `test_floors_of_own_articles.py`:
whoever changes those measures anew and writes down both. `said` of a question is the limit that
`searched_for` must show.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.assembly import load_embedder
from corpus.ingest import ingest
from corpus.store import ArticleStore
from retrieval.answers import Answer, Question
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.question_sets import SetQuestion, read_question_set

SET = Path(__file__).parent / "own_dated"
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)

DATA = "c4a701c88a471c28"
FLOORS = {
    "limit": 1.0,
    "limit de": 1.0,
    "limit es": 1.0,
    "limit ru": 1.0,
    "limit ar": 1.0,
    "source": 1.0,
    "language": 0.6,
    "latest": 0.83,
    "story": 0.54,
    "content": 0.92,
    "fallback": 1.0,
}
"""Share of the questions of a kind whose first hit is a right article."""
ANSWERED = 0.94


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of the set, what the program said, and the limit it had to say."""

    question: SetQuestion
    kind: str
    said: str
    answer: Answer

    @property
    def right(self) -> bool:
        hits = self.answer.hits
        return bool(hits) and hits[0].passage.citation.key in self.question.relevant


def digest() -> str:
    """Return what names this state of the questions and the articles."""
    data = b"".join(path.read_bytes() for path in sorted(SET.iterdir()))
    return hashlib.sha256(data).hexdigest()[:16]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnswerEngine]:
    folder = tmp_path_factory.mktemp("library")
    with ArticleStore.create(folder) as store:
        ingest(store, [SET / "corpus.jsonl"])
        embedder = load_embedder(BUNDLED_MODEL)
        Indexer(folder, store, lambda: embedder).bring_up_to_date()
        with AnswerEngine(folder, store, embedder, now=lambda: NOW) as opened:
            yield opened


@pytest.fixture(scope="module")
def asked(engine: AnswerEngine) -> list[Asked]:
    lines = (SET / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    records = {record["_id"]: record for record in map(json.loads, lines)}
    return [
        Asked(
            question=question,
            kind=records[question.id]["kind"],
            said=records[question.id]["said"] or "",
            answer=engine.answer(Question(text=question.text)),
        )
        for question in read_question_set(SET).questions
    ]


def measure(asked: list[Asked]) -> dict[str, float]:
    kinds: dict[str, list[bool]] = defaultdict(list)
    for one in asked:
        kinds[one.kind].append(one.right)
    return {kind: round(sum(rights) / len(rights), 3) for kind, rights in kinds.items()}


def test_the_floors_belong_to_these_questions_and_articles() -> None:
    assert digest() == DATA, "measure anew, then write down this digest and the new floors"


def test_the_right_article_comes_first_no_less_often_than_the_floors(asked: list[Asked]) -> None:
    found = measure(asked)
    assert found.keys() == FLOORS.keys()
    assert {kind for kind, floor in FLOORS.items() if found[kind] < floor} == set(), found


def test_limits_are_understood_and_said(asked: list[Asked]) -> None:
    unsaid = [one.answer.searched_for for one in asked if one.said not in one.answer.searched_for]
    assert unsaid == []


def test_most_questions_are_answered(asked: list[Asked]) -> None:
    share = sum(one.answer.answered for one in asked) / len(asked)
    assert share >= ANSWERED, share


def test_a_year_or_a_date_that_is_asked_about_stays_in_the_question(asked: list[Asked]) -> None:
    years = [
        one for one in asked if one.kind == "content" and any(map(str.isdigit, one.question.text))
    ]
    assert len(years) >= 6
    for one in years:
        assert one.answer.searched_for == one.question.text


def test_what_has_no_answer_within_its_limit_is_found_without_and_said(asked: list[Asked]) -> None:
    for one in asked:
        if one.kind == "fallback":
            assert one.answer.searched_for.endswith("searched without that)")


def test_the_older_versions_of_a_story_stay_among_the_hits(asked: list[Asked]) -> None:
    bridge = next(one for one in asked if one.question.text.startswith("What is the latest on"))
    keys = {hit.passage.citation.key for hit in bridge.answer.hits}
    assert keys >= {"bridge-1", "bridge-2", "bridge-3", "bridge-4"}
