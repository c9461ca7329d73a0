"""Bringing indexes up to the store: what is done, what is left alone, what is refused."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from corpus.articles import Span
from corpus.store import ArticleStore
from retrieval import indexer as indexing
from retrieval.answers import Question
from retrieval.closeups import FILE_NAME as EMBEDDINGS
from retrieval.drafts import Draft, IndexFolder
from retrieval.embeddings import EmbeddingStore
from retrieval.engine import AnswerEngine
from retrieval.errors import IndexBusyError, IndexingError, OtherModelError
from retrieval.indexer import Indexer, IndexReport
from retrieval.indexes import IndexFiles, index_folder, indexed_space
from retrieval.manifest import FILE_NAME as MANIFEST
from retrieval.packed_vectors import passages_from_bytes, sentences_from_bytes
from retrieval.protocols import Embedder, PassageText, PassageVectors
from tests.corpus.builders import prepared
from tests.retrieval.hashing_embedder import HashingEmbedder
from tests.retrieval.libraries import (
    FLOOD,
    assert_indexed_exactly,
    embedded_contents,
    indexer,
    indexes_of,
    keyword_ids,
    make_library,
    vector_ids,
)


def no_embedder() -> Embedder:
    message = "nothing needs to be embedded"
    raise AssertionError(message)


def nothing_done(position: int) -> IndexReport:
    return IndexReport(indexed=0, embedded=0, removed=0, position=position)


def small_lots(store: ArticleStore, embedder: Embedder | None = None) -> Indexer:
    """Return an indexer that takes up one passage at a time."""
    load = HashingEmbedder if embedder is None else lambda: embedder
    return Indexer(store.path.parent, store, load, lot_bytes=1)


def test_the_first_run_indexes_everything(store: ArticleStore, library: Path) -> None:
    assert indexed_space(library) is None
    report = indexer(store).bring_up_to_date()
    assert report == IndexReport(indexed=7, embedded=7, removed=0, position=store.position())
    assert_indexed_exactly(store)
    assert indexed_space(library) == HashingEmbedder().space
    assert indexes_of(library).languages == {"en": 3}


def test_an_empty_store_gets_empty_indexes(tmp_path: Path) -> None:
    with make_library(tmp_path, {}) as store:
        assert indexer(store).lag() == 0
        assert indexer(store).bring_up_to_date() == nothing_done(0)
        assert_indexed_exactly(store)


def test_with_nothing_to_do_no_file_is_touched_and_no_model_loaded(
    store: ArticleStore, library: Path
) -> None:
    indexer(store).bring_up_to_date()

    def state() -> dict[Path, tuple[int, bytes]]:
        files = [path for path in library.rglob("*") if path.is_file()]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = state()
    report = Indexer(library, store, no_embedder).bring_up_to_date()
    assert report == nothing_done(store.position())
    assert state() == before


def test_only_what_changed_is_indexed(store: ArticleStore, library: Path) -> None:
    indexer(store).bring_up_to_date()
    store.put(prepared("flood", FLOOD + " The water fell.", title="Flood"))
    store.remove("fire")
    store.put(prepared("snow", "Snow fell. Trains stood.", title="Snow"))
    embedder = HashingEmbedder()
    assert indexer(store).lag() > 0
    report = indexer(store, embedder).bring_up_to_date()
    assert report == IndexReport(indexed=6, embedded=3, removed=5, position=store.position())
    assert {one.text for one in embedder.read} == {"The water fell.", "Snow fell.", "Trains stood."}
    assert indexer(store).lag() == 0
    assert_indexed_exactly(store)


def test_removals_alone_need_no_model(store: ArticleStore, library: Path) -> None:
    indexer(store).bring_up_to_date()
    store.remove("fire")
    store.retire("match")
    report = Indexer(library, store, no_embedder).bring_up_to_date()
    assert (report.indexed, report.removed) == (0, 4)
    assert_indexed_exactly(store)


def test_a_retired_article_that_comes_back_is_indexed_again(store: ArticleStore) -> None:
    indexer(store).bring_up_to_date()
    store.retire("flood")
    indexer(store).bring_up_to_date()
    assert_indexed_exactly(store)
    store.put(prepared("flood", FLOOD, title="Flood"))
    indexer(store).bring_up_to_date()
    assert_indexed_exactly(store)
    assert len(store.allowed_passages()) == 7


def test_a_new_title_is_embedded_and_nothing_of_the_old_is_kept(store: ArticleStore) -> None:
    indexer(store).bring_up_to_date()
    store.put(prepared("flood", FLOOD, title="High water"))
    embedder = HashingEmbedder()
    assert indexer(store, embedder).bring_up_to_date().embedded == 3
    assert {one.title for one in embedder.read} == {"High water"}
    assert_indexed_exactly(store)


def test_a_new_source_needs_no_embedding(store: ArticleStore) -> None:
    indexer(store).bring_up_to_date()
    store.put(prepared("flood", FLOOD, title="Flood", source="Example Wire"))
    embedder = HashingEmbedder()
    indexer(store, embedder).bring_up_to_date()
    assert embedder.read == []
    assert_indexed_exactly(store)


def test_equal_passages_are_embedded_once(store: ArticleStore) -> None:
    embedder = HashingEmbedder()
    store.put(prepared("copy", FLOOD, title="Flood"))
    assert indexer(store, embedder).bring_up_to_date().embedded == 7
    store.put(prepared("late copy", FLOOD, title="Flood"))
    assert indexer(store, embedder).bring_up_to_date().embedded == 0
    store.remove("flood")
    store.remove("copy")
    indexer(store, embedder).bring_up_to_date()
    assert_indexed_exactly(store)
    assert len(embedder.read) == 7


def test_an_article_without_passages_is_in_no_index(store: ArticleStore) -> None:
    store.put(prepared("bare", "Nothing to quote.", spans=[]))
    indexer(store).bring_up_to_date()
    assert_indexed_exactly(store)
    assert indexer(store).lag() == 0


def test_deleted_indexes_are_built_again_without_embedding(
    store: ArticleStore, library: Path
) -> None:
    indexer(store).bring_up_to_date()
    store.remove("fire")
    shutil.rmtree(index_folder(library))
    assert indexer(store).lag() == store.position()
    embedder = HashingEmbedder()
    report = indexer(store, embedder).bring_up_to_date()
    assert (report.indexed, report.embedded, report.removed) == (5, 0, 0)
    assert embedder.read == []
    assert_indexed_exactly(store)


def damage_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text("{")


def lose_vectors(folder: Path) -> None:
    next(folder.glob("vectors-*")).unlink()


def lose_keywords(folder: Path) -> None:
    shutil.rmtree(next(folder.glob("keywords-*")))


def lose_embeddings(folder: Path) -> None:
    for path in folder.parent.glob(f"{EMBEDDINGS}*"):
        path.unlink()


def damage_vectors(folder: Path) -> None:
    next(folder.glob("vectors-*")).write_bytes(b"no index")


def damage_keywords(folder: Path) -> None:
    (next(folder.glob("keywords-*")) / "meta.json").write_text("{")


@pytest.mark.parametrize("damage", [damage_manifest, lose_vectors, lose_keywords, lose_embeddings])
def test_indexes_with_a_part_missing_are_behind_and_are_built_again(
    store: ArticleStore, library: Path, damage: Callable[[Path], None]
) -> None:
    indexer(store).bring_up_to_date()
    damage(index_folder(library))
    assert indexer(store).lag() == store.position()
    assert indexer(store).bring_up_to_date().indexed == 7
    assert_indexed_exactly(store)


@pytest.mark.parametrize("damage", [damage_vectors, damage_keywords])
def test_damaged_indexes_are_built_again_with_the_next_change(
    store: ArticleStore, library: Path, damage: Callable[[Path], None]
) -> None:
    indexer(store).bring_up_to_date()
    damage(index_folder(library))
    store.remove("fire")
    Indexer(library, store, no_embedder).bring_up_to_date()
    assert_indexed_exactly(store)


def test_a_store_with_another_past_gets_indexes_of_its_own(tmp_path: Path) -> None:
    other = {"one": "It rained. It rained again.", "two": "Snow fell. Then more.", "x": "So."}
    with make_library(tmp_path / "old") as old, make_library(tmp_path / "new", other) as new:
        for store in (old, new):
            indexer(store).bring_up_to_date()
        assert old.position() == new.position()
    for path in (tmp_path / "old").glob("library.sqlite*"):
        path.unlink()
    shutil.copy(tmp_path / "new" / "library.sqlite", tmp_path / "old")
    with ArticleStore.open(tmp_path / "old") as store:
        assert indexer(store).lag() > 0
        assert indexer(store).bring_up_to_date().indexed == 5
        assert_indexed_exactly(store)


def test_another_model_is_refused_with_the_command_that_repairs_it(
    store: ArticleStore, library: Path
) -> None:
    indexer(store).bring_up_to_date()
    before = vector_ids(library)
    store.put(prepared("snow", "Snow fell."))
    other = HashingEmbedder(revision="2")
    with pytest.raises(OtherModelError) as caught:
        indexer(store, other).bring_up_to_date()
    message = str(caught.value)
    assert "\n" not in message
    assert "PASSAGEBOT_MODEL=hashing" in message
    assert "`passagebot reindex --model hashing`" in message
    assert vector_ids(library) == before
    assert indexer(store).bring_up_to_date().indexed == 1
    assert_indexed_exactly(store)


def test_damaged_indexes_do_not_let_another_model_in(store: ArticleStore, library: Path) -> None:
    indexer(store).bring_up_to_date()
    damage_vectors(index_folder(library))
    store.put(prepared("snow", "Snow fell."))
    with pytest.raises(OtherModelError):
        indexer(store, HashingEmbedder(revision="2")).bring_up_to_date()


class FailingEmbedder(HashingEmbedder):
    """Breaks on the passage that contains a word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word

    def embed_passages(self, passages: Sequence[PassageText]) -> list[PassageVectors]:
        if any(self._word in passage.text for passage in passages):
            raise MemoryError(self._word)
        return super().embed_passages(passages)


def test_a_model_that_breaks_leaves_the_indexes_as_they_were(
    store: ArticleStore, library: Path
) -> None:
    indexer(store).bring_up_to_date()
    before = vector_ids(library)
    store.remove("fire")
    store.put(prepared("snow", "Snow fell."))
    with pytest.raises(MemoryError) as caught:
        indexer(store, FailingEmbedder("Snow")).bring_up_to_date()
    assert vector_ids(library) == before
    # What was raised still refers to the broken run, which must not hold the indexes.
    indexer(store).bring_up_to_date()
    assert_indexed_exactly(store)
    assert caught.value.args == ("Snow",)


def test_rebuilding_in_another_space_lets_an_engine_on_the_old_one_answer(
    store: ArticleStore, library: Path
) -> None:
    old, new = HashingEmbedder(), HashingEmbedder(revision="2", dimension=32)
    indexer(store, old).bring_up_to_date()
    with AnswerEngine(library, store, old) as engine:
        asked = []

        def ask(*_: object) -> None:
            engine.refresh()
            asked.append(engine.answer(Question(text="Was anybody hurt?")).hits[0].passage.text)

        report = indexer(store, new).rebuild(ask)
        assert (report.indexed, report.embedded) == (7, 7)
        assert asked
        with pytest.raises(OtherModelError) as caught:
            engine.refresh()
        assert "`passagebot reindex --model hashing`" in str(caught.value)
        ask()
        assert set(asked) == {"Nobody was hurt."}
    assert_indexed_exactly(store, new)
    assert indexed_space(library) == new.space
    with pytest.raises(OtherModelError):
        AnswerEngine(library, store, old)
    with AnswerEngine(library, store, new) as engine:
        assert engine.answer(Question(text="Was anybody hurt?")).hits


def test_rebuilding_in_the_same_space_embeds_nothing(store: ArticleStore) -> None:
    indexer(store).bring_up_to_date()
    embedder = HashingEmbedder()
    assert indexer(store, embedder).rebuild() == IndexReport(
        indexed=7, embedded=0, removed=0, position=store.position()
    )
    assert embedder.read == []
    assert_indexed_exactly(store)


def test_a_second_indexer_is_refused_while_one_works(store: ArticleStore, library: Path) -> None:
    index_folder(library).mkdir()
    with FileLock(index_folder(library) / "lock"):
        for attempt in (indexer(store).bring_up_to_date, indexer(store).rebuild):
            with pytest.raises(IndexBusyError, match="try again when it is done"):
                attempt()
    assert indexer(store).bring_up_to_date().indexed == 7


def test_a_second_indexer_waits_as_long_as_it_was_told_and_finds_the_work_done(
    store: ArticleStore, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working, may_end, published = threading.Event(), threading.Event(), []
    publish = IndexFolder.publish

    def counted(
        folder: IndexFolder, draft: Draft, store: ArticleStore, *, more_comes: bool
    ) -> None:
        published.append(draft.position)
        publish(folder, draft, store, more_comes=more_comes)

    monkeypatch.setattr(IndexFolder, "publish", counted)

    def pause(*_: object) -> None:
        working.set()
        may_end.wait(20)

    first = threading.Thread(target=indexer(store).bring_up_to_date, args=(pause,))
    first.start()
    assert working.wait(20)
    second = Indexer(library, store, no_embedder, wait_seconds=20)
    threading.Timer(0.1, may_end.set).start()
    assert second.bring_up_to_date() == nothing_done(store.position())
    first.join()
    assert published == [store.position()]


def test_a_folder_that_cannot_be_made_is_one_line(store: ArticleStore, library: Path) -> None:
    index_folder(library).write_text("a file in its place")
    with pytest.raises(IndexingError, match="cannot be written") as caught:
        indexer(store).bring_up_to_date()
    assert not isinstance(caught.value, IndexBusyError)


def test_a_long_run_publishes_what_it_has(
    store: ArticleStore, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.lots._LOG_ROWS", 1)
    monkeypatch.setattr(indexing, "_PUBLISH_AT_LEAST", 2)
    store.remove("fire")
    files, sizes = IndexFiles(library), []

    def look(*_: object) -> None:
        newer = files.newer()
        if newer is not None:
            sizes.append((len(newer.vectors), len(newer.keywords), newer.position))

    report = small_lots(store).bring_up_to_date(look)
    assert sizes == [(3, 3, 1), (3, 3, 2), (5, 5, 3)]
    assert report == IndexReport(indexed=5, embedded=5, removed=0, position=store.position())
    store.remove("flood")
    store.put(prepared("snow", "Snow fell. Trains stood. So it was.", title="Snow"))
    store.remove("match")
    assert small_lots(store).bring_up_to_date(look).removed == 5
    assert_indexed_exactly(store)


def test_a_rebuild_publishes_only_at_its_end(
    store: ArticleStore, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexer(store).bring_up_to_date()
    monkeypatch.setattr("retrieval.lots._LOG_ROWS", 1)
    monkeypatch.setattr(indexing, "_PUBLISH_AT_LEAST", 1)
    spaces = set()
    other = HashingEmbedder(revision="2")
    small_lots(store, other).rebuild(lambda *_: spaces.add(indexed_space(library)))
    assert spaces == {HashingEmbedder().space}


def test_progress_goes_from_the_first_passage_to_the_last(store: ArticleStore) -> None:
    steps: list[tuple[str, int, int]] = []
    small_lots(store).bring_up_to_date(lambda *step: steps.append(step))
    assert steps == [("indexing", done, 7) for done in range(1, 8)]


def test_only_the_files_in_use_are_left(store: ArticleStore, library: Path) -> None:
    for number in range(3):
        store.put(prepared("snow", f"Snow fell {number} times."))
        indexer(store).bring_up_to_date()
    indexer(store).rebuild()
    names = sorted(path.name.split("-")[0] for path in index_folder(library).iterdir())
    assert names == ["keywords", "lock", "manifest.json", "vectors"]


def test_title_and_text_are_searched_by_words_in_the_language_of_the_article(
    store: ArticleStore, library: Path
) -> None:
    german = prepared("haus", "Die H\u00e4user brannten.", title="Feuer", language="de")
    store.put(german)
    indexer(store).bring_up_to_date()
    (newest,) = (p.id for p in store.passages_to_index(1, 99) if p.citation.key == "haus")
    assert keyword_ids(library, "haus") == {newest}
    assert keyword_ids(library, "feu") == {newest}


def test_sentences_of_a_passage_are_offsets_in_its_own_text(store: ArticleStore) -> None:
    text = "It rained.\n\nSnow fell. Trains stood."
    store.put(prepared("snow", text, spans=[Span(start=12, end=len(text))]))
    embedder = HashingEmbedder()
    indexer(store, embedder).bring_up_to_date()
    (read,) = (one for one in embedder.read if one.text.startswith("Snow"))
    assert [span.of(read.text) for span in read.sentences] == ["Snow fell.", "Trains stood."]
    assert read.indexed == "A flood\nSnow fell. Trains stood."


def keep_as_the_first_release_did(file: sqlite3.Connection, dimension: int) -> None:
    rows = file.execute(
        "SELECT space_id, content_hash, passage, sentences FROM embeddings"
        " JOIN closeups ON embedding_id = id"
    ).fetchall()
    file.execute("DROP TABLE closeups")
    file.execute("DROP TABLE embeddings")
    file.execute("CREATE TABLE embeddings (space_id, content_hash, passage, sentences)")
    for space_id, key, passage, sentences in rows:
        [vector] = passages_from_bytes([passage], dimension)
        [some] = sentences_from_bytes([sentences], [passage], dimension)
        halves, bytes_ = vector.astype(np.float16), np.rint(some * 127).astype(np.int8)
        older = (space_id, key, halves.tobytes(), bytes_.tobytes())
        file.execute("INSERT INTO embeddings VALUES (?, ?, ?, ?)", older)
    file.execute("UPDATE alembic_version SET version_num = '0001'")


def test_embeddings_of_an_older_release_are_taken_over_without_embedding_again(
    tmp_path: Path,
) -> None:
    with make_library(tmp_path / "library") as store:
        library = store.path.parent
        indexer(store).bring_up_to_date()
        before = embedded_contents(library)
        with closing(sqlite3.connect(library / EMBEDDINGS)) as file, file:
            keep_as_the_first_release_did(file, HashingEmbedder().space.dimension)
        assert indexer(store).lag() > 0
        report = indexer(store).bring_up_to_date()
        assert report.embedded == 0
        assert embedded_contents(library) == before
        with EmbeddingStore(library, read_only=True) as kept:
            closeups = kept.closeups(HashingEmbedder().space, list(store.allowed_passages()))
        assert all(one.outline is not None for one in closeups.values())
        assert indexer(store).lag() == 0
