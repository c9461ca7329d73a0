"""Text fit for a terminal: prose in lines without a character changed, metadata in one line."""

from collections.abc import Iterator
from itertools import accumulate

from rich.cells import cell_len


def wrapped(text: str, *, width: int) -> list[str]:
    """Return `text` in pieces of up to `width` columns that, joined, are `text` exactly.

    A piece ends after a line break or after spaces (which may stand past the width); a word
    wider than a line is cut.
    """
    pieces: list[str] = []
    for paragraph in text.splitlines(keepends=True):
        line = ""
        for word in _words(paragraph, width=width):
            if line and cell_len(line + word.rstrip()) > width:
                pieces.append(line)
                line = ""
            line += word
        pieces.append(line)
    return pieces


def printable(text: str) -> str:
    """Return metadata fit for a terminal: one line, without control characters."""
    kept = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(kept.split())


def _words(text: str, *, width: int) -> Iterator[str]:
    """Yield words with the spaces after them; a word wider than a line comes in parts."""
    ends = [i for i in range(1, len(text)) if text[i - 1].isspace() and not text[i].isspace()]
    start = 0
    for end in [*ends, len(text)]:
        word = text[start:end]
        while cell_len(word.rstrip()) > width:
            cut = _fitting(word, width=width)
            yield word[:cut]
            word = word[cut:]
        yield word
        start = end


def _fitting(word: str, *, width: int) -> int:
    """Return how many characters of a word wider than `width` fit in it: at least one."""
    widths = accumulate(cell_len(character) for character in word)
    return max(1, sum(used <= width for used in widths))
