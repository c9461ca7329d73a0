"""Passage vectors as `vectors.sqlite` keeps them, read for the indexes and without SQLAlchemy."""

import json
from contextlib import closing
from pathlib import Path

import numpy as np

from corpus.migrating import require_current
from corpus.sqlite_files import ReadOnlyFile, Row
from retrieval.closeups import FILE_NAME, MIGRATIONS
from retrieval.errors import IndexingError
from retrieval.id_runs import Ids, runs_of
from retrieval.protocols import Space
from retrieval.vectors.exact import Kept
from retrieval.vectors.packed_rows import Rows, no_rows, rows_of

_AT_ONCE = 5_000
"""Passages read with one statement; they take 4 MB."""

# Cross joined, SQLite keeps the order: from runs of ids to their contents to their embeddings.
_PASSAGES = """
    SELECT contents.passage_id, embeddings.passage
    FROM json_each(?) AS run
    CROSS JOIN contents
      ON contents.passage_id
         BETWEEN json_extract(run.value, '$[0]') AND json_extract(run.value, '$[1]')
    CROSS JOIN embeddings
      ON embeddings.space_id = ? AND embeddings.content_hash = contents.content_hash
    """


def kept_rows(library: Path, space: Space) -> Kept:
    """Return what reads the rows of passages in `space` from the file of a library folder."""

    def kept(ids: Ids) -> tuple[Ids, Rows]:
        """Return those of the ascending `ids` that have an embedding, and its rows.

        Raise `IndexingError` if the file keeps none of that space, and a `LibraryError` if it is
        damaged, or of another release.
        """
        if not len(ids):
            return ids, no_rows(space.dimension)
        path = library / FILE_NAME
        with closing(ReadOnlyFile(path)) as file, file.reading() as asked:
            require_current(asked, path, MIGRATIONS)
            space_id = asked.value("SELECT id FROM spaces WHERE name = ?", (space.name,))
            if space_id is None:
                message = f"{path} keeps no vectors of {space.model}; run `passagebot reindex`"
                raise IndexingError(message)
            parts = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
            found = [
                _read(asked.rows(_PASSAGES, (json.dumps(runs_of(part).tolist()), space_id)), space)
                for part in parts
            ]
        return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])

    return kept


def _read(found: list[Row], space: Space) -> tuple[Ids, Rows]:
    """Return ids and rows of what the database returned."""
    ids = np.array([key for key, _ in found], dtype=np.int64)
    codes = np.frombuffer(b"".join([kept for _, kept in found]), dtype=np.int8)
    if codes.size != len(ids) * space.dimension:
        message = f"{FILE_NAME} keeps vectors of another length; run `passagebot reindex`"
        raise IndexingError(message)
    return ids, rows_of(codes.reshape(-1, space.dimension))
