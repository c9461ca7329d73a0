"""`evaluate`: how good the answers are on a folder of articles and questions."""

from argparse import Namespace
from pathlib import Path

from bot.assembly import default_model
from bot.commands.run import Run
from bot.errors import InputError
from bot.evaluation_view import comparison_lines, report_lines
from bot.exit_codes import DONE, SOME_FAILED
from retrieval.answers import SCHEMA
from retrieval.comparing import compare
from retrieval.evaluation import evaluate
from retrieval.outcomes import read_outcomes
from retrieval.plots import require_plotting, write_plots
from retrieval.question_sets import read_question_set
from retrieval.report import Report


def evaluate_folder(arguments: Namespace, run: Run) -> int:
    """Measure in a library of its own; 1 if a passage was not an exact slice of its article.

    With --compare, compare two earlier measurements instead.
    """
    if arguments.compare is not None:
        return _compare(arguments, run)
    if arguments.folder is None:
        message = "name the folder to evaluate, or two files after --compare"
        raise InputError(message)
    if arguments.plots is not None:
        require_plotting()
    report = _measured(arguments.folder, run)
    if arguments.json:
        run.terminal.say_json({"schema": SCHEMA, **report.to_json()})
    else:
        for line in report_lines(report):
            run.terminal.say(line)
    if arguments.plots is not None:
        _plot(report, arguments.plots, run)
    return DONE if report.verbatim else SOME_FAILED


def _measured(folder: Path, run: Run) -> Report:
    questions = read_question_set(folder)
    with run.progress() as progress:
        progress("loading the model", 0, 0)
        embedder = run.load(default_model(run.settings))
        progress("loading the model", 1, 1)
        return evaluate(questions, embedder, progress=progress)


def _plot(report: Report, folder: Path, run: Run) -> None:
    try:
        paths = write_plots(report, folder)
    except OSError as error:
        message = f"cannot write to {folder} ({error.strerror}); name another folder for --plots"
        raise InputError(message) from error
    for path in paths:
        run.terminal.note(f"wrote {path}")


def _compare(arguments: Namespace, run: Run) -> int:
    if arguments.folder is not None or arguments.plots is not None:
        message = "--compare reads two files and takes neither DIR nor --plots; leave those out"
        raise InputError(message)
    before, after = (Path(name) for name in arguments.compare)
    comparison = compare(read_outcomes(before), read_outcomes(after))
    if arguments.json:
        run.terminal.say_json({"schema": SCHEMA, **comparison.to_json()})
    else:
        for line in comparison_lines(comparison, str(before), str(after)):
            run.terminal.say(line)
    return DONE
