"""The sieve leaves out what cannot match, and never what the engine would call strong."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from corpus.articles import Passage
from corpus.store import ArticleStore
from retrieval import sieve as sieves
from retrieval.answers import Confidence, Question
from retrieval.engine import AnswerEngine
from retrieval.sieve import Sieve, Standing
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import ARTICLES, indexer, make_library
from tests.retrieval.passages import PLAIN

FLOOD, FIRE, MATCH = (
    "How far did the river rise overnight?",
    "How many houses burned down in Harlow?",
    "Who won the football match?",
)


@contextmanager
def a_sieve(folder: Path, *, indexed: bool = True) -> Iterator[tuple[ArticleStore, Sieve]]:
    with make_library(folder) as store:
        embedder = HashingEmbedder()
        if indexed:
            indexer(store, embedder).bring_up_to_date()
        with (
            AnswerEngine(folder, store, embedder, calibration=PLAIN) as engine,
            closing(Sieve(folder, engine)) as sieve,
        ):
            yield store, sieve


def passages_of(store: ArticleStore) -> list[Passage]:
    return list(store.passages_to_index(1, 1_000))


def pairs(store: ArticleStore, sieve: Sieve, *texts: str) -> dict[str, set[str]]:
    """Return by question the keys of the articles it may match."""
    passages = passages_of(store)
    asked = [Standing(text=text, vector=sieve.vector(text)) for text in texts]
    found: dict[str, set[str]] = {text: set() for text in texts}
    for question, passage in sieve.likely(asked, passages):
        found[texts[question]].add(passages[passage].citation.key)
    return found


def test_each_question_is_left_with_the_articles_that_share_its_words(tmp_path: Path) -> None:
    with a_sieve(tmp_path) as (store, sieve):
        assert pairs(store, sieve, FLOOD, FIRE, MATCH) == {
            FLOOD: {"flood"},
            FIRE: {"fire"},
            MATCH: {"match"},
        }


def test_what_the_engine_calls_strong_is_never_left_out(tmp_path: Path) -> None:
    with a_sieve(tmp_path) as (store, sieve):
        kept = pairs(store, sieve, FLOOD, FIRE, MATCH, "bridge held", "Northtown won")
        answers = [sieve._engine.answer(Question(text=question)) for question in kept]
        strong = [one for one in answers if one.confidence is Confidence.STRONG]
        assert len(strong) > 1
        assert all(one.hits[0].passage.citation.key in kept[one.question] for one in strong)


def test_a_word_the_library_does_not_know_yet_counts_when_it_comes(tmp_path: Path) -> None:
    with a_sieve(tmp_path) as (store, sieve):
        assert pairs(store, sieve, "zeppelin")["zeppelin"] == set()
        store.put(prepared("airship", "A zeppelin landed.", title="Airship"))
        assert pairs(store, sieve, "zeppelin")["zeppelin"] == {"airship"}


def test_fewer_words_are_enough_only_in_a_passage_that_is_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "Which river flooded houses, fields, barns, roads, mills, gardens and cellars?"
    with a_sieve(tmp_path) as (store, sieve):
        monkeypatch.setattr(sieves, "COVERAGE", 2.0)
        monkeypatch.setattr(sieves, "LITTLE", 0.01)
        monkeypatch.setattr(sieves, "NEAR", -1.0)
        assert pairs(store, sieve, long)[long] == {"flood", "fire"}
        monkeypatch.setattr(sieves, "NEAR", 1.1)
        assert pairs(store, sieve, long)[long] == set()


def test_questions_without_a_vector_are_sifted_by_their_words(tmp_path: Path) -> None:
    wrong = np.ones(3, dtype=np.float32)
    with a_sieve(tmp_path) as (store, sieve):
        passages = passages_of(store)
        found = sieve.likely([Standing(text=FLOOD), Standing(text=MATCH, vector=wrong)], passages)
        keys = {(question, passages[number].citation.key) for question, number in found}
        assert keys == {(0, "flood"), (1, "match")}


def test_passages_are_sifted_alike_in_any_number_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_sieve(tmp_path) as (store, sieve):
        together = pairs(store, sieve, FLOOD, FIRE, MATCH)
        monkeypatch.setattr(sieves, "_AT_ONCE", 1)
        assert pairs(store, sieve, FLOOD, FIRE, MATCH) == together


def test_terms_are_weighed_anew_when_the_library_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_sieve(tmp_path) as (store, sieve):
        pairs(store, sieve, FLOOD)
        [before] = sieve._weighed.values()
        pairs(store, sieve, FLOOD)
        assert next(iter(sieve._weighed.values())) is before
        store.put(prepared("more", "The river again. And again. And again.", title="More"))
        indexer(store, HashingEmbedder()).bring_up_to_date()
        sieve._engine.refresh()
        pairs(store, sieve, FLOOD)
        assert next(iter(sieve._weighed.values())) is not before
        monkeypatch.setattr(sieves, "_REMEMBERED", 1)
        pairs(store, sieve, FIRE)
        assert [key for key, _ in sieve._weighed] == [FIRE]


def test_before_an_index_there_is_nothing_to_sift(tmp_path: Path) -> None:
    with a_sieve(tmp_path, indexed=False) as (store, sieve):
        assert (sieve.position, sieve.space, sieve.vector(FLOOD)) == (0, "", None)
        assert sieve.likely([Standing(text=FLOOD)], passages_of(store)) == set()


def test_the_sieve_knows_up_to_where_questions_are_answered(tmp_path: Path) -> None:
    with a_sieve(tmp_path) as (store, sieve):
        assert sieve.position == store.position() == len(ARTICLES)
        assert sieve.space == HashingEmbedder().space.name
        store.put(prepared("more", "More."))
        assert sieve.position == len(ARTICLES)
        assert sieve.likely([], passages_of(store)) == set()
