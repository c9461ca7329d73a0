"""The streams of a process: data to stdout, everything else to stderr."""

import io
import json
import sys

import pytest

from bot.errors import InputError
from bot.progress import progress_on
from bot.terminal import Terminal
from tests.bot.streams import Screen


def a_terminal(typed: str = "", *, person: bool = False) -> Terminal:
    kind = Screen if person else io.StringIO
    return Terminal(stdin=kind(typed), stdout=kind(), stderr=kind())


def written(stream: object) -> str:
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_data_goes_to_stdout_and_notes_go_to_stderr() -> None:
    terminal = a_terminal()
    terminal.say("data")
    terminal.note("note")
    assert (written(terminal.stdout), written(terminal.stderr)) == ("data\n", "note\n")


def test_json_is_one_line_that_keeps_every_script_readable() -> None:
    terminal = a_terminal()
    terminal.say_json({"text": "Überschwemmung\n洪水"})
    line = written(terminal.stdout)
    assert line.count("\n") == 1
    assert "Überschwemmung" in line
    assert json.loads(line) == {"text": "Überschwemmung\n洪水"}


def test_a_person_is_there_only_if_both_ends_are_a_terminal() -> None:
    assert a_terminal(person=True).is_interactive
    assert not a_terminal().is_interactive
    assert not Terminal(stdin=io.StringIO(), stdout=Screen(), stderr=Screen()).is_interactive
    assert not Terminal(stdin=None, stdout=Screen(), stderr=Screen()).is_interactive


def test_a_person_can_be_asked_wherever_the_output_goes() -> None:
    assert Terminal(stdin=Screen(), stdout=io.StringIO(), stderr=io.StringIO()).has_typist
    assert not a_terminal().has_typist


def test_piped_lines_come_without_their_ends() -> None:
    assert list(a_terminal("one\r\ntwo\n\nlast").lines()) == ["one", "two", "", "last"]


def test_a_closed_stdin_is_told_in_one_line() -> None:
    with pytest.raises(InputError, match="stdin is closed"):
        list(Terminal(stdin=None, stdout=io.StringIO(), stderr=io.StringIO()).lines())


def test_a_person_is_prompted_before_each_line_until_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stdout = Screen()
    monkeypatch.setattr(sys, "stdin", Screen("one\ntwo\n"))
    monkeypatch.setattr(sys, "stdout", stdout)
    assert list(Terminal.of_process().lines(prompt="? ")) == ["one", "two"]
    assert stdout.getvalue() == "? ? ? "


@pytest.mark.parametrize(
    ("typed", "agreed"),
    [
        ("y\n", True),
        (" YES \n", True),
        ("n\n", False),
        ("\n", False),
        ("", False),
        ("yep\n", False),
    ],
)
def test_only_a_yes_is_a_yes(typed: str, agreed: bool) -> None:
    terminal = a_terminal(typed, person=True)
    assert terminal.confirms("Erase?") is agreed
    assert written(terminal.stderr) == "Erase? [y/N] "


def test_nobody_to_ask_is_a_no() -> None:
    assert not Terminal(stdin=None, stdout=io.StringIO(), stderr=io.StringIO()).confirms("Erase?")


def test_progress_is_drawn_on_a_terminal() -> None:
    terminal = a_terminal(person=True)
    with progress_on(terminal) as progress:
        progress("loading [the] model", 0, 0)
        progress("embedding", 3, 12)
        progress("embedding", 12, 12)
    drawn = written(terminal.stderr)
    assert "loading [the] model" in drawn
    assert "100%" in drawn
    assert written(terminal.stdout) == ""


def test_off_a_terminal_progress_writes_nothing() -> None:
    terminal = a_terminal()
    with progress_on(terminal) as progress:
        progress("embedding", 3, 12)
    assert written(terminal.stderr) == ""
