"""What can be typed, and the one line for what cannot."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.arguments import parse


def refusal(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """Return the line written for arguments that end the program with 2."""
    with pytest.raises(SystemExit) as ended:
        parse(argv)
    assert ended.value.code == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.count("\n") == 1
    return written.err


@pytest.mark.parametrize(
    "argv",
    [
        ("--library", "news", "--verbose", "status"),
        ("status", "--library", "news", "--verbose"),
        ("--verbose", "status", "--library", "news"),
    ],
)
def test_global_options_stand_before_or_after_the_command(argv: tuple[str, ...]) -> None:
    arguments = parse(argv)
    assert arguments.library == Path("news")
    assert arguments.verbose


def test_without_global_options_the_settings_decide() -> None:
    arguments = parse(["status"])
    assert arguments.library is None
    assert not arguments.verbose


def test_a_question_needs_no_quotation_marks() -> None:
    assert parse(["ask", "how", "high?", "-k", "3"]).question == ["how", "high?"]


def test_a_question_that_begins_with_a_dash_follows_two_dashes() -> None:
    assert parse(["ask", "--json", "--", "-5 degrees?"]).question == ["-5 degrees?"]


def test_a_date_is_its_midnight_in_utc() -> None:
    arguments = parse(["ask", "x", "--since", "2026-10-30", "--until", "2026-10-31T12:00+02:00"])
    assert arguments.since == datetime(2026, 10, 30, tzinfo=UTC)
    assert arguments.until == datetime(2026, 10, 31, 12, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize("number", ["0", "-1", "101", "many", "²", "1.5"])
def test_a_number_of_passages_outside_its_range_is_refused(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is not a number from 1 to 100" in refusal(capsys, "ask", "x", f"-k={number}")


def test_a_date_of_another_form_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    line = refusal(capsys, "ask", "x", "--since", "yesterday")
    assert "'yesterday' is not a date like 2026-10-30" in line


def test_an_unknown_command_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    line = refusal(capsys, "aks")
    assert "'ingest', 'sync', 'sources', 'ask', 'chat', 'serve'" in line
    assert line.endswith("see `passagebot --help`\n")


def test_a_missing_command_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert "COMMAND" in refusal(capsys)


def test_a_missing_source_names_the_commands_help(capsys: pytest.CaptureFixture[str]) -> None:
    line = refusal(capsys, "ingest")
    assert "SOURCE" in line
    assert line.endswith("see `passagebot ingest --help`\n")


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for command in [
        "ingest",
        "ask",
        "chat",
        "serve",
        "articles",
        "show",
        "remove",
        "status",
        "reindex",
        "evaluate",
    ]:
        assert f"\n    {command} " in shown


def test_the_version_is_data(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("passagebot 0.")
