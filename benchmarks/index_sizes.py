"""The vector index from ten thousand passages to a million: time, recall, memory, disk, building.

    python -m benchmarks.index_sizes LIBRARY... [--sizes N ...] [--json FILE]

Takes the passage vectors of indexed libraries; beyond as many as there are, copies with a little
noise. Questions are vectors of single sentences of the same libraries. Every size is searched by
a scan of all vectors and by the index as the product chooses it, each opened in a process of its
own. Prints a Markdown table. A million passages take some ten minutes and 4 GB of memory.
"""

import argparse
import json
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.store import ArticleStore
from retrieval.embeddings import EmbeddingStore, content_hash
from retrieval.indexes import indexed_space
from retrieval.kept_rows import kept_rows
from retrieval.protocols import PassageVectors, Space, Vectors
from retrieval.vectors.exact import ROWS_FROM
from retrieval.vectors.layered import PREFIX, SUFFIX, LayeredIndex, Layering

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
NOISE = 0.02
"""Standard deviation of what is added to each number of a copy, before it is made a unit again."""
QUESTIONS = 200
DEPTH = 100
"""Hits asked for, as a question does."""
SCANNED = Layering(exact=10**9)
_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One index of one size. Times are medians; memory is of the process, without the file."""

    kind: str
    passages: int
    build_seconds: float
    disk_megabytes: float
    open_milliseconds: float
    p50_milliseconds: float
    p99_milliseconds: float
    filtered_milliseconds: float
    memory_megabytes: float
    mapped_megabytes: float
    recall_10: float
    recall_100: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What one process found, and what that took."""

    found: list[list[int]]
    milliseconds: list[float]
    filtered: list[float]
    open_milliseconds: float
    memory: float
    mapped: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 2 if the libraries hold no vectors."""
    options = _options(arguments)
    passages, sentences = _vectors(options.libraries)
    if not len(passages):
        print("index_sizes: no vectors in these libraries; ingest something first", file=sys.stderr)
        return 2
    questions = _sample(sentences, QUESTIONS)
    rows = []
    for size in options.sizes:
        rows += list(_measured(passages, questions, size, options.work))
        print(json.dumps(asdict(rows[-1])), file=sys.stderr, flush=True)
    if options.json:
        content = [asdict(row) for row in rows]
        options.json.write_text(json.dumps(content, indent=1), encoding="utf-8")
    print(_table(rows))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("libraries", type=Path, nargs="+", metavar="LIBRARY")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--work", type=Path, help="where indexes are built (default: a new folder)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args(arguments)


def _vectors(libraries: Sequence[Path]) -> tuple[Vectors, Vectors]:
    """Return the passage and the sentence vectors of libraries, float32, each passage once."""
    passages: dict[bytes, Vectors] = {}
    sentences: list[Vectors] = []
    for library in libraries:
        space = indexed_space(library)
        if space is None:
            continue
        with ArticleStore.open(library) as store, EmbeddingStore(library, read_only=True) as kept:
            ids = list(store.allowed_passages())
            hashes = [content_hash(one) for one in store.passages_to_index(ids[0], ids[-1])]
            passages |= kept.passages(space, [one for one in hashes if one not in passages])
            closeups = kept.closeups(space, _sample(np.array(ids), QUESTIONS).tolist())
            sentences += [one.sentence_vectors[:1] for one in closeups.values()]
    return np.stack([*passages.values()]), np.concatenate(sentences)


def _sample(rows: NDArray[Any], count: int) -> NDArray[Any]:
    return rows[np.random.default_rng(7).permutation(len(rows))[:count]]


def _measured(
    passages: Vectors, questions: Vectors, size: int, work: Path | None
) -> Iterator[Measured]:
    right: list[list[int]] = []
    for kind, layering in (("scan", SCANNED), ("as chosen", Layering())):
        folder = Path(mkdtemp(prefix="index-sizes-", dir=work))
        try:
            index = LayeredIndex(passages.shape[1], layering)
            for start, rows in _grown(passages, size):
                index.upsert(range(start, start + len(rows)), rows)
                if size <= ROWS_FROM:
                    _keep(folder, start, rows)
            begun = time.perf_counter()
            path = folder / f"{PREFIX}0{SUFFIX}"
            names = index.write(path)
            built, base = time.perf_counter() - begun, index.base
            del index
            answered = _apart(path, base, questions, size)
            files = (one for name in names for one in (folder / name, *folder.glob(f"{name}/*")))
            disk = sum(one.stat().st_size for one in files if one.is_file())
        finally:
            shutil.rmtree(folder)
        right = right or answered.found
        times = sorted(answered.milliseconds)
        yield Measured(
            kind=kind if kind == "scan" or base else "as chosen: scan",
            passages=size,
            build_seconds=built,
            disk_megabytes=disk / 1e6,
            open_milliseconds=answered.open_milliseconds,
            p50_milliseconds=statistics.median(times),
            p99_milliseconds=times[int(0.99 * (len(times) - 1))],
            filtered_milliseconds=statistics.median(answered.filtered),
            memory_megabytes=answered.memory,
            mapped_megabytes=answered.mapped,
            recall_10=_recall(answered.found, right, 10),
            recall_100=_recall(answered.found, right, DEPTH),
        )


def _grown(passages: Vectors, size: int) -> Iterator[tuple[int, Vectors]]:
    """Yield so many unit vectors, some at a time, each with the number of its first."""
    chance = np.random.default_rng(3)
    for start in range(0, size, _AT_ONCE):
        numbers = np.arange(start, min(start + _AT_ONCE, size))
        rows = passages[numbers % len(passages)]
        noise = chance.standard_normal(rows.shape, dtype=np.float32) * NOISE
        rows = rows + noise * (numbers >= len(passages))[:, None]
        yield start, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _keep(folder: Path, start: int, rows: Vectors) -> None:
    """Keep vectors where a small index finds them when it is opened."""
    none = np.zeros((0, rows.shape[1]), dtype=np.float32)
    hashes = {key: key.to_bytes(16) for key in range(start, start + len(rows))}
    made = (PassageVectors(passage=row, sentences=none) for row in rows)
    with EmbeddingStore(folder) as kept:
        kept.assign(hashes)
        kept.add(_space(rows.shape[1]), dict(zip(hashes.values(), made, strict=True)))


def _space(dimension: int) -> Space:
    return Space(model="any", revision="1", dimension=dimension, prompts="", max_tokens=1)


def _apart(path: Path, base: str, questions: Vectors, size: int) -> Answered:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(answered, path, base, questions, size).result()


def answered(path: Path, base: str, questions: Vectors, size: int) -> Answered:
    """Open an index and ask it; one in a hundred passages passes the filter."""
    before = _resident()
    begun = time.perf_counter()
    dimension = questions.shape[1]
    kept = kept_rows(path.parent, _space(dimension))
    index = LayeredIndex.read(path, dimension, kept, base=base)
    opened = time.perf_counter() - begun
    allowed = np.arange(0, size, 100)
    for question in questions[:20]:
        index.search(question, DEPTH, None)
    found, plain, filtered = [], [], []
    for question in questions:
        begun = time.thread_time()
        ranking = index.search(question, DEPTH, None)
        plain.append((time.thread_time() - begun) * 1e3)
        found.append(ranking.ids.tolist())
        begun = time.thread_time()
        index.search(question, DEPTH, allowed)
        filtered.append((time.thread_time() - begun) * 1e3)
    after = _resident()
    return Answered(
        found=found,
        milliseconds=plain,
        filtered=filtered,
        open_milliseconds=opened * 1e3,
        memory=after["RssAnon"] - before["RssAnon"],
        mapped=after["RssFile"] - before["RssFile"],
    )


def _resident() -> dict[str, float]:
    """Return megabytes of this process's memory: its own, and pages of files."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    pairs = (line.split(":") for line in lines if line.startswith("Rss"))
    return {name: int(value.split()[0]) / 1e3 for name, value in pairs}


def _recall(found: Sequence[list[int]], right: Sequence[list[int]], depth: int) -> float:
    shares = [
        len(set(one[:depth]) & set(other[:depth])) / depth
        for one, other in zip(found, right, strict=True)
    ]
    return statistics.fmean(shares)


def _table(rows: Sequence[Measured]) -> str:
    named = [
        "passages",
        "index",
        "p50 ms",
        "p99 ms",
        "filtered ms",
        "recall@10",
        "recall@100",
        "own memory MB",
        "mapped MB",
        "disk MB",
        "open ms",
        "build s",
    ]
    lines = [f"| {' | '.join(named)} |", "| --- " * len(named) + "|"]
    lines += [
        f"| {row.passages:,} | {row.kind} | {row.p50_milliseconds:.2f} "
        f"| {row.p99_milliseconds:.2f} | {row.filtered_milliseconds:.2f} | {row.recall_10:.4f} "
        f"| {row.recall_100:.4f} | {row.memory_megabytes:.0f} | {row.mapped_megabytes:.0f} "
        f"| {row.disk_megabytes:.0f} | {row.open_milliseconds:.0f} | {row.build_seconds:.1f} |"
        for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
