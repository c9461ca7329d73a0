"""Passages read closely: their sentences and words, and how each meets a question."""

import numpy as np
import pytest

from corpus.articles import Passage
from retrieval.closeups import Closeup
from retrieval.outlines import outline
from retrieval.protocols import Vectors
from retrieval.ranking import rank
from retrieval.reading import Match, ReadPassage, match_all, read_passages
from retrieval.terms import QuestionTerms, Term
from retrieval.tokens import tokenise
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.passages import EVEN, a_passage, alone, candidates, read

TEXT = "The river rose. \U0001f30a The bridge held. Nobody was hurt."


def terms(*words: str, unknown: float = 0.0) -> QuestionTerms:
    searched = (Term(forms=frozenset(tokenise(word, "en")), weight=1.0) for word in words)
    return QuestionTerms(searched=tuple(searched), unknown=unknown)


def match(
    found: ReadPassage, wanted: QuestionTerms, question: Vectors, count: float = 1.0
) -> Match:
    return match_all([found], wanted, question, count).of(0)


def test_a_passage_is_read_into_sentences_and_their_words() -> None:
    found = read(a_passage(1, TEXT, title="A flood"))
    sentences = [span.of(TEXT) for span in found.sentences]
    assert "".join(sentences).replace(" ", "") == TEXT.replace(" ", "")
    assert found.title_words == {"a", "flood"}
    assert found.sentence_words == tuple(frozenset(tokenise(one, "en")) for one in sentences)
    assert found.words == {"a", "flood"}.union(*found.sentence_words)


def test_passages_come_back_in_the_order_asked_for_without_those_that_do_not_answer() -> None:
    passages = {n: a_passage(n, f"Sentence {n}.") for n in (1, 2, 3)}
    found = read_passages(passages, {}, [3, 9, 1])
    assert [one.passage.id for one in found] == [3, 1]


def test_a_kept_outline_is_used_as_it_is() -> None:
    passage = a_passage(1, TEXT)
    kept = outline(a_passage(1, "Something else."))
    closeup = Closeup(sentence_vectors=np.ones((1, 4), dtype=np.float32), outline=kept)
    (found,) = read_passages({1: passage}, {1: closeup}, [1])
    assert found.outline is kept
    assert found.sentences == kept.sentences


def test_a_match_holds_coverage_and_cosine_of_every_sentence() -> None:
    embedder = HashingEmbedder()
    passage = a_passage(1, TEXT, title="A flood")
    sentences = read(passage).sentences
    vectors = np.stack([embedder.embed_question(span.of(TEXT)) for span in sentences])
    question = embedder.embed_question("bridge held")
    found = read(passage, vectors)
    met = match(found, terms("bridge", "held", "flood", "snow"), question)
    assert met.coverage == pytest.approx(3 / 4)
    held = next(n for n, words in enumerate(found.sentence_words) if "held" in words)
    assert met.sentence_coverages[held] == pytest.approx(2 / 4)
    assert met.sentence_cosines == pytest.approx(tuple(vectors @ question))
    assert met.best_sentence == held
    assert met.best_coverage == pytest.approx(2 / 4)
    assert met.best_cosine == pytest.approx(met.sentence_cosines[held])


@pytest.mark.parametrize("rows", [None, 1, 9])
def test_without_a_vector_for_each_sentence_cosines_are_zero(rows: int | None) -> None:
    vectors = None if rows is None else np.ones((rows, 64), dtype=np.float32)
    found = read(a_passage(1, TEXT), vectors)
    met = match(found, terms("hurt"), HashingEmbedder().embed_question("hurt"))
    assert set(met.sentence_cosines) == {0}
    assert "hurt" in found.sentence_words[met.best_sentence]


def test_of_equal_sentences_the_first_answers() -> None:
    found = read(a_passage(1, "It rained. It rained. It rained."))
    assert match(found, terms("rained"), np.zeros(4, dtype=np.float32)).best_sentence == 0


def test_a_passage_without_sentences_meets_nothing() -> None:
    met = Match(
        coverage=0.5,
        sentence_coverages=(),
        sentence_likenesses=(),
        sentence_cosines=(),
        vectors_count=1.0,
    )
    assert (met.best_coverage, met.best_likeness, met.best_cosine) == (0, 0, 0)
    assert met.best_sentence == alone(met).best_sentences[0] == 0


def test_each_passage_meets_the_question_as_it_would_alone() -> None:
    reads = [
        read(a_passage(n, text))
        for n, text in enumerate(("It rained. It froze.", TEXT, "Bridges."))
    ]
    wanted, question = terms("rained", "bridges"), np.zeros(4, dtype=np.float32)
    together = match_all(reads, wanted, question, 1.0)
    for place, one in enumerate(reads):
        found = match(one, wanted, question)
        assert together.of(place) == found
        assert together.best_sentences[place] == found.best_sentence
        assert together.best_likeness[place] == found.best_likeness
        assert together.best_cosine[place] == found.best_cosine


def test_a_word_in_another_form_answers_in_part() -> None:
    found = read(a_passage(1, "Snow fell. The stairs of the footballground shone."))
    met = match(found, terms("football"), np.zeros(4, dtype=np.float32))
    assert met.sentence_coverages == (0, 0)
    assert met.sentence_likenesses[0] == 0
    assert 0 < met.sentence_likenesses[1] < 1
    assert met.best_likeness == met.sentence_likenesses[1]
    assert met.best_sentence == 1


@pytest.mark.parametrize(("count", "answering"), [(0.2, 0), (1.9, 1)])
def test_the_vectors_of_sentences_count_as_much_as_those_of_passages(
    count: float, answering: int
) -> None:
    met = Match(
        coverage=1.0,
        sentence_coverages=(0.6, 0.4),
        sentence_likenesses=(0.6, 0.4),
        sentence_cosines=(0.2, 0.6),
        vectors_count=count,
    )
    assert met.best_sentence == answering


def passages(count: int) -> list[Passage]:
    return [a_passage(n, f"Sentence {n}.") for n in range(1, count + 1)]


def test_passages_are_ranked_by_what_both_indexes_and_their_words_say() -> None:
    reads = [read(passage) for passage in passages(4)]
    found = candidates([0.1, 0.9, 0.5, 0.5], [0.0, 0.9, 0.5, 0.5])
    ranked = rank(
        [reads[3], reads[0], reads[1], reads[2]],
        found,
        terms=terms("snow"),
        question=np.zeros(4, dtype=np.float32),
        weights=EVEN,
    )
    assert [one.read.passage.id for one in ranked] == [2, 3, 4, 1]
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    assert [(one.vector_rank, one.keyword_rank) for one in ranked] == [
        (1, 1),
        (2, 2),
        (3, 3),
        (4, None),
    ]
    assert [one.cosine for one in ranked] == [0.9, 0.5, 0.5, 0.1]
    assert [one.keywords for one in ranked] == [0.9, 0.5, 0.5, 0.0]
    assert ranked[0].article == ("main", "2.txt")


def test_words_found_in_a_passage_lift_it() -> None:
    reads = [read(passage) for passage in passages(2)]
    ranked = rank(
        reads,
        candidates([0.5, 0.5], [0.5, 0.5]),
        terms=terms("2"),
        question=np.zeros(4, dtype=np.float32),
        weights=EVEN,
    )
    assert [one.read.passage.id for one in ranked] == [2, 1]


def test_nothing_read_is_nothing_ranked() -> None:
    assert (
        rank(
            [],
            candidates([], []),
            terms=terms(),
            question=np.zeros(4, dtype=np.float32),
            weights=EVEN,
        )
        == []
    )
