"""The store with other processes around it: killed, writing at the same time, without room."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import LibraryError, LibraryLockedError
from corpus.store import FILE_NAME, ArticleStore
from tests.corpus.builders import SHORT, answering_ids, make_store, prepared

Start = Callable[..., "subprocess.Popen[str]"]

PUT_FOR_EVER = """
import itertools, sys
from contextlib import nullcontext
from pathlib import Path
from corpus.store import ArticleStore
from tests.corpus.builders import prepared

with ArticleStore.create(Path(sys.argv[1])) as store:
    with store.batch(size=5) if sys.argv[2] == "batch" else nullcontext():
        for number in itertools.count():
            key = f"{number % 40}.txt"
            store.put(prepared(key, text=f"Line {number}. " * (1 + number % 30)))
            if number % 7 == 0:
                store.retire(key)
            print(number, flush=True)
"""

PUT_SOME = """
import sys
from pathlib import Path
from corpus.store import ArticleStore
from tests.corpus.builders import prepared

with ArticleStore.create(Path(sys.argv[1])) as store:
    for number in range(int(sys.argv[3])):
        store.put(prepared(f"{sys.argv[2]} {number}", text=f"From {sys.argv[2]}. " * 5))
"""

PUT_WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from corpus.errors import LibraryFullError
from corpus.store import ArticleStore
from tests.corpus.builders import prepared

with ArticleStore.create(Path(sys.argv[1])) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    number = 0
    try:
        while True:
            store.put(prepared(str(number), text=f"Number {number}. " * 300))
            number += 1
    except LibraryFullError as error:
        print(number, error)
"""


@pytest.fixture
def start(project: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def run(script: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            cwd=project,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.parametrize("mode", ["batch", "single"])
@pytest.mark.parametrize("turn", range(3))
def test_a_killed_writer_leaves_every_article_whole(
    tmp_path: Path, start: Start, mode: str, turn: int
) -> None:
    make_store(tmp_path).close()
    process = start(PUT_FOR_EVER, tmp_path, mode)
    assert process.stdout is not None
    last = -1
    while last < 60:
        last = int(process.stdout.readline())
    time.sleep(0.017 * turn)  # so that it is killed at different moments
    os.kill(process.pid, signal.SIGKILL)
    last = max(map(int, process.stdout.read().split()), default=last)
    certain = last if mode == "single" else last - 5

    with ArticleStore.open(tmp_path) as store:
        held = {passage.id: passage for passage in store.passages_to_index(1, 10**9)}
        assert answering_ids(store) == set(held) == set(store.allowed_passages())
        for passage in held.values():
            cited = passage.citation
            article = store.article(cited.key, version=cited.version)
            assert passage.text == passage.span.of(article.text)
            assert store.raw(article.version_id) == article.text.encode()
        first_line = store.article(f"{certain % 40}.txt").text.split(".")[0]
        assert int(first_line.removeprefix("Line ")) >= certain
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_killed_process_locks_nobody_out(tmp_path: Path, start: Start) -> None:
    process = start(PUT_FOR_EVER, tmp_path, "batch")
    assert process.stdout is not None
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with ArticleStore.create(tmp_path, timeout=SHORT) as store:
        store.put(prepared("after.txt"))


def test_readers_are_never_kept_waiting_by_a_writer_in_another_process(
    tmp_path: Path, start: Start
) -> None:
    make_store(tmp_path).close()
    failures: list[Exception] = []
    stop = threading.Event()

    with ArticleStore.open(tmp_path, timeout=0) as store:

        def read() -> None:
            try:
                while not stop.is_set():
                    ids = store.allowed_passages()
                    for passage in store.passages(ids).values():
                        assert passage.text == f"From {passage.citation.key[0]}."
                    assert len(ids) % 5 == 0
            except (AssertionError, LibraryError) as error:
                failures.append(error)

        threads = [threading.Thread(target=read) for _ in range(6)]
        for thread in threads:
            thread.start()
        assert start(PUT_SOME, tmp_path, "a", 60).wait() == 0
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(store.citations()) == 60


def test_an_open_store_sees_what_another_process_adds(tmp_path: Path, start: Start) -> None:
    make_store(tmp_path).close()
    with ArticleStore.open(tmp_path) as store:
        before = store.position()
        assert start(PUT_SOME, tmp_path, "a", 2).wait() == 0
        assert (before, store.position()) == (0, 2)


def test_processes_may_make_the_same_library_at_once(tmp_path: Path, start: Start) -> None:
    processes = [start(PUT_SOME, tmp_path / "new", name, 10) for name in ("a", "b", "c")]
    assert [process.wait() for process in processes] == [0, 0, 0]
    with ArticleStore.open(tmp_path / "new") as store:
        assert len(store.citations()) == 30
        assert len(store.allowed_passages()) == 150


def test_threads_may_write_to_the_same_store_at_once(tmp_path: Path) -> None:
    with make_store(tmp_path, timeout=30) as store:

        def write(name: str) -> None:
            for number in range(10):
                store.put(prepared(f"{name} {number}"))

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcdef"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.citations()) == 60
        assert answering_ids(store) == set(range(1, 181))


def test_a_library_another_process_writes_to_is_locked_after_the_wait(tmp_path: Path) -> None:
    with make_store(tmp_path) as store:
        store.put(prepared("a"))
        other = sqlite3.connect(store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for change in (
            lambda: store.put(prepared("b")),
            lambda: store.retire("a"),
            lambda: store.remove("a"),
        ):
            with pytest.raises(LibraryLockedError, match="try again when it has finished"):
                change()
        assert [cited.key for cited in store.citations()] == ["a"]
        other.execute("ROLLBACK")
        other.close()
        store.put(prepared("b"))
        assert store.counts().articles == 2


def test_making_sure_of_a_library_another_process_writes_to_does_not_wait(tmp_path: Path) -> None:
    with make_store(tmp_path) as store, store.batch():
        store.put(prepared("a"))
        with ArticleStore.create(tmp_path, timeout=0) as other:
            assert other.position() == 0


def test_a_file_that_may_not_grow_is_full_and_keeps_what_it_has(
    tmp_path: Path, start: Start
) -> None:
    output = start(PUT_WITHOUT_ROOM, tmp_path).communicate()[0]
    stored, error = output.split(maxsplit=1)
    assert "what was stored before is safe, so make room" in error
    with ArticleStore.create(tmp_path) as store:
        assert {cited.key for cited in store.citations()} == {str(n) for n in range(int(stored))}
        assert int(stored) > 3
        store.put(prepared("after.txt"))
