"""Judging: what a passage holds of what answers, by paragraphs, gold sentences or answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.articles import Passage, Span
from corpus.store import ArticleStore
from retrieval.answers import Answer, Confidence, Hit
from retrieval.judging import Judge
from retrieval.outcomes import Highlighted, Outcome
from retrieval.question_sets import Kind, MarkedParagraph, SetQuestion
from tests.corpus.builders import prepared

FLOOD = (
    "The river rose 2.4 metres overnight. The old bridge held.\n\n"
    "Nobody was hurt. Two families slept in the gymnasium, and so did a cat."
)
FIRST, SECOND = FLOOD.split("\n\n")
FIRE = "Five houses burned down. The old bridge held. The mayor thanked the firemen."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with ArticleStore.create(tmp_path) as opened:
        paragraphs = [
            Span(start=FLOOD.index(one), end=FLOOD.index(one) + len(one)) for one in (FIRST, SECOND)
        ]
        opened.put(prepared("flood", FLOOD, title="Flood", spans=paragraphs))
        opened.put(prepared("fire", FIRE, title="Fire"))
        yield opened


def asked(**more: object) -> SetQuestion:
    fields = {"answers": (), "relevant": {"flood": 1}} | more
    return SetQuestion(id="q", text="What happened?", history=(), **fields)


def answer(store: ArticleStore, *quotes: tuple[str, str], marked: str = "") -> Answer:
    """Return an answer that quotes (article, text), with `marked` of the first highlighted."""
    hits = []
    for rank, (key, quote) in enumerate(quotes, start=1):
        article = store.article(key)
        start = article.text.index(quote)
        passage = Passage(
            id=rank,
            version_id=article.version_id,
            span=Span(start=start, end=start + len(quote)),
            text=quote,
            text_hash=article.text_hash,
            citation=article.citation,
        )
        at = start + quote.index(marked) if marked and rank == 1 else 0
        hits.append(
            Hit(
                rank=rank,
                score=1.0,
                vector_rank=None,
                keyword_rank=None,
                receipt="",
                passage=passage,
                highlights=(Span(start=at, end=at + len(marked)),) if marked else (),
                also_in=(),
            )
        )
    return Answer(
        question="What happened?",
        searched_for="What happened?",
        confidence=Confidence.POSSIBLE,
        hits=tuple(hits),
        timings_ms={"total": 1.0},
    )


def judged(store: ArticleStore, question: SetQuestion, *quotes: tuple[str, str]) -> Outcome:
    return Judge(store).judge(question, answer(store, *quotes))


def test_an_outcome_names_each_article_once_best_first(store: ArticleStore) -> None:
    found = judged(store, asked(), ("fire", FIRE), ("flood", FIRST), ("fire", "The mayor"))
    assert found.articles == ("fire", "flood")
    assert (found.kind, found.about, found.relevant) == (Kind.PRESENT, ("flood",), {"flood": 1})
    assert (found.right, found.verbatim, found.probability) == (False, True, 0.0)
    assert judged(store, asked(), ("flood", SECOND)).right


def test_a_marked_paragraph_is_held_by_a_part_of_it_and_by_what_surrounds_it(
    store: ArticleStore,
) -> None:
    marked = MarkedParagraph(article="flood", text=SECOND.replace(" ", "  "))
    question = asked(paragraphs=(marked,), answers=("old bridge",))
    quotes = [FLOOD, SECOND, "Two families slept", FIRST, "The old bridge held.\n\nNobody"]
    found = judged(store, question, *(("flood", quote) for quote in quotes), ("fire", FIRE))
    assert found.units == 1
    assert found.found == ((0,), (0,), (0,), (), (), ())
    assert found.passage_right


def test_a_paragraph_that_stands_nowhere_leaves_the_judgement_to_the_answer(
    store: ArticleStore,
) -> None:
    strange = (
        MarkedParagraph(article="flood", text="Elsewhere."),
        MarkedParagraph(article="unknown", text=SECOND),
    )
    question = asked(paragraphs=strange, answers=("a cat", "the cat"))
    found = judged(store, question, ("flood", FIRST), ("flood", SECOND))
    assert (found.units, found.found) == (1, ((), (0,)))


def test_without_paragraphs_the_gold_sentences_of_one_passage_are_a_unit(
    store: ArticleStore,
) -> None:
    gold = ("The old bridge held.", "Nobody was hurt.", "It never happened.")
    question = asked(gold_sentences=gold, answers=("The bridge held and nobody was hurt.",))
    found = judged(store, question, ("fire", FIRE), ("flood", SECOND), ("flood", FLOOD))
    assert found.units == 2
    assert found.found == ((), (1,), (0, 1))
    assert found.spans == (True, True, True)
    both = asked(gold_sentences=(FIRST.split(". ")[0], FIRST.split(". ")[1], "Nobody was hurt."))
    assert judged(store, both).units == 2


def test_without_gold_sentences_the_answer_in_any_wording_is_one_unit(store: ArticleStore) -> None:
    question = asked(answers=("2.4  metres", "gymnasium", "ten metres"))
    found = judged(store, question, ("fire", FIRE), ("flood", FIRST), ("flood", SECOND))
    assert (found.units, found.found) == (1, ((), (0,), (0,)))
    assert found.spans == (False, True, True)


@pytest.mark.parametrize(
    "question",
    [
        asked(answers=("nowhere in the article",)),
        asked(answers=("Five houses",)),
        asked(),
        asked(answers=("a cat",), relevant={"unknown": 1}),
        asked(answers=("a cat",), relevant={}),
    ],
)
def test_an_answer_that_stands_in_no_relevant_article_judges_nothing(
    store: ArticleStore, question: SetQuestion
) -> None:
    found = judged(store, question, ("flood", FLOOD))
    assert (found.units, found.found, found.spans, found.highlighted) == (0, ((),), None, None)


def test_a_highlight_is_compared_with_the_sentence_and_with_the_answer(
    store: ArticleStore,
) -> None:
    question = asked(answers=("2.4 metres",))
    found = Judge(store).judge(
        question, answer(store, ("flood", FLOOD), marked="The river rose 2.4 metres")
    )
    assert found.highlighted == Highlighted(
        sentence_f1=round(2 * 4 / (4 + 5), 4),
        answer_f1=round(2 * 2 / (4 + 2), 4),
        held=True,
        holds=True,
    )


def test_an_answer_over_two_sentences_is_compared_with_both(store: ArticleStore) -> None:
    question = asked(answers=("overnight. The old bridge",))
    found = Judge(store).judge(question, answer(store, ("flood", FIRST), marked=FIRST))
    assert found.highlighted is not None
    assert found.highlighted.sentence_f1 == 1.0


def test_a_sentence_in_the_marked_paragraph_counts_before_others(store: ArticleStore) -> None:
    marked = MarkedParagraph(article="flood", text=FIRST)
    question = asked(answers=("o",), paragraphs=(marked,))
    found = Judge(store).judge(
        question, answer(store, ("flood", SECOND), marked="Two families slept in the gymnasium")
    )
    assert found.highlighted is not None
    assert found.highlighted.sentence_f1 < 0.2
    assert not found.passage_right


def test_without_a_hit_nothing_is_highlighted_and_nothing_right(store: ArticleStore) -> None:
    found = judged(store, asked(answers=("a cat",)))
    assert found.highlighted == Highlighted(sentence_f1=0.0, answer_f1=0.0, held=False, holds=False)
    assert (found.spans, found.found, found.right) == ((), (), False)
    assert not found.span_right
    assert not found.passage_right


def test_a_passage_that_is_no_slice_is_noticed(store: ArticleStore) -> None:
    given = answer(store, ("flood", FIRST))
    changed = given.hits[0].passage
    wrong = Passage(
        id=1,
        version_id=changed.version_id,
        span=changed.span,
        text=FIRST.replace("2.4", "4.2"),
        text_hash=changed.text_hash,
        citation=changed.citation,
    )
    hit = Hit(
        rank=1,
        score=1.0,
        vector_rank=1,
        keyword_rank=1,
        receipt="",
        passage=wrong,
        highlights=(),
        also_in=(),
    )
    altered = Answer(
        question="?",
        searched_for="?",
        confidence=Confidence.NONE,
        hits=(hit,),
        timings_ms={},
    )
    assert not Judge(store).judge(asked(), altered).verbatim
