"""The tables of `vectors.sqlite`, as the code of this release uses them."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

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
    Column("space_id", Integer, ForeignKey("spaces.id"), primary_key=True),
    Column("content_hash", LargeBinary, primary_key=True),
    Column("passage", LargeBinary, nullable=False),
    Column("sentences", LargeBinary, nullable=False),
    Column("outline", LargeBinary, nullable=False, server_default=""),
)
contents = Table(
    "contents",
    metadata,
    Column("passage_id", Integer, primary_key=True),
    Column("content_hash", LargeBinary, nullable=False),
)
