"""Names written from left to right in sentences written from right to left, and the reverse.

A foreign name is put between two invisible characters (U+2068 and U+2069, Unicode Standard Annex 9),
outside of which it changes the order of nothing. They are never put into a quote.
"""

import re
import unicodedata

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"

_ISOLATES = re.compile("[\u2066-\u2069]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MENTION = re.compile(r"@\{(\w+)\}")
_COMMAND = re.compile(
    r"(?<![\w/<])/[a-z][a-z_]*(?: [A-Za-z0-9](?:[A-Za-z0-9:/,._-]*[A-Za-z0-9])?)*"
)
_FOREIGN_IN_RIGHT_TO_LEFT = frozenset({"L", "EN"})
"""Latin letters and digits: a date as 2026-10-30 would be turned around, a number alone would not."""
_FOREIGN_IN_LEFT_TO_RIGHT = frozenset({"R", "AL", "AN"})


def isolated(text: str, *, in_right_to_left: bool) -> str:
    """Return `text` between isolates if it holds characters of the other direction.

    Isolates of its own are dropped: one left open would reach beyond it.
    """
    foreign = _FOREIGN_IN_RIGHT_TO_LEFT if in_right_to_left else _FOREIGN_IN_LEFT_TO_RIGHT
    text = without_isolates(text)
    if _NUMBER.fullmatch(text) or foreign.isdisjoint(map(unicodedata.bidirectional, text)):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def without_isolates(text: str) -> str:
    """Return what somebody copied from a message of ours as they read it."""
    return _ISOLATES.sub("", text)


def with_isolated_commands(text: str) -> str:
    """Return a text written from right to left in which commands keep their form, with what follows."""
    return _COMMAND.sub(lambda found: isolated(found[0], in_right_to_left=True), text)


def with_isolated_mentions(text: str) -> tuple[str, frozenset[str]]:
    """Return a template in which every "@{name}" is isolated as a whole, and those names."""
    names = frozenset(_MENTION.findall(text))
    return _MENTION.sub(rf"{FIRST_STRONG_ISOLATE}@{{\1}}{POP_ISOLATE}", text), names
