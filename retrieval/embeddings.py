"""The embeddings of a library, kept by content and space, so that indexes are only caches.

A passage's content is its title, its text and its language: two passages with equal content
share one embedding, across versions and articles. `retrieval/packed_vectors.py` says how vectors
are kept, `retrieval/outlines.py` how the outline of a passage is.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    ScalarSelect,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from corpus.articles import Passage
from corpus.compacting import compact
from corpus.database import (
    fold_log_in,
    open_engine,
    reading,
    use_write_ahead_log,
    writing,
)
from corpus.migrating import bring_up_to_date
from retrieval.batches import batched
from retrieval.closeups import FILE_NAME, MIGRATIONS, Closeups
from retrieval.embedding_tables import closeups, contents, embeddings, spaces
from retrieval.outlines import Outline, is_readable
from retrieval.packed_vectors import (
    passage_to_bytes,
    passages_from_bytes,
    sentences_to_bytes,
)
from retrieval.protocols import PassageVectors, Space, Vectors

_HASH_BYTES = 16
_PAGE_BYTES = 8_192
"""Rows are four to eight hundred bytes long: of smaller pages a tenth stays empty, and larger ones
make the tables of a small library large."""
_ROWS = 500
"""Rows named in one statement; SQLite allows 32,766 parameters."""

_ADD_EMBEDDING = (
    upsert(embeddings)
    .values(
        space_id=bindparam("space"),
        content_hash=bindparam("content_hash"),
        passage=bindparam("passage"),
    )
    .on_conflict_do_nothing()
)
_ADD_CLOSEUP = (
    upsert(closeups)
    .from_select(
        ["embedding_id", "sentences", "outline"],
        select(
            embeddings.c.id,
            bindparam("sentences", type_=LargeBinary),
            bindparam("outline", type_=LargeBinary),
        ).where(
            embeddings.c.space_id == bindparam("space"),
            embeddings.c.content_hash == bindparam("content_hash"),
        ),
    )
    .on_conflict_do_nothing()
)


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
                compact(self._engine)
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
        passages = [passage_to_bytes(vectors.passage) for vectors in made.values()]
        sentences = sentences_to_bytes(
            [vectors.sentences for vectors in made.values()], passages, space.dimension
        )
        outlined = {key: one.to_bytes() for key, one in (outlines or {}).items()}
        self.take_rows(
            space,
            [
                {
                    "content_hash": key,
                    "passage": passage,
                    "sentences": some,
                    "outline": outlined.get(key, b""),
                }
                for key, passage, some in zip(made, passages, sentences, strict=True)
            ],
        )

    def lend(self, other: "EmbeddingStore", space: Space, hashes: Iterable[bytes]) -> None:
        """Copy the embeddings of those `hashes` that have one in `space` to another file."""
        kept = select(
            embeddings.c.content_hash,
            embeddings.c.passage,
            closeups.c.sentences,
            closeups.c.outline,
        ).join_from(embeddings, closeups)
        for some in batched(hashes, _ROWS):
            chosen = kept.where(
                embeddings.c.space_id == _space_id(space), embeddings.c.content_hash.in_(some)
            )
            with reading(self._engine) as connection:
                rows = [dict(row) for row in connection.execute(chosen).mappings()]
            other.take_rows(space, rows)

    def outline(self, space: Space, outlines: Mapping[bytes, Outline]) -> None:
        """Keep outlines beside embeddings that are there already."""
        with writing(self._engine) as connection:
            for key, one in outlines.items():
                embedding = select(embeddings.c.id).where(
                    embeddings.c.space_id == _space_id(space), embeddings.c.content_hash == key
                )
                connection.execute(
                    update(closeups)
                    .where(closeups.c.embedding_id == embedding.scalar_subquery())
                    .values(outline=one.to_bytes())
                )

    def take_rows(self, space: Space, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep embeddings as another file has them; one that is there already stays.

        A row has `content_hash`, `passage`, `sentences` and `outline`.
        """
        if not rows:
            return
        with writing(self._engine) as connection:
            connection.execute(upsert(spaces).on_conflict_do_nothing(), {"name": space.name})
            space_id = connection.execute(
                select(spaces.c.id).where(spaces.c.name == space.name)
            ).scalar_one()
            owned = [{"space": space_id, **row} for row in rows]
            connection.execute(_ADD_EMBEDDING, owned)
            connection.execute(_ADD_CLOSEUP, owned)

    def without_outline(self, space: Space, hashes: Iterable[bytes]) -> set[bytes]:
        """Return those of `hashes` with an embedding but no outline of this release."""
        found: set[bytes] = set()
        with reading(self._engine) as connection:
            for some in batched(hashes, _ROWS):
                rows = (
                    select(embeddings.c.content_hash, func.substr(closeups.c.outline, 1, 1))
                    .join_from(embeddings, closeups)
                    .where(
                        embeddings.c.space_id == _space_id(space),
                        embeddings.c.content_hash.in_(some),
                    )
                )
                found |= {
                    key for key, form in connection.execute(rows) if not is_readable(form or b"")
                }
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
                stored: dict[bytes, bytes] = {key: kept for key, kept in connection.execute(rows)}  # noqa: C416 - rows
                vectors = passages_from_bytes(list(stored.values()), space.dimension)
                found |= dict(zip(stored, vectors, strict=True))
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
