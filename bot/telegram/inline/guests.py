"""Guest mode: mentioned in a chat it is no member of, the bot answers there once.

Nothing of the chat is kept; rights are those of the person who asks.
"""

import re
from collections.abc import Sequence
from functools import partial

from telegram import CallbackQuery, Message, Update
from telegram.ext import MessageHandler, filters

from bot.inline_cards import InlineCard
from bot.journal import Kind
from bot.references import Story, stories_of
from bot.speech import Speech
from bot.telegram.addressed import storable
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.inline.results import Material, Offered, card_of, offered
from bot.telegram.inline_calls import result
from bot.telegram.messages import Drawn, plain
from bot.telegram.services import Context, Services
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import inline as texts
from retrieval.answers import Answer, Filters, Question
from retrieval.errors import QuestionError

HITS = 8
_LINE = "line"
"""The id of a result that holds no answer."""


class Guests:
    """The handler of messages that mention the bot where it is no member."""

    verbs: frozenset[Verb] = frozenset()

    def __init__(self, services: Services) -> None:
        """Answer with `services`."""
        self._services = services
        name = re.escape(services.desk.username)
        self._mention = re.compile(rf"@{name}\b", re.IGNORECASE)

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handler; none where guests are not wanted."""
        if not self._services.guests:
            return ()
        called = filters.UpdateType.GUEST_MESSAGE
        return ((Kind.OTHER, MessageHandler(called, self.called)),)

    async def called(self, update: Update, _context: Context) -> None:
        """Answer with one quote, or with one line."""
        message = update.guest_message
        if message is None or message.from_user is None or message.guest_query_id is None:
            return
        speech = self._services.speech(message.from_user)
        found = await self._answer(update.update_id, message, speech)
        drawn = plain(found) if isinstance(found, str) else found.drawn
        sent = await self._send(update.update_id, message.guest_query_id, drawn, speech)
        if sent is not None and isinstance(found, Offered):
            card = InlineCard(
                inline_message_id=sent,
                token=found.card.token,
                sender_id=message.from_user.id,
                shown=drawn.fingerprint,
                sent_at=self._services.now(),
            )
            await self._services.conversations.write(self._services.state.cards.note, card)

    async def meant(self, _update_id: int, _query: CallbackQuery, _press: Press) -> Reply:
        """Return nothing: it has no buttons of its own."""
        return Reply()

    async def run(self) -> None:
        """Do nothing beside the answers."""

    async def _answer(self, update_id: int, message: Message, speech: Speech) -> Offered | str:
        """Return the answer that is shown, or the line that is said instead."""
        services = self._services
        text = storable(self._mention.sub(" ", message.text or message.caption or ""))
        if not text:
            return texts.guest_usage(speech, username=services.desk.username)
        try:
            answer = await self._search(update_id, message, text)
        except QuestionError:
            return command_texts.no_words(speech)
        person = message.from_user.id if message.from_user else 0
        found = await services.conversations.read(self._drawn, answer, person, speech)
        if found is None:
            return answer_texts.nothing_found(speech)
        await services.conversations.write(services.state.keep, found.card, found.drawn.receipts)
        return found

    async def _search(self, update_id: int, message: Message, text: str) -> Answer:
        services, person = self._services, message.from_user
        question = Question(
            text=text,
            hits=HITS,
            language=services.language_of(message),
            filters=Filters(collections=services.allowed.collections(person.id if person else 0)),
        )
        at_start = partial(services.state.journal.begin, update_id)
        return await services.conversations.search(question, at_start=at_start)

    def _drawn(self, answer: Answer, asker_id: int, speech: Speech) -> Offered | None:
        """Return the first story that can be quoted; None if nothing answers."""
        if not answer.answered:
            return None
        services = self._services
        cited = (hit.passage.citation for hit in answer.hits)
        known = services.desk.stories([(one.collection, one.key) for one in cited])
        stories: tuple[Story, ...] = stories_of(answer.hits, known)
        material = Material(
            asker_id=asker_id,
            question=answer.question,
            searched_for=answer.searched_for,
            confidence=answer.confidence,
            stories=stories,
        )
        desk, at = services.desk.speaking(speech), services.now()
        drawn = (offered(desk, card_of(material, story, at=at)) for story in stories)
        return next((one for one in drawn if one is not None), None)

    async def _send(
        self, update_id: int, query_id: str, drawn: Drawn, speech: Speech
    ) -> str | None:
        article = result(drawn, speech, name=_LINE, title=_LINE)
        errand = self._services.errands.errand(update_id)
        return await self._services.inline.answer_guest(query_id, article, errand)
