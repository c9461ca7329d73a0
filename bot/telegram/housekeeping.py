"""What a running bot does by itself about what it keeps: erases the old, notes new languages."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from telegram import CallbackQuery

from bot.forgetting import forget_before
from bot.journal import Kind
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.pacing import Sleep
from bot.telegram.services import Services

ROUND_SECONDS = 60.0
BETWEEN_ERASURES = timedelta(days=1)

_log = logging.getLogger(__name__)


class Housekeeping:
    """A feature without handlers: rounds beside the answers."""

    verbs = frozenset[Verb]()

    def __init__(self, services: Services, *, sleep: Sleep = asyncio.sleep) -> None:
        """Keep the state of `services` tidy."""
        self._services = services
        self._sleep = sleep
        self._erased_at: datetime | None = None

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return none."""
        return ()

    async def meant(self, _update_id: int, _query: CallbackQuery, _press: Press) -> Reply:
        """Answer nothing: there are no buttons."""
        return Reply()

    async def run(self) -> None:
        """Go round at the start and every minute, until cancelled."""
        while True:
            await self._note_languages()
            await self._erase_the_old()
            await self._sleep(ROUND_SECONDS)

    async def _note_languages(self) -> None:
        services = self._services
        for user_id, code in services.speakers.changed().items():
            await services.conversations.write(services.state.people.remember_code, user_id, code)

    async def _erase_the_old(self) -> None:
        """Erase once a day what is older than the settings allow."""
        services, now = self._services, self._services.now()
        if services.retention is None:
            return
        if self._erased_at is not None and now - self._erased_at < BETWEEN_ERASURES:
            return
        erased = await services.conversations.write(
            forget_before, services.state, now - services.retention
        )
        self._erased_at = now
        if erased:
            _log.info("erased %d rows older than %d days", erased, services.retention.days)
