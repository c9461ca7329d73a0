"""The log: quiet unless asked, on stderr, and without the token."""

import logging
from collections.abc import Iterator

import pytest

from bot.logs import StderrHandler, configure_logs

TOKEN = "123456789:AAE-pretend_token_of_the_right_form1"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, StderrHandler)]:
        root.removeHandler(handler)


def test_without_verbose_only_warnings_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(verbose=False)
    logging.getLogger("bot.cli").info("small talk")
    logging.getLogger("bot.cli").warning("trouble")
    written = capsys.readouterr()
    assert written.out == ""
    assert "small talk" not in written.err
    assert written.err.endswith("WARNING bot.cli: trouble\n")


def test_verbose_writes_ours_and_keeps_libraries_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(verbose=True)
    logging.getLogger("retrieval.engine").debug("searched")
    logging.getLogger("httpx").info("GET https://api.telegram.org/")
    assert capsys.readouterr().err.endswith("DEBUG retrieval.engine: searched\n")


def test_a_line_is_written_once_however_often_logs_are_configured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(verbose=False)
    configure_logs(verbose=False)
    logging.getLogger("bot").warning("trouble")
    assert capsys.readouterr().err.count("trouble") == 1


def test_the_token_is_in_no_line_nor_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(verbose=False)
    logging.getLogger("telegram").warning("POST /bot%s/sendMessage", TOKEN)
    try:
        int(TOKEN)
    except ValueError:
        logging.getLogger("bot").exception("failed")
    written = capsys.readouterr().err
    assert TOKEN not in written
    assert written.count("<token>") == 2
