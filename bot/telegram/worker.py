"""Hands each accepted update to its handler, and says so when one breaks down."""

import logging
from datetime import timedelta

from telegram import Update

from bot.journal import Entry, Kind, Progress
from bot.telegram.buttons import Buttons
from bot.telegram.commands import Commands
from bot.telegram.dispatch import Dispatcher
from bot.telegram.feature_list import features_of
from bot.telegram.inline_calls import NOTHING
from bot.telegram.intake import Line
from bot.telegram.questions import Questions
from bot.telegram.roster import App, Roster
from bot.telegram.services import Context, Services
from bot.telegram.texts import trouble as trouble_texts

ANSWERABLE = timedelta(seconds=10)
"""A press that waited longer, because the bot was away, is carried out without an answer."""

_log = logging.getLogger(__name__)


class Worker:
    """All handlers over one set of services."""

    def __init__(self, application: App, services: Services) -> None:
        """Register the handlers with `application`."""
        self._application = application
        self._services = services
        self._questions = Questions(services)
        self.features = features_of(services)
        self._buttons = Buttons(services, self.features)
        self._roster = Roster(
            questions=self._questions,
            buttons=self._buttons,
            commands=Commands(services, handled=lambda: self._roster.commands),
            features=self.features,
        )
        self._roster.register(application)
        services.menus.handled = self._roster.commands
        application.add_error_handler(self._broke)
        self.dispatcher = Dispatcher(
            chats=services.chats, errands=services.errands, when_settled=self._buttons.forget
        )

    def kind_of(self, update: Update) -> Kind | None:
        """Return what an update asks for; None if no handler takes it."""
        return self._roster.kind_of(update)

    async def work(self, entry: Entry, update: Update) -> None:
        """Run the handler."""
        message = update.message or update.edited_message
        if message is not None:
            await self._services.presence.heard(message.chat.id, message.date)
        was_answered = entry.progress is Progress.ANSWERING
        if was_answered or self._services.now() - entry.received_at > ANSWERABLE:
            self._buttons.leave_unanswered(entry.update_id)
        await self._application.process_update(update)

    async def say(self, update: Update, line: Line) -> None:
        """Reply with one line, in the language of whoever wrote; where nobody wrote, do nothing."""
        if update.message is None and update.edited_message is None:
            return
        speech = self._services.speech(update.effective_user)
        await self._questions.say_under(update, line(speech))

    async def turn_away(self, update: Update) -> None:
        """Answer what wants an answer, of those who are not allowed, with nothing; ignore all else."""
        if update.callback_query is not None:
            await self._services.delivery.answer_press(update.callback_query.id)
        if update.inline_query is not None:
            await self._services.inline.answer(update.inline_query.id, NOTHING)

    async def _broke(self, update: object, context: Context) -> None:
        """Log what a handler raised, then say one line about it."""
        _log.error("an update could not be handled", exc_info=context.error)
        if not isinstance(update, Update):
            return
        if update.callback_query is not None:
            await self._buttons.failed(update.update_id, update.callback_query)
        elif update.inline_query is not None:
            await self._services.inline.answer(update.inline_query.id, NOTHING)
        elif update.update_id not in self._services.errands.settled:
            await self.say(update, trouble_texts.trouble)
