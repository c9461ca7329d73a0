"""The outermost edge: one line and an exit code for whatever goes wrong."""

import json
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

import bot.errors
import corpus.errors
import retrieval.errors
from bot.logs import StderrHandler
from retrieval.errors import ModelError
from tests.bot.command_line import Ended, passagebot

ARTICLE = "Flood in Mill Lane\n\nThe Sallow rose on Tuesday. Two houses were evacuated.\n"
TOKEN = "123456789:AAE-pretend_token_of_the_right_form1"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    (folder / "flood.txt").write_text(ARTICLE, encoding="utf-8")
    assert passagebot("--library", folder / "library", "ingest", folder / "flood.txt").code == 0
    return folder / "library"


@pytest.fixture
def library(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of a library that may be broken."""
    shutil.copytree(filled, "library")
    monkeypatch.setenv("PASSAGEBOT_LIBRARY", "library")
    return Path("library")


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    yield
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, StderrHandler)]:
        root.removeHandler(handler)


def told(ended: Ended) -> str:
    """Return the one line that says what the user must do."""
    assert ended.code == 2
    assert ended.err.startswith("passagebot: ")
    assert ended.err.count("\n") == 1
    return ended.err


def nearest(question: str) -> list[str]:
    """Return the keys of the hits, whether or not they answer."""
    hits = json.loads(passagebot("ask", "--json", question).out)["hits"]
    return [hit["article"]["key"] for hit in hits]


def failing(error: BaseException) -> object:
    def load(model: str) -> NoReturn:
        raise error

    return load


@pytest.mark.parametrize("command", [("articles",), ("ask", "houses"), ("ingest", ".")])
def test_a_half_copied_library_is_told(library: Path, command: tuple[str, ...]) -> None:
    store = library / "library.sqlite"
    whole = store.read_bytes()
    store.write_bytes(whole[: len(whole) // 2])
    assert "library.sqlite" in told(passagebot(*command))


@pytest.mark.parametrize("command", [("articles",), ("ask", "houses"), ("ingest", ".")])
def test_a_library_of_a_newer_release_is_told(library: Path, command: tuple[str, ...]) -> None:
    with sqlite3.connect(library / "library.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer" in told(passagebot(*command))


@pytest.mark.parametrize("command", [("ask", "houses"), ("reindex",), ("ingest", ".")])
def test_the_index_folder_can_be_deleted_at_any_time(
    library: Path, command: tuple[str, ...]
) -> None:
    shutil.rmtree(library / "index")
    assert passagebot(*command).code in {0, 1, 3}
    assert nearest("How many houses were evacuated?") == ["flood.txt"]
    assert json.loads(passagebot("status", "--json").out)["index_lag"] == 0


def test_a_damaged_index_names_the_command_that_mends_it(library: Path) -> None:
    (library / "index" / "manifest.json").write_text("{", encoding="utf-8")
    assert "passagebot reindex" in told(passagebot("status"))
    assert passagebot("reindex").code == 0
    assert nearest("How many houses were evacuated?") == ["flood.txt"]


def test_a_model_that_cannot_be_loaded_is_one_line(library: Path) -> None:
    error = ModelError("the model is not there; name another")
    ended = passagebot("ask", "houses", load=failing(error))
    assert told(ended) == "passagebot: the model is not there; name another\n"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            OSError(28, "No space left on device"),
            "passagebot: the system says: No space left on device; mend that and run the command again\n",
        ),
        (
            PermissionError(13, "Permission denied", "index/lock"),
            "passagebot: the system says: Permission denied (index/lock); mend that and run the command again\n",
        ),
    ],
)
def test_what_the_system_refuses_is_one_line(library: Path, error: OSError, line: str) -> None:
    assert told(passagebot("ask", "houses", load=failing(error))) == line


OURS = [
    error
    for module in (bot.errors, corpus.errors, retrieval.errors)
    for error in vars(module).values()
    if isinstance(error, type)
]


@pytest.mark.parametrize("error", OURS)
def test_every_error_of_the_three_trees_is_its_own_line(
    library: Path, error: type[Exception]
) -> None:
    ended = passagebot("ask", "houses", load=failing(error("it is broken; mend it")))
    assert told(ended) == "passagebot: it is broken; mend it\n"


def test_an_interrupt_ends_quietly_with_130(library: Path) -> None:
    ended = passagebot("ask", "houses", load=failing(KeyboardInterrupt()))
    assert (ended.code, ended.out, ended.err) == (130, "", "")


def test_a_defect_is_one_line_that_asks_for_a_report(library: Path) -> None:
    ended = passagebot("ask", "houses", load=failing(ZeroDivisionError("by\nzero")))
    assert told(ended) == (
        "passagebot: unexpected ZeroDivisionError: by zero; "
        "run it again with --verbose and report what it prints\n"
    )


def test_verbose_writes_the_traceback_to_the_log(library: Path) -> None:
    ended = passagebot("--verbose", "ask", "houses", load=failing(ZeroDivisionError("by zero")))
    assert ended.code == 2
    assert "Traceback (most recent call last)" in ended.err
    assert ended.err.splitlines()[-1].startswith("passagebot: unexpected ZeroDivisionError")


def test_the_last_line_never_holds_the_token(library: Path) -> None:
    ended = passagebot("ask", "houses", load=failing(RuntimeError(f"POST /bot{TOKEN}/getMe")))
    assert TOKEN not in ended.err
    assert "<token>" in ended.err


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PASSAGEBOT_FOO", "1", "unknown setting PASSAGEBOT_FOO in environment"),
        ("PASSAGEBOT_ADMINS", "ann", "PASSAGEBOT_ADMINS"),
    ],
)
def test_a_wrong_setting_is_one_line(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert message in told(passagebot("status"))


@pytest.mark.parametrize(
    ("token", "message"),
    [(None, "no Telegram token"), ("half", "wrong form")],
)
def test_serve_looks_at_the_token_first(
    token: str | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if token:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    assert message in told(passagebot("--library", "absent", "serve"))


def test_serve_without_a_library_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert "there is no library in absent" in told(passagebot("--library", "absent", "serve"))
