"""What the bot says of itself, in the reader's language.

Texts are written in English in `bot/telegram/texts/`, each a function that takes a `Speech` first.
"""

import gettext
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from babel.dates import format_date
from babel.numbers import format_decimal

from bot.direction import isolated, with_isolated_commands, with_isolated_mentions

LANGUAGES = ("en", "de", "es", "ru", "ar")
"""The languages of the interface; English is spoken where none of them is understood."""

_RIGHT_TO_LEFT = frozenset({"ar"})
_LOCALES = {"en": "en_GB"}
"""Where the conventions for dates are not those of the language alone."""
_DAYS = {"ru": "d MMMM y"}
"""Where the usual form ends in a stop, which a sentence would double."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One language of the interface. `language` is one of `LANGUAGES`."""

    language: str = "en"
    translations: gettext.NullTranslations = field(
        default_factory=gettext.NullTranslations, repr=False, compare=False
    )

    @property
    def is_right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.language in _RIGHT_TO_LEFT

    def gettext(self, message: str, /, **values: object) -> str:
        """Return `message` in this language, its {names} filled with `values`.

        A list of names is joined; names written in the other direction are isolated, so that they
        do not turn the words around them.
        """
        return self._filled(self.translations.gettext(message), values)

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Return the form of the message that goes with `number`, which fills {number}."""
        message = self.translations.ngettext(one, many, number)
        return self._filled(message, {"number": self.number(number), **values})

    def number(self, number: int) -> str:
        """Return a number with its thousands parted."""
        return str(format_decimal(number, locale=self._locale))

    def day(self, moment: datetime) -> str:
        """Return a day (UTC) in words, as "30 October 2026"."""
        form = _DAYS.get(self.language, "long")
        return str(format_date(moment.astimezone(UTC), form, locale=self._locale))

    def isolated(self, text: str) -> str:
        """Return a name, title or address so that it does not turn the words around it."""
        return isolated(text, in_right_to_left=self.is_right_to_left)

    def joined(self, names: Sequence[str]) -> str:
        """Return names one after the other, each isolated."""
        comma = "، " if self.is_right_to_left else ", "
        return comma.join(self.isolated(name) for name in names)

    @property
    def _locale(self) -> str:
        return _LOCALES.get(self.language, self.language)

    def _filled(self, message: str, values: dict[str, object]) -> str:
        mentioned = frozenset[str]()
        if self.is_right_to_left:
            message, mentioned = with_isolated_mentions(with_isolated_commands(message))
        filled = {
            name: value if name in mentioned else self._value(value)
            for name, value in values.items()
        }
        return message.format(**filled)

    def _value(self, value: object) -> object:
        match value:
            case str():
                return self.isolated(value)
            case list() | tuple():
                return self.joined([str(name) for name in value])
            case _:
                return value


ENGLISH = Speech()
