"""An indexer killed at any instant: the old indexes serve, and the next run ends where it should."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.engine import AnswerEngine
from retrieval.errors import OtherModelError
from retrieval.indexes import IndexFiles, indexed_space
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.killed_indexers import other_space
from tests.retrieval.libraries import (
    FIRE,
    FLOOD,
    assert_indexed_exactly,
    embedded_contents,
    has_embeddings,
    indexer,
    make_library,
)


def change(store: ArticleStore) -> None:
    """Do one of each: a new article, a new version, a new title, one removed, one retired."""
    store.put(prepared("snow", "Snow fell. Trains stood.", title="Snow"))
    store.put(prepared("flood", FLOOD + " The water fell.", title="Flood"))
    store.put(prepared("fire", FIRE, title="A great fire"))
    store.remove("match")
    store.retire("frost")


def prepare(library: Path, mode: str) -> None:
    with make_library(library) as store:
        store.put(prepared("frost", "It froze.", title="Frost"))
        if mode != "first run":
            indexer(store).bring_up_to_date()
        change(store)
        if mode == "rebuild":
            indexer(store).bring_up_to_date()


def crashed(folder: Path, mode: str, project: Path) -> Iterator[Path]:
    library, copies = folder / "library", folder / "copies"
    prepare(library, mode)
    program = [sys.executable, "-m", "tests.retrieval.killed_indexers"]
    subprocess.run([*program, str(library), str(copies), mode], check=True, cwd=project)
    yield from copies.iterdir()


def serves_nothing_that_does_not_answer(library: Path, store: ArticleStore) -> None:
    """Ask as a bot would that was started right after the crash."""
    space = indexed_space(library)
    if space is None:
        return
    embedder = HashingEmbedder() if space.revision == "1" else other_space()
    with AnswerEngine(library, store, embedder) as engine:
        answer = engine.answer(Question(text="What did the river do?", hits=50))
        ids = [hit.passage.id for hit in answer.hits]
        assert len(ids) == len(set(ids))
        assert set(ids) == set(store.passages(ids))


def missing(store: ArticleStore, embedder: HashingEmbedder) -> int:
    """Return how many contents that answer now have no embedding yet."""
    passages = store.passages(store.allowed_passages()).values()
    wanted = {content_hash(passage) for passage in passages}
    if not has_embeddings(store.path.parent):
        return len(wanted)
    with EmbeddingStore(store.path.parent) as kept:
        return len(wanted - kept.held(embedder.space, wanted))


def engine_refuses(library: Path, store: ArticleStore, embedder: HashingEmbedder) -> bool:
    try:
        AnswerEngine(library, store, embedder).close()
    except OtherModelError:
        return True
    return False


@pytest.mark.parametrize("mode", ["first run", "update", "compressing", "rebuild"])
def test_killed_at_any_step_the_next_run_ends_where_it_should(
    tmp_path: Path, mode: str, project: Path
) -> None:
    embedder_of = other_space if mode == "rebuild" else HashingEmbedder
    steps = 0
    for library in crashed(tmp_path, mode, project):
        steps += 1
        with ArticleStore.open(library) as store:
            serves_nothing_that_does_not_answer(library, store)
            embedder = embedder_of()
            expected = missing(store, embedder)
            if mode == "rebuild":
                before = indexed_space(library)
                assert engine_refuses(library, store, embedder) == (before != embedder.space)
                indexer(store, embedder).rebuild()
            else:
                indexer(store, embedder).bring_up_to_date()
            assert len(embedder.read) == expected
            assert_indexed_exactly(store, embedder)
            assert indexed_space(library) == embedder.space
    assert steps > 10


SLOW_RUN = """
import sys, time
from pathlib import Path
from corpus.store import ArticleStore
from retrieval import indexer, lots
from tests.retrieval.hashing_embedder import HashingEmbedder

class Slow(HashingEmbedder):
    def embed_passages(self, passages):
        time.sleep(0.02)
        return super().embed_passages(passages)

lots._LOG_ROWS = 2
indexer._PUBLISH_AT_LEAST = 8
library = Path(sys.argv[1])
with ArticleStore.open(library) as store:
    print("started", flush=True)
    indexer.Indexer(library, store, Slow, lot_bytes=3_000).bring_up_to_date()
"""


def test_killed_again_and_again_it_gets_there_and_never_embeds_twice_what_it_kept(
    tmp_path: Path, project: Path
) -> None:
    texts = {f"{n}.txt": f"Line {n} of it. Line {n} went on. It ended {n}." for n in range(60)}
    with make_library(tmp_path, texts) as store:
        grown = [0]
        moments = random.Random(5)  # noqa: S311 - the same moments every time
        for _ in range(4):
            process = subprocess.Popen(
                [sys.executable, "-c", SLOW_RUN, str(tmp_path)],
                stdout=subprocess.PIPE,
                text=True,
                cwd=project,
            )
            assert process.stdout is not None
            with process.stdout as out:
                assert out.readline() == "started\n"
                time.sleep(moments.uniform(0.1, 0.5))
                process.send_signal(signal.SIGKILL)
                process.wait(20)
            kept = len(embedded_contents(tmp_path))
            assert kept >= grown[-1]
            grown.append(kept)
        embedder = HashingEmbedder()
        indexer(store, embedder).bring_up_to_date()
        assert len(embedder.read) == 180 - grown[-1]
        assert grown[-1] > 0
        assert_indexed_exactly(store)
        found = IndexFiles(tmp_path).newer()
        assert found is not None
        assert len(found.keywords) == len(found.vectors) == 180
