"""Pressed buttons of following: follow, tell once, pause, resume, stop, and when to tell."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time
from html import escape

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, User

from bot.following.due_times import Habits
from bot.following.follows import MOST_FOLLOWS, Follow
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Reply
from bot.telegram.following import listing as views
from bot.telegram.following.alerts import digest
from bot.telegram.following.marks import IN_LIST, LIST, PAUSE, RESUME, STOP, Marks
from bot.telegram.following.rounds import Rounds
from bot.telegram.following.starts import Starts
from bot.telegram.following.zones import CAPS, QUIET, zone_at
from bot.telegram.messages import Drawn
from bot.telegram.pages import nothing, page_press
from bot.telegram.services import Services
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import following as texts


class Presses:
    """Does what buttons say, and draws their messages anew."""

    def __init__(self, services: Services, marks: Marks, starts: Starts, rounds: Rounds) -> None:
        """Change follows in the state of `services`."""
        self._services = services
        self._follows = services.state.follows
        self._marks = marks
        self._starts = starts
        self._rounds = rounds

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Return what a press is answered with."""
        await self._services.keep_language(query.from_user)
        match press.verb:
            case Verb.FOLLOW:
                return await self._pressed_follow(query, press)
            case Verb.TELL:
                return await self._pressed_tell(update_id, query, press)
            case Verb.FOLLOWED:
                return await self._pressed_followed(update_id, query, press)
        return await self._pressed_when(update_id, query, press)

    def listed(self, chat_id: int, speech: Speech, page: int = 0) -> Drawn:
        """Return what is followed: in a private chat by its person, in a group there."""
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
        language = services.speakers.chosen(person.id) or person.language_code or ""
        new = self._starts.new(person.id, answer.chat_id, answer.thread_id, question, language)
        follow = replace(new, is_once=is_once)
        known = await services.conversations.read(self._starts.shown_in, answer)
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
                then=self._redraw(update_id, query, lambda: self.listed(chat_id, speech)),
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
                    return self.listed(chat_id, speech, page)
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
                if _looks_like(message, drawn):
                    return
                errand = services.errands.errand(update_id, answer=answer)
                await services.delivery.edit(
                    drawn, chat_id=place[0], message_id=place[1], errand=errand
                )

        return show


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


def _looks_like(message: MaybeInaccessibleMessage, drawn: Drawn) -> bool:
    """Return whether a message of plain text shows that already: no edit changes nothing."""
    if not isinstance(message, Message) or escape(message.text or "", quote=False) != drawn.html:
        return False
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    shown = [(button.text, button.callback_data) for row in rows for button in row]
    return shown == [(one.label, one.press.data) for row in drawn.rows for one in row if one.press]
