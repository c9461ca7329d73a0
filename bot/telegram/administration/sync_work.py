"""/sync: bringing the sources up to date in a process of its own, one at a time."""

import asyncio
import json
import logging
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import CommandHandler, filters

from bot.administration.office import Office
from bot.journal import Kind
from bot.logs import redact
from bot.scheduling import without_token
from bot.speech import Speech
from bot.telegram.addressed import asker_of
from bot.telegram.administration.overview import minute
from bot.telegram.administration.previews import outcomes_in_words, reason_in_line
from bot.telegram.administration.progress_line import ProgressLine
from bot.telegram.callbacks import Press, Verb
from bot.telegram.errand import UpdateErrand
from bot.telegram.features import Handler, Reply
from bot.telegram.markup import in_one_line, utf16_units
from bot.telegram.messages import ROOM, plain
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import administration as texts
from bot.telegram.texts import drafting as drafting_texts
from bot.works import Work
from corpus.reports import Result

SYNC = "sync"
LOOK_SECONDS = 30.0
"""How often is looked for a sync whose process has ended."""

_NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
_LINES = 10
_NAME_UNITS = 120
_ROOM_FOR_MORE = 60
_GRACE_SECONDS = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One sync that was asked for, and the message that tells how far it is."""

    holder: str
    chat_id: int
    message_id: int
    started_at: datetime
    speech: Speech


class _Placed(UpdateErrand):
    """An errand that remembers as which message its line arrived."""

    message_id: int | None = None

    async def arrived(self, message_id: int | None, *, shown: str) -> None:
        """Remember the message, then write down that it arrived."""
        self.message_id = message_id
        await super().arrived(message_id, shown=shown)


class SyncWork:
    """The feature behind /sync."""

    verbs: frozenset[Verb] = frozenset()

    def __init__(
        self, services: Services, office: Office, *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        """Run the command of `office`; look for syncs that broke off every `look_seconds`."""
        self._services = services
        self._office = office
        self._look_seconds = look_seconds
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handler of the command."""
        return ((Kind.OTHER, CommandHandler("sync", self.asked, _NEW)),)

    async def meant(self, _update_id: int, _query: CallbackQuery, _press: Press) -> Reply:
        """Draw no buttons."""
        return Reply()

    async def run(self) -> None:
        """Carry out one sync after the other, and say so of those that ended with a process."""
        while True:
            await self._guarded(self._tell_of_broken())
            try:
                job = await asyncio.wait_for(self._jobs.get(), self._look_seconds)
            except TimeoutError:
                continue
            await self._guarded(self._carry_out(job))

    async def _guarded(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        try:
            await work
        except Exception:  # noqa: BLE001 - the loop outlives whatever one sync brings
            _log.exception("a sync asked for in chat broke down")

    async def asked(self, update: Update, _context: Context) -> None:
        """Begin a sync, unless one is under way."""
        message = message_of(update)
        services, speech = self._services, self._services.speech(message.from_user)
        if asker_of(message) not in services.admins:
            _log.info("update %d: /sync by somebody who is no administrator", update.update_id)
            await self._say(update, message, texts.admins_only(speech))
            return
        await self._tell_of_broken()
        holder, now = services.new_token(), services.now()
        is_mine = await services.conversations.write(
            partial(
                services.state.works.begin, SYNC, holder=holder, chat_id=message.chat.id, now=now
            )
        )
        if not is_mine:
            work = await services.conversations.read(services.state.works.under_way, SYNC)
            when = minute(work.started_at if work else now)
            await self._say(update, message, texts.sync_under_way(speech, when=when))
            return
        await self._begin(update, message, holder, speech)

    async def _begin(self, update: Update, message: Message, holder: str, speech: Speech) -> None:
        services = self._services
        errand = _Placed(
            update_id=update.update_id,
            errands=services.errands,
            answer=None,
            still_wanted=lambda: True,
        )
        drawn = plain(texts.syncing(speech))
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)
        if errand.message_id is None:
            await services.conversations.write(services.state.works.end, SYNC, holder=holder)
            return
        job = _Job(
            holder=holder,
            chat_id=message.chat.id,
            message_id=errand.message_id,
            started_at=services.now(),
            speech=speech,
        )
        await services.conversations.write(self._alive, job)
        self._jobs.put_nowait(job)

    def _alive(self, job: _Job) -> None:
        self._services.state.works.note(
            SYNC, holder=job.holder, now=self._services.now(), message_id=job.message_id
        )

    async def _carry_out(self, job: _Job) -> None:
        """Run the command, tell how far it is, then what it did."""
        services = self._services
        line = ProgressLine(
            services,
            chat_id=job.chat_id,
            message_id=job.message_id,
            every=self._office.progress_seconds,
        )
        try:
            async with line.shown(partial(self._beat, job, line)):
                text = await self._ran(job.speech)
        except asyncio.CancelledError:
            await services.conversations.write(
                partial(services.state.works.abandon, SYNC, holder=job.holder)
            )
            raise
        await services.conversations.write(services.state.works.end, SYNC, holder=job.holder)
        await self._edit(job.chat_id, job.message_id, text)

    def _beat(self, job: _Job, line: ProgressLine) -> None:
        """Give a sign of life, and tell how many sources were looked at; runs in a thread."""
        self._alive(job)
        sources = self._office.library.store.followed.all()
        done = sum(1 for it in sources if it.tried_at is not None and it.tried_at >= job.started_at)
        line.tell(texts.syncing_some(job.speech, done=done, total=len(sources)))

    async def _ran(self, speech: Speech) -> str:
        """Return what there is to say once the command has ended."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._office.sync,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=without_token(os.environ),
            )
        except OSError as error:
            return texts.sync_failed(speech, reason=reason_in_line(str(error.strerror)))
        try:
            told, complaints = await process.communicate()
        finally:
            await _ended(process)
        try:
            report = json.loads(told)
        except ValueError:
            lines = complaints.decode(errors="replace").strip().splitlines() or ["?"]
            return texts.sync_failed(speech, reason=reason_in_line(redact(lines[-1])))
        return report_text(report, speech)

    async def _tell_of_broken(self) -> None:
        """Say under the message of a sync whose process has ended that it was interrupted."""
        services = self._services
        work: Work | None = await services.conversations.read(services.state.works.under_way, SYNC)
        if work is None or not work.has_ended(services.now()):
            return
        await services.conversations.write(services.state.works.end, SYNC, holder=work.holder)
        if work.message_id is not None:
            line = texts.sync_interrupted(services.speech_of(work.chat_id))
            await self._edit(work.chat_id, work.message_id, line)

    async def _edit(self, chat_id: int, message_id: int, text: str) -> None:
        services = self._services
        async with services.messages.turn((chat_id, message_id)):
            await services.delivery.edit(
                plain(text),
                chat_id=chat_id,
                message_id=message_id,
                errand=services.errands.notice(f"sync in chat {chat_id}"),
            )

    async def _say(self, update: Update, message: Message, text: str) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id)
        await services.delivery.send(plain(text), to=services.reply_to(message), errand=errand)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """End a process that still runs, gently first."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
    except TimeoutError:
        process.kill()


def report_text(report: Mapping[str, Any], speech: Speech) -> str:
    """Return what a sync did: its counts, and a line for each failure as far as there is room."""
    counts = Counter({result: int(report.get(result.value, 0)) for result in Result})
    unchanged_alone = not any(counts[it] for it in Result if it is not Result.UNCHANGED)
    told = outcomes_in_words(counts, speech)
    lines = [
        texts.synced_nothing(speech) if unchanged_alone else texts.synced(speech, outcomes=told)
    ]
    failures = report.get("failures", [])
    for number, failure in enumerate(failures):
        source = in_one_line(failure["source"], longest=_NAME_UNITS)
        reason = reason_in_line(failure["reason"])
        line = texts.failure_line(speech, source=source, reason=reason)
        is_full = utf16_units("\n".join((*lines, line))) > ROOM - _ROOM_FOR_MORE
        if number >= _LINES or is_full:
            lines.append(drafting_texts.and_more(speech, number=len(failures) - number))
            break
        lines.append(line)
    return "\n".join(lines)
