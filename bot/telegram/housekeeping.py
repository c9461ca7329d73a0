"""What a running bot does by itself about what it keeps: erases the old, notes new languages."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from telegram import CallbackQuery

from bot.conversations import Conversations
from bot.forgetting import forget_before
from bot.journal import Kind
from bot.people.speakers import Speakers
from bot.state import BotState
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.pacing import Sleep
from bot.telegram.services import Services
from corpus.clock import Clock

ROUND_SECONDS = 60.0
BETWEEN_ERASURES = timedelta(days=1)

_log = logging.getLogger(__name__)


class Housekeeping:
    """A feature without handlers: rounds beside the answers."""

    verbs = frozenset[Verb]()

    def __init__(self, services: Services) -> None:
        """Keep the state of `services` tidy."""
        self._rounds = Rounds(
            state=services.state,
            conversations=services.conversations,
            speakers=services.speakers,
            retention=services.retention,
            now=services.now,
        )

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return none."""
        return ()

    async def meant(self, _update_id: int, _query: CallbackQuery, _press: Press) -> Reply:
        """Answer nothing: there are no buttons."""
        return Reply()

    async def run(self) -> None:
        """Go round at the start and every minute, until cancelled."""
        await self._rounds.run()


class Rounds:
    """What is done again and again."""

    def __init__(
        self,
        *,
        state: BotState,
        conversations: Conversations,
        speakers: Speakers,
        retention: timedelta | None,
        now: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Erase from `state` what is older than `retention`, nothing if that is None."""
        self._state = state
        self._write = conversations.write
        self._speakers = speakers
        self._retention = retention
        self._now = now
        self._sleep = sleep
        self._erased_at: datetime | None = None

    async def run(self) -> None:
        """Go round at the start and every minute, until cancelled."""
        while True:
            await self._note_languages()
            await self._erase_the_old()
            await self._sleep(ROUND_SECONDS)

    async def _note_languages(self) -> None:
        for user_id, code in self._speakers.changed().items():
            await self._write(self._state.people.remember_code, user_id, code)

    async def _erase_the_old(self) -> None:
        """Erase once a day what is older than the settings allow."""
        now = self._now()
        if self._retention is None:
            return
        if self._erased_at is not None and now - self._erased_at < BETWEEN_ERASURES:
            return
        erased = await self._write(forget_before, self._state, now - self._retention)
        self._erased_at = now
        if erased:
            _log.info("erased %d rows older than %d days", erased, self._retention.days)
