"""Files read by other processes, ahead of what is being stored."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from corpus.gathering import SourceFile, gather
from corpus.ingest import Helpers, ingest
from corpus.readers.documents import Failure
from corpus.reading_ahead import BROKEN, CHUNKS_AHEAD, Item, ReadAhead, Ready
from corpus.reports import Result
from corpus.store import ArticleStore

ALWAYS = Helpers(processes=2, worthwhile=0)
PATIENCE = 60.0


def _lines(folder: Path, name: str, count: int, *, words: int = 20) -> Path:
    path = folder / name
    records = (
        {
            "_id": f"{name}-{n}",
            "title": f"Flood {n}",
            "text": f"The river rose {n} metres. " * words,
        }
        for n in range(count)
    )
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def _files(folder: Path) -> list[SourceFile]:
    return [it for it in gather([folder]) if isinstance(it, SourceFile)]


def _one_article_a_chunk(files: list[SourceFile]) -> ReadAhead:
    return ReadAhead(files, columns=None, processes=1, waiting=lambda: None, chunk_bytes=1)


def _read(ahead: ReadAhead, files: list[SourceFile]) -> list[list[Item]]:
    return [list(ahead.next_file()) for _ in files]


def _keys(items: list[Item]) -> list[str]:
    return [item.found.article.key for item in items if isinstance(item, Ready)]


def test_the_library_is_the_same_as_without_helpers(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(5):
        _lines(folder, f"{number}.jsonl", 7)
    (folder / "note.txt").write_text("The river rose two metres. Nobody was hurt.", "utf-8")
    (folder / "damaged.jsonl").write_text('{"_id": "x", "title": \n', "utf-8")

    stores = []
    for name, helpers in (("here", None), ("ahead", ALWAYS)):
        with ArticleStore.create(tmp_path / name) as store:
            report = ingest(store, [folder], helpers=helpers)
            again = ingest(store, [folder], helpers=helpers)
            articles = [store.article(it.key) for it in store.citations()]
            stores.append(
                (
                    report.lines,
                    again.lines,
                    [(it.text, it.spans, it.cleaning, it.citation.language) for it in articles],
                )
            )
    assert stores[0] == stores[1]
    assert sum(line.result is Result.ADDED for line in stores[0][0]) == 36


def test_files_come_in_their_order_whichever_is_read_first(tmp_path: Path) -> None:
    _lines(tmp_path, "0.jsonl", 100, words=100)
    for number in range(1, 9):
        _lines(tmp_path, f"{number}.jsonl", 1)
    files = _files(tmp_path)
    with ReadAhead(files, columns=None, processes=3, waiting=lambda: None) as ahead:
        found = _read(ahead, files)
    assert [_keys(items)[0] for items in found] == [f"{n}.jsonl-0" for n in range(9)]
    assert _keys(found[0]) == [f"0.jsonl-{n}" for n in range(100)]


def test_no_process_reads_further_ahead_than_it_may(tmp_path: Path) -> None:
    articles = 4 * CHUNKS_AHEAD
    _lines(tmp_path, "0.jsonl", articles)
    _lines(tmp_path, "1.jsonl", 1)
    files = _files(tmp_path)
    with _one_article_a_chunk(files) as ahead:
        first = ahead.next_file()
        next(first)
        taken = ahead._hands[0]._room
        while taken.acquire(blocking=False):
            taken.release()
            time.sleep(0.01)
        assert ahead._jobs[0].chunks.qsize() <= CHUNKS_AHEAD
        assert len(_keys(list(first))) == articles - 1
        assert _keys(list(ahead.next_file())) == ["1.jsonl-0"]


def test_a_file_that_breaks_its_reader_is_a_line_and_the_rest_is_read(tmp_path: Path) -> None:
    for number in range(4):
        _lines(tmp_path, f"{number}.jsonl", 2 * CHUNKS_AHEAD)
    files = _files(tmp_path)
    with _one_article_a_chunk(files) as ahead:
        first = ahead.next_file()
        next(first)
        process = ahead._hands[0]._process
        assert process is not None
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        found = [list(first), *(list(ahead.next_file()) for _ in files[1:])]
    failures = [item for items in found for item in items if isinstance(item, Failure)]
    assert [item.reason for item in failures] == [BROKEN]
    whole = [items for items in found if not any(isinstance(it, Failure) for it in items)]
    assert len(whole) == 3
    assert all(len(items) == 2 * CHUNKS_AHEAD for items in whole)


def test_who_waits_is_told_to_let_others_write(tmp_path: Path) -> None:
    _lines(tmp_path, "0.jsonl", 1)
    told: list[str] = []
    files = _files(tmp_path)
    with ReadAhead(files, columns=None, processes=1, waiting=lambda: told.append("waits")) as ahead:
        _read(ahead, files)
    assert told == ["waits"]  # a process takes longer than that to start


def test_no_process_is_left_when_reading_is_given_up(tmp_path: Path) -> None:
    for number in range(20):
        _lines(tmp_path, f"{number}.jsonl", 200, words=100)
    with ReadAhead(_files(tmp_path), columns=None, processes=2, waiting=lambda: None) as ahead:
        next(ahead.next_file())
    assert multiprocessing.active_children() == []


_READING = """
import sys, time
from pathlib import Path
from corpus.gathering import gather
from corpus.reading_ahead import ReadAhead

if __name__ == "__main__":
    files = list(gather([Path(sys.argv[1])]))
    with ReadAhead(files, columns=None, processes=2, waiting=lambda: None, chunk_bytes=1) as ahead:
        next(ahead.next_file())
        print(*(hand._process.pid for hand in ahead._hands), flush=True)
        time.sleep(600)
"""


def test_no_process_outlives_one_that_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(2):
        _lines(folder, f"{number}.jsonl", 2_000, words=20)
    script = tmp_path / "reading.py"
    script.write_text(_READING, "utf-8")
    program = subprocess.Popen(
        [sys.executable, script, folder],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert program.stdout is not None
    with program, program.stdout:
        readers = [int(number) for number in program.stdout.readline().split()]
        program.kill()
    assert len(readers) == 2
    ends = time.monotonic() + PATIENCE
    while any(map(_lives, readers)):
        assert time.monotonic() < ends, "a reader outlived the program"
        time.sleep(0.02)


def _lives(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
