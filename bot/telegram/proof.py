"""The proof that a message shows its quotes exactly, taken from the message as it will be sent.

It reads the HTML again, independently of what built it, and compares what a reader will see in
each quotation with the slices of the stored articles.
"""

import re
from collections.abc import Sequence
from html import unescape

from bot.telegram.markup import LONGEST_MESSAGE, MOST_ENTITIES, is_carried, utf16_units

_PIECE = re.compile(r"""([^<]+)|<(/?)([a-z-]+)(?:\s[^<>"']*(?:"[^"<>]*"[^<>"']*)*)?>""")
"""Text, or a tag; what stands in an attribute has its angle brackets escaped."""


class InexactError(Exception):
    """A message would show something other than its quotes; it must not be sent."""


def prove(html: str, quotes: Sequence[str]) -> None:
    """Return if `html` can be sent and its quotations are `quotes`, in order.

    Raises `InexactError` with the reason: too long, too many entities, a quote that is changed
    or that Telegram would change.
    """
    seen = _Seen(html)
    if utf16_units(seen.text) > LONGEST_MESSAGE:
        reason = f"the message has {utf16_units(seen.text)} units, more than {LONGEST_MESSAGE}"
        raise InexactError(reason)
    if seen.entities > MOST_ENTITIES:
        reason = f"the message has {seen.entities} entities, more than {MOST_ENTITIES}"
        raise InexactError(reason)
    if seen.quotes != list(quotes):
        reason = "a quotation is not the slice of the article it claims to be"
        raise InexactError(reason)
    if not all(map(is_carried, quotes)):
        reason = "a quote holds characters Telegram would change"
        raise InexactError(reason)


class _Seen:
    """What a reader sees of a message: its text, its quotations, how many entities.

    Raises `InexactError` for what is no HTML that the Bot API reads.
    """

    def __init__(self, html: str) -> None:
        self.text = ""
        self.quotes: list[str] = []
        self.entities = 0
        self._quote_from = 0
        read = 0
        for piece in _PIECE.finditer(html):
            if piece.start() != read:
                break
            read = piece.end()
            self._see(piece)
        if read != len(html):
            reason = f"the message holds a tag that is none: {html[read : read + 20]!r}"
            raise InexactError(reason)

    def _see(self, piece: re.Match[str]) -> None:
        text, closing, tag = piece.groups()
        if text is not None:
            self.text += unescape(text)
        elif not closing:
            self.entities += 1
            if tag == "blockquote":
                self._quote_from = len(self.text)
        elif tag == "blockquote":
            self.quotes.append(self.text[self._quote_from :])
