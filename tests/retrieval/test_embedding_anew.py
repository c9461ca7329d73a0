"""A library embedded anew while something answers from it: the old goes on, the new is taken up."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from corpus.store import ArticleStore
from retrieval.answers import Answer, Question
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.engine import AnswerEngine
from retrieval.errors import ModelError, OtherModelError
from retrieval.indexer import Indexer
from retrieval.protocols import Embedder, PassageText, PassageVectors
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import assert_indexed_exactly, indexer, make_library

HURT = Question(text="Was anybody hurt?", hits=20)


class Loader:
    """Loads what it was given, by name, and remembers what was asked for."""

    def __init__(self, *embedders: Embedder) -> None:
        self._known = list(embedders)
        self.asked: list[str] = []

    def __call__(self, model: str) -> Embedder:
        self.asked.append(model)
        if not self._known:
            message = f"the model {model!r} is nowhere; check the network"
            raise ModelError(message)
        return self._known[-1]


class StoppingEmbedder(HashingEmbedder):
    """Breaks when it has embedded `most` passages, as a killed program would."""

    def __init__(self, most: int, *, revision: str) -> None:
        super().__init__(revision=revision)
        self._left = most

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        self._left -= len(passages)
        if self._left < 0:
            raise KeyboardInterrupt
        return super().embed_passages(passages)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def store(library: Path) -> Iterator[ArticleStore]:
    with make_library(library) as made:
        yield made


@pytest.fixture
def old(store: ArticleStore) -> HashingEmbedder:
    embedder = HashingEmbedder()
    indexer(store, embedder).bring_up_to_date()
    return embedder


def found(answer: Answer) -> list[tuple[int, float]]:
    return [(hit.passage.id, round(hit.score, 6)) for hit in answer.hits]


def spaces_kept(library: Path, store: ArticleStore, *embedders: Embedder) -> list[int]:
    """Return how many passages have an embedding in each space."""
    passages = store.passages(sorted(store.allowed_passages())).values()
    hashes = [content_hash(passage) for passage in passages]
    with EmbeddingStore(library, read_only=True) as kept:
        return [len(kept.held(one.space, hashes)) for one in embedders]


def test_the_new_model_is_loaded_and_answers_from_then_on(
    store: ArticleStore, library: Path, old: HashingEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    new = HashingEmbedder(revision="2", dimension=32)
    load = Loader(new)
    with AnswerEngine(library, store, old, load=load) as engine:
        assert not engine.refresh()
        indexer(store, new).rebuild()
        assert engine.refresh()
        assert not engine.refresh()
        followed = found(engine.answer(HURT))
        store.put(prepared("snow", "Snow fell. Nobody was hurt in the snow."))
        indexer(store, new).bring_up_to_date()
        assert engine.refresh()
    assert load.asked == ["hashing"]
    assert [record.message for record in caplog.records] == [
        "the library was embedded anew: answering with the model hashing"
    ]
    store.remove("snow")
    indexer(store, new).bring_up_to_date()
    with AnswerEngine(library, store, new) as fresh:
        assert followed == found(fresh.answer(HURT))


@pytest.mark.parametrize("loads", ["nothing", "another space"])
def test_a_model_that_cannot_be_had_leaves_the_old_index_answering_and_one_line(
    store: ArticleStore,
    library: Path,
    old: HashingEmbedder,
    caplog: pytest.LogCaptureFixture,
    loads: str,
) -> None:
    new = HashingEmbedder(revision="2")
    load = Loader() if loads == "nothing" else Loader(HashingEmbedder(revision="3"))
    with AnswerEngine(library, store, old, load=load) as engine:
        before = engine.answer(HURT)
        indexer(store, new).rebuild()
        for _ in range(3):
            assert not engine.refresh()
        after = engine.answer(HURT)
    assert after.hits[0].passage == before.hits[0].passage
    assert {hit.passage.id for hit in after.hits} == {hit.passage.id for hit in before.hits}
    (line,) = [record.getMessage() for record in caplog.records]
    assert "answering from the old index" in line
    assert "\n" not in line


def test_a_library_first_indexed_by_another_model_is_taken_up_by_a_running_program(
    store: ArticleStore, library: Path
) -> None:
    new = HashingEmbedder(revision="2")
    with AnswerEngine(library, store, HashingEmbedder(), load=Loader(new)) as engine:
        assert not engine.answer(HURT).hits
        indexer(store, new).bring_up_to_date()
        assert engine.refresh()
        assert engine.answer(HURT).hits


def test_opening_with_another_model_is_refused_even_by_what_could_follow(
    store: ArticleStore, library: Path, old: HashingEmbedder
) -> None:
    load = Loader(old)
    with pytest.raises(OtherModelError, match="`passagebot reindex --model hashing`"):
        AnswerEngine(library, store, HashingEmbedder(revision="2"), load=load)
    assert load.asked == []


def test_no_answer_ever_mixes_two_models(store: ArticleStore, library: Path) -> None:
    models = [HashingEmbedder(revision=name) for name in "12"]
    questions = [Question(text=f"Was anybody hurt, {n}?", hits=20) for n in range(4)]
    pure: dict[str, list[list[tuple[int, int | None]]]] = {}
    for model in models:
        indexer(store, model).rebuild()
        with AnswerEngine(library, store, model) as engine:
            for question in questions:
                pure.setdefault(question.text, []).append(_orders(engine.answer(question)))
    stop = Event()

    def ask(engine: AnswerEngine, question: Question) -> int:
        asked = 0
        while not stop.is_set() or not asked:
            assert _orders(engine.answer(question)) in pure[question.text]
            asked += 1
        return asked

    turn = [models[1]]
    with (
        AnswerEngine(library, store, models[1], load=lambda _: turn[0]) as engine,
        ThreadPoolExecutor(4) as pool,
    ):
        asking = [pool.submit(ask, engine, question) for question in questions]
        try:
            for number in range(6):
                turn[0] = models[number % 2]
                indexer(store, turn[0]).rebuild()
                assert engine.refresh()
        finally:
            stop.set()
        assert all(one.result() for one in asking)


def _orders(answer: Answer) -> list[tuple[int, int | None]]:
    """Return each passage with its rank by vectors, which only one model gives."""
    return sorted((hit.passage.id, hit.vector_rank) for hit in answer.hits)


def test_a_killed_embedding_goes_on_where_it_stopped_and_the_old_index_serves(
    tmp_path: Path,
) -> None:
    old, new = HashingEmbedder(), HashingEmbedder(revision="2")
    with make_library(tmp_path) as store:
        indexer(store, old).bring_up_to_date()
        for _ in range(2):
            stopping = Indexer(
                tmp_path, store, lambda: StoppingEmbedder(2, revision="2"), lot_bytes=1
            )
            with pytest.raises(KeyboardInterrupt):
                stopping.rebuild()
            with AnswerEngine(tmp_path, store, old) as engine:
                assert engine.answer(HURT).hits[0].passage.text == "Nobody was hurt."
        kept_old, kept_new = spaces_kept(tmp_path, store, old, new)
        assert (kept_old, kept_new) == (7, 4)
        told: list[tuple[str, int, int]] = []
        report = indexer(store, new).rebuild(lambda *step: told.append(step))
        assert (report.indexed, report.embedded) == (7, 3)
        assert len(new.read) == 3
        assert told[-1] == ("indexing", 7, 7)
        assert spaces_kept(tmp_path, store, old, new) == [0, 7]
        assert_indexed_exactly(store, new)
