"""The program as a user runs it: a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "bot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Runs `python -m bot` on one library, in a folder without settings files."""

    library: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(
        self, *argv: str | Path, typed: str | bytes = "", timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Return how one command ended; `typed` is its stdin."""
        done = subprocess.run(
            [*COMMAND, *map(str, argv)],
            cwd=self.home,
            env=self.variables(),
            input=typed if isinstance(typed, bytes) else typed.encode(),
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def variables(self) -> dict[str, str]:
        """Return the environment of a command."""
        return {
            **os.environ,
            "HOME": str(self.home),
            "PYTHONPATH": str(PROJECT),
            "PASSAGEBOT_LIBRARY": str(self.library),
            **self.environment,
        }
