"""Example questions under the greeting: found beside the answers, asked with one tap.

The button's label is the question, and Telegram sends the label along with a press; so a button
works after a restart and on old messages, whatever has been found since.
"""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace

from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from bot.example_questions import Candidate, candidates, checked
from bot.journal import Kind
from bot.latest import Newest
from bot.references import ArticleRef
from bot.rendering import find
from bot.speech import Speech
from bot.telegram.answering import Answering, Inquiry
from bot.telegram.callbacks import TOKEN_LENGTH, Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.markup import Markup
from bot.telegram.messages import Button, Drawn
from bot.telegram.services import Services
from bot.telegram.texts import conversation as conversation_texts
from corpus.articles import Article
from retrieval.answers import Confidence, Filters, Question
from retrieval.errors import QuestionError

EXAMPLES = 3
MOST_ASKED = 30
"""Candidates asked for each language; asking costs as much as a reader's question."""
LOOK_SECONDS = 60.0
"""How often it is asked whether the library has changed."""


def with_examples(services: Services, drawn: Drawn, message: Message, speech: Speech) -> Drawn:
    """Return a greeting with the examples found so far as buttons; there may be none yet."""
    questions = services.examples.examples(
        services.allowed.collections(message.chat.id), speech.language, most=EXAMPLES
    )
    if not questions:
        return drawn
    rows = tuple((_button(question),) for question in questions)
    above = Markup().text(conversation_texts.examples(speech)).html
    html = f"{drawn.html}\n\n{above}"
    return replace(drawn, html=html, rows=(*drawn.rows, *rows))


class Examples:
    """Finds example questions, and asks the one on a button that is pressed."""

    verbs = frozenset({Verb.EXAMPLE})

    def __init__(self, services: Services) -> None:
        """Answer with `services`."""
        self._services = services
        self._answering = Answering(services)

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return none: examples are only asked by button."""
        return ()

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Ask the question on the button, in a new message; whoever pressed is the asker."""
        message, question = query.message, _question_on(query, press)
        if not isinstance(message, Message) or question is None:
            speech = self._services.speech(query.from_user)
            return Reply(toast=conversation_texts.button_removed(speech))
        inquiry = Inquiry.tapped(
            self._services, update_id, message, question, person=query.from_user
        )

        async def ask() -> None:
            async with self._services.chats.turn(message.chat.id):
                await self._answering.answer(inquiry)

        return Reply(then=ask)

    async def run(self) -> None:
        """Look for examples after the start, and again when the library has changed."""
        pause = self._services.examples_after
        looked_at = -1
        while pause is not None:
            await asyncio.sleep(pause)
            state = self._services.conversations.refreshes
            if state != looked_at:
                looked_at = state
                for collections in self._services.allowed.views():
                    await self._look(collections)
            pause = LOOK_SECONDS

    async def _look(self, collections: tuple[str, ...]) -> None:
        """Find examples for those who see some collections, in each language of new articles."""
        services = self._services
        articles = await services.conversations.read(self._newest, collections)
        languages: dict[str, list[Candidate]] = {}
        for one in await services.conversations.read(lambda: list(candidates(articles))):
            languages.setdefault(one.language, []).append(one)

        async def answers(one: Candidate) -> bool:
            return await self._is_answered(one, collections)

        found: list[Candidate] = []
        for made in languages.values():
            found += await checked(made, answers, wanted=EXAMPLES, most=MOST_ASKED)
        services.examples.put(collections, found)

    def _newest(self, collections: tuple[str, ...]) -> list[Article]:
        services = self._services
        newest = Newest(now=services.now(), collections=collections)
        cited = newest.citations(services.library)
        found = (find(services.library, ArticleRef.of(one)) for one in cited)
        return [article for article in found if article is not None]

    async def _is_answered(self, one: Candidate, collections: tuple[str, ...]) -> bool:
        """Return whether a question is answered for sure, by what it was made of."""
        question = Question(text=one.question, filters=Filters(collections=collections))
        try:
            answer = await self._services.conversations.search(question)
        except QuestionError:
            return False
        if answer.confidence is not Confidence.STRONG:
            return False
        passage = answer.hits[0].passage
        is_there = one.sentence in " ".join(passage.text.split())
        cited = passage.citation
        return is_there and (cited.collection, cited.key) == (one.collection, one.key)


def _button(question: str) -> Button:
    digest = urlsafe_b64encode(hashlib.sha256(question.encode()).digest()).decode()
    press = Press(verb=Verb.EXAMPLE, token=digest[:TOKEN_LENGTH], numbers=())
    return Button(label=question, press=press)


def _question_on(query: CallbackQuery, press: Press) -> str | None:
    """Return the label of the button that was pressed; it must be one of ours, unchanged."""
    message = query.message
    markup = message.reply_markup if isinstance(message, Message) else None
    if not isinstance(markup, InlineKeyboardMarkup):
        return None
    for row in markup.inline_keyboard:
        for button in row:
            if button.callback_data == query.data and _button(button.text).press == press:
                return button.text
    return None
