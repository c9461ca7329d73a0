"""Inline mode: `@bot bridge road` in any chat offers stories, each an exact quote to send."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from telegram import CallbackQuery, ChosenInlineResult, Update
from telegram.ext import ChosenInlineResultHandler, InlineQueryHandler, MessageHandler, filters

from bot.inline_cards import NO_CHAT, InlineCard
from bot.journal import Kind
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.addressed import question_in
from bot.telegram.answering import Answering, Inquiry
from bot.telegram.callbacks import Press, Verb
from bot.telegram.delivery import Target
from bot.telegram.features import Handler, Reply
from bot.telegram.inline.lanes import Lanes
from bot.telegram.inline.search import InlineSearch
from bot.telegram.inline_calls import NOTHING, Results
from bot.telegram.messages import Button, Place, plain
from bot.telegram.pacing import Sleep
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import inline as texts
from bot.telegram.voting import ballot_of
from corpus.errors import LibraryError

SEARCHES_AT_ONCE = 1
SHARE_RANK = 40
KEPT = timedelta(days=30)
"""How long an offer is kept that nobody is known to have sent."""

_PRUNE_SECONDS = 24 * 3600.0
_REMEMBERED_QUERIES = 1_000
_LINK = re.compile(r"q_([A-Za-z0-9_-]{12})")
_ASKED_HERE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.COMMAND
_NAMES_A_QUESTION = filters.Regex(r"^/start(?:@\w+)? q_[A-Za-z0-9_-]{12}\s*$")

_log = logging.getLogger(__name__)


class Inline:
    """The handlers of inline queries, of results sent, and of the link into the private chat."""

    verbs: frozenset[Verb] = frozenset()

    def __init__(self, services: Services, *, sleep: Sleep = asyncio.sleep) -> None:
        """Answer with `services`, and offer to share answers if the bot has inline mode."""
        self._services = services
        self._sleep = sleep
        self._search = InlineSearch(services)
        self._answering = Answering(services)
        self._lanes: Lanes[Results] = Lanes(at_once=SEARCHES_AT_ONCE)
        self._seen: OrderedDict[str, None] = OrderedDict()
        services.desk.offers.add(Place.PAGE, self._share, rank=SHARE_RANK)

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handlers; what is being typed is not written down."""
        return (
            (Kind.FLEETING, InlineQueryHandler(self.typed)),
            (Kind.OTHER, ChosenInlineResultHandler(self.sent)),
            (Kind.OTHER, MessageHandler(_ASKED_HERE & _NAMES_A_QUESTION, self.asked_here)),
        )

    async def typed(self, update: Update, _context: Context) -> None:
        """Answer an inline query; one that a newer one overtook with nothing, at once."""
        query = update.inline_query
        if query is None or self._is_repeated(query.id):
            return
        person = query.from_user.id
        found = await self._lanes.newest(person, partial(self._search.results, query))
        await self._services.inline.answer(query.id, found or NOTHING)

    async def sent(self, update: Update, _context: Context) -> None:
        """Remember which result became which message; picking it is a weak vote for it."""
        chosen = update.chosen_inline_result
        if chosen is not None:
            await self._services.conversations.write(self._note_sent, chosen)

    async def asked_here(self, update: Update, _context: Context) -> None:
        """Answer in the private chat the question that an inline query did not find."""
        message = message_of(update)
        services = self._services
        found = _LINK.search(question_in(message))
        asked = (
            await services.conversations.read(services.state.answer, found[1]) if found else None
        )
        if asked is None or asked.chat_id != NO_CHAT or asked.asker_id != message.chat.id:
            line = plain(texts.question_gone(services.speech(message.from_user)))
            errand = services.errands.errand(update.update_id)
            await services.delivery.send(line, to=Target(chat_id=message.chat.id), errand=errand)
            return
        inquiry = Inquiry.written(services, update.update_id, message, asked.question)
        await self._answering.answer(inquiry)

    async def meant(self, _update_id: int, _query: CallbackQuery, _press: Press) -> Reply:
        """Return nothing: it has no buttons of its own."""
        return Reply()

    async def run(self) -> None:
        """Drop old offers that nobody is known to have sent, once a day."""
        services = self._services
        while True:
            try:
                await services.conversations.write(
                    services.state.cards.prune, before=services.now() - KEPT
                )
            except LibraryError as error:
                _log.warning("old offers of inline mode wait for another day: %s", error)
            await self._sleep(_PRUNE_SECONDS)

    def _is_repeated(self, query_id: str) -> bool:
        if query_id in self._seen:
            return True
        self._seen[query_id] = None
        while len(self._seen) > _REMEMBERED_QUERIES:
            self._seen.popitem(last=False)
        return False

    def _note_sent(self, chosen: ChosenInlineResult) -> None:
        state, at = self._services.state, self._services.now()
        answer = state.answer(chosen.result_id)
        if answer is None or answer.asker_id != chosen.from_user.id:
            return
        if chosen.inline_message_id is not None:
            card = InlineCard(
                inline_message_id=chosen.inline_message_id,
                token=answer.token,
                sender_id=chosen.from_user.id,
                shown=None,
                sent_at=at,
            )
            state.cards.note(card)
        ballot = ballot_of(answer, 0, chosen.from_user.id)
        if ballot is not None:
            state.votes.choose(ballot, at=at)

    def _share(self, answer: StoredAnswer, number: int, speech: Speech) -> Button | None:
        if not self._services.inline.is_on:
            return None
        return Button(label=texts.button_share(speech), share=f"#{answer.token} {number + 1}")
