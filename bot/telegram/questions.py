"""Questions: asked, edited, courtesies, and what cannot be read as a question."""

from collections.abc import Callable, Sequence
from itertools import zip_longest

from telegram import Message, MessageEntity, Update

from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.addressed import question_in
from bot.telegram.answering import Answering, Inquiry
from bot.telegram.delivery import Target
from bot.telegram.examples import with_examples
from bot.telegram.greetings import Courtesy, courtesy
from bot.telegram.messages import Drawn, plain
from bot.telegram.parts import Part, parts_of
from bot.telegram.replied import said_in
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import conversation as conversation_texts

_REMEMBERED_ALBUMS = 200
_SAID_BACK = {
    Courtesy.GREETING: conversation_texts.greeting,
    Courtesy.THANKS: conversation_texts.welcome,
    Courtesy.FAREWELL: conversation_texts.farewell,
}


class Questions:
    """Handlers of messages that ask something."""

    def __init__(self, services: Services) -> None:
        """Answer with `services`."""
        self._services = services
        self._answering = Answering(services)
        self._albums: dict[str, None] = {}

    async def asked(self, update: Update, _context: Context) -> None:
        """Answer a question: free text, `/ask`, a mention, a reply.

        `/ask` alone, in reply to what somebody wrote, asks that.
        """
        message = message_of(update)
        text = question_in(message) or _pointed_at(message)
        if not text:
            await self._say(update, message, command_texts.ask_usage)
            return
        parts = parts_of(text)
        given = await self._given(message) if len(parts) > 1 else []
        sent = {answer.question for answer in given if answer.shown is not None}
        left = [part for part in parts if part.question not in sent]
        await self._answer(update, message, [(part, None) for part in left], of=len(parts))

    async def edited(self, update: Update, _context: Context) -> None:
        """Answer an edited question anew, in the message that answered it.

        One that now says nothing, or only thanks, keeps the answer it had. Of several questions
        each keeps its message; those that are new get one, and of those taken out it says so.
        """
        message = message_of(update)
        text = question_in(message) or _pointed_at(message)
        if not text or (not _is_command(message) and courtesy(text) is not None):
            return
        parts, given = parts_of(text), await self._given(message)
        pairs = [
            (part, previous)
            for part, previous in zip_longest(parts, given)
            if part is None or previous is None or part.question != previous.question
        ]
        await self._answer(update, message, pairs, of=len(parts))

    async def _given(self, message: Message) -> list[StoredAnswer]:
        services = self._services
        return await services.conversations.read(
            services.state.answers_to, chat_id=message.chat.id, question_id=message.message_id
        )

    async def _answer(
        self,
        update: Update,
        message: Message,
        pairs: Sequence[tuple[Part | None, StoredAnswer | None]],
        *,
        of: int,
    ) -> None:
        """Answer parts of a message of `of` questions, each with the answer it had before."""
        for place, (part, previous) in enumerate(pairs, start=1):
            inquiry = Inquiry.written(
                self._services,
                update.update_id,
                message,
                part.question if part else "",
                beside=part.beside if part else "",
                previous=previous,
                is_part=of > 1,
                is_last=place == len(pairs),
            )
            await (self._answering.answer if part else self._answering.take_back)(inquiry)

    async def greeted(self, update: Update, _context: Context) -> None:
        """Answer a greeting, thanks or a farewell, without a search."""
        message = message_of(update)
        kind = courtesy(question_in(message)) or Courtesy.GREETING
        speech = self._services.speech(message.from_user)
        drawn = plain(_SAID_BACK[kind](speech))
        if kind is Courtesy.GREETING and message.chat.type == "private":
            drawn = with_examples(self._services, drawn, message, speech)
        await self._send(update, message, drawn)

    async def unreadable(self, update: Update, _context: Context) -> None:
        """Say once, of an album too, that only text can be read."""
        message = message_of(update)
        if not self._seen_album(message.media_group_id):
            await self._say(update, message, command_texts.cannot_read)

    async def say_under(self, update: Update, line: str) -> None:
        """Reply to a message with one line."""
        message = message_of(update)
        target = Target(chat_id=message.chat.id, reply_to=message.message_id)
        errand = self._services.errands.errand(update.update_id)
        await self._services.delivery.send(plain(line), to=target, errand=errand)

    async def _say(self, update: Update, message: Message, line: Callable[[Speech], str]) -> None:
        await self._send(update, message, plain(line(self._services.speech(message.from_user))))

    async def _send(self, update: Update, message: Message, drawn: Drawn) -> None:
        errand = self._services.errands.errand(update.update_id)
        target = self._services.reply_to(message)
        await self._services.delivery.send(drawn, to=target, errand=errand)

    def _seen_album(self, album: str | None) -> bool:
        if album is None:
            return False
        seen = album in self._albums
        self._albums[album] = None
        while len(self._albums) > _REMEMBERED_ALBUMS:
            del self._albums[next(iter(self._albums))]
        return seen


def _pointed_at(message: Message) -> str:
    """Return what somebody wrote to which `/ask` alone replies; "" if it was the bot, or nothing."""
    answered = message.reply_to_message
    if not _is_command(message) or answered is None:
        return ""
    if answered.from_user is not None and answered.from_user.id == message.get_bot().id:
        return ""
    if message.quote is not None and message.quote.is_manual:
        return message.quote.text.strip()
    return said_in(answered).strip()


def _is_command(message: Message) -> bool:
    return any(
        entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0
        for entity in message.entities
    )
