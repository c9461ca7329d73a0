"""What each embedding engine costs beside torch, and what it does to the answers.

    python -m benchmarks.engines [SET ...] [--most N] [--rounds N] [--work DIR]
    python -m benchmarks.engines --start LIBRARY

Finds the sets through SHARED_DIR. For each set the model is exported into a library of the set's
articles and an engine in integers is made there, as the program does it; then all engines embed the
same passages in turn, round by round, and the questions are asked over vectors of each. Milliseconds
are those of the processor; ratios hold on a busy machine, too.

With --start, a library whose engine is kept: the time from the start of a process to its first
answer, and its memory, beside a process that loads the model on torch.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.assembly import load_embedder
from corpus.store import ArticleStore
from retrieval.embedders.engine_trials import own_passages, quality
from retrieval.embedders.engines import Engines
from retrieval.embedders.model_files import BUNDLED_MODEL
from retrieval.evaluation import evaluate
from retrieval.protocols import Embedder, PassageText
from retrieval.question_sets import QuestionSet, read_question_set
from retrieval.sets_under_fit import sample

SETS = ("onestop_news", "clapnq", "norquad/news", "xquad/en")
MOST_PASSAGES = 120
MOST_LOST = 0.002
"""MRR@10 an engine may lose against torch on a set."""
_WIDTH = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 1 if an engine answers worse than torch, 2 if the sets are not there."""
    options = _options(arguments)
    if options.start:
        return _start(options.start)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("engines: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    torch = load_embedder(BUNDLED_MODEL)
    code = 0
    for name in options.sets:
        questions = read_question_set(Path(shared) / "data" / name)
        if len(questions.questions) > options.most:
            questions = replace(questions, questions=tuple(sample(questions, options.most)))
        if not _measure(name, questions, torch, options):
            code = 1
    return code


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--most", type=int, default=400, help="questions of a set, at most")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-engines")
    parser.add_argument("--start", type=Path, metavar="LIBRARY")
    return parser.parse_args(arguments)


def _measure(
    name: str, questions: QuestionSet, torch: Embedder, options: argparse.Namespace
) -> bool:
    """Print a table of one set; return whether no engine lost more than `MOST_LOST`."""
    lost = 0.0
    work = options.work / name.replace("/", "_")
    reports = {"torch": evaluate(questions, torch, folder=_made(work / "torch"))}
    engines = dict(_engines(work / "torch"))
    with ArticleStore.open(work / "torch") as store:
        passages = own_passages(store, MOST_PASSAGES)
    costs = _costs({"torch": torch, **engines}, passages, questions, rounds=options.rounds)
    wanted = torch.embed_passages(passages)
    for precision, engine in engines.items():
        reports[precision] = evaluate(questions, engine, folder=_made(work / precision))
    print(f"{name}, {len(passages)} passages, {len(questions.questions)} questions")
    print("engine".ljust(_WIDTH), *(title.rjust(_WIDTH) for title in _TITLES))
    for precision, report in reports.items():
        found = (
            quality(wanted, engines[precision].embed_passages(passages))
            if precision in engines
            else None
        )
        mrr = report.quality["ranking"]["mrr@10"].value
        lost = max(lost, reports["torch"].quality["ranking"]["mrr@10"].value - mrr)
        figures = (
            *costs[precision],
            found.cosine if found else 1.0,
            found.sentence_cosine if found else 1.0,
            mrr,
            report.quality["ranking"]["recall@10"].value,
        )
        print(precision.ljust(_WIDTH), *(f"{one:{_WIDTH}.4f}" for one in figures), flush=True)
    return lost <= MOST_LOST


_TITLES = (
    "passages/s",
    "ms/passage",
    "question ms",
    "cosine p1",
    "sentences p1",
    "mrr@10",
    "recall@10",
)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _engines(library: Path) -> Iterator[tuple[str, Embedder]]:
    """Yield the engines that a large library has, by precision."""
    engines = Engines(library, device="cpu")
    engines.load(BUNDLED_MODEL)
    record = engines.quantise(BUNDLED_MODEL)
    for precision, known in (record.engines if record else {}).items():
        opened = engines.opened(BUNDLED_MODEL, precision)
        if opened is not None and not known.refused:
            yield precision, opened


def _costs(
    engines: dict[str, Embedder],
    passages: list[PassageText],
    questions: QuestionSet,
    *,
    rounds: int,
) -> dict[str, tuple[float, float, float]]:
    """Return of each engine passages a second, milliseconds a passage, and a question's median."""
    walls: dict[str, list[float]] = {name: [] for name in engines}
    used: dict[str, list[float]] = {name: [] for name in engines}
    asked: dict[str, list[float]] = {name: [] for name in engines}
    texts = [question.text for question in questions.questions[:40]]
    for _ in range(rounds):
        for name, engine in engines.items():
            start, busy = time.perf_counter(), time.process_time()
            engine.embed_passages(passages)
            walls[name].append(time.perf_counter() - start)
            used[name].append(time.process_time() - busy)
            for text in texts:
                start = time.perf_counter()
                engine.embed_question(text)
                asked[name].append(time.perf_counter() - start)
    return {
        name: (
            len(passages) / min(walls[name]),
            1000 * min(used[name]) / len(passages),
            1000 * statistics.median(asked[name]),
        )
        for name in engines
    }


def _start(library: Path) -> int:
    """Print what a question costs a process of its own: by the kept engine, and on torch."""
    device = {"engine kept": "cpu", "model on torch": "cpu:0"}
    for label, value in device.items():
        took, used = [], []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "bot", "ask", "when does the market open?"],
                env={
                    **os.environ,
                    "PASSAGEBOT_LIBRARY": str(library),
                    "PASSAGEBOT_DEVICE": value,
                    "PYTHONDONTWRITEBYTECODE": "",  # an installed program is compiled already
                },
                stdout=subprocess.DEVNULL,
                check=False,
            )
            took.append(time.perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{label}: {min(took):.2f} s, {min(used):.2f} s of the processor, {peak:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
