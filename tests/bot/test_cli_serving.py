"""`serve`, against a server on this machine that knows no bot."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.logs import StderrHandler
from tests.bot.command_line import passagebot

TOKEN = "123456789:AAE-pretend_token_of_the_right_form1"


class Refusing(BaseHTTPRequestHandler):
    """Answers every call as Telegram does when the token is wrong."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Refusing) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    yield
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, StderrHandler)]:
        root.removeHandler(handler)


@pytest.mark.parametrize("options", [(), ("--verbose",)])
def test_a_token_telegram_refuses_is_one_line_that_never_holds_it(
    options: tuple[str, ...], server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.txt").write_text("Flood\n\nTwo houses were evacuated.\n", encoding="utf-8")
    assert passagebot("--library", "library", "ingest", "a.txt").code == 0
    Path("token").write_text(f"{TOKEN}\n", encoding="utf-8")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", "token")
    monkeypatch.setenv("PASSAGEBOT_TELEGRAM_API_URL", server)
    ended = passagebot("--library", "library", *options, "serve")
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.splitlines()[-1].startswith("passagebot: Telegram refuses the token")
    assert TOKEN.partition(":")[2] not in ended.err
    assert ("Traceback" in ended.err) is bool(options)
