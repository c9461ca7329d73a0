"""`/gaps`: what was asked in vain, for administrators; noted and asked again beside the answers."""

import asyncio
import logging
from collections.abc import Sequence

from telegram import CallbackQuery, Update
from telegram.ext import CommandHandler, filters

from bot.feedback.gap_keeping import Noting, closes, disliked_in, question_of
from bot.feedback.gaps import Gap, GapState
from bot.journal import Kind
from bot.speech import Speech
from bot.telegram.administration.handed_in import FromAdmin
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.gap_list import REOPEN, SETTLED, TURN, drawn
from bot.telegram.messages import Drawn
from bot.telegram.pacing import Sleep
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import gaps as texts
from corpus.errors import LibraryError
from retrieval.answers import Answer
from retrieval.errors import QuestionError

NOTED = "gaps noted"
"""The moment, in the state, up to which answers were looked through."""
ROUND_SECONDS = 60.0
BETWEEN_BATCHES = 2.0
TRIED_AT_ONCE = 10

_NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
_log = logging.getLogger(__name__)


class GapList:
    """The command, its buttons, and the rounds that keep the list true."""

    verbs = frozenset({Verb.GAP})

    def __init__(self, services: Services, *, sleep: Sleep = asyncio.sleep) -> None:
        """Keep and show the gaps of `services`."""
        self._services = services
        self._sleep = sleep
        self._noting = Noting(
            services.state.gaps, embed=services.embed, limits=services.allowed.collections
        )
        self._one_at_a_time = asyncio.Lock()

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handler of the command; to all others it is unknown."""
        admin = _NEW & FromAdmin(self._services.admins)
        return ((Kind.OTHER, CommandHandler("gaps", self.listed, admin)),)

    async def listed(self, update: Update, _context: Context) -> None:
        """Show the first page, with what was asked until just now."""
        message, services = message_of(update), self._services
        await self._note()
        speech = services.speech(message.from_user)
        page = await services.conversations.read(self._draw, 0, speech)
        errand = services.errands.errand(update.update_id)
        await services.delivery.send(page, to=services.reply_to(message), errand=errand)

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Change a gap, or turn the list; administrators in their private chats only."""
        services = self._services
        speech = services.speech(query.from_user)
        if query.from_user.id not in services.admins:
            return Reply(toast=texts.toast_admins_only(speech))
        if query.message is None or query.message.chat.id != query.from_user.id:
            return Reply(toast=answer_texts.toast_old_button(speech))
        toast, changed = await services.conversations.write(self._change, press, speech)

        async def show() -> None:
            page = await services.conversations.read(self._draw, press.numbers[1], speech, changed)
            place = (query.from_user.id, query.message.message_id if query.message else 0)
            errand = services.errands.errand(update_id)
            async with services.messages.turn(place):
                await services.delivery.edit(
                    page, chat_id=place[0], message_id=place[1], errand=errand
                )

        return Reply(toast=toast, then=show)

    async def run(self) -> None:
        """Note what was asked in vain, and ask it again when the library has grown."""
        while True:
            try:
                await self._note()
                more = await self._retry()
            except LibraryError as error:
                _log.warning("unanswered questions wait for the next round: %s", error)
                more = False
            await self._sleep(BETWEEN_BATCHES if more else ROUND_SECONDS)

    async def _note(self) -> None:
        """Bring all that was asked in vain so far under gaps."""
        services, state = self._services, self._services.state
        read, write = services.conversations.read, services.conversations.write
        async with self._one_at_a_time:
            while True:
                now = services.now()
                since = await read(state.moment, NOTED)
                reached = await read(self._noting.note, since=since)
                if reached is None or (since is not None and reached <= since):
                    await write(state.note_moment, NOTED, now)
                    return
                await write(state.note_moment, NOTED, reached)

    async def _retry(self) -> bool:
        """Ask some open gaps again, at most once for each change; return whether more wait."""
        services, gaps = self._services, self._services.state.gaps
        read, write = services.conversations.read, services.conversations.write
        position = await read(services.library.position)
        waiting = await read(gaps.to_try, position, most=TRIED_AT_ONCE)
        if not waiting:
            return False
        disliked = disliked_in(await read(services.state.votes.tallies))
        for gap in waiting:
            answer = await self._asked_again(gap)
            article = closes(gap, answer, disliked) if answer else None
            if article is not None:
                name = (article.collection, article.key)
                await write(
                    gaps.settle, gap.token, GapState.ANSWERED, at=services.now(), answer=name
                )
        await write(gaps.note_tried, [gap.token for gap in waiting], position)
        return len(waiting) == TRIED_AT_ONCE

    async def _asked_again(self, gap: Gap) -> Answer | None:
        try:
            return await self._services.conversations.search(question_of(gap))
        except QuestionError:
            return None

    def _change(self, press: Press, speech: Speech) -> tuple[str | None, Gap | None]:
        """Return the toast, and the gap that was changed and can be changed back."""
        gaps, action = self._services.state.gaps, press.numbers[0]
        if action == TURN:
            return None, None
        gap = gaps.gap(press.token)
        state = SETTLED.get(action, GapState.OPEN if action == REOPEN else None)
        if gap is None or state is None:
            return texts.toast_gone(speech), None
        gaps.settle(gap.token, state, at=self._services.now())
        return texts.toast_settled(speech, state), None if action == REOPEN else gap

    def _draw(self, page: int, speech: Speech, changed: Gap | None = None) -> Drawn:
        return drawn(self._services.state.gaps, page, speech, changed=changed)
