"""The commands of the README do what it says."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text("utf-8")
ARTICLE = (
    "Flood in Mill Lane\n\n"
    "The Sallow spilled over its bank on Tuesday. Two houses were evacuated in the evening, and "
    "both families slept in the gymnasium of the primary school.\n"
)


def commands() -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    piped = re.findall(r"`(echo .*?\| make chat)`", README)
    return [line for line in [*lines, *piped] if line]


@dataclass(frozen=True, slots=True)
class Machine:
    """A reader's machine: a home with some articles, and a set-up environment."""

    home: Path
    environment: Path

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run one line of the README in the project's folder."""
        line = re.sub(r"\bmake\b", f"make VENV={shlex.quote(str(self.environment))}", line)
        outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}  # of the make that runs these tests
        inherited = {name: value for name, value in os.environ.items() if name not in outer}
        variables = {
            "HOME": str(self.home),
            "PATH": f"{self.environment}/bin:{os.environ['PATH']}",
            "PASSAGEBOT_LIBRARY": str(self.home / "library"),
        }
        return subprocess.run(
            ["bash", "-c", line.replace("KEY", "flood.txt")],
            cwd=PROJECT,
            env={**inherited, **variables},
            input="",
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return a machine after `make` has installed: what it would run is that of these tests."""
    home = tmp_path_factory.mktemp("reader")
    (home / "articles").mkdir()
    (home / "articles" / "flood.txt").write_text(ARTICLE, encoding="utf-8")
    environment = home / "environment"
    (environment / "bin").mkdir(parents=True)
    for name, arguments in (("python", ""), ("passagebot", "-m bot")):
        script = environment / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', "utf-8")
        script.chmod(0o755)
    for stamp in (".made", ".ready", ".ready-dev"):
        (environment / stamp).touch()
    return Machine(home=home, environment=environment)


def test_the_readme_shows_the_two_commands_and_those_of_the_program() -> None:
    shown = commands()
    assert {"make chat", "make test", "make serve"} <= set(shown)
    assert sum(line.startswith("passagebot ") for line in shown) >= 4


def test_every_command_of_the_program_in_the_readme_runs(machine: Machine) -> None:
    for line in commands():
        if line.startswith("passagebot ") and "--since" not in line:
            done = machine.run(line)
            expected = {0, 3} if line.startswith("passagebot ask") else {0}
            assert done.returncode in expected, f"{line}\n{done.stdout}{done.stderr}"
            assert done.stdout, line


def test_a_filter_that_leaves_no_article_answers_nothing(machine: Machine) -> None:
    filtered = [line for line in commands() if "--since" in line]
    for line in filtered:
        assert machine.run(line).returncode == 3, line


def test_make_chat_answers_piped_lines_and_prints_nothing_else(machine: Machine) -> None:
    piped = [line for line in commands() if line.endswith("| make chat")]
    assert piped
    for line in piped:
        done = machine.run(f"export PASSAGEBOT_LIBRARY={machine.home}/first; {line}")
        assert done.returncode == 0, done.stderr
        assert "\n  The bird that lives in two summers\n" in done.stdout
        assert "passagebot" not in done.stdout


def test_make_serve_without_a_token_says_what_to_do(machine: Machine) -> None:
    done = machine.run("make serve")
    assert done.returncode == 2
    assert "passagebot: no Telegram token: get one from @BotFather" in done.stderr
    assert "Traceback" not in done.stderr


def test_make_test_runs_the_tests(machine: Machine) -> None:
    line = machine.run("make --dry-run test").stdout
    assert "-m pytest" in line
    assert "--cov" in line
