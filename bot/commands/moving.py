"""`export` and `import`: articles as a file, for another library."""

import json
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.commands.run import Run
from bot.errors import InputError
from bot.exit_codes import DONE, SOME_FAILED
from bot.terminal_text import printable
from corpus.exporting import Record
from corpus.importing import import_file
from corpus.reports import ReportLine, Result
from corpus.whole_files import written_whole
from retrieval.protocols import Progress

_COUNTED = (Result.ADDED, Result.UNCHANGED, Result.FAILED)


def export_articles(arguments: Namespace, run: Run) -> int:
    """Write every version of every article as JSON lines, to stdout or whole into a file."""
    with run.library() as library:
        found = library.store.exported(collections=arguments.collection or (), raw=arguments.raw)
        if arguments.file is None:
            for record in found:
                run.terminal.say_json(record)
            return DONE
        with run.progress() as progress, _opened_whole(arguments.file) as file:
            count = _write(found, file, progress)
    run.terminal.note(f"passagebot: {count} articles exported to {arguments.file}")
    return DONE


def import_articles(arguments: Namespace, run: Run) -> int:
    """Take up what `export` wrote; 1 if anything of it could not be."""
    counts = Counter[Result]()
    with run.library(create=True) as library, run.progress() as progress:
        for line in import_file(arguments.file, library.store.take_in):
            counts[line.result] += 1
            progress("importing", sum(counts.values()), 0)
            _tell(line, run)
        if not arguments.no_embed:
            library.catch_up(progress)
    run.terminal.say(", ".join(f"{counts[result]} {result.value}" for result in _COUNTED))
    return SOME_FAILED if counts[Result.FAILED] else DONE


@contextmanager
def _opened_whole(path: Path) -> Iterator[TextIO]:
    """Yield a file that takes the place of `path` once the block is done, and else is gone."""
    try:
        with (
            written_whole(path) as draft,
            draft.open("w", encoding="utf-8", newline="\n") as file,
        ):
            yield file
    except OSError as error:
        message = f"cannot write {path} ({error.strerror}); name another file"
        raise InputError(message) from error


def _write(found: Iterable[Record], file: TextIO, progress: Progress) -> int:
    total = 0
    count = -1  # the header is no article
    for record in found:
        total = total or record.get("articles", 0)
        count += 1
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        progress("exporting", count, total)
    return count


def _tell(line: ReportLine, run: Run) -> None:
    if line.reason is not None:
        run.terminal.say(f"{line.result.value}: {printable(f'{line.source}: {line.reason}')}")
