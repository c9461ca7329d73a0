"""A peer's program as this side sees it: a process that answers requests."""

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
QUIET = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "PYTHONDONTWRITEBYTECODE": "",
}
"""No peer has anything to send or fetch, and each starts compiled, as installed programs do."""


class PeerError(Exception):
    """A peer's program ended before it replied; the file named in the message says why."""


class PeerProcess:
    """One running peer, as in `protocol`. What it prints besides goes to `log`."""

    def __init__(
        self, python: Path, module: str, *, model: Path, log: Path, vectors: Path | None = None
    ) -> None:
        """Start the program; it is ready when `ready` returns."""
        command = [python, "-m", f"benchmarks.peers.{module}", "--model", model]
        if vectors is not None:
            command += ["--vectors", vectors]
        self._name = module
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **QUIET},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                encoding="utf-8",
            )

    def ready(self) -> float:
        """Wait until it can take requests; return the seconds that took."""
        return float(self._read()["ready"])

    def request(self, do: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Return the reply to one request. Raise `PeerError` if there is none."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe, by construction
        try:
            self._process.stdin.write(json.dumps({"do": do, **fields}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        return self._read()

    def __enter__(self) -> Self:
        """Return the process itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 - a pipe, by construction
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _ended(self) -> PeerError:
        return PeerError(f"{self._name} ended before it replied; see {self._log}")
