"""Keep vectors in a third of the room, and passage vectors in a table that is read from end to end.

The content hash of an embedding still finds it; what is only read closely lies in `closeups`.
"""

from typing import Any

import numpy as np
import sqlalchemy as sa
from alembic import op

from retrieval.outlines import Outline, spelled_places
from retrieval.packed_vectors import passage_to_bytes, sentences_to_bytes

revision = "0003"
down_revision = "0002"

_AT_ONCE = 500
_FORM = "1\n"
"""Of the outlines of the release before."""
_SCALE = 127.0
"""Of the sentence vectors of earlier releases, in eight bits a number."""


def upgrade() -> None:
    """Move the embeddings over, packed."""
    op.rename_table("embeddings", "whole_embeddings")
    op.create_table(
        "embeddings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("space_id", sa.Integer, sa.ForeignKey("spaces.id"), nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("passage", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("space_id", "content_hash"),
    )
    op.create_table(
        "closeups",
        sa.Column(
            "embedding_id",
            sa.Integer,
            sa.ForeignKey("embeddings.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("sentences", sa.LargeBinary, nullable=False),
        sa.Column("outline", sa.LargeBinary, nullable=False),
    )
    _pack(op.get_bind())
    op.drop_table("whole_embeddings")


def _pack(connection: sa.Connection) -> None:
    some = sa.text(
        "SELECT space_id, content_hash, passage, sentences, outline FROM whole_embeddings"
        " WHERE (space_id, content_hash) > (:space_id, :content_hash)"
        " ORDER BY space_id, content_hash LIMIT :most"
    )
    add_embedding = sa.text(
        "INSERT INTO embeddings (id, space_id, content_hash, passage)"
        " VALUES (:id, :space_id, :content_hash, :passage)"
    )
    add_closeup = sa.text(
        "INSERT INTO closeups (embedding_id, sentences, outline) VALUES (:id, :sentences, :outline)"
    )
    last: dict[str, Any] = {"id": 0, "space_id": 0, "content_hash": b""}
    while rows := connection.execute(some, {**last, "most": _AT_ONCE}).all():
        packed = [_packed(row) for row in rows]
        numbered = [{"id": number, **one} for number, one in enumerate(packed, last["id"] + 1)]
        connection.execute(add_embedding, numbered)
        connection.execute(add_closeup, numbered)
        last = numbered[-1]


def _packed(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of any columns
    vector = np.frombuffer(row.passage, dtype=np.float16).astype(np.float32)
    rows = np.frombuffer(row.sentences, dtype=np.int8).reshape(-1, len(vector)).astype(np.float32)
    direction = passage_to_bytes(vector)
    [packed] = sentences_to_bytes([rows / _SCALE], [direction], len(vector))
    return {
        "space_id": row.space_id,
        "content_hash": row.content_hash,
        "passage": direction,
        "sentences": packed,
        "outline": _repacked(bytes(row.outline or b"").decode()),
    }


def _repacked(kept: str) -> bytes:
    """Return an outline of the earlier form packed; none of another form, to be made anew."""
    form, places, *words = kept.split("\n") if kept.startswith(_FORM) else ("", "")
    if not form:
        return b""
    numbers = [int(number) for number in places.split()]
    title, *lines = (f" {line} " for line in words)
    spans = zip(numbers[::2], numbers[1::2], strict=True)
    return Outline(places=spelled_places(spans), title=title, lines=tuple(lines)).to_bytes()
