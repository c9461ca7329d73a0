"""What a question replies to: the articles an answer quotes, and the words of it pointed at."""

import re

from telegram import Message

from bot.conversations import Scope
from bot.references import ArticleRef
from bot.rendering import ArticleSource, find
from bot.state import BotState, StoredAnswer, StoredReceipt
from bot.telegram.addressed import storable
from retrieval.receipts import LENGTH
from retrieval.stories import Name

BESIDE_LIMIT = 1_000
"""Characters of somebody else's message that count."""
_RECEIPT = re.compile(rf"🧾 [\u2066-\u2069]*([0-9A-Z]{{{LENGTH}}})\b")


def scope_of(state: BotState, articles: ArticleSource, message: Message) -> Scope:
    """Return what a question replies to; reads the database and the store.

    A message shows whichever page of an answer its reader turned to, and a forwarded one belongs
    to no answer of this chat; its receipts always say what it quotes. Of several articles those
    count in whose quotes the selected words stand.
    """
    shown = _quotes_shown(state, message)
    selected = _selected(message)
    pointed = [quote for quote in shown if selected and selected in _text(articles, quote)]
    about = tuple(dict.fromkeys(_name(quote) for quote in pointed or shown))
    return Scope(
        about=about or _of_known_answer(state, message),
        selected=selected,
        beside="" if about else _said_by_somebody(message),
    )


def _quotes_shown(state: BotState, message: Message) -> list[StoredReceipt]:
    answered = message.reply_to_message
    codes = _RECEIPT.findall(answered.text) if answered is not None and answered.text else []
    return [quote for quote in map(state.receipt, codes) if quote is not None]


def _selected(message: Message) -> str:
    """Return the words a reader selected in the message replied to; not what Telegram chose."""
    quote = message.quote
    return storable(quote.text) if quote is not None and quote.is_manual else ""


def _of_known_answer(state: BotState, message: Message) -> tuple[Name, ...]:
    """Return the first article of an answer of another chat that is replied to."""
    answer = _answer_elsewhere(state, message)
    stories = answer.stories[:1] if answer else ()
    return tuple(dict.fromkeys((hit.article.collection, hit.article.key) for (hit, *_) in stories))


def _answer_elsewhere(state: BotState, message: Message) -> StoredAnswer | None:
    outside = message.external_reply
    if outside is None or outside.chat is None or outside.message_id is None:
        return None
    return state.answer_shown(chat_id=outside.chat.id, message_id=outside.message_id)


def _said_by_somebody(message: Message) -> str:
    """Return what another person said to whom the asker replies; all of it, or what is selected."""
    answered = message.reply_to_message
    if answered is None or answered.from_user == message.get_bot().bot:
        return ""
    return _selected(message) or storable(said_in(answered))[:BESIDE_LIMIT]


def said_in(message: Message) -> str:
    """Return the text of a message, or that under its picture."""
    return message.text or message.caption or ""


def _text(articles: ArticleSource, quote: StoredReceipt) -> str:
    reference = ArticleRef(collection=quote.collection, key=quote.key, version=quote.version)
    article = find(articles, reference)
    return quote.span.of(article.text) if article else ""


def _name(quote: StoredReceipt) -> Name:
    return quote.collection, quote.key
