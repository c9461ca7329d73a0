"""The embeddings of a library, kept by content and space, so that indexes are only caches.

A passage's content is its title, its text and its language: two passages with equal content
share one embedding, across versions and articles. Passage vectors are kept in half precision,
sentence vectors in eight bits a number, and the passage's outline as text.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, ScalarSelect, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from corpus.articles import Passage
from corpus.database import (
    fold_log_in,
    open_engine,
    reading,
    use_write_ahead_log,
    writing,
)
from corpus.migrating import bring_up_to_date
from retrieval.batches import batched
from retrieval.closeups import FILE_NAME, MIGRATIONS, SCALE, Closeups, outlined
from retrieval.embedding_tables import contents, embeddings, spaces
from retrieval.outlines import Outline
from retrieval.protocols import PassageVectors, Space, Vectors
from retrieval.stored_vectors import vector_from_bytes, vector_to_bytes

_HASH_BYTES = 16
_PAGE_BYTES = 16_384
"""A row is some 4,000 bytes long: in pages of 4,096 a sixth of the file would stay empty. Larger ones
make the empty tables of a small library large."""
_ROWS = 500
"""Rows named in one statement; SQLite allows 32,766 parameters."""


def content_hash(passage: Passage) -> bytes:
    """Return 16 bytes that name the content of a passage as a model reads it."""
    cited = passage.citation
    content = f"{cited.title}\x1f{cited.language}\x1f{passage.text}"
    return hashlib.sha256(content.encode()).digest()[:_HASH_BYTES]


class EmbeddingStore(Closeups):
    """The embeddings in `vectors.sqlite` of a library folder."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open the file; unless `read_only`, make it or bring it up to date if need be.

        Raise a `LibraryError` if it is damaged, of a newer release, or of an older one and
        `read_only`. A file that does not exist yet can be opened `read_only`.
        """
        path = folder / FILE_NAME
        self._engine = open_engine(path, read_only=read_only, page_bytes=_PAGE_BYTES)
        try:
            if not read_only:
                bring_up_to_date(self._engine, path, MIGRATIONS)
                use_write_ahead_log(self._engine)
            super().__init__(folder)
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of the file."""
        super().close()
        self._engine.dispose()

    def held(self, space: Space, hashes: Iterable[bytes]) -> set[bytes]:
        """Return those of `hashes` that have an embedding in `space`."""
        found: set[bytes] = set()
        with reading(self._engine) as connection:
            for some in batched(hashes, _ROWS):
                rows = select(embeddings.c.content_hash).where(
                    embeddings.c.space_id == _space_id(space), embeddings.c.content_hash.in_(some)
                )
                found.update(connection.execute(rows).scalars())
        return found

    def add(
        self,
        space: Space,
        made: Mapping[bytes, PassageVectors],
        outlines: Mapping[bytes, Outline] | None = None,
    ) -> None:
        """Keep embeddings, and the outlines there are, by content hash.

        An embedding that is there already stays.
        """
        outlined = {key: one.to_bytes() for key, one in (outlines or {}).items()}
        self.take_rows(
            space,
            [
                {
                    "content_hash": key,
                    "passage": vector_to_bytes(vectors.passage),
                    "sentences": _to_bytes(vectors.sentences),
                    "outline": outlined.get(key, b""),
                }
                for key, vectors in made.items()
            ],
        )

    def lend(self, other: "EmbeddingStore", space: Space, hashes: Iterable[bytes]) -> None:
        """Copy the embeddings of those `hashes` that have one in `space` to another file."""
        columns = [column for column in embeddings.c if column.name != "space_id"]
        for some in batched(hashes, _ROWS):
            chosen = select(*columns).where(
                embeddings.c.space_id == _space_id(space), embeddings.c.content_hash.in_(some)
            )
            with reading(self._engine) as connection:
                rows = [dict(row) for row in connection.execute(chosen).mappings()]
            other.take_rows(space, rows)

    def outline(self, space: Space, outlines: Mapping[bytes, Outline]) -> None:
        """Keep outlines beside embeddings that are there already."""
        with writing(self._engine) as connection:
            for key, one in outlines.items():
                connection.execute(
                    update(embeddings)
                    .where(
                        embeddings.c.space_id == _space_id(space), embeddings.c.content_hash == key
                    )
                    .values(outline=one.to_bytes())
                )

    def take_rows(self, space: Space, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep rows of `embeddings` as another file has them; one that is there already stays."""
        if not rows:
            return
        with writing(self._engine) as connection:
            connection.execute(upsert(spaces).on_conflict_do_nothing(), {"name": space.name})
            space_id = connection.execute(
                select(spaces.c.id).where(spaces.c.name == space.name)
            ).scalar_one()
            connection.execute(
                upsert(embeddings).on_conflict_do_nothing(),
                [{"space_id": space_id, **row} for row in rows],
            )

    def without_outline(self, space: Space, hashes: Iterable[bytes]) -> set[bytes]:
        """Return those of `hashes` with an embedding but no outline of this release."""
        found: set[bytes] = set()
        with reading(self._engine) as connection:
            for some in batched(hashes, _ROWS):
                rows = select(embeddings.c.content_hash, embeddings.c.outline).where(
                    embeddings.c.space_id == _space_id(space), embeddings.c.content_hash.in_(some)
                )
                found |= {key for key, kept in connection.execute(rows) if not outlined(kept)}
        return found

    def assign(self, hashes: Mapping[int, bytes]) -> None:
        """Note which content each passage id has; erase embeddings no passage has any more."""
        if not hashes:
            return
        statement = upsert(contents)
        statement = statement.on_conflict_do_update(
            index_elements=["passage_id"],
            set_={"content_hash": statement.excluded.content_hash},
        )
        rows = [{"passage_id": key, "content_hash": value} for key, value in hashes.items()]
        with writing(self._engine) as connection:
            before = _hashes_of(connection, hashes)
            connection.execute(statement, rows)
            _erase_unused(connection, before - set(hashes.values()))

    def passages(self, space: Space, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the passage vectors, float32 [dimension], of those `hashes` that have one."""
        found: dict[bytes, Vectors] = {}
        with reading(self._engine) as connection:
            for some in batched(hashes, _ROWS):
                rows = select(embeddings.c.content_hash, embeddings.c.passage).where(
                    embeddings.c.space_id == _space_id(space), embeddings.c.content_hash.in_(some)
                )
                for key, stored in connection.execute(rows):
                    found[key] = vector_from_bytes(stored)
        return found

    def passage_ids(self) -> set[int]:
        """Return the ids of the passages whose content is noted."""
        with reading(self._engine) as connection:
            return set(connection.execute(select(contents.c.passage_id)).scalars())

    def forget(self, passage_ids: Iterable[int]) -> None:
        """Erase which content the passages had, and embeddings that no other passage shares.

        The write-ahead log is emptied after, so that nothing of them is left in it, unless
        another process is reading.
        """
        erased = 0
        with writing(self._engine) as connection:
            for some in batched(passage_ids, _ROWS):
                hashes = _hashes_of(connection, some)
                gone = delete(contents).where(contents.c.passage_id.in_(some))
                erased += connection.execute(gone).rowcount
                _erase_unused(connection, hashes)
        if erased:
            fold_log_in(self._engine)

    def keep_only(self, space: Space) -> None:
        """Erase the embeddings of every other space."""
        with writing(self._engine) as connection:
            others = select(spaces.c.id).where(spaces.c.name != space.name)
            connection.execute(delete(embeddings).where(embeddings.c.space_id.in_(others)))
            connection.execute(delete(spaces).where(spaces.c.name != space.name))


def _hashes_of(connection: Connection, passage_ids: Iterable[int]) -> set[bytes]:
    found: set[bytes] = set()
    for some in batched(passage_ids, _ROWS):
        rows = select(contents.c.content_hash).where(contents.c.passage_id.in_(some))
        found.update(connection.execute(rows).scalars())
    return found


def _erase_unused(connection: Connection, hashes: Iterable[bytes]) -> None:
    """Erase the embeddings of those `hashes` that no passage has."""
    for some in batched(hashes, _ROWS):
        used = select(contents.c.content_hash).where(contents.c.content_hash.in_(some))
        unused = set(some) - set(connection.execute(used).scalars())
        connection.execute(delete(embeddings).where(embeddings.c.content_hash.in_(unused)))


def _space_id(space: Space) -> ScalarSelect[int]:
    return select(spaces.c.id).where(spaces.c.name == space.name).scalar_subquery()


def _to_bytes(vectors: Vectors) -> bytes:
    return bytes(np.rint(vectors * SCALE).astype(np.int8).tobytes())
