"""The last step of a message before it goes out: proved, its buttons in Telegram's form."""

import logging

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

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
    """Return the message's buttons as Telegram takes them."""
    if not drawn.rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in drawn.rows])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.label,
        callback_data=button.press.data if button.press else None,
        url=button.url,
        copy_text=CopyTextButton(button.copy) if button.copy else None,
        switch_inline_query=button.share,
    )
