"""The wheel holds everything, installs in an empty environment and runs there."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path, said: str | None = None) -> str:
    """Return what a command writes to stdout; it must not fail."""
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        command, cwd=cwd, env=environment, input=said, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out),
        cwd=PROJECT,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new environment with the wheel in it.

    The libraries it needs are lent from the environment of the tests: a second copy of torch
    would take minutes. That all of them are declared is a test of its own.
    """
    home = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    python = home / "bin" / "python"
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet"),
        *("--no-deps", "--no-index", wheel),
        cwd=home,
    )
    packages = next((home / "lib").glob("python*")) / "site-packages"
    lent = sysconfig.get_path("purelib")
    (packages / "lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    return home


def test_the_wheel_holds_samples_migrations_and_type_marks(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for layer in ("bot", "retrieval", "corpus"):
        for path in (PROJECT / layer).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(PROJECT).as_posix() in names


def test_the_wheel_holds_nothing_but_the_three_layers(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bot", "retrieval", "corpus"}


def test_the_installed_command_answers(environment: Path, tmp_path: Path) -> None:
    command = environment / "bin" / "passagebot"
    assert run(command, "--version", cwd=tmp_path).startswith("passagebot ")
    said = run(
        *(command, "--library", tmp_path / "library", "chat"),
        cwd=tmp_path,
        said="What do the letters QR mean?\n",
    )
    assert "QR stands for quick response." in said
