"""The receipts shown in Telegram, read without writing to the bot's database or making one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from sqlalchemy import Engine, select

from bot.state import FILE_NAME, StoredReceipt, receipt_from
from bot.state_schema import receipts
from corpus.database import open_engine, reading

_AT_ONCE = 500


class ShownReceipts:
    """The receipts in `bot.sqlite` of a library folder; none if there is no such file."""

    def __init__(self, folder: Path) -> None:
        """Open the file if it is there."""
        path = folder / FILE_NAME
        self._engine: Engine | None = None
        if path.exists():
            self._engine = open_engine(path, read_only=True)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        if self._engine is not None:
            self._engine.dispose()

    def find(self, code: str) -> StoredReceipt | None:
        """Return the quote a receipt was given for, or None if it was never shown."""
        if self._engine is None:
            return None
        with reading(self._engine) as connection:
            row = connection.execute(select(receipts).where(receipts.c.code == code)).one_or_none()
        return None if row is None else receipt_from(row)

    def all(self) -> Iterator[StoredReceipt]:
        """Yield every receipt shown, by its code."""
        group: list[StoredReceipt] = []
        while self._engine is not None:
            after = group[-1].code if group else ""
            chosen = select(receipts).where(receipts.c.code > after).order_by(receipts.c.code)
            with reading(self._engine) as connection:
                rows = connection.execute(chosen.limit(_AT_ONCE)).all()
            group = [receipt_from(row) for row in rows]
            yield from group
            if not group:
                return
