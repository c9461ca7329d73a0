"""`doctor`: what is wrong, and the command that mends it."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict

from bot.commands.run import Run
from bot.diagnosis import Finding, of_files, of_library, of_settings
from bot.exit_codes import DONE, SOME_FAILED
from corpus.errors import CorpusError
from retrieval.answers import SCHEMA


def doctor(arguments: Namespace, run: Run) -> int:
    """Write every finding, one a line; 1 if there are any. Loads the model."""
    found = list(_found(run))
    if arguments.json:
        findings = [asdict(finding) for finding in found]
        run.terminal.say_json({"schema": SCHEMA, "findings": findings})
    for finding in () if arguments.json else found:
        run.terminal.say(f"{finding.part}: {finding.line}")
    if not found and not arguments.json:
        run.terminal.say(f"nothing is wrong with {run.settings.library}")
    return SOME_FAILED if found else DONE


def _found(run: Run) -> Iterator[Finding]:
    settings = run.settings
    yield from of_settings(settings)
    try:
        with run.library() as library, run.progress() as progress:
            yield from of_files(settings.library)
            yield from of_library(library, progress)
    except CorpusError as error:
        yield Finding(part="library", line=str(error))
        if settings.library.is_dir():
            yield from of_files(settings.library)
