"""The last step of a message before it goes out: proved, its buttons in Telegram's form."""

import logging

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.telegram import texts
from bot.telegram.messages import Button, Drawn, plain
from bot.telegram.proof import InexactError, prove

_log = logging.getLogger(__name__)


def proved(drawn: Drawn) -> Drawn:
    """Return the message, or a clear line in place of one that would not show its quotes exactly."""
    try:
        prove(drawn.html, drawn.quotes)
    except InexactError:
        _log.exception("a message would not show its quotes exactly, so it is not sent")
        return plain(texts.unprovable())
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
