"""What is kept of people: the language they chose, the one Telegram named, what they were told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.dialects.sqlite import insert

from bot.state_schema import announced, people
from corpus.database import reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A Telegram user. `language` is their choice, `language_code` what Telegram last said."""

    user_id: int
    language: str | None = None
    language_code: str | None = None
    told_at: datetime | None = None


class People:
    """The settings of people over the engine of the bot's database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Use the tables of `bot.state_schema`."""
        self._engine = engine

    def all(self) -> list[Person]:
        """Return everybody of whom anything is kept."""
        with reading(self._engine) as connection:
            return [Person(**row._mapping) for row in connection.execute(select(people))]  # noqa: SLF001 - SQLAlchemy's documented name

    def choose_language(self, user_id: int, language: str | None) -> None:
        """Keep a person's choice of a language; None follows Telegram again."""
        self._keep(user_id, language=language)

    def remember_code(self, user_id: int, language_code: str | None) -> None:
        """Keep the language Telegram names for a person who is written to without having asked."""
        self._keep(user_id, language_code=language_code)

    def note_told(self, user_id: int, at: datetime) -> None:
        """Keep that a person was told that the model does not know their language."""
        self._keep(user_id, told_at=at)

    def announced(self, username: str) -> str | None:
        """Return the fingerprint of what Telegram was told about a bot, or None."""
        statement = select(announced.c.fingerprint).where(announced.c.username == username)
        with reading(self._engine) as connection:
            return connection.scalars(statement).one_or_none()

    def note_announced(self, username: str, fingerprint: str) -> None:
        """Keep the fingerprint of what Telegram was told."""
        row = {"username": username, "fingerprint": fingerprint}
        statement = insert(announced).values(row)
        with writing(self._engine) as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["username"], set_=row)
            )

    def _keep(self, user_id: int, **values: object) -> None:
        statement = insert(people).values(user_id=user_id, **values)
        with writing(self._engine) as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["user_id"], set_=values)
            )
