"""The one form of text that is stored: what a Telegram message can carry, byte for byte.

Telegram drops or replaces some characters of every message it is sent. A text that holds none
of them can be quoted exactly, so they leave here, before any offset exists.
"""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x85\u2028]")
_PARAGRAPH_SEPARATOR = "\u2029"
_SPACES = re.compile("[\t\x1c-\x1f]")
_VANISHING = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls
    "\xad"  # soft hyphen: a hint for the layout, not part of the word
    "\u202a-\u202e"  # embedding and override of direction
    "\ufeff"  # byte order mark
    "\ud800-\udfff"  # halves of surrogate pairs
    "]"
)
_DROPPED_MARKS = re.compile(
    "[\u0333\u033f\u030a]"
)  # by Telegram, where NFC attached them to nothing
_MOST_MARKS = 30  # on one letter, as in Unicode's Stream-Safe Text Format; NFC is slow with more
_MANY_MARKS = re.compile(r"[^\x00-\x7f\w\s]{31,}")
_DIRECTION_RUN = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")
_AFTER_NOTHING = re.compile(r"(?<!\S)[^\x00-\x7f\w\s]+")
_WIDE_SPACES = frozenset("\xa0\u2003\u2009\u202f\u3000")
_WHITESPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    r"""Return `text` in NFC with `\n` line ends and without what Telegram cannot carry.

    Lines stay as they are, only outer blank space goes. The same text gives the same result,
    and the result gives itself.
    """
    if _is_plain(text):
        return text.strip()
    previous = None
    while previous != text:  # dropping a mark may let two others compose: repeat until stable
        previous = text
        text = _pass(text)
    return text


def normalise_line(text: str) -> str:
    """Return `text` normalised, in one line with single spaces: for titles and names."""
    return normalise(_WHITESPACE.sub(" ", normalise(text)))


def _is_plain(text: str) -> bool:
    """Return whether nothing can have to change: asked of the few distinct characters."""
    return all(map(_is_harmless, set(text))) and unicodedata.is_normalized("NFC", text)


def _is_harmless(char: str) -> bool:
    if char < "\x7f":
        return char >= " " or char == "\n"
    if not char.isprintable():
        return char in _WIDE_SPACES
    return unicodedata.category(char)[0] != "M"


def _pass(text: str) -> str:
    text = text.replace(_PARAGRAPH_SEPARATOR, "\n\n")
    text = _LINE_ENDS.sub("\n", text)
    text = _SPACES.sub(" ", text)
    text = _VANISHING.sub("", text)
    text = _MANY_MARKS.sub(_with_fewer_marks, text)
    text = _DROPPED_MARKS.sub("", unicodedata.normalize("NFC", text))
    text = _DIRECTION_RUN.sub("", text)
    text = _AFTER_NOTHING.sub(_without_marks, text)
    return text.strip()


def _without_marks(run: re.Match[str]) -> str:
    """Return the run without the combining marks it starts with: they stand on no letter."""
    piece = run.group()
    start = 0
    while start < len(piece) and unicodedata.category(piece[start]) in {"Mn", "Me"}:
        start += 1
    return piece[start:]


def _with_fewer_marks(run: re.Match[str]) -> str:
    """Return the run with at most `_MOST_MARKS` combining marks in a row."""
    kept: list[str] = []
    marks = 0
    for char in run.group():
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)
