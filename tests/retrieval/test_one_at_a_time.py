"""One thread at a time runs the Python of answers, but for what is computed elsewhere."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.one_at_a_time import OneAtATime
from retrieval.protocols import Vectors
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder


def test_one_thread_at_a_time_has_its_turn() -> None:
    threads, inside, most = OneAtATime(), 0, 0

    def work(_: int) -> None:
        nonlocal inside, most
        with threads.turn():
            inside += 1
            most = max(most, inside)
            threading.Event().wait(0.002)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    assert most == 1


def test_others_have_their_turn_while_one_is_away() -> None:
    threads = OneAtATime()
    with threads.turn(), threads.away(), threads.turn():
        pass


def test_an_error_while_away_takes_the_turn_back_and_ends_it() -> None:
    threads = OneAtATime()

    def break_away() -> None:
        with threads.turn(), threads.away():
            message = "it broke"
            raise ValueError(message)

    with pytest.raises(ValueError, match="it broke"):
        break_away()
    with threads.turn():
        pass


class MeetingEmbedder(HashingEmbedder):
    """Embeds no question before as many are asked as shall meet."""

    def __init__(self, expected: int) -> None:
        super().__init__()
        self._meeting = threading.Barrier(expected)

    def embed_question(self, text: str) -> Vectors:
        self._meeting.wait(timeout=60)
        return super().embed_question(text)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with ArticleStore.create(tmp_path) as store:
        for number, animal in enumerate(("heron", "otter", "beaver")):
            store.put(prepared(f"{number}", f"The {animal} came back to the river."))
        Indexer(tmp_path, store, HashingEmbedder).bring_up_to_date()
    return tmp_path


def asked_together(engine: AnswerEngine, questions: Sequence[str]) -> list[str]:
    """Return the key of each first hit."""
    with ThreadPoolExecutor(len(questions)) as pool:
        answers = pool.map(lambda text: engine.answer(Question(text=text)), questions)
        return [answer.hits[0].passage.citation.key for answer in answers]


def test_questions_wait_for_their_vectors_together(library: Path) -> None:
    questions = ["Did the heron come back?", "Did the otter come back?", "Where is the beaver?"]
    with (
        ArticleStore.open(library) as store,
        AnswerEngine(library, store, MeetingEmbedder(3)) as engine,
    ):
        assert asked_together(engine, questions) == ["0", "1", "2"]


class FailingEmbedder(HashingEmbedder):
    """Embeds no question with the word "nothing"."""

    def embed_question(self, text: str) -> Vectors:
        if "nothing" in text:
            message = "out of memory"
            raise RuntimeError(message)
        return np.array(super().embed_question(text))


def test_a_question_that_could_not_be_embedded_keeps_no_other_waiting(library: Path) -> None:
    with (
        ArticleStore.open(library) as store,
        AnswerEngine(library, store, FailingEmbedder()) as engine,
    ):
        with pytest.raises(RuntimeError, match="out of memory"):
            engine.answer(Question(text="Is there nothing?"))
        assert asked_together(engine, ["Where is the otter?"]) == ["1"]
