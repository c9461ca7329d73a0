"""Following a question: /follow, /following, the buttons, and the alerts that come of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import time

from telegram import CallbackQuery, Message, Update, User
from telegram.ext import CommandHandler, filters

from bot.alert_wishes import wished
from bot.due_times import Habits
from bot.follows import MOST_FOLLOWS, Follow
from bot.journal import Kind
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram import following_list as views
from bot.telegram.addressed import asker_of, question_in, topic_of
from bot.telegram.answering import unsearchable
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.following_alerts import digest
from bot.telegram.following_marks import IN_LIST, LIST, PAUSE, RESUME, STOP, Marks, stop_button
from bot.telegram.following_rounds import Rounds
from bot.telegram.following_zones import CAPS, QUIET, zone_at
from bot.telegram.messages import Drawn, plain
from bot.telegram.pages import nothing, page_press
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import following as texts
from retrieval.answers import Confidence, Filters, Question
from retrieval.engine import searchable
from retrieval.errors import QuestionError
from retrieval.stories import Name

KNOWN_HITS = 8
"""Passages of what is there already that count as known to whoever begins to follow."""

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

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handlers of /follow and /following."""
        return (
            (Kind.OTHER, CommandHandler("follow", self._follow, _COMMAND)),
            (Kind.OTHER, CommandHandler("following", self._following, _COMMAND)),
        )

    async def run(self) -> None:
        """Look for news and send what is due, until cancelled."""
        await self._rounds.run()

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Do what a button says, and draw its message anew."""
        await self._services.keep_language(query.from_user)
        match press.verb:
            case Verb.FOLLOW:
                return await self._pressed_follow(query, press)
            case Verb.TELL:
                return await self._pressed_tell(update_id, query, press)
            case Verb.FOLLOWED:
                return await self._pressed_followed(update_id, query, press)
        return await self._pressed_when(update_id, query, press)

    # -- commands -----------------------------------------------------------------------------

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
        follow = self._new(person_id, chat_id, thread_id, text, services.language_of(message))
        try:
            known = await self._known(follow)
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
            drawn = await self._services.conversations.read(self._list, message.chat.id, speech)
        await self._say(update, message, drawn)
        self._rounds.ring()

    def _wish(self, person_id: int, written: str, speech: Speech) -> Drawn:
        habits = wished(self._follows.habits.of(person_id), written)
        if habits is None:
            return plain(texts.not_understood(speech, written=written))
        self._follows.habits.keep(person_id, habits)
        return views.settings(habits, speech, now=self._services.now())

    def _list(self, chat_id: int, speech: Speech, page: int = 0) -> Drawn:
        is_private = chat_id > 0
        found = self._follows.of_person(chat_id) if is_private else self._follows.in_chat(chat_id)
        return views.listed(
            found,
            self._follows.habits.of(chat_id),
            speech,
            now=self._services.now(),
            page=page,
            is_private=is_private,
        )

    # -- buttons ------------------------------------------------------------------------------

    async def _pressed_follow(self, query: CallbackQuery, press: Press) -> Reply:
        """Follow the question of a page, or stop."""
        number, speech = press.numbers[0], self._services.speech(query.from_user)
        answer = await self._services.conversations.read(self._shown, query, press.token)
        if answer is None or number >= len(answer.stories):
            return Reply(toast=answer_texts.toast_old_button(speech))
        follow = await self._services.conversations.read(self._marks.followed, answer, number)
        show = page_press(answer, number)
        if follow is None:
            toast = await self._begun(query.from_user, answer, number, is_once=False)
        elif self._owns(query.from_user, follow):
            if follow.is_once:
                await self._services.conversations.write(self._follows.keep_on, follow.token)
                toast = texts.toast_following(speech)
            else:
                await self._services.conversations.write(self._follows.stop, follow.token)
                toast = texts.toast_stopped(speech)
        else:
            return Reply(toast=texts.toast_not_yours(speech))
        return Reply(toast=toast, show=show)

    async def _pressed_tell(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Tell once when something answers, or do not."""
        speech = self._services.speech(query.from_user)
        answer = await self._services.conversations.read(self._shown, query, press.token)
        if answer is None:
            return Reply(toast=answer_texts.toast_old_button(speech))
        follow = await self._services.conversations.read(self._marks.followed, answer, 0)
        if follow is None:
            toast = await self._begun(query.from_user, answer, 0, is_once=True)
        else:
            await self._services.conversations.write(self._follows.stop, follow.token)
            toast = texts.toast_stopped(speech)
        then = self._redraw(update_id, query, lambda: self._nothing(answer, speech), answer)
        return Reply(toast=toast, then=then)

    async def _begun(
        self, person: User, answer: StoredAnswer, number: int, *, is_once: bool
    ) -> str:
        """Follow the question of an answer; return the toast."""
        services, speech = self._services, self._services.speech(person)
        question = await services.conversations.read(self._marks.question, answer, number)
        follow = replace(
            self._new(
                person.id, answer.chat_id, answer.thread_id, question, person.language_code or ""
            ),
            is_once=is_once,
        )
        known = await services.conversations.read(self._shown_in, answer)
        if not question or not await services.conversations.write(
            self._follows.add, follow, known=known
        ):
            return texts.toast_too_many(speech, most=MOST_FOLLOWS)
        return texts.toast_tell(speech) if is_once else texts.toast_following(speech)

    async def _pressed_followed(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Pause, resume or stop a follow; or show the list an alert began with."""
        what, where = press.numbers
        read, speech = self._services.conversations.read, self._services.speech(query.from_user)
        if what == LIST:
            answer = await read(self._shown, query, press.token)
            if answer is None:
                return Reply(toast=answer_texts.toast_old_button(speech))
            then = self._redraw(update_id, query, lambda: self._digest(answer, speech), answer)
            return Reply(then=then)
        follow = await read(self._follows.one, press.token)
        if follow is None:
            return Reply(toast=texts.toast_gone(speech))
        if not self._owns(query.from_user, follow):
            return Reply(toast=texts.toast_not_yours(speech))
        toast = await self._services.conversations.write(self._change, what, follow, speech)
        self._rounds.ring()
        if where == IN_LIST:
            chat_id = query.message.chat.id if query.message else follow.chat_id
            return Reply(
                toast=toast,
                then=self._redraw(update_id, query, lambda: self._list(chat_id, speech)),
            )
        return Reply(toast=toast, show=await read(self._page_of, query, where - 1))

    def _change(self, what: int, follow: Follow, speech: Speech) -> str:
        """Do what a button says to a follow; return the toast."""
        match what:
            case value if value == PAUSE:
                self._follows.pause(follow.token, at=self._services.now())
                return texts.toast_paused(speech)
            case value if value == RESUME:
                self._follows.resume(follow.token, since=self._rounds.position)
                return texts.toast_resumed(speech)
            case value if value == STOP:
                self._follows.stop(follow.token)
                return texts.toast_stopped(speech)
        return answer_texts.toast_old_button(speech)

    async def _pressed_when(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Show or set when whoever presses is told."""
        speech = self._services.speech(query.from_user)
        message = query.message
        if message is None or (message.chat.id < 0 and press.numbers[0] != views.PAGE):
            return Reply(toast=texts.only_in_private(speech))
        chat_id = message.chat.id
        await self._services.conversations.write(self._set, query.from_user.id, press.numbers)
        self._rounds.ring()

        def draw() -> Drawn:
            habits = self._follows.habits.of(query.from_user.id)
            match press.numbers:
                case (views.PAGE, page, _):
                    return self._list(chat_id, speech, page)
                case (views.REGION, 0, _):
                    return views.regions(speech)
                case (views.REGION, region, _):
                    return views.zones(speech, region - 1)
            return views.settings(habits, speech, now=self._services.now())

        return Reply(then=self._redraw(update_id, query, draw))

    def _set(self, person_id: int, numbers: tuple[int, ...]) -> None:
        """Set what a button says, if it says anything that can be set."""
        before = self._follows.habits.of(person_id)
        after = _after(before, numbers)
        if after != before:
            self._follows.habits.keep(person_id, after)

    # -- what they share ----------------------------------------------------------------------

    def _new(
        self, person_id: int, chat_id: int, thread_id: int | None, question: str, language: str
    ) -> Follow:
        return Follow(
            token=self._services.new_token(),
            person_id=person_id,
            chat_id=chat_id,
            thread_id=thread_id,
            question=question,
            language=language,
            is_once=False,
            since=self._rounds.position,
            created_at=self._services.now(),
        )

    async def _known(self, follow: Follow) -> frozenset[Name]:
        """Return the articles that tell what answers a question now; `QuestionError` if nothing can."""
        services = self._services
        question = Question(
            text=searchable(follow.question),
            hits=KNOWN_HITS,
            language=follow.language,
            filters=Filters(collections=services.allowed.collections(follow.chat_id)),
        )
        answer = await services.conversations.search(question)
        if answer.confidence is Confidence.NONE:
            return frozenset()
        cited = [hit.passage.citation for hit in answer.hits]
        return await services.conversations.read(
            self._told_by, [(one.collection, one.key) for one in cited]
        )

    def _shown_in(self, answer: StoredAnswer) -> frozenset[Name]:
        """Return the articles that tell what an answer shows; none if it answers nothing."""
        if answer.confidence is Confidence.NONE:
            return frozenset()
        hits = [hit for story in answer.stories for hit in story]
        return self._told_by([(hit.article.collection, hit.article.key) for hit in hits])

    def _told_by(self, names: Sequence[Name]) -> frozenset[Name]:
        """Return the articles and all that tell the same stories."""
        stories = self._services.desk.stories(names).values()
        told = (telling.name for story in stories for telling in story.tellings)
        return frozenset((*names, *told))

    def _shown(self, query: CallbackQuery, token: str) -> StoredAnswer | None:
        """Return the answer under which a button was pressed, by somebody who may."""
        answer = self._services.state.answer(token)
        if answer is None or query.message is None or query.message.chat.id != answer.chat_id:
            return None
        if answer.asker_id not in {None, query.from_user.id}:
            return None
        return answer if self._services.allowed.sees_answer(answer.chat_id, answer) else None

    def _page_of(self, query: CallbackQuery, number: int) -> Press | None:
        """Return what draws the page of the answer that a message shows."""
        if query.message is None:
            return None
        answer = self._services.state.answer_shown(
            chat_id=query.message.chat.id, message_id=query.message.message_id
        )
        return page_press(answer, number) if answer and number < len(answer.stories) else None

    def _owns(self, person: User, follow: Follow) -> bool:
        return follow.person_id in {person.id, follow.chat_id}

    def _nothing(self, answer: StoredAnswer, speech: Speech) -> Drawn:
        seen = self._services.allowed.collections(answer.chat_id)
        extent = self._services.library.extent(seen)
        desk = self._services.desk.speaking(speech)
        return nothing(desk, answer, articles=extent.articles, newest=extent.newest_published)

    def _digest(self, answer: StoredAnswer, speech: Speech) -> Drawn:
        alerts = self._follows.alerts.in_answer(answer.token)
        return digest(self._services.desk.speaking(speech), answer, alerts)

    def _redraw(
        self,
        update_id: int,
        query: CallbackQuery,
        draw: Callable[[], Drawn],
        answer: StoredAnswer | None = None,
    ) -> Callable[[], Awaitable[None]]:
        """Return what shows the message of a button anew, if it looks otherwise then."""
        services, message = self._services, query.message

        async def show() -> None:
            if message is None:
                return
            place = (message.chat.id, message.message_id)
            async with services.messages.turn(place):
                drawn = await services.conversations.read(draw)
                errand = services.errands.errand(update_id, answer=answer)
                await services.delivery.edit(
                    drawn, chat_id=place[0], message_id=place[1], errand=errand
                )

        return show

    async def _say(self, update: Update, message: Message, drawn: Drawn) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id)
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)


def _after(habits: Habits, numbers: tuple[int, ...]) -> Habits:
    """Return the habits after a button; the same if it sets nothing there is."""
    match numbers:
        case (views.RHYTHM, value, _):
            return replace(habits, is_daily=bool(value))
        case (views.DIGEST, hour, minute) if hour < 24 and minute < 60:  # noqa: PLR2004 - a clock
            return replace(habits, is_daily=True, digest=time(hour, minute))
        case (views.QUIET_HOURS, place, _) if place < len(QUIET):
            return replace(habits, quiet=QUIET[place])
        case (views.CAP, place, _) if place < len(CAPS):
            return replace(habits, cap=CAPS[place])
        case (views.ZONE, region, place):
            return replace(habits, zone=zone_at(region, place) or habits.zone)
    return habits
