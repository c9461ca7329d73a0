"""What holds for every test: no network, no settings of the machine it runs on."""

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("fixed", settings(), deadline=None, derandomize=True)
settings.register_profile("exploring", settings(), deadline=None, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

_LOCAL = {"127.0.0.1", "::1", "localhost"}


class NetworkTouchedError(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Let sockets reach this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None) and address[0] not in _LOCAL:
            raise NetworkTouchedError(address)
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def a_quiet_place(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Start every test in an empty folder, without our variables and with a home of its own."""
    for name in list(os.environ):
        if name.upper().startswith(("PASSAGEBOT_", "TELEGRAM_BOT_")):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    place = home / "work"
    place.mkdir()
    monkeypatch.chdir(place)


@pytest.fixture(autouse=True)
def log_levels_as_before() -> Iterator[None]:
    """Let no test decide what the next one sees of the log: commands set the levels of ours."""
    yield
    for name in ("bot", "retrieval", "corpus"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the project's folder."""
    return Path(__file__).parents[1]
