"""Stories as results of an inline query: each a message of its own, ready to be sent anywhere."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.feedback.votes import question_key
from bot.inline_cards import NO_CHAT
from bot.references import Story
from bot.rendering import Quote, find, shorten
from bot.state import StoredAnswer
from bot.telegram.markup import utf16_units
from bot.telegram.messages import FIRST_LIMIT, Desk, Drawn, name_of, title_of
from bot.telegram.pages import page
from retrieval.answers import Confidence

DESCRIPTION_LIMIT = 250
"""UTF-16 units; lists of results show about two lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What there is to offer to a person, and what they asked for; nothing, for what is latest.

    Where it `is_cut`, a search for more would find more.
    """

    asker_id: int
    question: str
    searched_for: str
    confidence: Confidence
    stories: Sequence[Story]
    is_listing: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One result: the answer its buttons stand for, the message, headline and best sentence."""

    card: StoredAnswer
    drawn: Drawn
    title: str
    description: str


def card_of(material: Material, story: Story, *, at: datetime) -> StoredAnswer:
    """Return the answer that a message with one story stands for; the same each time."""
    return StoredAnswer(
        token=_token(material, story),
        chat_id=NO_CHAT,
        thread_id=None,
        message_id=None,
        question_id=None,
        asker_id=material.asker_id,
        question=material.question,
        searched_for=material.searched_for,
        confidence=material.confidence,
        stories=(story,) if story else (),
        shown=None,
        created_at=at,
        is_listing=material.is_listing,
    )


def offered(desk: Desk, card: StoredAnswer) -> Offered | None:
    """Return a card as a result; None if its article is gone or its quote cannot be proved."""
    drawn = page(desk, card, 0)
    hit = card.stories[0][0]
    article = find(desk.articles, hit.article)
    if not drawn.quotes or article is None:
        return None
    quote = Quote.cut(article, hit, limit=FIRST_LIMIT, measure=utf16_units)
    citation = quote.article.citation
    return Offered(
        card=card,
        drawn=drawn,
        title=title_of(citation) or name_of(citation) or quote.receipt,
        description=_best_sentence(quote),
    )


def _best_sentence(quote: Quote) -> str:
    """Return the sentence that answers, exactly; of a long one, what fits, and an ellipsis."""
    sentence = quote.sentence_span
    span = shorten(
        quote.article, sentence, quote.marks, limit=DESCRIPTION_LIMIT, measure=utf16_units
    )
    ellipsis = " …" if span.end < sentence.end else ""
    return span.of(quote.article.text) + ellipsis


def _token(material: Material, story: Story) -> str:
    """Return 12 characters that name what a person was offered: the same, the same token.

    So a result keeps its id however often it is asked for, and what a message stands for never
    changes.
    """
    named = "\n".join(
        [
            str(material.asker_id),
            question_key(material.question),
            material.confidence.value,
            *(hit.receipt for hit in story),
        ]
    )
    return urlsafe_b64encode(hashlib.sha256(named.encode()).digest()[:9]).decode()
