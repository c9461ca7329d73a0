"""Commands other than /ask, and deep links."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import TypeGuard

from telegram import Message, Update

from bot.inline_cards import NO_CHAT
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.addressed import question_in, topic_of
from bot.telegram.announcing import ADMIN, PRIVATE
from bot.telegram.examples import with_examples
from bot.telegram.explaining import why_lines
from bot.telegram.language_hint import language_hint
from bot.telegram.messages import Drawn, plain
from bot.telegram.pages import page
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import listing as listing_texts
from bot.telegram.verifying import verified

_RECEIPT_LINK = re.compile(r"v_([A-Za-z0-9]{1,20})")
_ANSWER_LINK = re.compile(r"a_([A-Za-z0-9_-]{12})_(\d{1,3})")


class Commands:
    """Handlers of commands that search nothing."""

    def __init__(self, services: Services, *, handled: Callable[[], Collection[str]]) -> None:
        """Answer with `services`; `handled` names the commands there are."""
        self._services = services
        self._handled = handled

    async def start(self, update: Update, _context: Context) -> None:
        """Greet, or show what a deep link names: a receipt, an answer given in a group."""
        message = message_of(update)
        payload = question_in(message)
        receipt, answer = _RECEIPT_LINK.fullmatch(payload), _ANSWER_LINK.fullmatch(payload)
        if receipt is not None:
            await self._verify(update, message, receipt[1])
        elif answer is not None and message.chat.type == "private":
            await self._show_answer(update, message, answer[1], int(answer[2]))
        else:
            await self._greet(update, message)

    async def _greet(self, update: Update, message: Message) -> None:
        """Say what the bot does; in a private chat with questions it can answer."""
        if message.chat.type != "private":
            await self._say(update, message, command_texts.help_group)
            return
        speech = self._services.speech(message.from_user)
        hint = await language_hint(self._services, message)
        said = (command_texts.start(speech), hint)
        drawn = plain("\n\n".join(line for line in said if line))
        await self._send(update, message, with_examples(self._services, drawn, message, speech))

    async def help(self, update: Update, _context: Context) -> None:
        """Explain what the bot does here."""
        message = message_of(update)
        if message.chat.type != "private":
            await self._say(update, message, command_texts.help_group)
            return
        speech = self._services.speech(message.from_user)
        lines = [
            command_texts.help_of(speech, command=name, about=listing_texts.about(speech, name))
            for name in self._offered(message)
        ]
        text = f"{command_texts.help_private(speech)}\n\n" + "\n".join(lines)
        await self._send(update, message, plain(text))

    def _offered(self, message: Message) -> list[str]:
        """Return the commands a person may use in a private chat, as Telegram offers them."""
        is_admin = message.from_user is not None and message.from_user.id in self._services.admins
        handled = self._handled()
        return [name for name in (ADMIN if is_admin else PRIVATE) if name in handled]

    async def verify(self, update: Update, _context: Context) -> None:
        """Say what a receipt is worth now."""
        message = message_of(update)
        code = question_in(message)
        if not code:
            await self._say(update, message, command_texts.verify_usage)
            return
        await self._verify(update, message, code)

    async def why(self, update: Update, _context: Context) -> None:
        """Say how the last answer of this chat was found, or the one this replies to."""
        message, services = message_of(update), self._services
        answer = await services.conversations.read(self._meant, message)
        if answer is None or not services.allowed.sees_answer(message.chat.id, answer):
            await self._say(update, message, answer_texts.nothing_asked_yet)
            return
        desk = services.desk.speaking(services.speech(message.from_user))
        lines = await services.conversations.read(why_lines, desk, answer)
        await self._send(update, message, plain("\n".join(lines)))

    def _meant(self, message: Message) -> StoredAnswer | None:
        state, chat_id = self._services.state, message.chat.id
        replied = message.reply_to_message
        if replied is not None:
            shown = state.answer_shown(chat_id=chat_id, message_id=replied.message_id)
            if shown is not None and not shown.is_listing:
                return shown
        return state.newest_answer(chat_id=chat_id, thread_id=topic_of(message))

    async def unknown(self, update: Update, _context: Context) -> None:
        """Answer a command that is none of ours."""
        await self._say(update, message_of(update), command_texts.unknown_command)

    async def moved(self, update: Update, _context: Context) -> None:
        """Follow a group that became a supergroup."""
        message = message_of(update)
        if message.migrate_to_chat_id is not None:
            await self._services.errands.follow(message.chat.id, message.migrate_to_chat_id)

    async def _verify(self, update: Update, message: Message, code: str) -> None:
        services = self._services
        drawn = await services.conversations.read(
            verified,
            services.desk.speaking(services.speech(message.from_user)),
            services.state,
            code,
            sees=partial(services.allowed.sees, message.chat.id),
        )
        await self._send(update, message, drawn)

    async def _show_answer(self, update: Update, message: Message, token: str, number: int) -> None:
        """Show in a private chat an answer that was given elsewhere.

        What somebody typed before they sent a quote is nobody else's business: to others it is a
        quote and answers no question.
        """
        services = self._services
        given = await services.conversations.read(services.state.answer, token)
        if not self._is_shown(given, message):
            await self._say(update, message, answer_texts.not_yours)
            return
        own = replace(
            given,
            token=services.new_token(),
            chat_id=message.chat.id,
            thread_id=topic_of(message),
            message_id=None,
            question_id=None,
            asker_id=message.from_user.id if message.from_user else None,
            shown=None,
            created_at=services.now(),
        )
        if given.chat_id == NO_CHAT and given.asker_id != own.asker_id:
            own = replace(own, question="", searched_for="", reasons=None, is_listing=True)
        desk = services.desk.speaking(services.speech(message.from_user))
        drawn = await services.conversations.read(page, desk, own, number)
        await self._send(update, message, drawn, answer=own)

    def _is_shown(self, answer: StoredAnswer | None, message: Message) -> TypeGuard[StoredAnswer]:
        """Whether there is an answer with passages that the message's chat may see."""
        if answer is None or not answer.stories:
            return False
        return self._services.allowed.sees_answer(message.chat.id, answer)

    async def _say(self, update: Update, message: Message, text: Callable[[Speech], str]) -> None:
        speech = self._services.speech(message.from_user)
        await self._send(update, message, plain(text(speech)))

    async def _send(
        self, update: Update, message: Message, drawn: Drawn, *, answer: StoredAnswer | None = None
    ) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id, answer=answer)
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)
