"""`reindex`: the indexes anew, also for another model."""

from argparse import Namespace

from bot.assembly import NOT_CALIBRATED
from bot.commands.run import Run
from bot.exit_codes import DONE


def reindex(arguments: Namespace, run: Run) -> int:
    """Build the indexes anew, with `--model` in the space of another model."""
    settings = run.settings
    if arguments.model is not None:
        run = run.with_model(arguments.model)
    with run.library() as library, run.progress() as progress:
        report = library.reindex(progress)
        space = library.space()
        calibrated = library.is_calibrated()
    run.terminal.say(f"indexed {report.indexed} passages, {report.embedded} newly embedded")
    if not calibrated:
        run.terminal.note(f"passagebot: the confidence is {NOT_CALIBRATED}")
    named = settings.model
    if space is not None and named is not None and arguments.model not in {None, named}:
        run.terminal.note(
            f"passagebot: PASSAGEBOT_MODEL still names {named}; set PASSAGEBOT_MODEL={space.model}"
        )
    return DONE
