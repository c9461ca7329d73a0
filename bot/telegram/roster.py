"""Every handler, in one place: the first that takes an update handles it.

What none takes is not accepted: it is neither written down nor kept.
"""

from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.journal import Kind
from bot.telegram.addressed import ADDRESSED, COURTEOUS
from bot.telegram.buttons import Buttons
from bot.telegram.commands import Commands
from bot.telegram.features import Feature, Handler
from bot.telegram.questions import Questions

App = Application[Any, Any, Any, Any, Any, Any]

_NEW = filters.UpdateType.MESSAGE
_EDITED = filters.UpdateType.EDITED_MESSAGE
_PRIVATE = filters.ChatType.PRIVATE
_GROUP = filters.ChatType.GROUPS
_PROSE = filters.TEXT & ~filters.COMMAND & ~filters.VIA_BOT
_QUESTION = _PROSE & (_PRIVATE | (_GROUP & ADDRESSED))
_NO_TEXT = ~filters.TEXT & ~filters.StatusUpdate.ALL


class Roster:
    """The handlers with the kind of update each takes."""

    def __init__(
        self,
        *,
        questions: Questions,
        buttons: Buttons,
        commands: Commands,
        features: Sequence[Feature],
    ) -> None:
        """Order the handlers; earlier ones win."""
        self.entries: list[tuple[Kind, Handler]] = [
            *(entry for feature in features for entry in feature.handlers()),
            (Kind.QUESTION, CommandHandler("ask", questions.asked, _NEW)),
            (Kind.EDITED, CommandHandler("ask", questions.edited, _EDITED)),
            (Kind.OTHER, CommandHandler("start", commands.start, _NEW)),
            (Kind.OTHER, CommandHandler("help", commands.help, _NEW)),
            (Kind.OTHER, CommandHandler("verify", commands.verify, _NEW & _PRIVATE)),
            (Kind.OTHER, CommandHandler("why", commands.why, _NEW & _PRIVATE)),
            (Kind.OTHER, MessageHandler(_NEW & _PRIVATE & filters.COMMAND, commands.unknown)),
            (Kind.OTHER, MessageHandler(_NEW & _QUESTION & COURTEOUS, questions.greeted)),
            (Kind.QUESTION, MessageHandler(_NEW & _QUESTION, questions.asked)),
            (Kind.EDITED, MessageHandler(_EDITED & _QUESTION, questions.edited)),
            (Kind.OTHER, MessageHandler(_NEW & filters.StatusUpdate.MIGRATE, commands.moved)),
            (Kind.OTHER, MessageHandler(_NEW & _PRIVATE & _NO_TEXT, questions.unreadable)),
            (Kind.PRESS, CallbackQueryHandler(buttons.pressed)),
        ]

    @property
    def commands(self) -> frozenset[str]:
        """Return the commands that some handler takes."""
        handlers = (handler for _, handler in self.entries if isinstance(handler, CommandHandler))
        return frozenset[str]().union(*(handler.commands for handler in handlers))

    def register(self, application: App) -> None:
        """Add all handlers to an application."""
        for _, handler in self.entries:
            application.add_handler(handler)

    def kind_of(self, update: Update) -> Kind | None:
        """Return what an update asks for; None if no handler takes it."""
        for kind, handler in self.entries:
            taken = handler.check_update(update)
            if taken is not None and taken is not False:
                return kind
        return None
