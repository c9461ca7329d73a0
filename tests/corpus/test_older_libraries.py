"""A library an earlier release made is brought up to date: the same articles, in less room."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard

from corpus.database import open_engine
from corpus.errors import CorpusError, LibraryError
from corpus.migrating import CORPUS_MIGRATIONS, bring_up_to_date
from corpus.store import FILE_NAME, ArticleStore
from tests.corpus.builders import make_store, prepared

COUNT = 450
"""More than are moved at a time."""
_TEXT = (
    "The bridge over the river was closed for {} days. People took the road through the village."
)
_DIGITS = {"versions": ("text_hash", "raw_hash", "fingerprint"), "changes": ("history",)}


def articles() -> list[Any]:
    return [
        prepared(f"article {number}", _TEXT.format(number), raw=f"<p>{number}</p>".encode())
        for number in range(COUNT)
    ]


@pytest.fixture
def today(tmp_path: Path) -> Path:
    """Return a library this release made, with an article in two versions and one retired."""
    folder = tmp_path / "today"
    with make_store(folder) as store, store.batch():
        for one in articles():
            store.put(one)
        store.put(prepared("article 3", "Another text, much shorter.", raw=b"another"))
        store.retire("article 4")
    return folder


@pytest.fixture
def older(today: Path, tmp_path: Path) -> Path:
    """Return the same library as the release before kept it."""
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for script in sorted(CORPUS_MIGRATIONS.glob("v000[123]_*.py")):
        shutil.copy(script, scripts)
    folder = tmp_path / "older"
    folder.mkdir()
    engine = open_engine(folder / FILE_NAME)
    bring_up_to_date(engine, folder / FILE_NAME, scripts)
    engine.dispose()
    with ArticleStore.open(today) as store, closing(sqlite3.connect(folder / FILE_NAME)) as old:
        old.execute("ATTACH ? AS new", (str(today / FILE_NAME),))
        with old:
            _copy(old, store)
    return folder


def _copy(old: sqlite3.Connection, store: ArticleStore) -> None:
    for table in ("articles", "versions", "passages", "retirements", "changes", "tombstones"):
        names = [row[1] for row in old.execute(f"PRAGMA main.table_info({table})")]
        shown = [f"lower(hex({n}))" if n in _DIGITS.get(table, ()) else f'"{n}"' for n in names]
        columns = ", ".join(f'"{name}"' for name in names)
        old.execute(
            f"INSERT INTO main.{table} ({columns}) SELECT {', '.join(shown)} FROM new.{table}"  # noqa: S608
        )
    empty = '{"headline": null, "dropped": []}'
    old.execute("UPDATE main.versions SET cleaning = ? WHERE cleaning = ''", (empty,))
    for version_id, key, number in old.execute(
        "SELECT v.id, a.key, v.number FROM main.versions v JOIN main.articles a ON a.id = article_id"
    ).fetchall():
        raw = zstandard.ZstdCompressor().compress(store.raw(version_id))
        text = store.article(key, version=number).text
        old.execute("INSERT INTO main.texts VALUES (?, ?, ?)", (version_id, text, raw))


def everything(folder: Path) -> list[Any]:
    """Return all a library can be asked, comparable."""
    with ArticleStore.open(folder) as store:
        versions = [*store.stored_versions(current=True), *store.stored_versions(current=False)]
        return [
            [store.article(one.key, version=one.number) for one in versions],
            [store.raw(one.id) for one in versions],
            store.changes(after=0, limit=10_000),
            [store.history(position) for position in range(store.position() + 2)],
            store.passages(list(store.allowed_passages())),
            list(store.exported(raw=True)),
        ]


def test_an_older_library_holds_the_same_articles(older: Path, today: Path) -> None:
    with pytest.raises(LibraryError, match="older passagebot"):
        ArticleStore.open(older)
    ArticleStore.create(older).close()
    assert everything(older) == everything(today)


def test_an_older_library_takes_articles_as_before(older: Path) -> None:
    with ArticleStore.create(older) as store:
        outcomes = {store.put(one).value for one in articles()[5:]}
        assert outcomes == {"unchanged"}
        assert store.put(prepared("article 9", "New.")).value == "updated"
        text = store.article("article 9", version=1).text
        assert (
            hashlib.sha256(text.encode()).hexdigest()
            == store.article("article 9", version=1).text_hash
        )


def test_the_room_of_the_earlier_form_is_given_back(older: Path) -> None:
    ArticleStore.create(older).close()
    with closing(sqlite3.connect(older / FILE_NAME)) as connection:
        [(empty,), (pages,)] = (
            connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("freelist_count", "page_count")
        )
    assert empty <= pages / 4


def test_a_damaged_document_does_not_keep_a_library_from_being_opened(older: Path) -> None:
    with closing(sqlite3.connect(older / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE texts SET raw = x'00ff' WHERE version_id = 2")
        connection.execute("UPDATE texts SET raw = x'' WHERE version_id = 3")
    with ArticleStore.create(older) as store:
        assert store.raw(1) == b"<p>0</p>"
        for version_id in (2, 3):
            with pytest.raises(CorpusError):
                store.raw(version_id)


def test_a_text_that_cannot_be_unpacked_is_told_and_spares_the_others(today: Path) -> None:
    with closing(sqlite3.connect(today / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE texts SET text = x'01ff' WHERE version_id = 2")
    with ArticleStore.open(today) as store:
        assert store.article("article 0").text == _TEXT.format(0)
        with pytest.raises(LibraryError, match="restore a backup"):
            store.article("article 1")
