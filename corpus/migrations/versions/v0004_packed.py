"""Pack texts and documents, and keep hashes as bytes: the same library in half the room."""

from typing import Any

import sqlalchemy as sa
import zstandard
from alembic import op

from corpus.errors import LibraryDamagedError
from corpus.packing import packed_document, packed_text, unpacked_document

revision = "0004"
down_revision = "0003"

_AT_ONCE = 200
_NOTHING_CLEANED = '{"headline": null, "dropped": []}'
_HASHES = (("versions", ("text_hash", "raw_hash", "fingerprint")), ("changes", ("history",)))


def upgrade() -> None:
    """Move the texts into a table of their own form, and rewrite the hashes in place."""
    connection = op.get_bind()
    _pack_texts(connection)
    for table, columns in _HASHES:
        for column in columns:
            _keep_bytes(connection, table, column)
    connection.execute(
        sa.text("UPDATE versions SET cleaning = '' WHERE cleaning = :nothing"),
        {"nothing": _NOTHING_CLEANED},
    )


def _pack_texts(connection: sa.Connection) -> None:
    op.create_table(
        "packed_texts",
        sa.Column(
            "version_id",
            sa.Integer,
            sa.ForeignKey("versions.id", ondelete="CASCADE"),
            nullable=False,
            primary_key=True,
        ),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    some = sa.text(
        "SELECT version_id, text, raw FROM texts WHERE version_id > :after"
        " ORDER BY version_id LIMIT :most"
    )
    after = 0
    while rows := connection.execute(some, {"after": after, "most": _AT_ONCE}).all():
        connection.execute(
            sa.text("INSERT INTO packed_texts VALUES (:version_id, :text, :raw)"),
            [_packed(*row) for row in rows],
        )
        after = rows[-1].version_id
    op.drop_table("texts")
    op.rename_table("packed_texts", "texts")


def _packed(version_id: int, text: str, raw: bytes) -> dict[str, Any]:
    return {"version_id": version_id, "text": packed_text(text), "raw": _beside(text, raw)}


def _beside(text: str, raw: bytes) -> bytes:
    """Return a document packed beside its text; one that is damaged, or left out, as it is."""
    try:
        return packed_document(unpacked_document(raw, text), text) if raw else raw
    except (LibraryDamagedError, zstandard.ZstdError):
        return raw


def _keep_bytes(connection: sa.Connection, table: str, column: str) -> None:
    """Make a column of hexadecimal digits one of bytes; a table others refer to stays in place."""
    driver: Any = connection.connection.driver_connection
    driver.create_function("passagebot_bytes", 1, bytes.fromhex, deterministic=True)
    for statement in (
        f"ALTER TABLE {table} RENAME COLUMN {column} TO {column}_digits",
        f"ALTER TABLE {table} ADD COLUMN {column} BLOB NOT NULL DEFAULT x''",
        f"UPDATE {table} SET {column} = passagebot_bytes({column}_digits)",  # noqa: S608 - our own
        f"ALTER TABLE {table} DROP COLUMN {column}_digits",
    ):
        op.execute(statement)
