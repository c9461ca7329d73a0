"""The forms settings are written in: each reads what a source held, or says how to write it.

A source is a variable, which holds text, or TOML, which has numbers and lists, too. `ValueError`
says what was expected, never what was found: that may be a secret.
"""

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Read = Callable[[Any], Any]
"""Returns the value of a setting; raises `ValueError`."""

_WHOLE = re.compile(r"[+-]?[0-9]+")
_YES = frozenset({"true", "yes", "on", "1", "y", "t"})
_NO = frozenset({"false", "no", "off", "0", "n", "f"})


class Secret:
    """A text that is masked in whatever it is printed in."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep `text`."""
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        """Return the same for any text."""
        return "Secret('**********')"


def text(pattern: str = ".*", *, like: str = "text") -> Read:
    """Return what reads a text of one form, which `like` describes to people."""
    form = re.compile(pattern, re.DOTALL)

    def read(value: Any) -> str:  # noqa: ANN401 -- whatever a source held
        if not isinstance(value, str) or not form.fullmatch(value):
            message = f"write {like}"
            raise ValueError(message)
        return value

    return read


def whole_number(least: int, most: int) -> Read:
    """Return what reads a whole number between two, both inclusive."""

    def read(value: Any) -> int:  # noqa: ANN401 -- whatever a source held
        number = _whole(value)
        if number is None or not least <= number <= most:
            message = f"write a whole number from {least} to {most}"
            raise ValueError(message)
        return number

    return read


def number(least: float, most: float) -> Read:
    """Return what reads a number between two, both inclusive."""

    def read(value: Any) -> float:  # noqa: ANN401 -- whatever a source held
        try:
            found = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            found = math.nan
        if not least <= found <= most:
            message = f"write a number from {least:g} to {most:g}"
            raise ValueError(message)
        return found

    return read


def yes_or_no(value: Any) -> bool:  # noqa: ANN401 -- whatever a source held
    """Return what "true", "no", "off" and the like say."""
    word = str(value).strip().lower()
    if word not in _YES | _NO:
        message = "write true or false"
        raise ValueError(message)
    return word in _YES


def path(value: Any) -> Path:  # noqa: ANN401 -- whatever a source held
    """Return a path; one that begins with a tilde is in the home folder."""
    if not isinstance(value, str | Path):
        message = "write the path of a file or folder"
        raise ValueError(message)  # noqa: TRY004 -- one error for all forms
    return Path(value).expanduser()


def whole_numbers(value: Any) -> tuple[int, ...]:  # noqa: ANN401 -- whatever a source held
    """Return "12, -1003" as its numbers; TOML has a list of them."""
    parts = re.split(r"[,\s]+", value) if isinstance(value, str) else value
    found = [_whole(part) for part in parts if part != ""] if _is_list(parts) else [None]
    numbers = tuple(number for number in found if number is not None)
    if len(numbers) < len(found):
        message = "write whole numbers with commas between them, as 12, -1003"
        raise ValueError(message)
    return numbers


def collections_by_chat(value: Any) -> dict[int, tuple[str, ...]]:  # noqa: ANN401 -- whatever a source held
    """Return "-100123=news,blog; 42=main" as collections by chat."""
    rights: dict[int, tuple[str, ...]] = {}
    for part in filter(str.strip, value.split(";") if isinstance(value, str) else ("=",)):
        chat, _, names = part.partition("=")
        collections = tuple(name.strip() for name in names.split(",") if name.strip())
        key = _whole(chat)
        if key is None or key in rights or not collections:
            message = "write each chat once with its collections, as -100123=news,blog; 42=main"
            raise ValueError(message)
        rights[key] = collections
    return rights


def secret(value: Any) -> Secret:  # noqa: ANN401 -- whatever a source held
    """Return a text that is printed nowhere."""
    if not isinstance(value, str):
        message = "write text"
        raise ValueError(message)  # noqa: TRY004 -- one error for all forms
    return Secret(value)


def _is_list(parts: Any) -> bool:  # noqa: ANN401 -- whatever a source held
    return isinstance(parts, Sequence) and not isinstance(parts, str)


def _whole(value: Any) -> int | None:  # noqa: ANN401 -- whatever a source held
    """Return a whole number, `None` for anything else."""
    if isinstance(value, str):
        return int(value) if _WHOLE.fullmatch(value.strip()) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
