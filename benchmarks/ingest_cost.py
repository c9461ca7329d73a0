"""What reading many articles costs: articles a second, an unchanged sync, and memory.

    python -m benchmarks.ingest_cost [--articles 10000] [--files 50] [--words 600] [--work FOLDER]

Articles are made of words drawn by a fixed seed, so every run reads the same. Each step is a
process of its own, as a user would start it; memory is the most that process held.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = 6_000
_SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "bra", "kel", "lin", "mor")


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.work) as place:
        folder, library = Path(place) / "articles", Path(place) / "library"
        _write(folder, arguments.articles, arguments.files, arguments.words)
        seconds, cpu = _run(library, "ingest", "--no-embed", str(folder))
        rate = arguments.articles / seconds
        print(f"ingest --no-embed: {rate:,.0f} articles/s ({seconds:.1f} s, {cpu:.1f} s of CPU)")
        seconds, cpu = min(_run(library, "sync", "--no-embed") for _ in range(3))
        print(f"sync with nothing changed: {seconds:.2f} s ({cpu:.2f} s of CPU), best of three")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"memory of the largest process: {peak:,.0f} MB")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="what reading many articles costs")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--work", type=Path, help="where to put the library (default: /tmp)")
    return parser.parse_args()


def _write(folder: Path, articles: int, files: int, words: int) -> None:
    """Write the articles as JSON lines, the same share into each file."""
    chance = random.Random(7)  # noqa: S311 - nothing secret
    vocabulary = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(WORDS)]
    folder.mkdir()
    for number in range(files):
        ids = range(number, articles, files)
        lines = [_article(key, vocabulary, words, chance) for key in ids]
        (folder / f"{number:03}.jsonl").write_text("".join(lines), encoding="utf-8")


def _article(key: int, vocabulary: list[str], words: int, chance: random.Random) -> str:
    sentences = []
    left = words
    while left > 0:
        length = min(left, chance.randint(8, 24))
        sentences.append(" ".join(chance.choices(vocabulary, k=length)).capitalize() + ".")
        left -= length
    paragraphs = [" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4)]
    record = {"_id": f"article-{key}", "title": f"Report {key}", "text": "\n\n".join(paragraphs)}
    return json.dumps(record) + "\n"


def _run(library: Path, *arguments: str) -> tuple[float, float]:
    """Run one command; return its seconds by the clock and of the processor."""
    began, before = time.perf_counter(), _processor_seconds()
    subprocess.run(
        [sys.executable, "-m", "bot", "--library", str(library), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began, _processor_seconds() - before


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
