"""Telegram's HTML, built piece by piece together with the plain text it will show.

All lengths here are UTF-16 units, as Telegram counts; `Span` offsets stay code points.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from html import escape
from typing import Self

from corpus.articles import Span

LONGEST_MESSAGE = 4096
LONGEST_TOAST = 200
MOST_ENTITIES = 100
_ANYWHERE_THE_SAME_DAY = timedelta(hours=10)
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u0333\u033f\u030a\u2028-\u202e\ud800-\udfff]")
_DIRECTION_RUN = re.compile("[\u200e\u200f](?=[\u200e\u200f])")


def utf16_units(text: str) -> int:
    """Return the length of `text` in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def in_one_line(text: str, *, longest: int) -> str:
    """Return metadata as Telegram will show it: one line of at most `longest` units."""
    line = " ".join(_DIRECTION_RUN.sub("", _UNSHOWABLE.sub(" ", text)).split())
    if utf16_units(line) <= longest:
        return line
    cut = line[:longest]
    while utf16_units(cut) >= longest:
        cut = cut[:-1]
    return cut.rstrip() + "…"


def is_carried(text: str) -> bool:
    """Return whether Telegram shows `text` as it is: drops, trims and replaces nothing."""
    return (
        text == text.strip()
        and not _UNSHOWABLE.search(text.replace("\n", ""))
        and not _DIRECTION_RUN.search(text)
    )


@dataclass(slots=True)
class Markup:
    """A message under construction. Every method that adds something returns the message."""

    html: str = ""
    plain: str = ""
    entities: int = 0
    quotes: list[str] = field(default_factory=list)

    @property
    def units(self) -> int:
        """Return the length of the text shown."""
        return utf16_units(self.plain)

    def text(self, text: str) -> Self:
        """Add plain text."""
        return self._add(escape(text, quote=False), text, entities=0)

    def bold(self, text: str) -> Self:
        """Add text in bold."""
        return self._add(f"<b>{escape(text, quote=False)}</b>", text)

    def italic(self, text: str) -> Self:
        """Add text in italics."""
        return self._add(f"<i>{escape(text, quote=False)}</i>", text)

    def link(self, label: str, url: str | None) -> Self:
        """Add a link, or nothing but its label where there is no address."""
        if url is None:
            return self.text(label)
        return self._add(f'<a href="{escape(url)}">{escape(label, quote=False)}</a>', label)

    def date(self, moment: datetime, *, words: str) -> Self:
        """Add a day as each reader writes dates; `words` stand where that is not possible.

        A reader's client turns the moment into local time. A date without a time (midnight)
        is therefore given as 10:00 UTC, which is the same day from Hawaii to New Zealand.
        """
        if moment.time() == time.min:
            moment += _ANYWHERE_THE_SAME_DAY
        unix = int(moment.timestamp())
        if unix <= 0:
            return self.text(words)
        return self._add(
            f'<tg-time unix="{unix}" format="D">{escape(words, quote=False)}</tg-time>', words
        )

    def quote(self, text: str, *, marks: Sequence[Span] = (), folded: bool = False) -> Self:
        """Add an exact quote; `marks` (sorted, apart, offsets inside it) are emphasised."""
        pieces: list[str] = []
        position = 0
        for mark in marks:
            pieces.append(escape(text[position : mark.start], quote=False))
            pieces.append(f"<b><u>{escape(mark.of(text), quote=False)}</u></b>")
            position = mark.end
        pieces.append(escape(text[position:], quote=False))
        tag = "<blockquote expandable>" if folded else "<blockquote>"
        self.quotes.append(text)
        return self._add(f"{tag}{''.join(pieces)}</blockquote>", text, entities=1 + 2 * len(marks))

    def join(self, other: "Markup") -> Self:
        """Add all of another message."""
        self.quotes.extend(other.quotes)
        return self._add(other.html, other.plain, entities=other.entities)

    def _add(self, html: str, plain: str, *, entities: int = 1) -> Self:
        self.html += html
        self.plain += plain
        self.entities += entities
        return self
