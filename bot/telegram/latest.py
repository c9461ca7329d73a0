"""`/latest`: what is new, paged like an answer, one story a page."""

from collections.abc import Sequence
from functools import partial

from telegram import CallbackQuery, Message, Update
from telegram.ext import CommandHandler, filters

from bot.journal import Kind
from bot.latest import HITS_READ, Newest, latest_stories, newest_first, source_named
from bot.references import Story, stories_of
from bot.state import StoredAnswer
from bot.telegram.addressed import asker_of, question_in, topic_of
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.messages import Drawn, plain
from bot.telegram.pages import page
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import conversation as conversation_texts
from corpus.articles import Citation
from retrieval.answers import Confidence, Filters, Question
from retrieval.errors import QuestionError

_NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE


class Latest:
    """Lists the latest stories: all, those of a source, or those about some words."""

    verbs: frozenset[Verb] = frozenset()

    def __init__(self, services: Services) -> None:
        """List what `services.library` holds."""
        self._services = services

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handler of the command."""
        return ((Kind.OTHER, CommandHandler("latest", self.listed, _NEW)),)

    async def meant(self, _update_id: int, query: CallbackQuery, _press: Press) -> Reply:
        """Answer a button; its pages turn like those of any answer."""
        return Reply(toast=answer_texts.toast_old_button(self._services.speech(query.from_user)))

    async def run(self) -> None:
        """Do nothing beside the answers."""

    async def listed(self, update: Update, _context: Context) -> None:
        """Show the first page, or say that there is nothing new."""
        message, services = message_of(update), self._services
        words = question_in(message)
        found = await self._stories(message, words)
        listing = self._listing(message, words, found)
        drawn = await services.conversations.read(self._draw, message, listing)
        kept = listing if found else None
        errand = services.errands.errand(update.update_id, answer=kept)
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)

    async def _stories(self, message: Message, words: str) -> tuple[Story, ...]:
        services, chat_id = self._services, message.chat.id
        collections = services.allowed.collections(chat_id)
        newest = partial(Newest, now=services.now(), collections=collections)
        read = services.conversations.read
        source = await read(source_named, services.library, words) if words else None
        if words and source is None:
            return await self._about(words, collections)
        cited = await read(newest(source=source).citations, services.library)
        return await read(self._told, cited)

    def _told(self, cited: Sequence[Citation]) -> tuple[Story, ...]:
        desk = self._services.desk
        known = desk.stories([(one.collection, one.key) for one in cited])
        return latest_stories(desk.articles, cited, known)

    async def _about(self, words: str, collections: tuple[str, ...]) -> tuple[Story, ...]:
        """Return the stories that words find, those of the newest articles first."""
        services = self._services
        question = Question(text=words, hits=HITS_READ, filters=Filters(collections=collections))
        try:
            answer = await services.conversations.search(question)
        except QuestionError:
            return ()
        hits = newest_first(answer)
        names = [(one.collection, one.key) for one in (hit.passage.citation for hit in hits)]
        known = await services.conversations.read(services.desk.stories, names)
        return stories_of(hits, known)

    def _draw(self, message: Message, listing: StoredAnswer) -> Drawn:
        speech = self._services.speech(message.from_user)
        if listing.stories:
            return page(self._services.desk.speaking(speech), listing, 0)
        if listing.question:
            return plain(conversation_texts.no_news_of(speech, words=listing.question))
        return plain(conversation_texts.no_news(speech))

    def _listing(self, message: Message, words: str, found: tuple[Story, ...]) -> StoredAnswer:
        return StoredAnswer(
            token=self._services.new_token(),
            chat_id=message.chat.id,
            thread_id=topic_of(message),
            message_id=None,
            question_id=message.message_id,
            asker_id=asker_of(message),
            question=words,
            searched_for=words,
            confidence=Confidence.STRONG,
            stories=found,
            shown=None,
            created_at=self._services.now(),
            is_listing=True,
        )
