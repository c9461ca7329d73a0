"""What the bot says of itself, in the reader's language: gettext catalogues under `bot/locales`.

Texts are written in English in `bot/telegram/texts/`, each a function that takes a `Speech` first.
"""

import gettext
from dataclasses import dataclass, field

LANGUAGES = ("en", "de", "es", "ru", "ar")
"""The languages of the interface; English is spoken where none of them is understood."""

_RIGHT_TO_LEFT = frozenset({"ar"})


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
        """Return `message` in this language, its {names} filled with `values`."""
        return self.translations.gettext(message).format(**values)

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Return the form of the message that goes with `number`, which fills {number}."""
        return self.translations.ngettext(one, many, number).format(number=number, **values)


ENGLISH = Speech()
