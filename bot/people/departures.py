"""The chats the bot was removed from, or that blocked it: they get nothing until it is back."""

from datetime import datetime

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.state_schema import departures
from corpus.database import reading, writing


class Departures:
    """The table of chats that were left. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the table of `bot.state_schema`."""
        self._engine = engine

    def all(self) -> dict[int, datetime]:
        """Return the chats the bot is out of, each with since when."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(departures))
            return {row.chat_id: row.left_at for row in rows}

    def leave(self, chat_id: int, at: datetime) -> None:
        """Note that the bot is out of a chat."""
        statement = insert(departures).values(chat_id=chat_id, left_at=at)
        newest = statement.on_conflict_do_update(
            index_elements=["chat_id"], set_=dict(statement.excluded)
        )
        with writing(self._engine) as connection:
            connection.execute(newest)

    def enter(self, chat_id: int) -> None:
        """Note that the bot is in a chat again."""
        with writing(self._engine) as connection:
            connection.execute(delete(departures).where(departures.c.chat_id == chat_id))
