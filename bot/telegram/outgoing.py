"""The last step of a message before it goes out: proved, its buttons in Telegram's form."""

import logging
from typing import Any

from telegram import InlineKeyboardMarkup

from bot.speech import Speech
from bot.telegram.messages import Button, Drawn, plain
from bot.telegram.proof import InexactError, prove
from bot.telegram.texts import trouble as trouble_texts

_log = logging.getLogger(__name__)


def proved(drawn: Drawn, speech: Speech) -> Drawn:
    """Return the message; a line in place of one that would not show its quotes exactly."""
    try:
        prove(drawn.html, drawn.quotes)
    except InexactError:
        _log.exception("a message would not show its quotes exactly, so it is not sent")
        return plain(trouble_texts.unprovable(speech))
    return drawn


def keyboard(drawn: Drawn) -> InlineKeyboardMarkup | None:
    """Return the message's buttons as python-telegram-bot takes them."""
    found = keys(drawn)
    return InlineKeyboardMarkup.de_json(found) if found else None


def keys(drawn: Drawn) -> dict[str, Any] | None:
    """Return the message's buttons as the Bot API takes them."""
    if not drawn.rows:
        return None
    return {"inline_keyboard": [[_key(button) for button in row] for row in drawn.rows]}


def _key(button: Button) -> dict[str, Any]:
    key: dict[str, Any] = {"text": button.label}
    if button.press is not None:
        key["callback_data"] = button.press.data
    if button.url is not None:
        key["url"] = button.url
    if button.copy is not None:
        key["copy_text"] = {"text": button.copy}
    if button.share is not None:
        key["switch_inline_query"] = button.share
    return key
