"""Questions asked in a conversation, through the engine: what is searched, and what comes first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Filters, Question
from retrieval.calibration import default_calibration
from retrieval.engine import AnswerEngine
from retrieval.protocols import Vectors
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import engine, indexer, make_library

ARTICLES = {
    "bridge": "The bridge at Harlow is 90 metres long. It was built of stone in 1851.",
    "tower": "The tower at Sallow is 40 metres high. It was built of brick in 1790.",
    "tern": "A tern weighs about 100 grams. It flies around the world each year.",
    "bread": "The loaf rests for an hour. The oven must be very hot.",
}
HIGH = ("user: How high is the tower at Sallow?", "agent: Tower: The tower is 40 metres high.")


BRIDGE = (("main", "bridge"),)
TOWER = (("main", "tower"),)


class Counting(HashingEmbedder):
    """Remembers which questions it embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_question(self, text: str) -> Vectors:
        self.asked.append(text)
        return super().embed_question(text)


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with make_library(tmp_path / "library", ARTICLES) as made:
        yield made


@pytest.fixture
def opened(store: ArticleStore, embedder: Counting) -> Iterator[AnswerEngine]:
    with engine(store, embedder) as made:
        yield made


@contextmanager
def judging(
    store: ArticleStore, *, possible_from: float, strong_from: float
) -> Iterator[AnswerEngine]:
    """Yield an engine with other bars than those that are shipped."""
    indexer(store).bring_up_to_date()
    shipped = default_calibration()
    bars = replace(shipped.confidence, possible_from=possible_from, strong_from=strong_from)
    calibration = replace(shipped, confidence=bars)
    library = store.path.parent
    with AnswerEngine(library, store, HashingEmbedder(), calibration=calibration) as made:
        yield made


def first(answer: Answer) -> str:
    return answer.hits[0].passage.citation.key


def test_a_follow_up_is_searched_with_the_subject_of_the_turn_before(opened: AnswerEngine) -> None:
    alone = opened.answer(Question(text="when was it built?"))
    asked = opened.answer(Question(text="when was it built?", history=HIGH))
    assert alone.searched_for == "when was it built?"
    assert first(asked) == "tower"
    assert asked.searched_for.startswith("when was it built? (")
    assert "Tower" in asked.searched_for
    assert asked.question == "when was it built?"


def test_what_was_lent_is_explained_as_a_word_of_less_weight(opened: AnswerEngine) -> None:
    asked = opened.answer(Question(text="when was it built?", history=HIGH))
    assert asked.explanation is not None
    weights = {word.word: word.weight for word in asked.explanation.words}
    assert weights["tower"] < weights["built"]


def test_a_follow_up_costs_one_embedding_more_and_any_other_question_none(
    opened: AnswerEngine, embedder: Counting
) -> None:
    opened.answer(Question(text="when was it built?", history=HIGH))
    assert len(embedder.asked) == 2
    embedder.asked.clear()
    for text in ("How much does Ruth's Tern weigh in grams each year?", "Where is Lisbon?"):
        answer = opened.answer(Question(text=text, history=HIGH))
        assert answer.searched_for == text
    opened.answer(Question(text="when was it built?"))
    assert len(embedder.asked) == 3


def test_a_reply_is_answered_from_its_article_first(opened: AnswerEngine) -> None:
    question = Question(text="When was it built?", about=BRIDGE, hits=4)
    assert first(opened.answer(Question(text=question.text))) == "tower"
    answer = opened.answer(question)
    assert first(answer) == "bridge"
    assert answer.answered
    assert answer.searched_for == "When was it built? (in: Bridge)"
    shown = [hit.passage.id for hit in answer.hits]
    assert len(set(shown)) == len(shown) == 4
    assert "tower" in {hit.passage.citation.key for hit in answer.hits}
    assert [hit.rank for hit in answer.hits] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("selected", "key"), [("the bridge at Harlow", "bridge"), ("tower at Sallow", "tower")]
)
def test_words_selected_in_a_quote_are_searched_in_its_articles(
    selected: str, key: str, opened: AnswerEngine, embedder: Counting
) -> None:
    question = Question(text="When was it built?", about=(*BRIDGE, *TOWER), selected=selected)
    answer = opened.answer(question)
    assert answer.explanation is not None
    assert {key, "built"} <= {word.word for word in answer.explanation.words}
    [best] = [hit for hit in answer.hits if hit.keyword_rank == 1]
    assert best.passage.citation.key == key
    assert answer.searched_for.endswith(f", at “{selected}”)")
    assert len(embedder.asked) == 2


def test_selected_words_that_add_nothing_cost_nothing(
    opened: AnswerEngine, embedder: Counting
) -> None:
    opened.answer(Question(text="When was it built?", about=BRIDGE, selected="was it built"))
    opened.answer(Question(text="When was it built?", selected="the tower"))
    assert len(embedder.asked) == 2


def test_inside_one_article_a_match_is_strong_only_if_it_is_so_everywhere(
    store: ArticleStore,
) -> None:
    with judging(store, possible_from=0.01, strong_from=0.05) as opened:
        reply = opened.answer(Question(text="When was it built?", about=BRIDGE))
        assert first(reply) == "bridge"
        assert reply.confidence is Confidence.POSSIBLE
        same = opened.answer(Question(text="When was it built of stone?", about=BRIDGE))
        assert first(same) == "bridge"
        assert same.confidence is Confidence.STRONG


def test_a_strong_answer_from_elsewhere_stays_unless_the_reply_points_back(
    store: ArticleStore,
) -> None:
    with judging(store, possible_from=1e-9, strong_from=0.5) as opened:
        asked = "ow long is the bridge at Harlow?"
        for text, key in ((f"H{asked}", "bridge"), (f"And h{asked}", "tower")):
            assert opened.answer(Question(text=text)).confidence is Confidence.STRONG
            assert first(opened.answer(Question(text=text, about=TOWER))) == key


def test_a_reply_its_article_does_not_answer_is_searched_everywhere(opened: AnswerEngine) -> None:
    text = "How much does a tern weigh in grams?"
    answer = opened.answer(Question(text=text, about=TOWER))
    assert first(answer) == "tern"
    assert answer.searched_for == text


def test_a_reply_to_an_article_that_is_gone_is_searched_everywhere(opened: AnswerEngine) -> None:
    text = "How much does a tern weigh?"
    answer = opened.answer(Question(text=text, about=(("main", "gone"),)))
    assert first(answer) == "tern"
    assert answer.searched_for == text


def test_filters_hold_for_a_reply_too(opened: AnswerEngine) -> None:
    question = Question(text="when was it built?", about=TOWER, filters=Filters(language="de"))
    assert opened.answer(question).hits == ()


def test_a_reply_inside_a_conversation_borrows_and_stays_in_the_article(
    opened: AnswerEngine,
) -> None:
    question = Question(text="when was it built?", history=HIGH, about=TOWER)
    answer = opened.answer(question)
    assert first(answer) == "tower"
    assert answer.searched_for.endswith(") (in: Tower)")


def test_in_an_empty_library_a_conversation_finds_nothing(tmp_path: Path) -> None:
    with (
        ArticleStore.create(tmp_path) as store,
        AnswerEngine(tmp_path, store, HashingEmbedder()) as empty,
    ):
        question = Question(text="and when?", history=HIGH, about=TOWER)
        assert empty.answer(question).hits == ()
