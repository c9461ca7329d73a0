"""Quality on the shared question sets, and the fit of the shipped numbers.

    python -m benchmarks.quality [SET ...] [--most N] [--json DIR]
    python -m benchmarks.quality --fit [--write]

Finds the sets through SHARED_DIR. All are measured with the same settings; below each figure
stands its 95 % interval. Libraries are kept in --work and used again. --json writes a file for
each set that `passagebot evaluate --compare` reads.

With --fit the ranking and the confidence are fitted anew: the table shows each set ranked and
judged by numbers fitted to the other sets, and --write replaces retrieval/calibration.json by a
fit to all of them.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.calibration_view import calibration_lines
from retrieval.answers import SCHEMA
from retrieval.calibrating import calibrate
from retrieval.calibration import FILE_NAME, default_calibration, write_calibration
from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder
from retrieval.evaluation import evaluate
from retrieval.protocols import Embedder
from retrieval.question_sets import QuestionSet, read_question_set
from retrieval.report import Report
from retrieval.sets_under_fit import opened, sample

SETS = (
    "onestop_news",
    "clapnq",
    "mtrag/human_subset",
    "norquad/news",
    "xquad/en",
    "xquad/es",
    "xquad/ru",
    "xquad/zh",
    "xquad/ar",
)
FLOORS = {
    ("ranking", "recall@10"): 0.975,
    ("ranking", "mrr@10"): 0.94,
    ("spans", "span_hit@1"): 0.62,
    ("spans", "span_hit@5"): 0.85,
    ("abstention", "balanced_accuracy"): 0.91,
    ("abstention", "strong_precision"): 0.95,
    ("abstention", "strong_coverage"): 0.5,
}
"""What onestop_news must reach."""
SMALL = 12
SMALL_SETS = ("onestop_news", "clapnq", "norquad/news", "xquad/en", "xquad/es")
"""Sets of which a dozen articles are also fitted to as a library of their own."""
FAMILIES = {
    name: "xquad" for name in (*SETS, *(f"{name} small" for name in SMALL_SETS)) if "xquad" in name
}
"""Sets over the same articles, which are left out together; a small set is of its large one's."""
FLOORED = "onestop_news"
COLUMNS = {
    "recall@1": ("ranking", "recall@1"),
    "recall@10": ("ranking", "recall@10"),
    "mrr@10": ("ranking", "mrr@10"),
    "passages": ("passages", "mrr@10"),
    "span@1": ("spans", "span_hit@1"),
    "span@5": ("spans", "span_hit@5"),
    "highlight": ("highlights", "sentence_f1"),
    "balanced": ("abstention", "balanced_accuracy"),
    "strong": ("abstention", "strong_precision"),
    "coverage": ("abstention", "strong_coverage"),
    "aurc": ("calibration", "aurc"),
    "ece": ("calibration", "expected_calibration_error"),
}
_WIDTH = 10
_ENOUGH = 20
"""Of fewer questions with a gold text nothing is shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 1 if a floor is missed, 2 if the sets are not there."""
    options = _options(arguments)
    shared = os.environ.get("SHARED_DIR")
    if not shared:
        print("quality: set SHARED_DIR to the folder that holds data/", file=sys.stderr)
        return 2
    embedder = SentenceTransformersEmbedder.load()
    sets = {name: read_question_set(Path(shared) / "data" / name) for name in options.sets}
    if options.fit:
        return _fit(sets, embedder, options)
    reports = dict(_measured(sets, embedder, options))
    if options.json:
        _write(reports, options.json)
    return _check(reports)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--most", type=int, default=400, help="questions of a set, at most")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache/passagebot-quality")
    parser.add_argument("--json", type=Path, help="write measures and outcomes to this folder")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args(arguments)


def _measured(
    sets: dict[str, QuestionSet], embedder: Embedder, options: argparse.Namespace
) -> Iterator[tuple[str, Report]]:
    print("set".ljust(20), *(column.rjust(_WIDTH) for column in COLUMNS))
    for name, questions in sets.items():
        some = questions
        if name != FLOORED and len(questions.questions) > options.most:
            some = replace(questions, questions=tuple(sample(questions, options.most)))
        report = evaluate(some, embedder, folder=_folder(options, name))
        _print(name, report)
        yield name, report


def _print(name: str, report: Report) -> None:
    found = [
        report.quality[section].get(figure)
        if report.judged.get(section, _ENOUGH) >= _ENOUGH
        else None
        for section, figure in COLUMNS.values()
    ]
    values = (f"{one.value:.4f}" if one else "-" for one in found)
    bounds = (f"{one.low:.2f}-{one.high:.2f}" if one else "" for one in found)
    print(name.ljust(20), *(value.rjust(_WIDTH) for value in values))
    print(" " * 20, *(interval.rjust(_WIDTH) for interval in bounds), flush=True)


def _write(reports: dict[str, Report], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, report in reports.items():
        content = json.dumps({"schema": SCHEMA, **report.to_json()})
        (folder / f"{name.replace('/', '_')}.json").write_text(content, encoding="utf-8")


def _check(reports: dict[str, Report]) -> int:
    if not all(report.verbatim for report in reports.values()):
        print("a passage was not a slice of its article")
        return 1
    missed = [one for one in FLOORS if FLOORED in reports and _below(reports[FLOORED], *one)]
    for section, name in missed:
        value = reports[FLOORED].value(section, name)
        print(f"{FLOORED}: {name} is {value}, below its floor {FLOORS[section, name]}")
    return 1 if missed else 0


def _below(report: Report, section: str, name: str) -> bool:
    value = report.value(section, name)
    return value is None or value < FLOORS[section, name]


def _fit(sets: dict[str, QuestionSet], embedder: Embedder, options: argparse.Namespace) -> int:
    for name in SMALL_SETS:
        if name in sets:
            folder = options.work / f"{name.replace('/', '_')}_small_set"
            sets[f"{name} small"] = _small(sets[name], folder)
    with opened(
        sets,
        embedder,
        most=options.most,
        folders={name: _folder(options, name) for name in sets},
        families={name: FAMILIES.get(name, name.removesuffix(" small")) for name in sets},
    ) as under_fit:
        fitted, report = calibrate(under_fit, default_calibration(), embedder, refit_ranking=True)
    for line in calibration_lines(report, fitted.fitted_for):
        print(line)
    if options.write:
        write_calibration(Path("retrieval") / FILE_NAME, fitted)
    return 0


def _small(questions: QuestionSet, folder: Path) -> QuestionSet:
    """Return a library of a dozen articles, half of them with questions, written to `folder`.

    Most libraries begin small, where word frequencies say little.
    """
    asked = sorted({key for one in questions.questions for key in one.relevant})
    lines = {json.loads(line)["_id"]: line for line in questions.corpus.open(encoding="utf-8")}
    others = [key for key in lines if key not in set(asked)] or asked[SMALL:]
    chosen = set(asked[: SMALL // 2]) | set(others[: SMALL // 2])
    folder.mkdir(parents=True, exist_ok=True)
    corpus = "".join(line for key, line in lines.items() if key in chosen)
    (folder / "corpus.jsonl").write_text(corpus, encoding="utf-8")
    kept = tuple(one for one in questions.questions if set(one.relevant) <= chosen)
    return QuestionSet(folder=folder, questions=kept)


def _folder(options: argparse.Namespace, name: str) -> Path:
    folder: Path = options.work / name.replace("/", "_").replace(" ", "_")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
