"""How ingesting and asking grow with the library: seconds of the processor, and fitted exponents.

    SHARED_DIR=../shared python -m benchmarks.growth [--sizes N ...] [--json FILE] [--plot FILE]

Libraries of any size are put together from the sentences of the question sets, with their vectors
and a little noise (`benchmarks.scaled_library`), so embedding is left out: it costs the same for
each passage. *Read* is from the file into the store, *index* from the store into the indexes; to
write the files is not counted. An exponent of 1 means twice the work for twice the passages; a
question must stay well below. Times are of the processor, so other programs on the machine change
them little. A hundred thousand passages take some three minutes, a million half an hour and 3 GB of disk.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.machine import load, machine
from benchmarks.quality import SETS
from benchmarks.scaled_library import RecombiningEmbedder, fill, known_sentences
from corpus.store import ArticleStore
from retrieval.answers import Question
from retrieval.embedders.engines import Engines
from retrieval.embedders.sentence_transformers import BUNDLED_MODEL
from retrieval.engine import AnswerEngine
from retrieval.indexer import Indexer
from retrieval.protocols import Embedder
from retrieval.question_sets import QuestionSet, read_question_set

SIZES = (1_000, 10_000, 100_000)
QUESTIONS = 200
WARM_UP = 20
_LEFT_OUT = {"embed", "total"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One size: processor seconds to make the library, milliseconds a question, by hop."""

    passages: int
    read_seconds: float
    index_seconds: float
    bytes_a_passage: float
    question_milliseconds: float
    hops: dict[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 1 if questions grow as fast as the library, 2 if the sets are not there."""
    options = _options(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("growth: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    sets = {name: read_question_set(Path(shared) / "data" / name) for name in SETS}
    model = Engines(options.work).load(BUNDLED_MODEL)
    points = []
    for size in options.sizes:
        points.append(_measured(size, sets, model, options.work))
        print(json.dumps(asdict(points[-1])), file=sys.stderr, flush=True)
    exponents = {
        "read": _exponent(points, [one.read_seconds for one in points]),
        "index": _exponent(points, [one.index_seconds for one in points]),
        "question": _exponent(points, [one.question_milliseconds for one in points]),
    }
    if options.json:
        content = {"points": [asdict(one) for one in points], "exponents": exponents}
        options.json.write_text(json.dumps(content, indent=1), encoding="utf-8")
    if options.plot:
        _draw(points, options.plot)
    print(f"{machine()}; load {load()}\n\n{_table(points)}\n\nExponents: {exponents}")
    return int(exponents["question"] >= 1.0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-peers")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--plot", type=Path, help="draw both curves into this PNG file")
    return parser.parse_args(arguments)


def _measured(size: int, sets: dict[str, QuestionSet], model: Embedder, work: Path) -> Point:
    folder = work / "growth" / str(size)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    first = next(iter(sets))  # one language, so that questions of all sizes are alike
    some = {first: sets[first]}
    embedder = RecombiningEmbedder(model, known_sentences(some, model, work / "libraries"))
    with ArticleStore.create(folder) as store:
        read = fill(store, some, size)
        begun = time.process_time()
        Indexer(folder, store, lambda: embedder).bring_up_to_date()
        indexed = time.process_time() - begun
    texts = [one.text for one in sets[first].questions][: QUESTIONS + WARM_UP]
    with (
        ArticleStore.open(folder) as store,
        AnswerEngine(folder, store, model, ticks=time.thread_time) as engine,
    ):
        passages = store.counts().passages
        spent = [_hops(engine, text) for text in texts][WARM_UP:]
    held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    names = dict.fromkeys(name for one in spent for name in one)
    hops = {name: statistics.median(one.get(name, 0.0) for one in spent) for name in names}
    return Point(
        passages=passages,
        read_seconds=read,
        index_seconds=indexed,
        bytes_a_passage=held / passages,
        question_milliseconds=statistics.median(sum(one.values()) for one in spent),
        hops=hops,
    )


def _hops(engine: AnswerEngine, text: str) -> dict[str, float]:
    """Return the milliseconds of the processor each hop took, but for embedding."""
    found = engine.answer(Question(text=text)).timings_ms
    rest = found["total"] - sum(spent for name, spent in found.items() if name != "total")
    return {name: one for name, one in found.items() if name not in _LEFT_OUT} | {"rest": rest}


def _exponent(points: Sequence[Point], costs: Sequence[float]) -> float:
    """Return the slope of log cost by log passages, by least squares."""
    sizes = np.log([one.passages for one in points])
    return round(float(np.polyfit(sizes, np.log(costs), 1)[0]), 3)


def _table(points: Sequence[Point]) -> str:
    hops = list(points[-1].hops)
    heads = [
        "passages",
        "read, CPU ms a passage",
        "index, CPU ms a passage",
        "bytes/passage",
        "question, CPU ms",
        *hops,
    ]
    lines = [heads, ["---"] * len(heads)]
    lines += [
        [
            f"{one.passages:,}",
            f"{1e3 * one.read_seconds / one.passages:.2f}",
            f"{1e3 * one.index_seconds / one.passages:.2f}",
            f"{one.bytes_a_passage:.0f}",
            f"{one.question_milliseconds:.2f}",
            *(f"{one.hops.get(hop, 0.0):.2f}" for hop in hops),
        ]
        for one in points
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _draw(points: Sequence[Point], path: Path) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415 - optional, and slow to load

    picture = Figure(figsize=(7.0, 4.4), dpi=130, layout="constrained")
    axes = picture.subplots()
    sizes = [one.passages for one in points]
    axes.plot(sizes, [one.question_milliseconds for one in points], marker="o", color="#0072b2")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("passages in the library")
    axes.set_ylabel("a question without embedding, median, CPU ms")
    axes.spines[["top", "right"]].set_visible(False)
    picture.savefig(path)


if __name__ == "__main__":
    sys.exit(main())
