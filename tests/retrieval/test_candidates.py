"""Candidates: the heads of both rankings, each passage with both scores."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.store import ArticleStore
from retrieval.candidates import gather
from retrieval.indexes import Indexes
from retrieval.terms import QuestionTerms, question_terms
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import indexer, indexes_of, make_library

WORDS = ["river", "bridge", "night", "storm", "road", "house", "train", "snow"]
QUESTION = "Which river rose at night?"


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Indexes:
    folder = tmp_path_factory.mktemp("candidates")
    texts = {f"{n}": f"The {WORDS[n % 8]} and the {WORDS[n * 3 % 7]} number{n}." for n in range(60)}
    with make_library(folder, texts) as store:
        indexer(store).bring_up_to_date()
        return indexes_of(folder)


def asked(indexes: Indexes, question: str = QUESTION) -> QuestionTerms:
    return question_terms(question, ["en"], indexes.keywords)


def test_every_candidate_has_the_score_each_index_gives_it(indexes: Indexes) -> None:
    terms, vector = asked(indexes), HashingEmbedder().embed_question(QUESTION)
    found = gather(indexes, terms, vector, depth=5)
    cosines = {one.passage_id: one.score for one in indexes.vectors.search(vector, 99, None)}
    keywords = {
        one.passage_id: one.score for one in indexes.keywords.search(terms.tokens, 99, None)
    }
    assert 5 <= len(found.ids) <= 10
    assert found.ids.tolist() == sorted(set(found.ids.tolist()))
    for key, cosine, keyword in zip(found.ids.tolist(), found.cosines, found.keywords, strict=True):
        assert cosine == pytest.approx(cosines[key])
        assert keyword == pytest.approx(keywords.get(key, 0.0) / terms.weight)


def test_ranks_count_from_one_and_name_only_the_heads(indexes: Indexes) -> None:
    terms, vector = asked(indexes), HashingEmbedder().embed_question(QUESTION)
    found = gather(indexes, terms, vector, depth=4)
    near = [one.passage_id for one in indexes.vectors.search(vector, 4, None)]
    worded = [one.passage_id for one in indexes.keywords.search(terms.tokens, 4, None)]
    assert found.vector_ranks == {key: rank for rank, key in enumerate(near, start=1)}
    assert found.keyword_ranks == {key: rank for rank, key in enumerate(worded, start=1)}
    assert set(found.ids.tolist()) == set(near) | set(worded)
    assert found.searched == 60


def test_a_question_without_known_words_is_answered_by_vectors_alone(indexes: Indexes) -> None:
    terms = asked(indexes, "xylophone")
    vector = HashingEmbedder().embed_question("xylophone")
    found = gather(indexes, terms, vector, depth=3)
    assert len(found.ids) == 3
    assert not found.keywords.any()
    assert found.keyword_ranks == {}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(allowed=st.sets(st.integers(1, 70)), depth=st.integers(1, 80))
def test_only_what_is_allowed_is_found_and_all_of_it_if_it_fits(
    indexes: Indexes, allowed: set[int], depth: int
) -> None:
    within = np.array(sorted(allowed), dtype=np.int64)
    vector = HashingEmbedder().embed_question(QUESTION)
    found = gather(indexes, asked(indexes), vector, depth=depth, allowed=within)
    there = allowed & set(range(1, 61))
    assert set(found.ids.tolist()) <= there
    assert len(found.ids) >= min(depth, len(there))
    assert found.searched == len(allowed)


def test_an_empty_library_gives_no_candidates(tmp_path: Path) -> None:
    with ArticleStore.create(tmp_path) as store:
        indexer(store).bring_up_to_date()
        empty = indexes_of(tmp_path)
    vector = HashingEmbedder().embed_question(QUESTION)
    found = gather(empty, asked(empty), vector)
    assert found.ids.size == found.cosines.size == found.keywords.size == 0
    assert found.searched == 0
