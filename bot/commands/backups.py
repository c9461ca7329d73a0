"""`backup` and `restore`: the whole library as one file, and back."""

from argparse import Namespace

from bot.commands.run import Run
from bot.exit_codes import DONE
from corpus.backups import back_up
from corpus.clock import utc_now
from corpus.restoring import restore


def backup_library(arguments: Namespace, run: Run) -> int:
    """Write the library into a file; the bot and other commands go on meanwhile."""
    with run.progress() as progress:
        note = back_up(run.settings.library, arguments.file, made_at=utc_now(), progress=progress)
    size = note.path.stat().st_size
    run.terminal.say(f"backed up: {note.path} ({size} bytes)")
    return DONE


def restore_library(arguments: Namespace, run: Run) -> int:
    """Make the library anew from a backup; one that is there is moved aside if that is asked."""
    folder = run.settings.library
    with run.progress() as progress:
        restored = restore(
            arguments.file, folder, replace=arguments.replace, now=utc_now(), progress=progress
        )
    run.terminal.say(f"restored: {folder}, as of {restored.made_at:%Y-%m-%d %H:%M} UTC")
    if restored.aside is not None:
        run.terminal.say(f"moved aside: {restored.aside}")
    return DONE
