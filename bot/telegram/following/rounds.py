"""The rounds of following: look for news, send what is due, sleep until the next is.

Jobs of the job queue ring a bell and hold nothing: what is due, and when, is read from the
database in every round, so that restarts and changes of the clock need no care of their own.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

from bot.following.follows import Paused
from bot.telegram.delivery import Target
from bot.telegram.following.messages import Letter, Post
from bot.telegram.services import Context, Services

KEPT = timedelta(days=30)
"""How long settled alerts are kept: their buttons and headings work so long."""
AT_ONCE = 8
"""Messages under way at a time; each waits for its chat's turn."""
FINISHING_SECONDS = 5.0
_RETRY_SECONDS = 30.0
_NEXT = "the next round of following"
_LATE_IS_FINE: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 9}

_log = logging.getLogger(__name__)


class Rounds:
    """Runs beside the answers until it is cancelled."""

    def __init__(self, services: Services) -> None:
        """Match and send with `services`; a chat that takes no messages is switched off."""
        self._services = services
        self._follows = services.state.follows
        self._matching = services.matching
        self._post = Post(services)
        self._beat = self._matching.watch.beat_seconds if self._matching else _RETRY_SECONDS
        self._bell = asyncio.Event()
        self._looked: int | None = None
        self._ending = False
        services.delivery.when_shut(self._shut)

    @property
    def position(self) -> int:
        """Return the position of the library's log up to which questions are answered."""
        return self._matching.position if self._matching else 0

    def ring(self) -> None:
        """Begin another round now, or as soon as this one ends."""
        self._bell.set()

    async def run(self) -> None:
        """Look, send, sleep, until cancelled."""
        await self._clear_up()
        if self._matching is not None:
            every = self._matching.watch.look_seconds
            self._services.jobs.run_repeating(self._compare, every, job_kwargs=_LATE_IS_FINE)
        with ThreadPoolExecutor(1, thread_name_prefix="follow") as pool:
            try:
                await self._rounds(pool)
            finally:
                self._ending = True

    async def _clear_up(self) -> None:
        """Mark what the last process was sending, and drop what is old."""
        write, alerts = self._services.conversations.write, self._follows.alerts
        interrupted = await write(alerts.settle_interrupted)
        if interrupted:
            _log.warning(
                "%d messages with alerts were being sent when the bot ended; whether they arrived "
                "is unknown, so they are not repeated",
                interrupted,
            )
        await write(alerts.prune, before=self._services.now() - KEPT)

    async def _rounds(self, pool: ThreadPoolExecutor) -> None:
        failing = False
        while True:
            self._bell.clear()
            pause = _RETRY_SECONDS
            try:
                pause = await self._round(pool)
                failing = False
            except Exception:  # noqa: BLE001 - the rounds outlive a library that is busy
                if not failing:
                    _log.exception("followed questions cannot be looked after; trying again")
                failing = True
            await self._sleep(pause)

    async def _sleep(self, seconds: float) -> None:
        """Return after so long, or once the bell is rung."""
        jobs = self._services.jobs
        jobs.run_once(self._rung, seconds, name=_NEXT, job_kwargs=_LATE_IS_FINE)
        await self._bell.wait()
        for job in jobs.get_jobs_by_name(_NEXT):  # none where it has run
            job.schedule_removal()

    async def _round(self, pool: ThreadPoolExecutor) -> float:
        """Look for news and send what is due; return in how many seconds to come again."""
        write = self._services.conversations.write
        await write(self._switch)
        await write(self._follows.alerts.believe, self._services.now())
        try:
            await self._look(pool)
        finally:  # a library that cannot be read holds up nothing that was found before
            pause = await self._send_due()
        return pause

    async def _send_due(self) -> float:
        """Send what is due; return in how many seconds to come again."""
        tried: set[int] = set()
        while True:
            letters, pause = await self._services.conversations.read(
                self._post.due, without=frozenset(tried)
            )
            if not letters:
                return min(pause, self._beat)
            tried |= {one for letter in letters for one in letter.ids}
            await _some_at_once(map(self._send, letters))

    async def _look(self, pool: ThreadPoolExecutor) -> None:
        """Look through all that came since the last look."""
        if self._matching is None:
            return
        position, loop = self._matching.position, asyncio.get_running_loop()
        step = partial(self._matching.step, is_wanted=lambda: not self._ending)
        while (found := await loop.run_in_executor(pool, step)) is not None:
            if found:
                _log.info("%d new stories for followed questions", found)
        self._looked = position

    async def _send(self, letter: Letter) -> None:
        """Send a message; one that is leaving when the bot ends is waited for."""
        services, alerts = self._services, self._follows.alerts
        message = await services.conversations.read(self._post.written, letter)
        if message is None:
            return
        token = message.answer.token
        errand = services.errands.notice(
            f"alert {token}",
            answer=message.answer,
            still_wanted=partial(alerts.is_pending, token),
            about_to_send=lambda: alerts.about_to_send(token, at=services.now()),
            not_sent=partial(alerts.not_sent, token),
            arrived=lambda _message_id: alerts.arrived(token),
            unknown=partial(alerts.unknown, token),
            dropped=partial(alerts.dropped, token),
        )
        to = Target(chat_id=letter.chat_id, thread_id=letter.thread_id)
        await _finished(services.delivery.send(message.drawn, to=to, errand=errand))

    async def _shut(self, _chat_id: int) -> None:
        """Switch off what is followed in a chat that takes no messages, in the next round."""
        self.ring()

    def _switch(self) -> None:
        """Pause what is followed in chats the bot is out of, resume it in those it is in again."""
        is_out_of, now = self._services.presence.is_out_of, self._services.now()
        for chat_id in filter(is_out_of, self._follows.chats(None)):
            count = self._follows.shut(chat_id, at=now)
            _log.info("chat %d takes no messages: %d followed questions pause", chat_id, count)
        for chat_id in self._follows.chats(Paused.SHUT):
            if not is_out_of(chat_id):
                self._follows.reopen(chat_id, since=self.position)

    async def _compare(self, _context: Context) -> None:
        """Ring if the library has changed since the last look."""
        if self._matching is not None and self._matching.position != self._looked:
            self.ring()

    async def _rung(self, _context: Context) -> None:
        self.ring()


async def _finished(work: Coroutine[Any, Any, Any]) -> None:
    """Do the work; when cancelled, wait a little for it to end by itself."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=FINISHING_SECONDS)
        task.cancel()
        raise


async def _some_at_once(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all works, a few at a time; raise the first error when all have ended."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(work: Coroutine[Any, Any, None]) -> None:
        async with slots:
            await work

    ended = await asyncio.gather(*map(one, works), return_exceptions=True)
    for error in ended:
        if isinstance(error, BaseException):
            raise error
