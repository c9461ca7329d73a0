"""What is kept to read passages closely, read without SQLAlchemy: all that answering asks of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from corpus.migrating import require_current, revision_of
from corpus.sqlite_files import ReadOnlyFile
from retrieval.outlines import Outline, read_outlines
from retrieval.packed_vectors import sentences_from_bytes
from retrieval.protocols import Space, Vectors

FILE_NAME = "vectors.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"
"""What makes the tables in the file, and brings older ones up to date."""

# Cross joined, SQLite keeps the order: from the few ids to their contents to their embeddings.
_CLOSEUPS = """
    SELECT contents.passage_id, embeddings.passage, closeups.sentences, closeups.outline
    FROM json_each(?) AS wanted
    CROSS JOIN contents ON contents.passage_id = wanted.value
    CROSS JOIN embeddings
      ON embeddings.space_id = (SELECT id FROM spaces WHERE name = ?)
     AND embeddings.content_hash = contents.content_hash
    CROSS JOIN closeups ON closeups.embedding_id = embeddings.id
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeup:
    """What is kept to read a passage closely; `outline` is `None` if a question must make it.

    `sentence_vectors` is float32 [sentences, dimension].
    """

    sentence_vectors: Vectors
    outline: Outline | None


class Closeups:
    """The closeups in `vectors.sqlite` of a library folder; nothing is written."""

    def __init__(self, folder: Path) -> None:
        """Open the file, which need not exist yet.

        Raise a `LibraryError` if it is damaged, or of another release.
        """
        path = folder / FILE_NAME
        self._file = ReadOnlyFile(path)
        try:
            if path.exists():
                with self._file.reading() as asked:
                    if revision_of(asked, path) is not None:  # else a first run was killed
                        require_current(asked, path, MIGRATIONS)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def closeups(self, space: Space, passage_ids: Sequence[int]) -> dict[int, Closeup]:
        """Return what is kept to read those passages closely that have an embedding."""
        ids = json.dumps([int(key) for key in passage_ids])
        with self._file.reading() as asked:
            rows = asked.rows(_CLOSEUPS, (ids, space.name))
        if not rows:
            return {}
        keys, passages, sentences, outlines = zip(*rows, strict=True)
        vectors = sentences_from_bytes(sentences, passages, space.dimension)
        return {
            key: Closeup(sentence_vectors=some, outline=one)
            for key, some, one in zip(keys, vectors, read_outlines(outlines), strict=True)
        }
