"""Following a question: /follow, /following, the buttons, and the alerts that come of it."""

from collections.abc import Sequence

from telegram import CallbackQuery, Message, Update
from telegram.ext import CommandHandler, filters

from bot.following.follows import MOST_FOLLOWS, Follow
from bot.following.wishes import wished
from bot.journal import Kind
from bot.speech import Speech
from bot.telegram.addressed import asker_of, question_in, topic_of
from bot.telegram.answering import unsearchable
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.following import listing as views
from bot.telegram.following.marks import IN_LIST, Marks, stop_button
from bot.telegram.following.presses import Presses
from bot.telegram.following.rounds import Rounds
from bot.telegram.following.starts import Starts
from bot.telegram.messages import Drawn, plain
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import following as texts
from retrieval.errors import QuestionError
from retrieval.stories import Name

_COMMAND = filters.UpdateType.MESSAGE & (filters.ChatType.PRIVATE | filters.ChatType.GROUPS)


class Following:
    """The handlers of commands and buttons, and the rounds that look for news."""

    verbs = frozenset({Verb.FOLLOW, Verb.TELL, Verb.FOLLOWED, Verb.WHEN})

    def __init__(self, services: Services) -> None:
        """Keep follows in the state of `services`, and offer the buttons under every answer."""
        self._services = services
        self._follows = services.state.follows
        self._marks = Marks(services.state)
        self._marks.offer(services.desk.offers)
        self._rounds = Rounds(services)
        self._starts = Starts(services, lambda: self._rounds.position)
        self._presses = Presses(services, self._marks, self._starts, self._rounds)

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handlers of /follow and /following."""
        return (
            (Kind.OTHER, CommandHandler("follow", self._follow, _COMMAND)),
            (Kind.OTHER, CommandHandler("following", self._following, _COMMAND)),
        )

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Do what a button says, and draw its message anew."""
        return await self._presses.meant(update_id, query, press)

    async def run(self) -> None:
        """Look for news and send what is due, until cancelled."""
        await self._rounds.run()

    async def _follow(self, update: Update, _context: Context) -> None:
        """Follow a question, or without one the last that was answered here."""
        message = message_of(update)
        services, speech = self._services, self._services.speech(message.from_user)
        if message.from_user is not None:
            await services.keep_language(message.from_user)
        drawn = await self._followed(message, question_in(message), speech)
        await self._say(update, message, drawn)

    async def _followed(self, message: Message, text: str, speech: Speech) -> Drawn:
        services, chat_id, thread_id = self._services, message.chat.id, topic_of(message)
        if not text:
            last = await services.conversations.read(
                services.state.newest_answer, chat_id=chat_id, thread_id=thread_id
            )
            text = self._marks.question(last, 0) if last else ""
        if not text:
            return plain(texts.follow_usage(speech))
        person_id = asker_of(message) or chat_id
        follow = self._starts.new(
            person_id, chat_id, thread_id, text, services.language_of(message)
        )
        try:
            known = await self._starts.known(follow)
        except QuestionError:
            return plain(unsearchable(speech, text))
        return await services.conversations.write(self._begin, follow, known, speech)

    def _begin(self, follow: Follow, known: frozenset[Name], speech: Speech) -> Drawn:
        """Write a follow down; return what is said of it."""
        there = self._follows.there(follow.chat_id, follow.thread_id, follow.question)
        if there is not None:
            return plain(texts.followed_already(speech, question=there.question))
        if not self._follows.add(follow, known=known):
            return plain(texts.toast_too_many(speech, most=MOST_FOLLOWS))
        said = texts.following(speech, question=follow.question)
        return plain(said, (stop_button(follow, speech, where=IN_LIST),))

    async def _following(self, update: Update, _context: Context) -> None:
        """List what is followed, or set when it is told."""
        message = message_of(update)
        written, speech = question_in(message), self._services.speech(message.from_user)
        if message.chat.id > 0 and written:
            drawn = await self._services.conversations.write(
                self._wish, message.chat.id, written, speech
            )
        elif written:
            drawn = plain(texts.only_in_private(speech))
        else:
            drawn = await self._services.conversations.read(
                self._presses.listed, message.chat.id, speech
            )
        await self._say(update, message, drawn)
        self._rounds.ring()

    def _wish(self, person_id: int, written: str, speech: Speech) -> Drawn:
        habits = wished(self._follows.habits.of(person_id), written)
        if habits is None:
            return plain(texts.not_understood(speech, written=written))
        self._follows.habits.keep(person_id, habits)
        return views.settings(habits, speech, now=self._services.now())

    async def _say(self, update: Update, message: Message, drawn: Drawn) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id)
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)
