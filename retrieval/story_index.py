"""The stories of a library, kept in `stories.sqlite`: derived data that pulls the store's log.

The file can be deleted at any time, and is made anew when it fits neither the store nor this
release. Each step is one transaction together with the position it reaches, so a crash costs time
only, and processes that work at it at once take turns.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from corpus.database import fold_log_in, open_engine, reading, use_write_ahead_log, writing
from corpus.errors import LibraryDamagedError
from corpus.reading import ArticleReader
from retrieval import story_tables as tables
from retrieval.copies import Kinship
from retrieval.protocols import Progress, no_progress
from retrieval.sketches import sketch
from retrieval.stories import Name, Story
from retrieval.story_writing import StoryWriter

FILE_NAME = "stories.sqlite"
_LOG_ROWS = 100
"""Changes worked through in one transaction."""


class StoryIndex:
    """The stories of one library folder; safe to share by threads."""

    def __init__(self, folder: Path) -> None:
        """Prepare; the file is made by the first `bring_up_to_date`, and may be absent till then."""
        self._path = folder / FILE_NAME
        self._writers = open_engine(self._path)
        self._readers = open_engine(self._path, read_only=True)

    def close(self) -> None:
        """Let go of the file."""
        self._readers.dispose()
        self._writers.dispose()

    def __enter__(self) -> Self:
        """Return the index itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()

    def lag(self, store: ArticleReader) -> int:
        """Return how many positions of the store's log the stories do not know yet."""
        if not self._path.exists():
            return store.position()
        with reading(self._readers) as connection:
            return store.position() - _position(connection, store)

    def bring_up_to_date(self, store: ArticleReader, progress: Progress = no_progress) -> int:
        """Take up what changed in the store; return how many articles that concerned.

        If nothing changed, write nothing. A damaged file is made anew. Raise `LibraryError`s.
        """
        try:
            return self._follow_log(store, progress)
        except LibraryDamagedError:
            self._discard()
            return self._follow_log(store, progress)

    def _follow_log(self, store: ArticleReader, progress: Progress) -> int:
        total = left = self.lag(store)
        if not total:
            return 0
        use_write_ahead_log(self._writers)
        touched = 0
        while left > 0:
            progress("finding stories", max(total - left, 0), total)
            with writing(self._writers) as connection:
                touched += _step(connection, store)
            left = self.lag(store)
        progress("finding stories", total, total)
        fold_log_in(self._writers)
        return touched

    def _discard(self) -> None:
        """Delete the file: it holds nothing that the store does not tell again."""
        self.close()
        for path in self._path.parent.glob(f"{FILE_NAME}*"):
            path.unlink(missing_ok=True)

    def of(self, names: Iterable[Name]) -> dict[Name, Story]:
        """Return the story of each article of `names` that is known, alone in it or not."""
        wanted = set(names)
        if not self._path.exists():
            return {}
        with reading(self._readers) as connection:
            if tables.reached(connection) is None:
                return {}
            found = tables.stories_of(connection, tables.connected(connection, wanted))
        by_name = {telling.name: story for story in found for telling in story.tellings}
        return {name: by_name[name] for name in wanted if name in by_name}

    def kin(
        self, store: ArticleReader, text: str, *, language: str, part: str
    ) -> list[tuple[Name, Kinship, float]]:
        """Return the articles a text would be kin to, copies first, then by strength in [0, 1].

        `text` is the prose of an article, its passages one a line, and `part` its collection.
        Nothing is written; articles the file does not know yet are not found.
        """
        if not self._path.exists():
            return []
        with reading(self._readers) as connection:
            if tables.reached(connection) is None:
                return []
            made = sketch(text, language=language, part=part)
            found = {
                text_id: (kind, strength)
                for text_id, kind, strength in StoryWriter(connection, store).related(made, text)
            }
            named = tables.tellers(connection, found)
        order = list(Kinship)
        kin = [(name, *found[text_id]) for text_id, name in named]
        return sorted(kin, key=lambda one: (order.index(one[1]), -one[2], one[0]))

    def all(self) -> list[Story]:
        """Return every story, by what was first seen; most hold one article."""
        if not self._path.exists():
            return []
        with reading(self._readers) as connection:
            if tables.reached(connection) is None:
                return []
            return tables.stories_of(connection, tables.all_texts(connection))


def _step(connection: Connection, store: ArticleReader) -> int:
    """Apply the next changes of the log; return how many articles they concerned."""
    position = _position(connection, store)
    if not position:
        tables.make_anew(connection)
    changes = store.changes(after=position, limit=_LOG_ROWS)
    writer = StoryWriter(connection, store)
    touched = sorted({(change.passage_ids.start, change.passage_ids.stop) for change in changes})
    concerned = sum(writer.take(start, stop - 1) for start, stop in touched)
    if changes:
        position = changes[-1].position
    tables.reach(connection, position, store.history(position) or "")
    return concerned


def _position(connection: Connection, store: ArticleReader) -> int:
    """Return the position reached, 0 if the file is about another store or another past."""
    reached = tables.reached(connection)
    if reached is None or store.history(reached[0]) != reached[1]:
        return 0
    return reached[0]
