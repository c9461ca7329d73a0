"""`doctor`: what is wrong, and the command that mends it."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict

from bot.commands.run import Run
from bot.diagnosis import Finding, of_files, of_library, of_settings
from bot.exit_codes import DONE, SOME_FAILED
from bot.library_state import engine_in_words
from corpus.errors import CorpusError
from retrieval.answers import SCHEMA
from retrieval.errors import RetrievalError


def doctor(arguments: Namespace, run: Run) -> int:
    """Write every finding, one a line, and what embeds; 1 if there are any. Loads the model."""
    found = list(_found(run))
    engine = _engine(run)
    if arguments.json:
        findings = [asdict(finding) for finding in found]
        run.terminal.say_json({"schema": SCHEMA, "findings": findings, "engine": engine})
        return SOME_FAILED if found else DONE
    for finding in found:
        run.terminal.say(f"{finding.part}: {finding.line}")
    if not found:
        run.terminal.say(f"nothing is wrong with {run.settings.library}")
    if engine:
        run.terminal.note(f"engine: {engine_in_words(engine)}")
    return SOME_FAILED if found else DONE


def _engine(run: Run) -> str | None:
    """Return what embeds, after the model was loaded; `None` if that cannot be told."""
    try:
        with run.library() as library:
            return library.serving()
    except (CorpusError, RetrievalError):
        return None


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
