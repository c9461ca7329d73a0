"""What is decided under a draft's preview: add, discard, look, change, undo."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import CallbackQuery

from bot.draft_summaries import cleaned, edited
from bot.drafts import Draft, DraftState
from bot.erasing import begin_erasure, erase_derived
from bot.errors import BotError
from bot.keeping import How, Tally, Undone, articles_in, planned, undo
from bot.material import unpacked
from bot.office import Office
from bot.speech import Speech
from bot.telegram import previews
from bot.telegram.backroom import Backroom
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Reply
from bot.telegram.messages import Drawn, plain
from bot.telegram.progress_line import ProgressLine
from bot.telegram.services import Services
from bot.telegram.texts import administration as common_texts
from bot.telegram.texts import drafting as texts
from bot.workshop import index
from corpus.errors import CorpusError
from retrieval.errors import RetrievalError
from retrieval.protocols import no_progress

_UNDER_WAY = frozenset({DraftState.ADDING, DraftState.UNDOING})

_log = logging.getLogger(__name__)


class Deciding:
    """Answers the buttons of drafts. Who may press is asked each time, of the settings and the draft."""

    def __init__(self, services: Services, office: Office, backroom: Backroom) -> None:
        """Add through `office`, in the threads of `backroom`."""
        self._services = services
        self._office = office
        self._backroom = backroom

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Return what a press is answered with; nobody but the draft's administrator changes it."""
        services, person = self._services, query.from_user
        speech = services.speech(person)
        if person.id not in services.admins:
            _log.info("update %d: a button for administrators, pressed by another", update_id)
            return Reply(toast=common_texts.toast_not_for_you(speech))
        draft = await services.conversations.read(
            services.state.drafts.get, press.token, now=services.now()
        )
        message = query.message
        if draft is None or message is None or "facts_of_removal" in draft.summary:
            return Reply(toast=texts.toast_gone(speech))
        if (message.chat.id, person.id) != (draft.chat_id, draft.person_id):
            return Reply(toast=common_texts.toast_not_for_you(speech))
        draft = replace(draft, message_id=message.message_id)
        return await self._reply(update_id, draft, press, speech)

    async def _reply(self, update_id: int, draft: Draft, press: Press, speech: Speech) -> Reply:
        match press.verb:
            case Verb.ADD:
                return await self._add(update_id, draft, press, speech)
            case Verb.UNDO:
                return await self._undo(update_id, draft, speech)
            case Verb.DISCARD:
                return await self._discard(update_id, draft, speech)
            case _ if draft.state is not DraftState.OPEN:
                return await self._late(update_id, draft, speech)
            case _:
                return Reply(then=partial(self._look, update_id, draft, press, speech))

    async def _look(self, update_id: int, draft: Draft, press: Press, speech: Speech) -> None:
        """Show another side of a draft that waits: its cleaned text, the form, the preview."""
        is_one = "facts" in draft.summary
        if press.verb is Verb.VIEW and is_one:
            number = press.numbers[0]
            drawn = await self._backroom.read(self._cleaned, draft, number, speech)
        elif press.verb is Verb.MODIFY and is_one:
            drawn = previews.modify_form(draft, speech)
        else:
            drawn = previews.preview(draft, speech)
        await self._show(update_id, draft, drawn)

    async def _claimed(
        self, update_id: int, draft: Draft, begin: DraftState, under_way: DraftState
    ) -> bool:
        services = self._services
        return await services.conversations.write(
            services.state.drafts.claim,
            draft.token,
            begin=begin,
            under_way=under_way,
            by=update_id,
            now=services.now(),
        )

    async def _late(self, update_id: int, draft: Draft, speech: Speech) -> Reply:
        """Answer a button of a draft that is decided; show what became of it."""
        services = self._services
        current = await services.conversations.read(
            services.state.drafts.get, draft.token, now=services.now()
        )
        draft = replace(current, message_id=draft.message_id) if current else draft
        if draft.state in _UNDER_WAY:
            return Reply(toast=texts.toast_under_way(speech))
        then = partial(self._show, update_id, draft, became(draft, speech))
        return Reply(toast=texts.toast_settled(speech), then=then)

    async def _discard(self, update_id: int, draft: Draft, speech: Speech) -> Reply:
        if not await self._claimed(update_id, draft, DraftState.OPEN, DraftState.DISCARDED):
            return await self._late(update_id, draft, speech)
        services = self._services
        await services.conversations.write(
            services.state.drafts.settle, draft.token, DraftState.DISCARDED
        )
        drawn = previews.discarded(draft, speech)
        return Reply(then=partial(self._show, update_id, draft, drawn))

    def _cleaned(self, draft: Draft, number: int, speech: Speech) -> Drawn:
        found = articles_in(unpacked(self._services.state.drafts.content(draft.token)))
        if not found:
            return previews.preview(draft, speech)
        return previews.cleaned_page(draft, cleaned(edited(found[0], draft.edits)), number, speech)

    async def _add(self, update_id: int, draft: Draft, press: Press, speech: Speech) -> Reply:
        how = How(press.numbers[0]) if press.numbers[0] in set(How) else How.ADD
        if not await self._claimed(update_id, draft, DraftState.OPEN, DraftState.ADDING):
            return await self._late(update_id, draft, speech)

        def work(line: ProgressLine) -> Mapping[str, Any]:
            return self._store(draft, how, line, speech).to_json()

        then = partial(
            self._carry_out,
            update_id,
            draft,
            speech,
            work=work,
            back_to=DraftState.OPEN,
            done=DraftState.ADDED,
        )
        return Reply(toast=texts.adding(speech), then=then)

    def _store(self, draft: Draft, how: How, line: ProgressLine, speech: Speech) -> Tally:
        """Add a draft as planned; runs in a thread, and again after a crash."""
        drafts, library = self._services.state.drafts, self._office.library
        content = drafts.content(draft.token)
        plan = draft.plan
        if plan is None:
            found = [edited(one, draft.edits) for one in articles_in(unpacked(content))]
            plan = planned(
                library.store, found, collection=draft.collection, how=how, token=draft.token
            )
            drafts.note_plan(draft.token, plan)

        def telling(done: int, total: int) -> None:
            if total > 1:
                line.tell(texts.adding_some(speech, done=done, total=total))
            elif not total:
                line.tell(texts.making_searchable(speech))

        return self._office.workshop.add(
            content, draft.edits, plan, collection=draft.collection, telling=telling
        )

    async def _undo(self, update_id: int, draft: Draft, speech: Speech) -> Reply:
        if not await self._claimed(update_id, draft, DraftState.ADDED, DraftState.UNDOING):
            return await self._late(update_id, draft, speech)

        def work(_line: ProgressLine) -> Mapping[str, Any]:
            return self._take_out(draft).to_json()

        then = partial(
            self._carry_out,
            update_id,
            draft,
            speech,
            work=work,
            back_to=DraftState.ADDED,
            done=DraftState.UNDONE,
        )
        return Reply(toast=texts.undoing(speech), then=then)

    def _take_out(self, draft: Draft) -> Undone:
        """Undo a draft, its traces in the indexes too; runs in a thread, and again after a crash."""
        library = self._office.library
        begin_erasure(library.folder)
        done = undo(library.store, draft.plan or (), collection=draft.collection)
        if done.names:
            erase_derived(library, done.names, no_progress)
        else:
            index(library, no_progress)
        return done

    async def _carry_out(
        self,
        update_id: int,
        draft: Draft,
        speech: Speech,
        *,
        work: Callable[[ProgressLine], Mapping[str, Any]],
        back_to: DraftState,
        done: DraftState,
    ) -> None:
        """Do what takes its time, telling how far it is; then show what it came to."""
        services = self._services
        drafts, settle = services.state.drafts, services.state.drafts.settle
        line = ProgressLine(
            services,
            chat_id=draft.chat_id,
            message_id=draft.message_id or 0,
            every=self._office.progress_seconds,
        )
        line.tell(texts.adding(speech) if done is DraftState.ADDED else texts.undoing(speech))
        try:
            async with line.shown(lambda: drafts.alive(draft.token, services.now())):
                result = await self._backroom.change(work, line)
        except (BotError, CorpusError, RetrievalError) as error:
            _log.warning("a draft could not be carried out: %s", error)
            await services.conversations.write(settle, draft.token, back_to, draft.result)
            drawn = _failed(replace(draft, state=back_to), str(error), speech)
        else:
            await services.conversations.write(settle, draft.token, done, result)
            drawn = became(replace(draft, state=done, result=result), speech)
        await self._show(update_id, draft, drawn)

    async def _show(self, update_id: int, draft: Draft, drawn: Drawn) -> None:
        services, message_id = self._services, draft.message_id or 0
        errand = services.errands.errand(update_id)
        async with services.messages.turn((draft.chat_id, message_id)):
            await services.delivery.edit(
                drawn, chat_id=draft.chat_id, message_id=message_id, errand=errand
            )


def became(draft: Draft, speech: Speech) -> Drawn:
    """Return the message of a draft as it stands now."""
    match draft.state:
        case DraftState.ADDED if draft.result is not None:
            return previews.added(draft, Tally.from_json(draft.result), speech)
        case DraftState.UNDONE if draft.result is not None:
            return previews.undone(draft, Undone.from_json(draft.result), speech)
        case DraftState.DISCARDED:
            return previews.discarded(draft, speech)
        case _:
            return previews.preview(draft, speech)


def _failed(draft: Draft, reason: str, speech: Speech) -> Drawn:
    if draft.state is DraftState.OPEN:
        return previews.preview(draft, speech, problem=reason)
    line = texts.not_undone(speech, reason=previews.reason_in_line(reason))
    kept = became(draft, speech)
    return replace(kept, html=f"{kept.html}\n\n{plain(line).html}")
