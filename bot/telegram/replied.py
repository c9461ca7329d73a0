"""Which articles the message cites that a question replies to."""

import re

from telegram import Message

from bot.state import BotState
from retrieval.receipts import LENGTH

_RECEIPT = re.compile(rf"🧾 ([0-9A-Z]{{{LENGTH}}})\b")


def cited_in(state: BotState, message: Message | None) -> tuple[tuple[str, str], ...]:
    """Return the articles, (collection, key), of the receipts a message shows, in order.

    A message shows whichever page of an answer its reader turned to, and a forwarded one belongs
    to no answer of this chat; its receipts always say what it quotes. Reads the database.
    """
    if message is None or not message.text:
        return ()
    quotes = map(state.receipt, _RECEIPT.findall(message.text))
    return tuple(dict.fromkeys((quote.collection, quote.key) for quote in quotes if quote))
