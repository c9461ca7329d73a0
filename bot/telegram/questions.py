"""Questions: asked, edited, and what cannot be read as one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from telegram import Message, Update

from bot.references import stories_of
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.addressed import asker_of, question_in, topic_of
from bot.telegram.delivery import Outcome, Target
from bot.telegram.messages import Drawn, plain
from bot.telegram.pages import nothing, page
from bot.telegram.replied import cited_in
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import commands as command_texts
from bot.telegram.typing import Typing
from corpus.articles import Citation
from retrieval.answers import Answer, Confidence, Hit
from retrieval.engine import LONGEST_QUESTION
from retrieval.errors import QuestionError
from retrieval.stories import Name, Story

HITS = 8
_REMEMBERED_ALBUMS = 200


def unsearchable(speech: Speech, question: str) -> str:
    """Return what a question is answered with that the engine refuses."""
    if len(question) > LONGEST_QUESTION:
        return command_texts.too_long(speech, most=LONGEST_QUESTION)
    return command_texts.no_words(speech)


def _cited(hit: Hit) -> Citation:
    return hit.passage.citation


class Questions:
    """Handlers of messages that ask something."""

    def __init__(self, services: Services) -> None:
        """Answer with `services`."""
        self._services = services
        self._typing = Typing(services.delivery)
        self._albums: dict[str, None] = {}

    async def asked(self, update: Update, _context: Context) -> None:
        """Answer a question: free text, `/ask`, a mention, a reply."""
        message = message_of(update)
        text = question_in(message)
        if not text:
            await self._say(update, message, command_texts.ask_usage)
            return
        await self._answer(update, message, text, previous=None)

    async def edited(self, update: Update, _context: Context) -> None:
        """Answer an edited question anew, in the message that answered it."""
        message = message_of(update)
        services, text = self._services, question_in(message)
        previous = await services.conversations.read(
            services.state.answer_to, chat_id=message.chat.id, question_id=message.message_id
        )
        if not text or (previous is not None and previous.question == text):
            return
        await self._answer(update, message, text, previous=previous)

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

    async def _answer(
        self, update: Update, message: Message, text: str, *, previous: StoredAnswer | None
    ) -> None:
        typing = Target(chat_id=message.chat.id, thread_id=topic_of(message))
        conversations = self._services.conversations
        speech = self._services.speech(message.from_user)
        async with self._typing.shown(typing):
            try:
                about = await conversations.read(
                    cited_in, self._services.state, message.reply_to_message
                )
                answer = await conversations.ask(
                    (message.chat.id, topic_of(message)),
                    text,
                    hits=HITS,
                    language=self._services.language_of(message),
                    instead_of=previous.question if previous else None,
                    about=self._services.allowed.seen(message.chat.id, about),
                    collections=self._services.allowed.collections(message.chat.id),
                    at_start=partial(self._services.state.journal.begin, update.update_id),
                )
            except QuestionError:
                stored = self._stored(message, text, None, previous)
                drawn = plain(unsearchable(speech, text))
            else:
                names = [(one.collection, one.key) for one in map(_cited, answer.hits)]
                known = await conversations.read(self._services.desk.stories, names)
                stored = self._stored(message, text, answer, previous, known)
                drawn = await conversations.read(self.draw, stored, speech)
        target = self._services.reply_to(message)
        if stored.message_id is None:
            await self._send(update, drawn, stored, target)
        else:
            await self._change(update, drawn, stored, stored.message_id, target)

    def draw(self, answer: StoredAnswer, speech: Speech) -> Drawn:
        """Return the message for a new answer; reads the store."""
        desk = self._services.desk.speaking(speech)
        if answer.confidence is not Confidence.NONE and answer.stories:
            return page(desk, answer, 0)
        counts = self._services.library.counts()
        return nothing(desk, answer, articles=counts.articles, newest=counts.newest_published)

    async def _send(
        self, update: Update, drawn: Drawn, answer: StoredAnswer, target: Target
    ) -> None:
        errand = self._services.errands.errand(update.update_id, answer=answer)
        await self._services.delivery.send(drawn, to=target, errand=errand)

    async def _change(
        self, update: Update, drawn: Drawn, answer: StoredAnswer, message_id: int, target: Target
    ) -> None:
        """Show the new answer in the message of the old one; in a new one if that is gone."""
        errand = self._services.errands.errand(update.update_id, answer=answer)
        async with self._services.messages.turn((answer.chat_id, message_id)):
            if drawn.fingerprint == answer.shown:
                await errand.arrived(message_id, shown=answer.shown)
                return
            outcome = await self._services.delivery.edit(
                drawn, chat_id=answer.chat_id, message_id=message_id, errand=errand
            )
        if outcome is Outcome.GONE:
            await self._send(update, drawn, replace(answer, message_id=None), target)

    def _stored(
        self,
        message: Message,
        text: str,
        answer: Answer | None,
        previous: StoredAnswer | None,
        known: Mapping[Name, Story] | None = None,
    ) -> StoredAnswer:
        """Return what is kept of an answer; None stands for a question that cannot be searched."""
        return StoredAnswer(
            token=previous.token if previous else self._services.new_token(),
            chat_id=message.chat.id,
            thread_id=topic_of(message),
            message_id=previous.message_id if previous else None,
            question_id=message.message_id,
            asker_id=asker_of(message),
            question=text,
            searched_for=answer.searched_for if answer else "",
            confidence=answer.confidence if answer else Confidence.NONE,
            stories=stories_of(answer.hits, known) if answer else (),
            shown=previous.shown if previous else None,
            created_at=self._services.now(),
        )

    async def _say(self, update: Update, message: Message, line: Callable[[Speech], str]) -> None:
        drawn = plain(line(self._services.speech(message.from_user)))
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
