"""Plain text, and the little Markdown that slips into it: stars around headlines and words."""

import re

from corpus.normalising import normalise
from corpus.readers.documents import Document
from corpus.titles import LONGEST_HEADLINE, find_title

_STARRED_LINE = re.compile(r"^[ \t]*(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1[ \t]*$", re.MULTILINE)
_HEADLINE_STARS = 2
_BOLD = re.compile(r"(?<![*\d\\])(\*{2,3})(?=[^\s*])([^\n*]+?)(?<=[^\s*])\1(?![*\d])")
_ITALIC = re.compile(r"(?<![*\w\\])\*(?=[^\s*])([^\n*]+?)(?<=[^\s*])\*(?![*\w])")


def read_plain(text: str) -> Document:
    """Return the document in `text`: its lines as they are, without stars used as markup."""
    prose, headings = resolve_stars(normalise(text))
    return Document(title=find_title(prose, headings), text=prose)


def resolve_stars(text: str) -> tuple[str, list[str]]:
    """Return `text` without the stars that mark emphasis, and the lines that were all bold.

    A text without any bold piece is left alone: its single stars may mean something else.
    """
    if "**" not in text or not (_BOLD.search(text) or _is_starred(text)):
        return text, []
    headings = [
        _without_stars(match[2])
        for match in _STARRED_LINE.finditer(text)
        if len(match[1]) >= _HEADLINE_STARS and len(match[2]) <= LONGEST_HEADLINE
    ]
    return normalise(_without_stars(_STARRED_LINE.sub(r"\2", text))), headings


def _is_starred(text: str) -> bool:
    return any(len(match[1]) >= _HEADLINE_STARS for match in _STARRED_LINE.finditer(text))


def _without_stars(text: str) -> str:
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\2", text))
