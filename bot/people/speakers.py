"""In which language each person is spoken to: their choice, else Telegram's, else English.

Everything is in memory, filled from the database once: a language is asked for in the middle of work
that must not wait for the disk.
"""

from collections import OrderedDict
from collections.abc import Iterable

from bot.catalogues import speech_in, spoken
from bot.people.people import Person
from bot.speech import ENGLISH, Speech

HEARD_KEPT = 5_000
"""People whose last language is remembered until the process ends."""


class Speakers:
    """The languages of people. Safe to use from several threads: each step is one of a dict."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        """Start with what the database keeps."""
        self._chosen: dict[int, str] = {}
        self._kept: dict[int, str | None] = {}
        self._told: set[int] = set()
        self._heard: OrderedDict[int, str] = OrderedDict()
        self._changed: dict[int, str] = {}
        for person in people:
            self._take(person)

    def _take(self, person: Person) -> None:
        chosen = spoken(person.language)
        if chosen is not None:
            self._chosen[person.user_id] = chosen
        if person.language_code is not None:
            self._kept[person.user_id] = person.language_code
        if person.told_at is not None:
            self._told.add(person.user_id)

    def speech(self, user_id: int, language_code: str | None) -> Speech:
        """Return the language to speak with a person who is just heard; `language_code` is Telegram's."""
        if language_code:
            self._heard[user_id] = language_code
            self._heard.move_to_end(user_id)
            while len(self._heard) > HEARD_KEPT:
                self._heard.popitem(last=False)
            if self._kept.get(user_id, language_code) != language_code:
                self._kept[user_id] = self._changed[user_id] = language_code
        return speech_in(self._chosen.get(user_id) or spoken(language_code) or ENGLISH.language)

    def speech_of(self, user_id: int) -> Speech:
        """Return the language to speak with a person who is not just heard, such as one alerted."""
        code = self._heard.get(user_id) or self._kept.get(user_id)
        return speech_in(self._chosen.get(user_id) or spoken(code) or ENGLISH.language)

    def chosen(self, user_id: int) -> str | None:
        """Return the language a person chose, None who follows Telegram."""
        return self._chosen.get(user_id)

    def choose(self, user_id: int, language: str | None) -> None:
        """Take note of a choice; None follows Telegram again."""
        if language is None:
            self._chosen.pop(user_id, None)
        else:
            self._chosen[user_id] = language

    def remember(self, user_id: int, language_code: str) -> None:
        """Take note that a person's language is kept in the database from now on."""
        self._kept[user_id] = language_code

    def changed(self) -> dict[int, str]:
        """Return the languages of people in the database that Telegram names otherwise, once."""
        changed, self._changed = self._changed, {}
        return changed

    def was_told(self, user_id: int) -> bool:
        """Return whether a person was told that the model does not know their language."""
        return user_id in self._told

    def note_told(self, user_id: int) -> None:
        """Take note that a person was told."""
        self._told.add(user_id)

    def forget(self, user_id: int) -> None:
        """Forget a person."""
        for kept in (self._chosen, self._kept, self._heard, self._changed):
            kept.pop(user_id, None)
        self._told.discard(user_id)
