"""What is removed is gone: from answers, from the log's readers, and from the file's bytes."""

import hashlib
import random
import sqlite3
from itertools import product
from pathlib import Path

import pytest

from corpus.errors import ArticleNotFoundError, LibraryFullError
from corpus.packing import packed_text
from corpus.store import FILE_NAME, ArticleStore
from tests.corpus.builders import NOON, answering_ids, make_store, prepared

WORDS = (1, 3, 30, 300, 700, 900)
"""How long the articles are."""
PARTS = ("text", "tail", "raw", "title", "source", "author", "url", "origin")


def mark(name: str, part: str) -> bytes:
    """Letters that stand nowhere else; unpackable ones for the raw document."""
    return hashlib.sha256(f"{name} {part}".encode()).hexdigest().encode()


def text_of(name: str, words: int) -> str:
    return f"{mark(name, 'text').decode()} {'word ' * words}{mark(name, 'tail').decode()}."


def put_marked(store: ArticleStore, key: str, version: int, words: int) -> None:
    name = f"{key} {version}"
    part = {part: mark(name, part).decode() for part in PARTS}
    noise = random.Random(words).randbytes(64 * (words % 100))  # noqa: S311 - not a secret
    store.put(
        prepared(
            key,
            text=text_of(name, words),
            title=part["title"],
            source=part["source"],
            author=part["author"],
            url=part["url"] * (1 + words % 3),
            origin=part["origin"],
            raw=hashlib.sha256(mark(name, "raw")).digest() + noise,
        ),
        replace=True,
    )


def found_in(folder: Path, names: list[str]) -> set[str]:
    """The parts of the articles named that stand in any file of the library.

    Of a text these are the beginning and the end of what it is packed into.
    """
    stored = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{FILE_NAME}*")))
    parts = [(f"{name} {part}", mark(name, part)) for name in names for part in PARTS]
    parts += [(f"{name} raw", hashlib.sha256(mark(name, "raw")).digest()) for name in names]
    for name, words in product(names, WORDS):
        packed = packed_text(text_of(name, words))
        parts += [(f"{name} text", packed[8:32]), (f"{name} tail", packed[-24:])]
    return {name for name, sign in parts if sign in stored}


def test_a_removed_article_is_nowhere_in_the_files(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        put_marked(store, "kept", 1, 700)
        put_marked(store, "gone", 1, 700)
        put_marked(store, "gone", 2, 3)
        assert found_in(tmp_path, ["gone 1", "gone 2"]) == {
            f"gone {version} {part}" for version in (1, 2) for part in PARTS
        }
        removed = store.remove("gone")
        assert (removed.versions, removed.passages, removed.wiped) == (2, 2, True)
        assert found_in(tmp_path, ["gone 1", "gone 2"]) == set()
        assert len(found_in(tmp_path, ["kept 1"])) == len(PARTS)


def test_no_order_of_changes_leaves_a_trace_of_what_was_removed(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - not a secret
    latest: dict[str, int] = {}
    gone: list[str] = []
    with make_store(tmp_path) as store, store.batch():
        for _ in range(1200):
            key = f"article {chance.randrange(150)}"
            if chance.random() < 0.7:
                latest[key] = latest.get(key, 0) + 1
                put_marked(store, key, latest[key], chance.choice([1, 30, 300, 900]))
            elif latest.get(key):
                store.remove(key)
                gone += [f"{key} {version}" for version in range(1, latest.pop(key) + 1)]
        again = {f"{key} {version}" for key, last in latest.items() for version in range(last + 1)}
    assert len(gone) > 200
    assert found_in(tmp_path, [name for name in gone if name not in again]) == set()


def test_a_removed_article_is_in_no_later_answer(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        store.put(prepared("gone", text="One.", origin="file:///gone", published=NOON))
        store.put(prepared("gone", text="Two.", origin="file:///gone"))
        store.put(prepared("kept"))
        version_id = store.article("gone").version_id
        store.remove("gone")
        assert [cited.key for cited in store.citations()] == ["kept"]
        assert store.passages([1, 2]) == {}
        assert list(store.allowed_passages()) == [3, 4, 5]
        assert answering_ids(store) == {3, 4, 5}
        assert store.find_by_origin("file:///gone", collection="main") is None
        assert store.counts().versions == 1
        for question in (
            lambda: store.article("gone"),
            lambda: store.article("gone", version=1),
            lambda: store.raw(version_id),
        ):
            with pytest.raises(ArticleNotFoundError):
                question()


def test_the_log_names_the_passages_of_all_versions_removed(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        store.put(prepared(text="One. Two."))
        store.put(prepared(text="Three."))
        store.retire("article.txt")
        before = store.position()
        store.remove("article.txt")
        changes = store.changes(after=before)
        assert [(change.kind, change.passage_ids) for change in changes] == [
            ("remove", range(1, 3)),
            ("remove", range(3, 4)),
        ]


def test_ids_and_positions_go_on_after_everything_was_removed(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        store.put(prepared())
        store.remove("article.txt")
    with make_store(tmp_path) as store:
        store.put(prepared())
        assert list(store.allowed_passages()) == [4, 5, 6]
        assert store.position() == 3


def test_a_tombstone_says_what_was_removed_and_when(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        store.put(prepared("a"))
        store.put(prepared("a", text="Now other."))
        store.remove("a")
        with store._reading() as connection:
            rows = connection.exec_driver_sql(
                "SELECT collection, key, versions, passages, removed_at, wiped FROM tombstones"
            )
            assert rows.all() == [("main", "a", 2, 4, "2026-03-01T12:00:03.000000+00:00", 1)]


def test_while_someone_reads_an_earlier_state_the_removal_is_done_and_wiped_later(
    tmp_path: Path,
) -> None:
    with make_store(tmp_path) as store:
        put_marked(store, "gone", 1, 700)
        reader = sqlite3.connect(store.path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchall()
        assert store.remove("gone").wiped is False
        assert store.citations() == []
        assert found_in(tmp_path, ["gone 1"]) != set()
        reader.close()
        with make_store(tmp_path):
            assert found_in(tmp_path, ["gone 1"]) == set()


def test_many_removals_in_a_batch_are_wiped_together_at_its_end(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        for key in ("a", "b"):
            put_marked(store, key, 1, 30)
        with store.batch():
            assert not store.remove("a").wiped
            assert not store.remove("b").wiped
        assert found_in(tmp_path, ["a 1", "b 1"]) == set()


def test_without_room_to_rewrite_the_removal_is_done_and_wiped_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_engine: object) -> bool:
        message = "no room"
        raise LibraryFullError(message)

    with make_store(tmp_path) as store:
        put_marked(store, "gone", 1, 30)
        with monkeypatch.context() as patch:
            patch.setattr("corpus.wiping.fold_log_in", refuse)
            assert store.remove("gone").wiped is False
        put_marked(store, "next", 1, 30)
        assert store.remove("next").wiped is True
        assert found_in(tmp_path, ["gone 1", "next 1"]) == set()
