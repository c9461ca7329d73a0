"""Messages ready to send: HTML, the quotes it must show, buttons, and receipts to keep.

Everything is read from the store when it is drawn, so a page turned years later is exact or says
that its article is gone. Drawing is synchronous: it runs beside the event loop.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from urllib.parse import urlsplit

from bot.links import web_url
from bot.references import HitRef
from bot.rendering import ArticleSource, Quote, find
from bot.speech import ENGLISH, Speech
from bot.state import StoredAnswer, StoredReceipt
from bot.telegram.callbacks import Press
from bot.telegram.markup import Markup, in_one_line
from corpus.articles import Article, Citation
from retrieval.stories import Name, Story, seen_by

FIRST_LIMIT = 1500
FOLDED_LIMIT = 700
TITLE_LIMIT = 200
NAME_LIMIT = 60
ROOM = 3900
"""UTF-16 units a message is filled up to; Telegram takes 4,096."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A label and the one thing it does.

    `share` is what stands behind the bot's name in the chat a reader picks, as an inline query.
    """

    label: str
    press: Press | None = None
    url: str | None = None
    copy: str | None = None
    share: str | None = None


Row = tuple[Button, ...]


class Place(Enum):
    """Under which messages a feature's button stands."""

    PAGE = auto()
    """A page of an answer in a private chat: the row below context and sources."""
    CARD = auto()
    """A page of an answer anywhere else: the row of the context."""
    NOTHING = auto()
    """The message that says no passage answers: the row below "Show them anyway"."""


Offer = Callable[[StoredAnswer, int, Speech], Button | None]
"""Makes the button for a page, counted from 0, of an answer; None where it would do nothing.

It is called in a thread for reading, once for each drawing; it may read the database.
"""


Heading = Callable[[StoredAnswer, int, Speech], str | None]
"""Makes the line above a page, counted from 0, of an answer; None where it needs none. As `Offer`."""


class Offers:
    """The buttons that features offer under answers, and the lines above them."""

    def __init__(self) -> None:
        """Start without any."""
        self._makers: dict[Place, list[tuple[int, Offer]]] = {place: [] for place in Place}
        self._headings: list[Heading] = []

    def add_heading(self, heading: Heading) -> None:
        """Offer a line above pages, such as what an alert is for."""
        self._headings.append(heading)

    def heading(self, answer: StoredAnswer, number: int, speech: Speech) -> str | None:
        """Return the line above a page of an answer, None for none."""
        made = (make(answer, number, speech) for make in self._headings)
        return next((line for line in made if line is not None), None)

    def add(self, place: Place, offer: Offer, *, rank: int) -> None:
        """Offer a button under all messages of a kind; lower ranks stand further left."""
        self._makers[place].append((rank, offer))
        self._makers[place].sort(key=lambda one: one[0])

    def row(self, place: Place, answer: StoredAnswer, number: int, speech: Speech) -> Row:
        """Return the row for a page of an answer; empty where nothing is offered."""
        made = (make(answer, number, speech) for _, make in self._makers[place])
        return tuple(button for button in made if button is not None)


StoryFinder = Callable[[Sequence[Name]], Mapping[Name, Story]]
"""Finds the stories of articles; it may read files."""


def no_stories(_names: Sequence[Name]) -> Mapping[Name, Story]:
    """Know of no story: each article is one of its own."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A message ready to send. `quotes` are the exact slices its quotations must show."""

    html: str
    quotes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    receipts: tuple[StoredReceipt, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Return a short hash of what a reader sees, to tell an edit that would change nothing."""
        seen = repr((self.html, self.rows))
        return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def plain(text: str, *rows: Row) -> Drawn:
    """Return a message of plain text."""
    return Drawn(html=Markup().text(text).html, rows=tuple(row for row in rows if row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What drawing needs: the articles, the bot's own user name for links, the time.

    `offers` are the buttons of features; they add theirs when they are made. `speech` is the
    language of what stands around the quotes. `sees` tells whether a chat may see a collection.
    """

    articles: ArticleSource
    username: str
    now: Callable[[], datetime]
    stories: StoryFinder = no_stories
    offers: Offers = field(default_factory=Offers)
    speech: Speech = ENGLISH
    sees: Callable[[int, str], bool] = lambda _chat_id, _collection: True

    def speaking(self, speech: Speech) -> "Desk":
        """Return a desk that draws in another language."""
        return replace(self, speech=speech)

    def story(self, answer: StoredAnswer, number: int) -> Story | None:
        """Return the story of a page, as it stands now, as far as its chat may see it.

        None if it is not known.
        """
        article = answer.stories[min(number, len(answer.stories) - 1)][0].article
        name = (article.collection, article.key)
        story = self.stories([name]).get(name)
        return story and seen_by(story, lambda told: self.sees(answer.chat_id, told.collection))

    def deep_link(self, payload: str) -> str:
        """Return the link that opens the private chat with `/start payload`."""
        return f"https://t.me/{self.username}?start={payload}"

    def copies(self, hit: HitRef) -> list[Article]:
        """Return the other articles that hold a hit's sentence, as far as they are still there."""
        found = (find(self.articles, copy) for copy in hit.copies)
        return [article for article in found if article is not None]


@dataclass(slots=True)
class Sheet:
    """A message under construction that notes the receipt of every quote put on it."""

    markup: Markup = field(default_factory=Markup)
    receipts: list[StoredReceipt] = field(default_factory=list)

    def quote(self, quote: Quote, *, now: datetime, folded: bool = False) -> None:
        """Add a quote; an ellipsis outside of it says where its passage goes on."""
        citation = quote.article.citation
        self.markup.text("…\n" if quote.is_cut_before else "")
        self.markup.quote(quote.text, marks=quote.inner_marks, folded=folded)
        self.markup.text("\n…\n" if quote.is_cut_after else "\n")
        self.receipts.append(
            StoredReceipt(
                code=quote.receipt,
                collection=citation.collection,
                key=citation.key,
                version=citation.version,
                span=quote.span,
                shown_at=now,
            )
        )

    def drawn(self, *rows: Row) -> Drawn:
        """Return the message, without blank lines at its end and rows without buttons."""
        return Drawn(
            html=self.markup.html.rstrip("\n"),
            quotes=tuple(self.markup.quotes),
            rows=tuple(row for row in rows if row),
            receipts=tuple(self.receipts),
        )


def title_of(citation: Citation) -> str:
    """Return an article's title fit for one line."""
    return in_one_line(citation.title, longest=TITLE_LIMIT)


def name_of(citation: Citation) -> str:
    """Return what an outlet is called: its source, else its site; "" if neither is known."""
    if citation.source:
        return in_one_line(citation.source, longest=NAME_LIMIT)
    url = web_url(citation.url)
    return (urlsplit(url).hostname or "") if url else ""


def origin(article: Article, quote: Quote, *, speech: Speech, label: str) -> Markup:
    """Return source, date and a link that opens at the quote's sentence, as far as known."""
    citation = article.citation
    name = speech.isolated(name_of(citation))
    parts = [Markup().text(name)] if name else []
    if citation.published is not None:
        day = speech.day(citation.published)
        parts.append(Markup().date(citation.published, words=day))
    opened = quote.link(article)
    if opened is not None:
        parts.append(Markup().link(label, opened))
    line = Markup()
    for place, part in enumerate(parts):
        line.text(" · " if place else "").join(part)
    return line
