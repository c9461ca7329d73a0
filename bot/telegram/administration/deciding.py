"""What is decided under a draft's preview: add, discard, look, change, undo."""

from dataclasses import replace
from functools import partial

from telegram import CallbackQuery

from bot.administration.draft_summaries import cleaned, edited
from bot.administration.keeping import How, Tally, Undone, articles_in
from bot.administration.material import unpacked
from bot.administration.office import Office
from bot.drafts import Draft, DraftState
from bot.speech import Speech
from bot.telegram.administration import previews
from bot.telegram.administration.backroom import Backroom
from bot.telegram.administration.carrying_out import CarryingOut, Job
from bot.telegram.administration.draft_messages import DraftMessages
from bot.telegram.administration.removing import LOSSES
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Reply
from bot.telegram.messages import Drawn, plain
from bot.telegram.services import Services
from bot.telegram.texts import drafting as texts

_UNDER_WAY = frozenset({DraftState.ADDING, DraftState.UNDOING})


class Deciding:
    """Answers the buttons of drafts. Who may press is asked each time, of settings and draft."""

    def __init__(self, services: Services, office: Office, backroom: Backroom) -> None:
        """Add through `office`, in the threads of `backroom`."""
        self._services = services
        self._backroom = backroom
        self._messages = DraftMessages(services)
        self._hands = CarryingOut(services, office, backroom, self._messages)

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Return what a press is answered with; nobody but the draft's administrator changes it."""
        draft = await self._messages.draft_of(
            update_id, query, press, belongs=lambda one: LOSSES not in one.summary
        )
        if isinstance(draft, Reply):
            return draft
        speech = self._services.speech(query.from_user)
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
        await self._messages.show(update_id, draft, drawn)

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
        then = partial(self._messages.show, update_id, draft, became(draft, speech))
        return Reply(toast=texts.toast_settled(speech), then=then)

    async def _discard(self, update_id: int, draft: Draft, speech: Speech) -> Reply:
        if not await self._claimed(update_id, draft, DraftState.OPEN, DraftState.DISCARDED):
            return await self._late(update_id, draft, speech)
        services = self._services
        await services.conversations.write(
            services.state.drafts.settle, draft.token, DraftState.DISCARDED
        )
        drawn = previews.discarded(draft, speech)
        return Reply(then=partial(self._messages.show, update_id, draft, drawn))

    def _cleaned(self, draft: Draft, number: int, speech: Speech) -> Drawn:
        found = articles_in(unpacked(self._services.state.drafts.content(draft.token)))
        if not found:
            return previews.preview(draft, speech)
        return previews.cleaned_page(draft, cleaned(edited(found[0], draft.edits)), number, speech)

    async def _add(self, update_id: int, draft: Draft, press: Press, speech: Speech) -> Reply:
        how = How(press.numbers[0]) if press.numbers[0] in set(How) else How.ADD
        if not await self._claimed(update_id, draft, DraftState.OPEN, DraftState.ADDING):
            return await self._late(update_id, draft, speech)

        job = Job(
            work=lambda line: self._hands.store(draft, how, line, speech).to_json(),
            begun=texts.adding(speech),
            back_to=DraftState.OPEN,
            done=DraftState.ADDED,
            became=became,
            failed=_not_added,
        )
        then = partial(self._hands.run, update_id, draft, job, speech)
        return Reply(toast=texts.adding(speech), then=then)

    async def _undo(self, update_id: int, draft: Draft, speech: Speech) -> Reply:
        if not await self._claimed(update_id, draft, DraftState.ADDED, DraftState.UNDOING):
            return await self._late(update_id, draft, speech)

        job = Job(
            work=lambda _line: self._hands.take_out(draft).to_json(),
            begun=texts.undoing(speech),
            back_to=DraftState.ADDED,
            done=DraftState.UNDONE,
            became=became,
            failed=_not_undone,
        )
        then = partial(self._hands.run, update_id, draft, job, speech)
        return Reply(toast=texts.undoing(speech), then=then)


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


def _not_added(draft: Draft, reason: str, speech: Speech) -> Drawn:
    return previews.preview(draft, speech, problem=reason)


def _not_undone(draft: Draft, reason: str, speech: Speech) -> Drawn:
    line = texts.not_undone(speech, reason=previews.reason_in_line(reason))
    kept = became(draft, speech)
    return replace(kept, html=f"{kept.html}\n\n{plain(line).html}")
