"""What one question costs, hop by hop, in a library of so many passages.

    python -m benchmarks.question_cost [--passages N] [--questions N] [--cpu] [--profile]

Finds the question sets through SHARED_DIR. Libraries are kept in --work and used again. Prints the
median and the 99th percentile of each hop in milliseconds, and of everything but `embed`.
"""

import argparse
import cProfile
import os
import pstats
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.quality import SETS
from benchmarks.scaled_library import scaled_library
from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.engine import AnswerEngine
from retrieval.question_sets import read_question_set

_WARM_UP = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 2 if the sets are not there."""
    options = _options(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("question_cost: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    sets = {name: read_question_set(Path(shared) / "data" / name) for name in SETS}
    model = SentenceTransformersEmbedder.load()
    folder = options.work / f"scaled_{options.passages}"
    scaled_library(folder, sets, model, passages=options.passages, work=options.work)
    asked = [one.text for some in sets.values() for one in some.questions]
    chosen = random.Random(7).sample(asked, options.questions + _WARM_UP)  # noqa: S311
    ticks = time.thread_time if options.cpu else time.perf_counter
    with (
        ArticleStore.open(folder) as store,
        AnswerEngine(folder, store, model, ticks=ticks) as engine,
    ):
        print(f"{store.counts().passages} passages, {options.questions} questions")
        _report(_ask(engine, chosen, profile=options.profile))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-quality")
    parser.add_argument("--cpu", action="store_true", help="time of the processor, not the clock")
    parser.add_argument("--profile", action="store_true", help="also where the time goes")
    return parser.parse_args(arguments)


def _ask(engine: AnswerEngine, texts: Sequence[str], *, profile: bool) -> list[dict[str, float]]:
    for text in texts[:_WARM_UP]:
        engine.answer(Question(text=text))
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    spent = [dict(engine.answer(Question(text=text)).timings_ms) for text in texts[_WARM_UP:]]
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    return spent


def _report(spent: Sequence[dict[str, float]]) -> None:
    for one in spent:
        one["all but embed"] = one["total"] - one.get("embed", 0.0)
    for hop in dict.fromkeys(hop for one in spent for hop in one):
        times = sorted(one.get(hop, 0.0) for one in spent)
        last = times[int(len(times) * 0.99)]
        print(f"{hop.ljust(14)} p50 {statistics.median(times):8.2f} ms   p99 {last:8.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
