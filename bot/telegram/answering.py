"""From a question to the message that answers it: searched, drawn, sent or edited in place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from telegram import Message, User

from bot.conversations import TURN_SECONDS, Scope
from bot.reasons import Reasons
from bot.references import stories_of
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.addressed import asker_of, topic_of
from bot.telegram.delivery import Outcome, Target
from bot.telegram.errand import UpdateErrand
from bot.telegram.messages import Drawn, plain
from bot.telegram.pages import nothing, page
from bot.telegram.parts import PartErrand
from bot.telegram.replied import scope_of
from bot.telegram.services import Services
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import conversation as conversation_texts
from bot.telegram.typing import Typing
from bot.turns import TURNS_KEPT, Turn
from corpus.articles import Citation
from retrieval.answers import Answer, Confidence, Hit
from retrieval.engine import LONGEST_QUESTION
from retrieval.errors import QuestionError
from retrieval.stories import Name, Story

HITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One question on its way to an answer.

    `message` is what it replies with or stands in. A question that a button asks stands in no
    message: its `question_id` is None. Where no `target` is given, the answer goes where one to
    `message` does. `previous` is the answer it had before it was edited. `beside` is what else the
    message says; where `is_part` it asks more, and other answers come before the one that `is_last`.
    """

    update_id: int
    message: Message
    text: str
    asker_id: int | None
    question_id: int | None
    language: str
    speech: Speech
    target: Target | None = None
    previous: StoredAnswer | None = None
    beside: str = ""
    is_part: bool = False
    is_last: bool = True

    @classmethod
    def written(
        cls,
        services: Services,
        update_id: int,
        message: Message,
        text: str,
        *,
        beside: str = "",
        previous: StoredAnswer | None = None,
        is_part: bool = False,
        is_last: bool = True,
    ) -> "Inquiry":
        """Return a question that somebody wrote."""
        return cls(
            update_id=update_id,
            message=message,
            text=text,
            asker_id=asker_of(message),
            question_id=message.message_id,
            language=services.language_of(message),
            speech=services.speech(message.from_user),
            previous=previous,
            beside=beside,
            is_part=is_part,
            is_last=is_last,
        )

    @classmethod
    def tapped(
        cls, services: Services, update_id: int, message: Message, text: str, *, person: User
    ) -> "Inquiry":
        """Return the question on a button under `message` that a person tapped."""
        return cls(
            update_id=update_id,
            message=message,
            text=text,
            asker_id=person.id,
            question_id=None,
            language=person.language_code or "",
            speech=services.speech(person),
            target=Target(chat_id=message.chat.id, thread_id=topic_of(message)),
        )

    @property
    def place(self) -> tuple[int, int | None]:
        """Return the chat, and the topic of it, in which is asked."""
        return self.message.chat.id, topic_of(self.message)


def unsearchable(speech: Speech, question: str) -> str:
    """Return what a question is answered with that the engine refuses."""
    if len(question) > LONGEST_QUESTION:
        return command_texts.too_long(speech, most=LONGEST_QUESTION)
    return command_texts.no_words(speech)


def _cited(hit: Hit) -> Citation:
    return hit.passage.citation


class Answering:
    """Answers inquiries, one at a time in each chat."""

    def __init__(self, services: Services) -> None:
        """Answer with `services`."""
        self._services = services
        self._typing = Typing(services.delivery)

    async def answer(self, inquiry: Inquiry) -> None:
        """Search, then send the answer, or edit the one an edited question had."""
        chat_id, topic = inquiry.place
        async with self._typing.shown(Target(chat_id=chat_id, thread_id=topic)):
            try:
                stored, drawn = await self._ask(inquiry)
            except QuestionError:
                stored = self._stored(inquiry, None)
                drawn = plain(unsearchable(inquiry.speech, inquiry.text))
        await self._show(inquiry, drawn, stored)

    async def _ask(self, inquiry: Inquiry) -> tuple[StoredAnswer, Drawn]:
        """Return what is kept of the answer, and its message."""
        services, message = self._services, inquiry.message
        chat_id = message.chat.id
        scope = Scope()
        if message.reply_to_message is not None or message.external_reply is not None:
            scope = await services.conversations.read(
                scope_of, services.state, services.library, message
            )
        read: list[tuple[StoredAnswer, Drawn]] = []
        await services.conversations.ask(
            inquiry.place,
            inquiry.text,
            hits=HITS,
            language=inquiry.language,
            instead_of=inquiry.previous.question if inquiry.previous else None,
            scope=replace(
                scope,
                about=services.allowed.seen(chat_id, scope.about),
                beside=inquiry.beside or scope.beside,
            ),
            collections=services.allowed.collections(chat_id),
            recall=partial(self._recalled, inquiry),
            at_start=partial(services.state.journal.begin, inquiry.update_id),
            at_end=lambda answer: read.append(self._read(inquiry, answer)),
        )
        return read[0]

    def _recalled(self, inquiry: Inquiry) -> list[Turn]:
        """Return the last turns of the place from the database: the process may be a new one."""
        services, (chat_id, topic) = self._services, inquiry.place
        given = services.state.newest_answers(
            chat_id=chat_id,
            thread_id=topic,
            since=services.now() - timedelta(seconds=TURN_SECONDS),
            most=TURNS_KEPT,
        )
        sees = services.allowed.sees_answer
        return [Turn.recalled(one, services.library) for one in given if sees(chat_id, one)]

    def _read(self, inquiry: Inquiry, answer: Answer) -> tuple[StoredAnswer, Drawn]:
        """Return what is kept of an answer, and its message; reads the stories and the store."""
        names = [(one.collection, one.key) for one in map(_cited, answer.hits)]
        stored = self._stored(inquiry, answer, self._services.desk.stories(names))
        return stored, self._draw(stored, inquiry.speech)

    def _draw(self, answer: StoredAnswer, speech: Speech) -> Drawn:
        """Return the message for a new answer; reads the store."""
        desk = self._services.desk.speaking(speech)
        if answer.confidence is not Confidence.NONE and answer.stories:
            return page(desk, answer, 0)
        seen = self._services.allowed.collections(answer.chat_id)
        extent = self._services.library.extent(seen)
        return nothing(desk, answer, articles=extent.articles, newest=extent.newest_published)

    async def take_back(self, inquiry: Inquiry) -> None:
        """Say in the message of an answer that its question was edited away."""
        gone = inquiry.previous
        if gone is None or gone.message_id is None:
            return
        drawn = plain(conversation_texts.edited_away(inquiry.speech))
        await self._change(inquiry, drawn, replace(gone, question="", stories=()), gone.message_id)

    async def _show(self, inquiry: Inquiry, drawn: Drawn, answer: StoredAnswer) -> None:
        if answer.message_id is None:
            await self._send(inquiry, drawn, answer)
        else:
            await self._change(inquiry, drawn, answer, answer.message_id)

    async def _send(self, inquiry: Inquiry, drawn: Drawn, answer: StoredAnswer) -> None:
        errand = self._errand(inquiry, answer)
        target = inquiry.target or self._services.reply_to(inquiry.message)
        await self._services.delivery.send(drawn, to=target, errand=errand)

    async def _change(
        self, inquiry: Inquiry, drawn: Drawn, answer: StoredAnswer, message_id: int
    ) -> None:
        """Show the new answer in the message of the old one; in a new one if that is gone."""
        errand = self._errand(inquiry, answer)
        async with self._services.messages.turn((answer.chat_id, message_id)):
            if drawn.fingerprint == answer.shown:
                await errand.arrived(message_id, shown=answer.shown)
                return
            outcome = await self._services.delivery.edit(
                drawn, chat_id=answer.chat_id, message_id=message_id, errand=errand
            )
        if outcome is Outcome.GONE:
            await self._send(inquiry, drawn, replace(answer, message_id=None))

    def _errand(self, inquiry: Inquiry, answer: StoredAnswer) -> UpdateErrand:
        errands = self._services.errands
        if inquiry.is_last:
            return errands.errand(inquiry.update_id, answer=answer)
        return PartErrand(
            update_id=inquiry.update_id, errands=errands, answer=answer, still_wanted=lambda: True
        )

    def _stored(
        self,
        inquiry: Inquiry,
        answer: Answer | None,
        known: Mapping[Name, Story] | None = None,
    ) -> StoredAnswer:
        """Return what is kept of an answer; None stands for a question that cannot be searched."""
        previous = inquiry.previous
        explained = answer.explanation if answer else None
        return StoredAnswer(
            token=previous.token if previous else self._services.new_token(),
            chat_id=inquiry.place[0],
            thread_id=inquiry.place[1],
            message_id=previous.message_id if previous else None,
            question_id=inquiry.question_id,
            asker_id=inquiry.asker_id,
            question=inquiry.text,
            searched_for=answer.searched_for if answer else "",
            confidence=answer.confidence if answer else Confidence.NONE,
            stories=stories_of(answer.hits, known) if answer else (),
            shown=previous.shown if previous else None,
            created_at=self._services.now(),
            reasons=Reasons.of(explained) if explained else None,
            is_part=inquiry.is_part,
        )
