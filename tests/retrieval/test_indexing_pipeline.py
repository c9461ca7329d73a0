"""Reading, embedding and keeping side by side: order, bounds, and how all of it stops."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.store import ArticleStore
from retrieval.drafts import IndexFolder
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.errors import OtherModelError
from retrieval.indexer import Indexer
from retrieval.indexes import indexed_space
from retrieval.lots import Ending, FollowedLog, Lot, Tally
from retrieval.outlines import outline
from retrieval.passage_words import taken_apart
from retrieval.pipeline import Pipeline, _parts
from retrieval.protocols import PassageText, PassageVectors
from retrieval.tokens import tokenise
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import (
    FLOOD,
    assert_indexed_exactly,
    embedded_contents,
    indexer,
    make_library,
)

TEXTS = {f"{n:02}": f"Line {n} of it. Line {n} went on. It ended {n}." for n in range(20)}
NAMES = ("embedding", "indexing")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with make_library(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert [it.name for it in threading.enumerate() if it.name.startswith(NAMES)] == []


def lots_of(store: ArticleStore, most_bytes: int, **where: int) -> FollowedLog:
    return FollowedLog(
        store,
        after=where.get("after", 0),
        ending=Ending(reached=True),
        dimension=64,
        most_bytes=most_bytes,
    )


class WatchedEmbedder(HashingEmbedder):
    """Notes how many passages it embeds at once; may do so for several threads."""

    parts_at_once = 2

    def __init__(self) -> None:
        super().__init__()
        self.at_once: list[int] = []

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        self.at_once.append(len(passages))
        return super().embed_passages(passages)


class HeldEmbedder(HashingEmbedder):
    """Embeds nothing before it is let go, and says when somebody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = threading.Event()
        self.may_go_on = threading.Event()

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        self.is_asked.set()
        assert self.may_go_on.wait(20)
        return super().embed_passages(passages)


class SidewaysEmbedder(HeldEmbedder):
    """Embeds for two threads, and says when it is asked for the second."""

    parts_at_once = 2

    def __init__(self) -> None:
        super().__init__()
        self.is_asked_again = threading.Event()

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        if self.is_asked.is_set():
            self.is_asked_again.set()
        return super().embed_passages(passages)


def test_lots_hold_no_more_bytes_than_they_may_but_for_one_passage(tmp_path: Path) -> None:
    with make_library(tmp_path, TEXTS) as store:
        one = max(lot.size for lot in lots_of(store, 1).lots())
        *lots, last = lots_of(store, 5 * one).lots()
        assert all(lot.size <= 6 * one for lot in lots)
        assert len(lots[0].passages) < len(lots[-2].passages)
        assert sum(len(lot.passages) for lot in lots) == 60
        assert (last.touched, last.position) == (0, store.position())


def test_a_lot_that_ends_within_a_page_of_the_log_does_not_claim_the_page(
    store: ArticleStore,
) -> None:
    positions = [lot.position for lot in lots_of(store, 1).lots()]
    assert positions == [0] * 7 + [store.position()] * (len(positions) - 7)


def test_what_is_taken_out_after_it_was_taken_up_is_only_gone(store: ArticleStore) -> None:
    (lot, *_) = lots_of(store, 1 << 20).lots()
    ids = set(lot.passages)
    lot.drop({1, 2})
    assert set(lot.passages) == ids - {1, 2}
    assert lot.gone == {1, 2}


def test_many_ids_that_are_gone_fill_a_lot_too(tmp_path: Path) -> None:
    with make_library(tmp_path, TEXTS) as store:
        for key in TEXTS:
            store.retire(key)
        lots = [lot for lot in lots_of(store, 64).lots() if lot.touched]
        assert [(len(lot.passages), len(lot.gone)) for lot in lots] == [(0, 60)]
        assert lots[0].size >= 64


def test_a_tally_counts_what_came_lately(store: ArticleStore) -> None:
    tally = Tally(store, 0)
    assert tally.at_least(0) == 7
    store.put(prepared("snow", "Snow fell."))
    assert tally.at_least(6) == 7
    assert tally.at_least(7) == 8
    assert tally.at_least(9) == 9


@pytest.mark.parametrize("lot_bytes", [1, 2_000, 1 << 20])
def test_indexes_are_the_same_whatever_the_size_of_a_lot(tmp_path: Path, lot_bytes: int) -> None:
    with make_library(tmp_path, TEXTS) as store:
        embedder = WatchedEmbedder()
        report = Indexer(tmp_path, store, lambda: embedder, lot_bytes=lot_bytes).bring_up_to_date()
        assert (report.indexed, report.embedded) == (60, 60)
        assert_indexed_exactly(store)
        assert sum(embedder.at_once) == 60


def test_what_is_under_way_is_not_embedded_again(tmp_path: Path) -> None:
    with make_library(tmp_path, dict.fromkeys("abcdef", FLOOD)) as store:
        for name in "abcdef":
            store.put(prepared(name, FLOOD, title="One title"))
        embedder = WatchedEmbedder()
        Indexer(tmp_path, store, lambda: embedder, lot_bytes=1).bring_up_to_date()
        assert sum(embedder.at_once) == 3
        assert_indexed_exactly(store)


def test_an_embedding_erased_since_its_lot_was_read_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_library(tmp_path, {"flood": FLOOD}) as store:
        indexer(store).bring_up_to_date()
        store.put(prepared("copy", FLOOD, title="Flood"))
        hashes = {content_hash(one) for one in store.passages(store.allowed_passages()).values()}
        assign = EmbeddingStore.assign

        def losing(kept: EmbeddingStore, noted: dict[int, bytes]) -> None:
            with EmbeddingStore(tmp_path) as other:
                other.forget(other.passage_ids())
            assign(kept, noted)

        monkeypatch.setattr(EmbeddingStore, "assign", losing)
        report = Indexer(tmp_path, store, HashingEmbedder).bring_up_to_date()
        assert (report.indexed, report.embedded) == (3, 3)
        assert set(embedded_contents(tmp_path)) == hashes


def test_texts_of_like_length_are_embedded_at_once() -> None:
    texts = {
        bytes([n]): PassageText(title="", text="x" * (1 + 37 * n % 100) * 100, sentences=())
        for n in range(100)
    }
    parts = _parts(texts)
    lengths = [[len(texts[key].text) for key in part] for part in parts]
    assert sorted(key for part in parts for key in part) == sorted(texts)
    assert [max(some) for some in lengths] == sorted((max(some) for some in lengths), reverse=True)
    assert all(max(later) <= min(some) for some, later in pairwise(lengths))
    assert _parts({}) == []


@pytest.mark.parametrize(
    "text",
    [
        "It rained. Snow fell.\n\nTrains stood, didn't they? 1,000 of them.",
        "河川が増水した。橋は無事だった。けが人はいない。",
        "word" * 900 + " and " + "1,234" * 300,
        "",
    ],
)
def test_words_of_sentences_are_the_words_of_the_passage(tmp_path: Path, text: str) -> None:
    with make_library(tmp_path, {"other": FLOOD}) as store:
        (passage, *_) = store.passages_to_index(1, 1)
        passage = replace(passage, text=text)
        words = taken_apart(passage)
        assert list(words.body) == tokenise(text, passage.citation.language)
        assert list(words.title) == tokenise(passage.citation.title, passage.citation.language)
        assert words.outline == outline(passage)
        assert words.sentences == outline(passage).sentences


def test_what_a_block_stores_is_embedded_while_it_is_still_at_it(tmp_path: Path) -> None:
    embedder = HeldEmbedder()
    with make_library(tmp_path, {}) as store:
        with Indexer(tmp_path, store, lambda: embedder).beside():
            store.put(prepared("flood", FLOOD, title="Flood"))
            assert embedder.is_asked.wait(20)
            store.put(prepared("snow", "Snow fell."))
            embedder.may_go_on.set()
        assert indexer(store).lag() == 0
        assert_indexed_exactly(store)


def test_lots_that_tell_nothing_are_no_reason_to_wait_for_the_engine(tmp_path: Path) -> None:
    embedder = SidewaysEmbedder()
    with make_library(tmp_path, {"flood": FLOOD, "snow": "Snow fell."}) as store:
        first, *_, last = [lot for lot in lots_of(store, 1).lots() if lot.touched]

        def lots() -> Iterator[Lot]:
            yield first
            yield from [Lot(position=first.position)] * 9
            yield last
            assert embedder.is_asked_again.wait(20)
            embedder.may_go_on.set()

        folder = IndexFolder(tmp_path)
        with folder.lock(0.0), EmbeddingStore(tmp_path) as kept:
            draft = folder.fresh(embedder.space)
            run = Pipeline(kept, draft, lambda _: embedder).run(lots(), Ending())
            assert list(run) == [first, last]
            draft.keywords.discard()


def test_beside_a_block_that_stores_nothing_nothing_is_done(store: ArticleStore) -> None:
    indexer(store).bring_up_to_date()
    with Indexer(store.path.parent, store, lambda: pytest.fail("nothing is new")).beside():
        pass
    with make_library(store.path.parent / "empty", {}) as empty:
        with Indexer(store.path.parent / "empty", empty, HashingEmbedder).beside():
            pass
        assert indexed_space(store.path.parent / "empty") is None


def test_a_block_that_fails_stops_the_indexing_and_its_error_is_told(tmp_path: Path) -> None:
    embedder = HeldEmbedder()

    def store_and_fail(store: ArticleStore) -> None:
        with Indexer(tmp_path, store, lambda: embedder, lot_bytes=1).beside():
            store.put(prepared("long", " ".join(TEXTS.values())))
            assert embedder.is_asked.wait(20)
            threading.Timer(0.1, embedder.may_go_on.set).start()
            raise KeyboardInterrupt

    with make_library(tmp_path, {}) as store:
        with pytest.raises(KeyboardInterrupt):
            store_and_fail(store)
        assert len(embedder.read) < 10
        assert len(embedded_contents(tmp_path)) <= len(embedder.read)
        indexer(store).bring_up_to_date()
        assert_indexed_exactly(store)


def test_an_indexing_that_fails_lets_the_block_end_and_is_told_then(store: ArticleStore) -> None:
    indexer(store).bring_up_to_date()
    ended = []
    other = HashingEmbedder(revision="2")

    def store_more() -> None:
        with indexer(store, other).beside():
            store.put(prepared("snow", "Snow fell."))
            ended.append(store.position())

    with pytest.raises(OtherModelError):
        store_more()
    assert ended == [store.position()]
    indexer(store).bring_up_to_date()
    assert_indexed_exactly(store)


class BreakingEmbedder(WatchedEmbedder):
    """Breaks on its third part."""

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        if len(self.at_once) > 1:
            raise MemoryError
        return super().embed_passages(passages)


def test_an_engine_that_breaks_ends_the_run_and_what_was_kept_stays(tmp_path: Path) -> None:
    with make_library(tmp_path, TEXTS) as store:
        breaking = Indexer(tmp_path, store, BreakingEmbedder, lot_bytes=1)
        with pytest.raises(MemoryError):
            breaking.bring_up_to_date()
        kept = len(embedded_contents(tmp_path))
        embedder = HashingEmbedder()
        assert indexer(store, embedder).bring_up_to_date().embedded == 60 - kept
        assert_indexed_exactly(store)


def test_a_moved_or_retitled_passage_is_embedded_only_if_its_content_is_new(
    store: ArticleStore,
) -> None:
    indexer(store).bring_up_to_date()
    embedder = HashingEmbedder()
    store.put(prepared("flood", "It began at night. " + FLOOD, title="Flood"))  # all moved on
    assert indexer(store, embedder).bring_up_to_date().embedded == 1
    assert [one.text for one in embedder.read] == ["It began at night."]
    store.put(prepared("other key", "It began at night. " + FLOOD, title="Flood"))
    assert indexer(store, embedder).bring_up_to_date().embedded == 0
    store.put(prepared("flood", FLOOD, title="High water"))
    assert indexer(store, embedder).bring_up_to_date().embedded == 3
    assert_indexed_exactly(store)
