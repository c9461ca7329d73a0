"""Carrying out what was decided under a draft: it takes its time, and a line tells how far it is."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.administration.draft_summaries import edited
from bot.administration.keeping import How, Tally, Undone, articles_in, planned, undo
from bot.administration.material import unpacked
from bot.administration.office import Office
from bot.administration.workshop import index
from bot.drafts import Draft, DraftState
from bot.erasing import begin_erasure, erase_derived
from bot.errors import BotError
from bot.speech import Speech
from bot.telegram.administration.backroom import Backroom
from bot.telegram.administration.draft_messages import DraftMessages
from bot.telegram.administration.progress_line import ProgressLine
from bot.telegram.messages import Drawn
from bot.telegram.services import Services
from bot.telegram.texts import drafting as texts
from corpus.errors import CorpusError
from retrieval.errors import RetrievalError
from retrieval.protocols import no_progress

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is carried out: `work` in a thread, whose result is kept with the state `done`.

    If it fails, the draft goes back to a state, and `failed` draws it with the reason. `became`
    draws what it came to, `begun` is the first line of its progress.
    """

    work: Callable[[ProgressLine], Mapping[str, Any]]
    begun: str
    back_to: DraftState
    done: DraftState
    became: Callable[[Draft, Speech], Drawn]
    failed: Callable[[Draft, str, Speech], Drawn]


class CarryingOut:
    """Does what takes its time, one change of the library after the other."""

    def __init__(
        self, services: Services, office: Office, backroom: Backroom, messages: DraftMessages
    ) -> None:
        """Change the library of `office` in the threads of `backroom`; show it in `messages`."""
        self._services = services
        self._office = office
        self._backroom = backroom
        self._messages = messages

    async def run(self, update_id: int, draft: Draft, job: Job, speech: Speech) -> None:
        """Carry out a job that was claimed for an update, then show what it came to."""
        services = self._services
        drafts = services.state.drafts
        line = ProgressLine(
            services,
            chat_id=draft.chat_id,
            message_id=draft.message_id or 0,
            every=self._office.progress_seconds,
        )
        line.tell(job.begun)
        self._messages.forget(draft)
        try:
            async with line.shown(lambda: drafts.alive(draft.token, services.now())):
                result = await self._backroom.change(job.work, line)
        except (BotError, CorpusError, RetrievalError, OSError) as error:
            _log.warning("a draft could not be carried out: %s", error)
            await self._settle(draft, job.back_to, draft.result)
            reason = error.strerror if isinstance(error, OSError) else str(error)
            drawn = job.failed(replace(draft, state=job.back_to), reason or "?", speech)
        except Exception:
            await self._settle(draft, job.back_to, draft.result)
            raise
        else:
            await self._settle(draft, job.done, result)
            await self._take_in()
            drawn = job.became(replace(draft, state=job.done, result=result), speech)
        await self._messages.show(update_id, draft, drawn)

    async def _take_in(self) -> None:
        """Let the running bot answer from what changed before it is said that it does."""
        try:
            await self._services.conversations.refresh()
        except (CorpusError, RetrievalError, OSError):
            _log.exception("the library could not be read anew; it is tried again every second")

    async def _settle(
        self, draft: Draft, state: DraftState, result: Mapping[str, Any] | None
    ) -> None:
        services = self._services
        if state is DraftState.OPEN and draft.summary["articles"] == 1:
            await services.conversations.write(services.state.drafts.note_plan, draft.token, None)
        await services.conversations.write(services.state.drafts.settle, draft.token, state, result)

    def store(self, draft: Draft, how: How, line: ProgressLine, speech: Speech) -> Tally:
        """Add a draft as planned; runs in a thread, and again after a crash."""
        drafts = self._services.state.drafts
        content = drafts.content(draft.token)
        plan = draft.plan
        if plan is None:
            found = [edited(one, draft.edits) for one in articles_in(unpacked(content))]
            store = self._office.library.store
            plan = planned(store, found, collection=draft.collection, how=how, token=draft.token)
            drafts.note_plan(draft.token, plan)

        def telling(done: int, total: int) -> None:
            if total > 1:
                line.tell(texts.adding_some(speech, done=done, total=total))
            elif not total:
                line.tell(texts.making_searchable(speech))

        return self._office.workshop.add(
            content, draft.edits, plan, collection=draft.collection, telling=telling
        )

    def take_out(self, draft: Draft) -> Undone:
        """Undo a draft, its traces in the indexes too; runs in a thread, and again after a crash."""
        library = self._office.library
        begin_erasure(library.folder)
        done = undo(library.store, draft.plan or (), collection=draft.collection)
        if done.names:
            erase_derived(library, done.names, no_progress)
        else:
            index(library, no_progress)
        return done
