"""The tables of `vectors.sqlite`, as the code of this release uses them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

spaces = Table(
    "spaces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
)
embeddings = Table(
    "embeddings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space_id", Integer, ForeignKey("spaces.id"), nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Column("passage", LargeBinary, nullable=False),
    UniqueConstraint("space_id", "content_hash"),
)
"""The vectors of passages: nothing else, so that they are read from end to end quickly."""

closeups = Table(
    "closeups",
    metadata,
    Column(
        "embedding_id",
        Integer,
        ForeignKey("embeddings.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("sentences", LargeBinary, nullable=False),
    Column("outline", LargeBinary, nullable=False),
)
"""What is only looked at when a passage is read closely."""

contents = Table(
    "contents",
    metadata,
    Column("passage_id", Integer, primary_key=True),
    Column("content_hash", LargeBinary, nullable=False),
)
