"""Words parted at the ends of printed lines, put together again; compounds keep their hyphen."""

import re
from collections.abc import Iterable, Iterator

HYPHENS = "\x02\xad\ufffe"
"""How a hyphen is told that stands only because a line ends."""

_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_WHOLE_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")
_FIRST_PARTS = frozenset(
    "well self twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
)
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"^[^\W\d_]+")


def _whole_parts(texts: Iterable[str]) -> Iterator[str]:
    """Yield lines without the halves of the words that are parted at their ends."""
    is_parted = False
    for text in texts:
        whole = text.partition(" ")[2] if is_parted else text
        is_parted = text.endswith(("-", *HYPHENS))
        yield whole.rpartition(" ")[0] if is_parted else whole


class Vocabulary:
    """The words of a document, to tell a parted word from two joined by a hyphen."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take up the words of `lines`, in the order they stand in."""
        texts = list(_whole_parts(map(str.casefold, lines)))
        self._compounds = {word for text in texts for word in _COMPOUND.findall(text)}
        self._words = {word for text in texts for word in _WHOLE_WORD.findall(text)}

    def joined(self, text: str, line: str) -> str:
        """Return `text` with the next line; a word parted at the line's end is one again."""
        is_dash = text[-2:-1].isspace()
        if is_dash or not text.endswith(("-", *HYPHENS)):
            return f"{text.rstrip()} {line}"
        stem = text.rstrip("-" + HYPHENS)
        start, end = _LAST_WORD.search(stem), _FIRST_WORD.match(line)
        if start is None or end is None:
            return f"{stem}-{line}"
        is_one = self.is_one_word(start.group(), end.group())
        return stem + line if is_one else f"{stem}-{line}"

    def is_one_word(self, start: str, end: str) -> bool:
        """Return whether `start` and `end`, on both sides of a line's end, are one word.

        They are not if the document has them with a hyphen within a line, or both by themselves
        and never as one; a second part in capitals is a name.
        """
        first, second = start.casefold(), end.casefold()
        if not end[0].islower() or f"{first}-{second}" in self._compounds:
            return False
        if first + second in self._words:
            return True
        return first not in _FIRST_PARTS and not {first, second} <= self._words
