"""The vector of a question, for those who compare questions with each other."""

from pathlib import Path

import numpy as np

from retrieval.engine import AnswerEngine
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import engine, make_library


def test_a_questions_vector_is_that_of_the_librarys_model_with_the_name_of_its_space(
    tmp_path: Path,
) -> None:
    with make_library(tmp_path) as store, engine(store) as opened:
        found = opened.question_vector("How far did the river rise?")
    embedder = HashingEmbedder()
    assert found is not None
    assert found[0] == embedder.space.name
    assert np.array_equal(found[1], embedder.embed_question("How far did the river rise?"))


def test_before_the_first_index_there_is_no_vector(tmp_path: Path) -> None:
    with make_library(tmp_path) as store:  # noqa: SIM117 - the store is opened first
        with AnswerEngine(tmp_path, store, HashingEmbedder()) as opened:
            assert opened.question_vector("How far?") is None
