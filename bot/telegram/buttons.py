"""Pressed buttons: pages, context, sources. Every press is answered, once, at once."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import CallbackQuery, Update, User

from bot.journal import Progress
from bot.rendering import InexactQuoteError
from bot.speech import ENGLISH, Speech
from bot.state import StoredAnswer
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Feature, Reply
from bot.telegram.inline.buttons import InlineButtons
from bot.telegram.messages import Drawn, plain
from bot.telegram.pages import contents, page
from bot.telegram.services import Context, Services
from bot.telegram.source_list import sources
from bot.telegram.surroundings import surroundings
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import trouble as trouble_texts

_REMEMBERED_MESSAGES = 5_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What a press is answered with, and which page it asks for; None where it asks for none."""

    reply: Reply
    press: Press | None = None
    answer: StoredAnswer | None = None
    speech: Speech = ENGLISH


class Buttons:
    """The handler of pressed buttons."""

    def __init__(self, services: Services, features: Sequence[Feature]) -> None:
        """Draw and edit with `services`; the buttons of `features` are handed to them."""
        self._services = services
        self._features = {verb: feature for feature in features for verb in feature.verbs}
        self._newest: OrderedDict[tuple[int, int], int] = OrderedDict()
        self._unanswerable: set[int] = set()
        self._inline = InlineButtons(services, draw=self._draw, respond=self._respond)

    def leave_unanswered(self, update_id: int) -> None:
        """Note that a press was answered before, or waited too long for an answer."""
        self._unanswerable.add(update_id)

    def forget(self, update_id: int) -> None:
        """Drop what was noted about a press that is settled."""
        self._unanswerable.discard(update_id)

    async def pressed(self, update: Update, _context: Context) -> None:
        """Answer the press, then show what it asks for unless a newer press came."""
        query = update.callback_query
        if query is None:
            return
        press = Press.parse(query.data)
        feature = self._features.get(press.verb) if press else None
        if press is not None and feature is not None:
            reply = await feature.meant(update.update_id, query, press)
            await self._respond(update.update_id, query, reply)
            if reply.then is not None:
                await reply.then()
            if reply.show is not None:
                await self._turn_to(update.update_id, query, reply.show)
            return
        if query.inline_message_id is not None:
            await self._inline.pressed(update.update_id, query, press)
            return
        meaning = await self._services.conversations.read(self._meaning, query, press)
        await self._respond(update.update_id, query, meaning.reply)
        await self._go_to(update.update_id, query, meaning)

    async def failed(self, update_id: int, query: CallbackQuery) -> None:
        """Answer a press whose handling broke down before it was answered."""
        toast = trouble_texts.trouble(self._services.speech(query.from_user))
        await self._respond(update_id, query, Reply(toast=toast))

    async def _turn_to(self, update_id: int, query: CallbackQuery, press: Press) -> None:
        """Show a page of an answer that a feature's button asks for, if who pressed may turn it."""
        meaning = await self._services.conversations.read(self._meaning, query, press)
        await self._go_to(update_id, query, meaning)

    async def _go_to(self, update_id: int, query: CallbackQuery, meaning: _Meaning) -> None:
        if meaning.press is not None and meaning.answer is not None and query.message is not None:
            place = (query.message.chat.id, query.message.message_id)
            self._note_newest(place, update_id)
            await self._show(update_id, meaning.press, meaning.answer, place, meaning.speech)

    def _meaning(self, query: CallbackQuery, press: Press | None) -> _Meaning:
        """Return what to answer, from the database: it runs beside the event loop."""
        speech = self._services.speech(query.from_user)
        answer = self._services.state.answer(press.token) if press else None
        if press is None or answer is None or not answer.stories or query.message is None:
            return _Meaning(reply=Reply(toast=answer_texts.toast_old_button(speech)))
        chat_id = query.message.chat.id
        if chat_id != answer.chat_id or not self._services.allowed.sees_answer(chat_id, answer):
            return _Meaning(reply=Reply(toast=answer_texts.toast_old_button(speech)))
        if answer.asker_id not in {None, query.from_user.id}:
            reply = self._for_somebody_else(press, answer, query.from_user)
            return _Meaning(reply=reply)
        if press.verb is Verb.CONTENTS:
            toast = contents(self._services.desk.speaking(speech), answer)
            return _Meaning(reply=Reply(toast=toast, alert=True))
        if not answer.is_private and answer.asker_id is None:
            speech = self._services.speech(None)  # of a page that anybody may turn
        return _Meaning(reply=Reply(), press=press, answer=answer, speech=speech)

    def _for_somebody_else(self, press: Press, answer: StoredAnswer, user: User) -> Reply:
        """Send who did not ask to the private chat, where the answer is shown to them alone."""
        if not self._services.allowed.allows(user.id):
            speech = self._services.speech(user)
            return Reply(toast=answer_texts.toast_not_yours(speech))
        return Reply(url=self._services.desk.deep_link(f"a_{answer.token}_{press.numbers[0]}"))

    async def _respond(self, update_id: int, query: CallbackQuery, reply: Reply) -> None:
        """Answer the query; the journal knows before, so that no restart answers it again."""
        if update_id in self._unanswerable:
            return
        self._unanswerable.add(update_id)
        services = self._services
        await services.errands.mark(update_id, Progress.ANSWERING)
        await services.delivery.answer_press(
            query.id, toast=reply.toast, alert=reply.alert, url=reply.url
        )

    def _note_newest(self, place: tuple[int, int], update_id: int) -> None:
        self._newest[place] = max(update_id, self._newest.get(place, update_id))
        self._newest.move_to_end(place)
        while len(self._newest) > _REMEMBERED_MESSAGES:
            self._newest.popitem(last=False)

    async def _show(
        self,
        update_id: int,
        press: Press,
        answer: StoredAnswer,
        place: tuple[int, int],
        speech: Speech,
    ) -> None:
        services = self._services

        def still_wanted() -> bool:
            return self._newest.get(place, update_id) == update_id

        async with services.messages.turn(place):
            if not still_wanted():
                return
            current = await services.conversations.read(services.state.answer, press.token)
            answer = current or answer
            if not services.allowed.sees_answer(place[0], answer):
                return
            drawn = await services.conversations.read(self._draw, press, answer, speech)
            if drawn.fingerprint != answer.shown:
                errand = services.errands.errand(
                    update_id, answer=answer, still_wanted=still_wanted
                )
                await services.delivery.edit(
                    drawn, chat_id=place[0], message_id=place[1], errand=errand
                )

    def _draw(self, press: Press, answer: StoredAnswer, speech: Speech) -> Drawn:
        desk, number = self._services.desk.speaking(speech), press.numbers[0]
        drawn: Drawn | None
        try:
            match press.verb:
                case Verb.CONTEXT:
                    _, above, below = press.numbers
                    drawn = surroundings(desk, answer, number, above=above, below=below)
                case Verb.SOURCES:
                    drawn = sources(desk, answer, number)
                case _:
                    drawn = page(desk, answer, number)
        except InexactQuoteError:
            _log.exception("a quote is not what its receipt says, so it is not shown")
            return plain(trouble_texts.unprovable(speech))
        return drawn or page(desk, answer, number)
