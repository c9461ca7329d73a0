"""The bot against the strict simulator, where it is at hand; see `benchmarks/telegram_trial.py`."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

SIMULATOR = Path(os.environ.get("SHARED_DIR", ""), "telegram_sim", "telegram_sim.py")

pytestmark = [
    pytest.mark.skipif(
        "SHARED_DIR" not in os.environ or not SIMULATOR.is_file(),
        reason="the simulator is found through SHARED_DIR, which is not set or holds none",
    ),
    pytest.mark.skipif(
        importlib.util.find_spec("aiohttp") is None,
        reason="the simulator needs aiohttp: pip install -r benchmarks/requirements.txt",
    ),
]


@pytest.mark.parametrize("scenario", ["plain", "killed"])
def test_nothing_is_lost_repeated_or_against_the_protocol(scenario: str, project: Path) -> None:
    trial = run(project, "benchmarks.telegram_trial", scenario)
    assert trial.returncode == 0, trial.stdout + trial.stderr


def test_features_are_as_they_should_be_and_leave_nothing_unanswered(project: Path) -> None:
    names = ("old_buttons", "topics", "voting", "inline", "privacy")
    used = run(project, "benchmarks.telegram_features", *names)
    assert used.returncode == 0, used.stdout + used.stderr


def run(project: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Return a benchmark that has ended."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=project,
        env={**os.environ, "SHARED_DIR": str(SIMULATOR.parents[1].resolve())},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
