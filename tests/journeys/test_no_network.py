"""After the installation nothing touches the network."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.program import PROJECT, Program

WATCHED = Path(__file__).parent / "no_network"
ARTICLE = "Flood in Mill Lane\n\nThe Sallow rose on Tuesday. Two houses were evacuated by night.\n"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    home = tmp_path_factory.mktemp("watched")
    return Program(
        library=home / "library",
        home=home,
        environment={
            "PYTHONPATH": f"{WATCHED}:{PROJECT}",
            "NETWORK_RECORD": str(home / "record.txt"),
        },
    )


def record(program: Program) -> str:
    """Return the steps towards a network; the file exists only if they were watched."""
    return Path(program.environment["NETWORK_RECORD"]).read_text("utf-8")


@pytest.mark.parametrize(
    "step",
    ["socket.create_connection(('192.0.2.1', 9))", "socket.getaddrinfo('hub.invalid', 443)"],
)
def test_the_watch_sees_a_step_towards_the_network(
    step: str, program: Program, tmp_path: Path
) -> None:
    variables = {**program.variables(), "NETWORK_RECORD": str(tmp_path / "record.txt")}
    ended = subprocess.run(
        [sys.executable, "-c", f"import socket; {step}"],
        env=variables,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1
    assert (tmp_path / "record.txt").read_text("utf-8").startswith("socket.")


def test_ingest_ask_and_chat_take_no_step_towards_the_network(program: Program) -> None:
    (program.home / "flood.txt").write_text(ARTICLE, encoding="utf-8")
    ingested = program.run("ingest", "--json", program.home / "flood.txt")
    assert json.loads(ingested.stdout)["added"] == 1, ingested.stderr
    asked = program.run("ask", "--json", "How many houses were evacuated?")
    assert json.loads(asked.stdout)["hits"], asked.stderr
    chatted = program.run("chat", typed="How many houses were evacuated?\n")
    assert chatted.returncode == 0, chatted.stderr
    assert "Flood in Mill Lane" in chatted.stdout
    assert record(program) == ""
