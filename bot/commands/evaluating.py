"""`evaluate`: how good the answers are on a folder of articles and questions."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from bot.assembly import default_model
from bot.commands.run import Run
from bot.exit_codes import DONE, SOME_FAILED
from retrieval.answers import SCHEMA
from retrieval.evaluation import evaluate
from retrieval.question_sets import read_question_set


def evaluate_folder(arguments: Namespace, run: Run) -> int:
    """Measure in a library of its own; 1 if a passage was not an exact slice of its article."""
    questions = read_question_set(arguments.folder)
    with run.progress() as progress:
        progress("loading the model", 0, 0)
        embedder = run.load(default_model(run.settings))
        progress("loading the model", 1, 1)
        report = evaluate(questions, embedder, progress=progress)
    figures = {"schema": SCHEMA, **report.to_json()}
    if arguments.json:
        run.terminal.say_json(figures)
    else:
        for name, value in _flat(report.to_json()):
            run.terminal.say(f"{name:<28}{value}")
    return DONE if report.verbatim else SOME_FAILED


def _flat(figures: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield every figure with its path: "ranking recall@10", "0.9650"."""
    for name, value in figures.items():
        path = f"{above} {name}".strip()
        if isinstance(value, Mapping):
            yield from _flat(value, path)
        else:
            yield path, f"{value:.4f}" if isinstance(value, float) else str(value)
