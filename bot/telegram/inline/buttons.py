"""Pressed buttons under messages sent through inline and guest mode: only the sender's edit."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import CallbackQuery

from bot.inline_cards import NO_CHAT, InlineCard
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.callbacks import Press
from bot.telegram.features import Reply
from bot.telegram.inline_calls import Edited
from bot.telegram.messages import Drawn
from bot.telegram.services import Services
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import inline as texts

_REMEMBERED_MESSAGES = 5_000

Draw = Callable[[Press, StoredAnswer, Speech], Drawn]
"""Returns what a press asks for; it reads the store."""

Respond = Callable[[int, CallbackQuery, Reply], Awaitable[None]]
"""Answers a press of an update, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What a press is answered with, and the message and answer it changes, if it does."""

    reply: Reply
    card: InlineCard | None = None
    answer: StoredAnswer | None = None


class InlineButtons:
    """The handler of presses that carry an inline message's id and no chat."""

    def __init__(self, services: Services, *, draw: Draw, respond: Respond) -> None:
        """Draw with `draw`, answer with `respond`."""
        self._services = services
        self._draw = draw
        self._respond = respond
        self._newest: OrderedDict[str, int] = OrderedDict()

    async def pressed(self, update_id: int, query: CallbackQuery, press: Press | None) -> None:
        """Answer the press, then show what it asks for unless a newer press came."""
        meaning = await self._services.conversations.read(self._meaning, query, press)
        await self._respond(update_id, query, meaning.reply)
        if press is not None and meaning.card is not None and meaning.answer is not None:
            self._note_newest(meaning.card.inline_message_id, update_id)
            speech = self._services.speech(query.from_user)
            await self._show(update_id, press, meaning.card, meaning.answer, speech)

    def _meaning(self, query: CallbackQuery, press: Press | None) -> _Meaning:
        services, person = self._services, query.from_user
        speech = services.speech(person)
        answer = services.state.answer(press.token) if press else None
        if press is None or answer is None or not answer.stories or answer.chat_id != NO_CHAT:
            return _Meaning(reply=Reply(toast=answer_texts.toast_old_button(speech)))
        if not services.allowed.sees_answer(person.id, answer):
            return _Meaning(reply=Reply(toast=texts.toast_shared_by_others(speech)))
        card = self._card(query, answer)
        if card is None or card.sender_id != person.id:
            link = services.desk.deep_link(f"a_{answer.token}_{press.numbers[0]}")
            return _Meaning(reply=Reply(url=link))
        return _Meaning(reply=Reply(), card=card, answer=answer)

    def _card(self, query: CallbackQuery, answer: StoredAnswer) -> InlineCard | None:
        """Return the message of a press; None if nobody knows who sent it.

        Telegram tells of results that were sent only if the bot's owner asked for it; what was
        offered to a person was sent by them.
        """
        name = query.inline_message_id or ""
        known = self._services.state.cards.card(name)
        if known is not None or answer.asker_id is None:
            return known
        return InlineCard(
            inline_message_id=name,
            token=answer.token,
            sender_id=answer.asker_id,
            shown=None,
            sent_at=self._services.now(),
        )

    def _note_newest(self, name: str, update_id: int) -> None:
        self._newest[name] = max(update_id, self._newest.get(name, update_id))
        self._newest.move_to_end(name)
        while len(self._newest) > _REMEMBERED_MESSAGES:
            self._newest.popitem(last=False)

    async def _show(
        self, update_id: int, press: Press, card: InlineCard, answer: StoredAnswer, speech: Speech
    ) -> None:
        services, name = self._services, card.inline_message_id

        def still_wanted() -> bool:
            return self._newest.get(name, update_id) == update_id

        async with services.messages.turn(name):
            if not still_wanted():
                return
            drawn = await services.conversations.read(self._draw, press, answer, speech)
            current = await services.conversations.write(self._prepared, card, drawn)
            if drawn.fingerprint == current.shown:
                return
            edited = await services.inline.edit(
                drawn, speech, inline_message_id=name, still_wanted=still_wanted
            )
            if edited is Edited.DONE:
                await services.conversations.write(
                    services.state.cards.note_shown, name, drawn.fingerprint
                )

    def _prepared(self, card: InlineCard, drawn: Drawn) -> InlineCard:
        """Remember the message and the quotes it is about to show; return it as it is known."""
        state = self._services.state
        state.cards.note(card)
        state.keep(None, drawn.receipts)
        return state.cards.card(card.inline_message_id) or card
