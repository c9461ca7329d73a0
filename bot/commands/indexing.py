"""`reindex`: the indexes anew, also for another model."""

from argparse import Namespace

from bot.commands.run import Run
from bot.exit_codes import DONE


def reindex(arguments: Namespace, run: Run) -> int:
    """Build the indexes anew, with `--model` in the space of another model."""
    if arguments.model is not None:
        run = run.with_model(arguments.model)
    with run.library() as library, run.progress() as progress:
        report = library.reindex(progress)
    run.terminal.say(f"indexed {report.indexed} passages, {report.embedded} newly embedded")
    return DONE
