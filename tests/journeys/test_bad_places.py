"""Libraries in bad places: a full disk, a lock, a reader that goes away, an interrupt."""

import json
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.program import COMMAND, Program

ARTICLE = "Flood in Mill Lane\n\nThe Sallow rose on Tuesday. Two houses were evacuated by night.\n"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    program = Program(library=tmp_path / "library", home=tmp_path)
    (tmp_path / "flood.txt").write_text(ARTICLE, encoding="utf-8")
    assert program.run("ingest", "--no-embed", tmp_path / "flood.txt").returncode == 0
    return program


def told(ended: subprocess.CompletedProcess[str]) -> str:
    """Return the one line of a command that says what the user must do."""
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.startswith("passagebot: "), ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr


def keys(program: Program) -> list[str]:
    return [a["key"] for a in json.loads(program.run("articles", "--json").stdout)]


def limited(size: int) -> tuple[str, ...]:
    """Return the command, run so that no file may grow beyond `size` bytes."""
    code = (
        "import os, resource, sys; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return (COMMAND[0], "-c", code, *COMMAND)


def uncovered(variables: dict[str, str]) -> dict[str, str]:
    """Return an environment in which coverage does not write its own, too large, file."""
    return {name: value for name, value in variables.items() if "COVERAGE" not in name}


def test_a_full_disk_is_one_line_and_loses_nothing_that_was_stored(program: Program) -> None:
    novel = program.home / "novel.jsonl"
    text = "\n\n".join(f"Line {n} of a long novel tells of day {n}." for n in range(20_000))
    article = {"_id": "novel", "title": "A novel", "text": text, "lang": "en"}
    novel.write_text(json.dumps(article), encoding="utf-8")
    size = (program.library / "library.sqlite").stat().st_size
    ended = subprocess.run(
        [*limited(size + 100_000), "ingest", "--no-embed", novel],
        cwd=program.home,
        env=uncovered(program.variables()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "no room is left" in told(ended)
    assert keys(program) == ["flood.txt"]
    assert program.run("ingest", "--no-embed", novel).returncode == 0
    assert keys(program) == ["flood.txt", "novel"]


def test_reading_goes_on_while_another_process_writes(program: Program) -> None:
    holder = sqlite3.connect(program.library / "library.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        assert keys(program) == ["flood.txt"]
    finally:
        holder.close()


def test_a_reader_that_goes_away_ends_the_command_quietly(program: Program) -> None:
    with subprocess.Popen(
        [*COMMAND, "show", "flood.txt"],
        cwd=program.home,
        env=program.variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let processes heed an interrupt, also where these tests run in the background without it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_running_chat_sees_what_another_process_ingests_until_it_is_interrupted(
    program: Program,
) -> None:
    with subprocess.Popen(
        [*COMMAND, "chat"],
        cwd=program.home,
        env=program.variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        chat = Chat(running)
        assert "Flood in Mill Lane" in chat.ask("Where does the cellar key hang?")
        (program.home / "key.txt").write_text(
            "The cellar key\n\nThe cellar key hangs behind the clock.\n", encoding="utf-8"
        )
        assert program.run("ingest", program.home / "key.txt").returncode == 0
        assert "The cellar key" in chat.ask("Where does the cellar key hang?")
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, "")


class Chat:
    """A conversation through two pipes."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        assert running.stdin is not None
        assert running.stdout is not None
        self._to, self._from = running.stdin, running.stdout

    def ask(self, question: str) -> str:
        """Return all that is written in answer: the quote and its title, or the nearest title."""
        self._to.write(f"{question}\n/help\n")
        self._to.flush()
        answer: list[str] = []
        while not (line := self._from.readline()).startswith("/quit"):
            answer.append(line.strip())
        return "\n".join(answer)
