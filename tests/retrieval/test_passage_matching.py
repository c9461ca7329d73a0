"""Passages read closely: their sentences and words, and how each meets a question."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from corpus.articles import Passage
from retrieval import reading
from retrieval.ranking import rank
from retrieval.reading import Match, Reader, match
from retrieval.terms import QuestionTerms, Term
from retrieval.tokens import tokenise
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.passages import EVEN, a_passage, candidates, read

TEXT = "The river rose. \U0001f30a The bridge held. Nobody was hurt."


def terms(*words: str, unknown: float = 0.0) -> QuestionTerms:
    searched = (Term(forms=frozenset(tokenise(word, "en")), weight=1.0) for word in words)
    return QuestionTerms(searched=tuple(searched), unknown=unknown)


def test_a_passage_is_read_into_sentences_and_their_words() -> None:
    found = read(a_passage(1, TEXT, title="A flood"))
    sentences = [span.of(TEXT) for span in found.sentences]
    assert "".join(sentences).replace(" ", "") == TEXT.replace(" ", "")
    assert found.title_words == {"a", "flood"}
    assert found.sentence_words == tuple(frozenset(tokenise(one, "en")) for one in sentences)
    assert found.words == {"a", "flood"}.union(*found.sentence_words)


def test_passages_come_back_in_the_order_asked_for_without_those_that_do_not_answer() -> None:
    passages = {n: a_passage(n, f"Sentence {n}.") for n in (1, 2, 3)}
    found = Reader().read(passages, [3, 9, 1])
    assert [one.passage.id for one in found] == [3, 1]


def test_a_passage_is_read_once_as_long_as_it_says_the_same() -> None:
    reader, passage = Reader(), a_passage(1, TEXT)
    (first,) = reader.read({1: passage}, [1])
    (again,) = reader.read({1: replace(passage)}, [1])
    assert again is first
    retitled = replace(passage, citation=replace(passage.citation, title="Snow"))
    (changed,) = reader.read({1: retitled}, [1])
    assert changed.title_words == {"snow"}
    assert changed.passage == retitled


def test_of_too_many_passages_the_least_recently_read_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "_KEPT", 2)
    reader = Reader()
    passages = {n: a_passage(n, f"Sentence {n}.") for n in (1, 2, 3)}
    one, two = reader.read(passages, [1, 2])
    assert reader.read(passages, [1]) == [one]
    reader.read(passages, [3])
    assert reader.read(passages, [1])[0] is one
    assert reader.read(passages, [2])[0] is not two


def test_threads_may_share_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_KEPT", 5)
    reader = Reader()
    passages = {n: a_passage(n, f"Sentence {n}. Another {n}.") for n in range(1, 30)}
    orders = [[(n * step) % 29 + 1 for n in range(29)] for step in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        for order, found in zip(
            orders, pool.map(lambda some: reader.read(passages, some), orders), strict=True
        ):
            assert [one.passage for one in found] == [passages[key] for key in order]


def test_a_match_holds_coverage_and_cosine_of_every_sentence() -> None:
    embedder = HashingEmbedder()
    found = read(a_passage(1, TEXT, title="A flood"))
    vectors = np.stack([embedder.embed_question(span.of(TEXT)) for span in found.sentences])
    question = embedder.embed_question("bridge held")
    met = match(found, terms("bridge", "held", "flood", "snow"), question, vectors)
    assert met.coverage == pytest.approx(3 / 4)
    held = next(n for n, words in enumerate(found.sentence_words) if "held" in words)
    assert met.sentence_coverages[held] == pytest.approx(2 / 4)
    assert met.sentence_cosines == pytest.approx(tuple(vectors @ question))
    assert met.best_sentence == held
    assert met.best_coverage == pytest.approx(2 / 4)
    assert met.best_cosine == pytest.approx(met.sentence_cosines[held])


@pytest.mark.parametrize("rows", [None, 1, 9])
def test_without_a_vector_for_each_sentence_cosines_are_zero(rows: int | None) -> None:
    found = read(a_passage(1, TEXT))
    vectors = None if rows is None else np.ones((rows, 64), dtype=np.float32)
    met = match(found, terms("hurt"), HashingEmbedder().embed_question("hurt"), vectors)
    assert set(met.sentence_cosines) == {0}
    assert "hurt" in found.sentence_words[met.best_sentence]


def test_of_equal_sentences_the_first_answers() -> None:
    found = read(a_passage(1, "It rained. It rained. It rained."))
    assert match(found, terms("rained"), np.zeros(4, dtype=np.float32), None).best_sentence == 0


def test_a_passage_without_sentences_meets_nothing() -> None:
    met = Match(coverage=0.5, sentence_coverages=(), sentence_cosines=())
    assert (met.best_coverage, met.best_cosine, met.best_sentence) == (0, 0, 0)


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
        sentence_vectors={},
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
        sentence_vectors={},
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
            sentence_vectors={},
            weights=EVEN,
        )
        == []
    )
