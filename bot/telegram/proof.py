"""The proof that a message shows its quotes exactly, taken from the message as it will be sent.

It reads the HTML again, independently of what built it, and compares what a reader will see in
each quotation with the slices of the stored articles.
"""

from collections.abc import Sequence
from html.parser import HTMLParser

from bot.telegram.markup import LONGEST_MESSAGE, MOST_ENTITIES, is_carried, utf16_units


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


class _Seen(HTMLParser):
    """What a reader sees of a message: its text, its quotations, how many entities."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.quotes: list[str] = []
        self.entities = 0
        self._quote_from: int | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        self.entities += 1
        if tag == "blockquote":
            self._quote_from = len(self.text)

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and self._quote_from is not None:
            self.quotes.append(self.text[self._quote_from :])
            self._quote_from = None

    def handle_data(self, data: str) -> None:
        self.text += data
