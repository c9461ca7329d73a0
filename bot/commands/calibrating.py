"""`calibrate`: fit how sure an answer is to one's own model and questions."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from bot.calibration_view import calibration_lines
from bot.commands.run import Run
from bot.errors import InputError
from bot.exit_codes import DONE
from retrieval.answers import SCHEMA
from retrieval.calibrating import calibrate
from retrieval.calibration import (
    FILE_NAME,
    Calibration,
    calibration_for,
    shipped_for,
    write_calibration,
)
from retrieval.calibration_report import CalibrationReport
from retrieval.errors import IndexingError
from retrieval.protocols import Embedder, Progress, Space
from retrieval.question_sets import QuestionSet, read_question_set
from retrieval.sets_under_fit import opened


def calibrate_library(arguments: Namespace, run: Run) -> int:
    """Fit to the folders for the library's model, or that of --model, and write the numbers down.

    A model that has numbers keeps those of the ranking, which were fitted to more sets.
    """
    sets = _sets(arguments.folders)
    if arguments.model is not None:
        run = run.with_model(arguments.model)
    with run.library() as library:
        with run.progress() as progress:
            embedder = library.embedder(progress)
            start = _start(library.folder, embedder.space)
            fitted, report = _fitted(sets, embedder, start, progress)
        path = library.folder / FILE_NAME
        if not arguments.dry_run:
            write_calibration(path, fitted)
    if arguments.json:
        written = None if arguments.dry_run else str(path)
        model = {"model": fitted.fitted_for, "written": written}
        run.terminal.say_json({"schema": SCHEMA, **model, **report.to_json()})
        return DONE
    for line in calibration_lines(report, fitted.fitted_for):
        run.terminal.say(line)
    if arguments.dry_run:
        run.terminal.note(f"nothing is written; without --dry-run it would be {path}")
    else:
        run.terminal.note(f"wrote {path}")
    return DONE


def _start(library: Path, space: Space) -> Calibration:
    """Return the numbers in use until now; the shipped ones if the library's are damaged."""
    try:
        return calibration_for(library, space)
    except IndexingError:
        return shipped_for(space)


def _sets(folders: Sequence[Path]) -> dict[str, QuestionSet]:
    sets = {str(folder): read_question_set(folder) for folder in folders}
    if len({folder.resolve() for folder in folders}) < len(folders):
        message = "a folder is named twice; name each once"
        raise InputError(message)
    return sets


def _fitted(
    sets: dict[str, QuestionSet], embedder: Embedder, start: Calibration, progress: Progress
) -> tuple[Calibration, CalibrationReport]:
    with opened(sets, embedder, progress=progress) as under_fit:
        return calibrate(
            under_fit,
            start,
            embedder,
            refit_ranking=not start.fits(embedder.space),
            progress=progress,
        )
