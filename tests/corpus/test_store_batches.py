import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from corpus.batches import Batch
from corpus.database import open_engine, reading
from corpus.errors import (
    ArticleNotFoundError,
    KeyTakenError,
    LibraryFullError,
    LibraryLockedError,
    UnreadableSourceError,
)
from corpus.insertions import Insertion
from corpus.schema import texts
from corpus.store import ArticleStore, PutOutcome
from tests.corpus.builders import SHORT, Ticking, make_store, prepared


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def store(folder: Path) -> Iterator[ArticleStore]:
    with make_store(folder) as store:
        yield store


@pytest.fixture
def seen_by_others(folder: Path, store: ArticleStore) -> Iterator[Callable[[], int]]:
    with ArticleStore.open(folder, timeout=SHORT) as other:
        yield lambda: other.counts().articles


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_a_group_is_seen_by_others_when_it_is_full_and_at_the_end(
    store: ArticleStore, seen_by_others: Callable[[], int]
) -> None:
    seen = []
    with store.batch(size=2):
        for number in range(5):
            store.put(prepared(str(number)))
            seen.append(seen_by_others())
    assert [*seen, seen_by_others()] == [0, 2, 2, 4, 4, 5]


def test_a_group_ends_when_it_has_been_open_for_long(folder: Path, store: ArticleStore) -> None:
    hands = Hands()
    engine = open_engine(folder / "other.sqlite")
    batch = Batch(engine, now=Ticking(), size=100, seconds=1.0, ticks=hands)
    still_open = []
    for moment in (0.0, 0.9, 1.0, 1.5, 2.4, 2.5):
        hands.time = moment
        with batch.step():
            pass
        still_open.append(batch.writer is not None)
    engine.dispose()
    assert still_open == [True, True, False, True, True, False]


def test_the_first_groups_are_small_and_grow_to_the_size_of_the_batch(folder: Path) -> None:
    engine = open_engine(folder.parent / "other.sqlite")
    batch = Batch(engine, now=Ticking(), size=100, seconds=1.0, ticks=Hands())
    ends = []
    for step in range(1, 281):
        with batch.step():
            pass
        if batch.writer is None:
            ends.append(step)
    engine.dispose()
    assert ends == [16, 80, 180, 280]


def test_flush_lets_others_see_and_write(folder: Path, store: ArticleStore) -> None:
    with ArticleStore.open(folder, timeout=SHORT) as other, store.batch():
        store.put(prepared("a"))
        with pytest.raises(LibraryLockedError, match="try again when it has finished"):
            other.put(prepared("b"))
        store.flush()
        assert other.put(prepared("b")) is PutOutcome.ADDED
        store.put(prepared("c"))
    assert [cited.key for cited in store.citations()] == ["a", "b", "c"]


def test_flush_outside_a_batch_does_nothing(store: ArticleStore) -> None:
    store.flush()
    assert store.position() == 0


def test_the_thread_that_writes_reads_what_is_not_committed_yet(
    store: ArticleStore, seen_by_others: Callable[[], int]
) -> None:
    with store.batch():
        store.put(prepared("a", origin="file:///a"))
        assert store.find_by_origin("file:///a", collection="main") == "a"
        assert store.put(prepared("a", origin="file:///a")) is PutOutcome.UNCHANGED
        assert len(store.passages(store.allowed_passages())) == 3
        assert seen_by_others() == 0


def test_an_article_that_is_refused_undoes_none_of_the_others(store: ArticleStore) -> None:
    with store.batch():
        store.put(prepared("a", origin="file:///a"))
        with pytest.raises(KeyTakenError):
            store.put(prepared("a", origin="file:///b"))
        with pytest.raises(ArticleNotFoundError):
            store.retire("nothing")
        with pytest.raises(UnreadableSourceError):
            store.put(prepared("b", text="\0"))
        store.put(prepared("c"))
    assert [cited.key for cited in store.citations()] == ["a", "c"]


def test_what_was_done_before_an_error_in_the_body_is_kept(
    store: ArticleStore, seen_by_others: Callable[[], int]
) -> None:
    def body() -> None:
        with store.batch():
            store.put(prepared("a"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        body()
    assert seen_by_others() == 1
    store.put(prepared("b"))
    assert seen_by_others() == 2


class Breaking(Insertion):
    """Fails in the middle of a change, once its row is put."""

    def one(self, connection: Connection, row: Mapping[str, object]) -> int:
        super().one(connection, row)
        raise KeyboardInterrupt


def break_after_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    breaking = Breaking(texts, [column.name for column in texts.c])
    monkeypatch.setattr("corpus.versions._ADD_TEXT", breaking)


def test_an_error_in_the_middle_of_a_put_leaves_nothing_of_it(
    store: ArticleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(prepared("a"))
    break_after_the_text(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        store.put(prepared("b"))
    counts = store.counts()
    assert (counts.articles, counts.versions, store.position()) == (1, 1, 1)


def test_an_error_in_the_middle_of_a_group_undoes_the_group_and_no_more(
    store: ArticleStore, seen_by_others: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.batch(size=2):
        for key in ("a", "b", "c"):
            store.put(prepared(key))
        break_after_the_text(monkeypatch)
        with pytest.raises(KeyboardInterrupt):
            store.put(prepared("d"))
        assert [cited.key for cited in store.citations()] == ["a", "b"]
    assert seen_by_others() == 2


def limit_size(store: ArticleStore, more: int) -> None:
    """Let the database grow by so many pages only, as on a disk that is nearly full."""

    def limit(connection: object, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + more}")

    store._writers.dispose()
    event.listen(store._writers, "connect", limit)


def test_a_full_disk_keeps_the_previous_state(
    store: ArticleStore, seen_by_others: Callable[[], int]
) -> None:
    store.put(prepared("a"))
    limit_size(store, more=4)
    with pytest.raises(LibraryFullError, match="what was stored before is safe"):
        store.put(prepared("b", raw=bytes(range(256)) * 100, text="Large. " * 10_000))
    assert store.put(prepared("c")) is PutOutcome.ADDED
    assert [cited.key for cited in store.citations()] == ["a", "c"]
    assert seen_by_others() == 2


def test_a_disk_that_fills_up_in_a_batch_keeps_the_groups_before(store: ArticleStore) -> None:
    store.put(prepared("0"))
    limit_size(store, more=10)
    stored = []

    def body() -> None:
        with store.batch(size=3):
            for number in range(1, 100):
                store.put(prepared(str(number), text=f"Number {number}. " * 200))
                stored.append(str(number))

    with pytest.raises(LibraryFullError):
        body()
    kept = {cited.key for cited in store.citations()}
    whole_groups = len(stored) // 3 * 3
    assert whole_groups > 0
    assert kept == {"0", *stored[:whole_groups]}


def test_a_batch_in_a_batch_is_part_of_it(
    store: ArticleStore, seen_by_others: Callable[[], int]
) -> None:
    with store.batch():
        with store.batch():
            store.put(prepared("a"))
        assert seen_by_others() == 0
    assert seen_by_others() == 1


def test_a_batch_belongs_to_its_thread(store: ArticleStore) -> None:
    outcome: list[str] = []

    def write() -> None:
        try:
            store.put(prepared("b"))
        except LibraryLockedError as error:
            outcome.append(str(error))

    with store.batch():
        store.put(prepared("a"))
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert "in use by another process" in outcome[0]
    write()
    assert [cited.key for cited in store.citations()] == ["a", "b"]


def test_a_batch_without_changes_writes_nothing(store: ArticleStore) -> None:
    store.put(prepared())
    before = store.path.stat().st_mtime_ns, store.path.with_suffix(".sqlite-wal").read_bytes()
    with store.batch():
        store.put(prepared())
    assert before == (
        store.path.stat().st_mtime_ns,
        store.path.with_suffix(".sqlite-wal").read_bytes(),
    )


def test_a_commit_that_fails_says_so_and_frees_the_connection(
    folder: Path, store: ArticleStore
) -> None:
    engine = open_engine(folder / "strict.sqlite", timeout=SHORT)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE b (a REFERENCES a DEFERRABLE INITIALLY DEFERRED)")
    batch = Batch(engine, now=Ticking(), size=1, seconds=1.0, ticks=Hands())
    with pytest.raises(Exception, match="FOREIGN KEY"), batch.step() as writer:
        writer.connection.exec_driver_sql("INSERT INTO b VALUES (7)")
    with batch.step() as writer:
        writer.connection.exec_driver_sql("INSERT INTO a VALUES (7)")
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM b").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM a").scalar() == 1
    engine.dispose()
