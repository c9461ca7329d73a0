"""Erasing articles from everything that was derived from them, and naming what is out of reach."""

from collections.abc import Sequence
from pathlib import Path

from bot.assembly import Library
from bot.state import FILE_NAME as STATE
from bot.state import BotState
from corpus.backup_notes import Name, read_notes
from corpus.library_file import FILE_NAME as ARTICLES
from corpus.wiping import rewrite
from retrieval.drafts import IndexFolder
from retrieval.protocols import Progress


def begin_erasure(folder: Path) -> None:
    """Let what is erased next leave no word behind in the indexes, even after a crash."""
    IndexFolder(folder).begin_erasure()


def erase_derived(library: Library, names: Sequence[Name], progress: Progress) -> list[str]:
    """Erase what the indexes, the stories and the bot keep of articles gone from the store.

    Return the names of database files that another process kept from being rewritten.
    """
    folder = library.folder
    if (folder / STATE).exists():
        with BotState.open(folder) as state:
            state.forget(frozenset(names))
            state.votes.forget_articles(frozenset(names))
    library.catch_up(progress)
    others = sorted(path for path in folder.glob("*.sqlite") if path.name != ARTICLES)
    return [path.name for path in others if not rewrite(path)]


def backups_with(folder: Path, names: Sequence[Name]) -> str | None:
    """Return the line that names the backups which still hold any of the articles, if any do."""
    found = [str(note) for note in read_notes(folder) if note.holds(names)]
    if not found:
        return None
    noun, them = ("backup", "it") if len(found) == 1 else ("backups", "them")
    return f"still in {len(found)} {noun}: {'; '.join(found)}; delete {them} too"
