"""What a button carries: a verb, the token of an answer, and numbers; at most 64 bytes.

What the token stands for is in the database, so a button works after a restart.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

TOKEN_LENGTH = 12
NO_TOKEN = "-" * TOKEN_LENGTH
"""Stands where a button needs no token: it is about whoever presses it."""

NewToken = Callable[[], str]
_FORM = re.compile(r"([a-z]):([A-Za-z0-9_-]{12})((?::\d{1,4}){0,3})")


class Verb(StrEnum):
    """What a button does; one letter each. New verbs are added, none is ever reused."""

    PAGE = "p"
    """page: show this story."""
    ANYWAY = "a"
    """page: show what was found although it answers nothing."""
    CONTEXT = "c"
    """page, steps above, steps below: show what stands around the quote."""
    SOURCES = "s"
    """page: list where the quoted sentence also stands."""
    CONTENTS = "n"
    """page: name the stories in a toast."""
    EXAMPLE = "w"
    """ask the question on the button; the token is a hash of it."""
    UP = "u"
    """page: say that its passage answers; again takes it back."""
    DOWN = "d"
    """page: say that its passage does not answer; again takes it back."""
    GAP = "e"
    """what to do, page: change a gap, or turn the list of gaps; the token is the gap's."""
    LANGUAGE = "l"
    """which: speak this language of `LANGUAGES`, counted from 1, from now on; 0 follows Telegram."""
    FORGET = "q"
    """whether: erase everything about who presses (1), or not after all (0)."""

    FOLLOW = "f"
    """page: follow the question of an answer, or stop; again takes it back."""
    TELL = "t"
    """tell once when something answers the question of an answer; again takes it back."""
    FOLLOWED = "g"
    """what, where: change what is followed; the token is that of the follow, or of an alert."""
    WHEN = "h"
    """what, value, value: show or set when whoever presses is told."""

    ADD = "b"
    """how: add what a draft holds, as `bot.administration.keeping.How`."""
    DISCARD = "x"
    """discard a draft."""
    UNDO = "z"
    """take what was added out again."""
    VIEW = "v"
    """page: show the cleaned text of a draft."""
    MODIFY = "m"
    """say how title, date and source of a draft are changed."""
    OVERVIEW = "o"
    """show the preview of a draft again."""
    REMOVE = "r"
    """which: erase this article of a removal, counted from 1; 0 keeps them."""
    REVOKE = "k"
    """end an invitation; the token is the invitation's."""


NUMBERS = {
    Verb.FOLLOW: 1,
    Verb.TELL: 0,
    Verb.FOLLOWED: 2,
    Verb.WHEN: 3,
    Verb.ADD: 1,
    Verb.DISCARD: 0,
    Verb.UNDO: 0,
    Verb.VIEW: 1,
    Verb.MODIFY: 0,
    Verb.OVERVIEW: 0,
    Verb.REMOVE: 1,
    Verb.REVOKE: 0,
    Verb.PAGE: 1,
    Verb.ANYWAY: 1,
    Verb.CONTEXT: 3,
    Verb.SOURCES: 1,
    Verb.CONTENTS: 1,
    Verb.EXAMPLE: 0,
    Verb.UP: 1,
    Verb.DOWN: 1,
    Verb.GAP: 2,
    Verb.LANGUAGE: 1,
    Verb.FORGET: 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One button's meaning. `numbers` are as many as its verb takes."""

    verb: Verb
    token: str
    numbers: tuple[int, ...]

    @property
    def data(self) -> str:
        """Return the callback data, 1-64 bytes of ASCII."""
        return ":".join([self.verb.value, self.token, *map(str, self.numbers)])

    @classmethod
    def parse(cls, data: str | None) -> "Press | None":
        """Return what `data` means, or None if it is none of ours."""
        found = _FORM.fullmatch(data or "")
        if found is None or found[1] not in {verb.value for verb in Verb}:
            return None
        verb = Verb(found[1])
        numbers = tuple(int(number) for number in found[3].split(":")[1:])
        return (
            cls(verb=verb, token=found[2], numbers=numbers)
            if NUMBERS[verb] == len(numbers)
            else None
        )


def new_token() -> str:
    """Return 12 random characters of the URL-safe base64 alphabet (72 bits)."""
    return secrets.token_urlsafe(9)
