"""What every peer program speaks: JSON lines on stdin and stdout, one reply to each request.

    python -m benchmarks.peers.NAME --model FOLDER [--vectors FILE.npz]

It runs in the environment of the system it wraps, so it needs nothing of this project and only
numpy beside the standard library. First it says `{"ready": seconds since its start}`. Then:

    {"do": "build", "passages": FILE, "index": FOLDER or null}  index passages; keep them in FOLDER
        -> {"passages": n, "seconds": s}
    {"do": "open", "index": FOLDER}                             take up what `build` kept
        -> {"seconds": s}
    {"do": "ask", "questions": [...], "depth": n, "way": "hybrid", "askers": 1}
        -> {"found": [[id, ...], ...], "milliseconds": [...], "seconds": s}
    {"do": "measure"}                                           memory of the process
        -> {"rss_bytes": n, "peak_rss_bytes": n}

`passages` is a file of `{"id", "title", "text"}` lines with whole numbers as ids; the ids found
are best first. With `--vectors` no text that the file knows is embedded: it holds `texts`, a JSON
list as bytes, and `vectors`, float32 [texts, dimension] with rows of length 1.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TextIO

import numpy as np
from numpy.typing import NDArray

BATCH = 32
"""Texts embedded at once: the default of sentence-transformers."""
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One passage to index."""

    id: int
    title: str
    text: str

    @property
    def indexed(self) -> str:
        """Return what every system indexes: the title and the text."""
        return f"{self.title}\n{self.text}"


class Peer(Protocol):
    """One system under comparison."""

    def build(self, passages: Sequence[Passage], index: Path | None) -> None:
        """Index the passages and be ready to search; keep the index in the folder, if any."""

    def open(self, index: Path) -> None:
        """Be ready to search what `build` kept."""

    def search(self, question: str, depth: int, way: str) -> list[int]:
        """Return up to `depth` ids, best first. Every system knows the way `hybrid`."""


class ReadyVectors:
    """Vectors computed before, by text; sentence-transformers makes those that are missing."""

    def __init__(self, path: Path, model: Path) -> None:
        """Read the file `--vectors` names; `model` is loaded when a text is not in it."""
        with np.load(path) as held:
            texts = json.loads(bytes(held["texts"]))
            self._rows = {text: row for row, text in enumerate(texts)}
            self._vectors = held["vectors"]
        self._model_folder = model
        self._model: Any = None

    def of(self, texts: Sequence[str]) -> Vectors:
        """Return float32 [texts, dimension]."""
        if all(text in self._rows for text in texts):
            found: Vectors = self._vectors[[self._rows[text] for text in texts]]
            return found
        if self._model is None:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - seldom needed

            self._model = SentenceTransformer(str(self._model_folder))
        made = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(made, dtype=np.float32)


def serve(make: Callable[[Path, ReadyVectors | None], Peer]) -> None:
    """Answer requests until stdin ends. `make` gets the model's folder and the ready vectors."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--vectors", type=Path)
    options = parser.parse_args()
    replies = _own_stdout()
    peer = make(
        options.model, ReadyVectors(options.vectors, options.model) if options.vectors else None
    )
    _reply(replies, {"ready": time.time() - _started()})
    for line in sys.stdin:
        _reply(replies, _done(peer, json.loads(line)))


def read_passages(path: Path) -> list[Passage]:
    """Return the passages of a file, in order."""
    with path.open(encoding="utf-8") as file:
        return [Passage(**json.loads(line)) for line in file]


def _done(peer: Peer, request: dict[str, Any]) -> dict[str, Any]:
    match request:
        case {"do": "build", "passages": passages, "index": index}:
            return _build(peer, Path(passages), Path(index) if index else None)
        case {"do": "open", "index": index}:
            return {"seconds": _timed(partial(peer.open, Path(index)))}
        case {"do": "ask"}:
            return _ask(peer, request)
        case {"do": "measure"}:
            return _memory()
    message = f"unknown request {request!r}"
    raise ValueError(message)


def _build(peer: Peer, path: Path, index: Path | None) -> dict[str, Any]:
    passages = read_passages(path)
    if index is not None:
        index.mkdir(parents=True, exist_ok=True)
    return {"seconds": _timed(partial(peer.build, passages, index)), "passages": len(passages)}


def _ask(peer: Peer, request: dict[str, Any]) -> dict[str, Any]:
    depth, way = request["depth"], request["way"]

    def one(question: str) -> tuple[list[int], float]:
        begun = time.perf_counter()
        found = peer.search(question, depth, way)
        return found, (time.perf_counter() - begun) * 1000

    begun = time.perf_counter()
    answers = list(_each(one, request["questions"], request["askers"]))
    return {
        "found": [found for found, _ in answers],
        "milliseconds": [spent for _, spent in answers],
        "seconds": time.perf_counter() - begun,
    }


def _each(
    one: Callable[[str], tuple[list[int], float]], questions: Sequence[str], askers: int
) -> Iterator[tuple[list[int], float]]:
    """Yield the answers in order; with more than one asker, threads ask."""
    if askers == 1:
        yield from map(one, questions)
    else:
        with ThreadPoolExecutor(askers) as pool:
            yield from pool.map(one, questions)


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _memory() -> dict[str, int]:
    """Return bytes, from the kernel's own account of the process."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kept = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
    return {"rss_bytes": int(kept["VmRSS"]) * 1024, "peak_rss_bytes": int(kept["VmHWM"]) * 1024}


def _started() -> float:
    """Return when the process began, seconds since 1970, to a hundredth."""
    ticks = int(Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19])
    since_boot = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
    return time.time() - (since_boot - ticks / os.sysconf("SC_CLK_TCK"))


def _own_stdout() -> TextIO:
    """Return stdout, and let whatever a library prints go to stderr from now on."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return replies


def _reply(replies: TextIO, content: dict[str, Any]) -> None:
    replies.write(json.dumps(content) + "\n")
    replies.flush()
