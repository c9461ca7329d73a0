"""Setting up by make: once, and with a clear line where the machine lacks something."""

import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LACKING_VENV = 'case "$*" in *ensurepip*) exit 1;; esac\n'
TOO_OLD = 'case "$*" in *version_info*) exit 1;; esac\n'


def make(*arguments: str, environment: Path) -> subprocess.CompletedProcess[str]:
    outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}  # of the make that runs these tests
    return subprocess.run(
        ["make", f"VENV={environment}", *arguments],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if name not in outer},
        input="",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (LACKING_VENV, "cannot make virtual environments; run: sudo apt-get install python3-venv"),
        (TOO_OLD, "is not Python 3.11 or newer; install it, or name one: make PYTHON=python3.12"),
    ],
)
def test_a_machine_that_lacks_something_is_told_what_to_install(
    script: str, line: str, tmp_path: Path
) -> None:
    python = tmp_path / "python3"
    python.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
    python.chmod(0o755)
    done = make(f"PYTHON={python}", "chat", environment=tmp_path / "venv")
    assert done.returncode == 2
    assert done.stdout == ""
    assert line in done.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(
    ("target", "older", "installs"),
    [
        ("chat", (), False),
        ("chat", (".ready",), True),
        ("test", (".ready-dev",), True),
        ("test", (".ready",), False),
    ],
)
def test_make_installs_only_when_the_recipe_is_newer_than_the_last_installation(
    target: str, older: tuple[str, ...], installs: bool, tmp_path: Path
) -> None:
    newest = max((PROJECT / n).stat().st_mtime for n in ("pyproject.toml", "constraints.txt"))
    for name in (".made", ".ready", ".ready-dev"):
        stamp = tmp_path / name
        stamp.touch()
        moment = newest - 60 if name in older else newest + 60
        os.utime(stamp, (moment, moment))
    done = make("--dry-run", target, environment=tmp_path)
    assert done.returncode == 0
    assert ("pip install" in done.stdout) is installs


def test_what_ci_runs_is_what_people_run() -> None:
    script = (PROJECT / ".ci" / "run").read_text("utf-8")
    assert script.startswith("#!/usr/bin/env bash\n")
    assert os.access(PROJECT / ".ci" / "run", os.X_OK)
    assert "make check test" in script
