"""`chat`: a conversation in the terminal, or answers to piped lines."""

import os
from argparse import Namespace
from pathlib import Path

from bot import samples
from bot.commands.run import Run
from bot.console import ConsoleChat
from bot.console_view import ConsoleView
from bot.exit_codes import DONE
from bot.interface_language import interface_language
from bot.warming import warming
from corpus.errors import CorpusError
from corpus.store import ArticleStore
from retrieval.protocols import Progress


def chat(arguments: Namespace, run: Run) -> int:  # noqa: ARG001 -- the shape of every command
    """Answer line after line until the input ends; an empty library reads the samples first."""
    terminal = run.terminal
    with run.library(create=not _is_ready(run.settings.library)) as library:
        if library.is_empty:
            with run.progress() as progress:
                told = _read_samples(library.store, progress)
            terminal.note(told)
        with run.progress() as progress:
            engine = library.engine(progress)
        view = ConsoleView(terminal.output(), library.store)
        conversation = ConsoleChat(
            engine=engine,
            view=view,
            searched=library.store.counts,
            language=interface_language(os.environ),
        )
        if terminal.is_interactive:
            conversation.greet(examples=_examples(library.store))
        with warming():
            for line in terminal.lines(prompt="\n? "):
                if not conversation.take(line):
                    break
    return DONE


def _is_ready(folder: Path) -> bool:
    """Whether a library is there, of this release and not empty: then nothing has to write."""
    try:
        with ArticleStore.open(folder) as store:
            return bool(store.counts().versions)
    except CorpusError:
        return False


def _read_samples(store: ArticleStore, progress: Progress) -> str:
    """Read the sample articles in; return the line that says so."""
    from corpus.ingest import ingest  # noqa: PLC0415 - into an empty library alone

    report = ingest(store, [samples.folder()], collection=samples.COLLECTION, progress=progress)
    return (
        f"passagebot: the library was empty: {report.added} sample articles were read in; "
        "`passagebot remove --samples` erases them"
    )


def _examples(store: ArticleStore) -> tuple[str, ...]:
    """Return questions this library is known to answer."""
    return samples.EXAMPLES if store.citations(collection=samples.COLLECTION) else ()
