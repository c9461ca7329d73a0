"""What is wrong with a library and its settings, each finding with what mends it.

No article and no index is changed to find out. A check that cannot be made is a finding of its own.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.assembly import NOT_CALIBRATED, Library
from bot.errors import BotError
from bot.settings import Settings
from corpus.errors import CorpusError
from retrieval.errors import OtherModelError, RetrievalError
from retrieval.indexes import IndexFiles
from retrieval.protocols import Progress

LEAST_ROOM = 1 << 30
"""Bytes that should be free: an index is written beside the one it replaces."""

_DATABASES = {
    "library.sqlite": "restore a backup with `passagebot restore FILE`",
    "vectors.sqlite": "delete it, then run `passagebot reindex`, which embeds everything again",
    "stories.sqlite": "delete it; the next `passagebot ingest` makes it again",
    "bot.sqlite": "restore a backup with `passagebot restore FILE`",
}
"""The databases of a library's folder, and what mends a damaged one."""

_OURS = (BotError, CorpusError, RetrievalError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong: which part, and one line that ends in what to do."""

    part: str
    line: str


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong with the settings, of which the token alone is not read at the start."""
    if settings.telegram_bot_token is None and settings.telegram_bot_token_file is None:
        return
    yield from _failing("token", settings.token)


def of_files(folder: Path) -> Iterator[Finding]:
    """Yield the databases that are damaged, and whether there is room for the next index."""
    for name, remedy in _DATABASES.items():
        reason = _damage(folder / name)
        if reason is not None:
            yield Finding(part=name, line=f"it is damaged ({reason}); {remedy}")
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        line = f"only {free >> 20} MB are free on the disk of {folder}; make room before you ingest"
        yield Finding(part="disk", line=line)


def of_library(library: Library, progress: Progress) -> Iterator[Finding]:
    """Yield what is wrong with an open library: its index, its model, its sources."""
    yield from _failing("index", lambda: IndexFiles(library.folder).newer())
    yield from _of_lag(library)
    yield from _failing("model", lambda: _require_same_model(library, progress))
    if not library.is_calibrated():
        yield Finding(part="confidence", line=f"it is {NOT_CALIBRATED}")
    for source in library.store.followed.all():
        if source.error is not None:
            line = (
                f"{source.name}: {source.error}; `passagebot sources` shows when it is tried again"
            )
            yield Finding(part="source", line=line)


def _of_lag(library: Library) -> Iterator[Finding]:
    try:
        lag = library.lag()
    except _OURS as error:
        yield Finding(part="index", line=str(error))
        return
    if lag:
        line = f"{lag} changes are not indexed yet; ask anything, or run `passagebot ingest` again"
        yield Finding(part="index", line=line)


def _require_same_model(library: Library, progress: Progress) -> None:
    """Load the model that questions would be embedded with; raise if it is not the library's."""
    asked, indexed = library.embedder(progress).space, library.space()
    if indexed is not None and asked != indexed:
        message = (
            f"the library is embedded with {indexed.model}, the settings name {asked.model};"
            f" run `passagebot reindex --model {asked.model}`, or take PASSAGEBOT_MODEL away"
        )
        raise OtherModelError(message)


def _failing(part: str, check: Callable[[], object]) -> Iterator[Finding]:
    try:
        check()
    except _OURS as error:
        yield Finding(part=part, line=str(error))


def _damage(path: Path) -> str | None:
    """Return what SQLite finds wrong with a database; None if it is sound, or not there."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            (found,) = opened.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return None if found == "ok" else " ".join(str(found).split())
