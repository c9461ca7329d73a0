"""From raw updates to work: parsed one by one, journalled before Telegram forgets them.

What cannot be parsed is skipped and logged; what no handler takes, or comes from a chat that is
not allowed, is not written down; what was seen before is dropped.
"""

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from telegram import Bot, Message, Update

from bot.conversations import Conversations
from bot.journal import Entry, Journal, Kind, Progress
from bot.speech import Speech
from bot.telegram.absence import Accepted, PassedOver, is_old, passed_over
from bot.telegram.access import AllowedChats
from bot.telegram.addressed import question_in
from bot.telegram.dispatch import Dispatcher
from bot.telegram.door import Door
from bot.telegram.markup import in_one_line
from bot.telegram.texts import trouble as trouble_texts

FULL_BATCH = 100
MOST_ATTEMPTS = 3
QUESTION_SHOWN = 80
UNREADABLE = "this release cannot read it"

Line = Callable[[Speech], str]
"""A text that only waits for the language it is said in."""

_log = logging.getLogger(__name__)


class Worker(Protocol):
    """What can be done with an accepted update."""

    def kind_of(self, update: Update) -> Kind | None:
        """Return what it asks for; None if it is not taken."""

    async def work(self, entry: Entry, update: Update) -> None:
        """Handle it."""

    async def say(self, update: Update, line: Line) -> None:
        """Answer it with one line, in the language of whoever wrote."""

    async def turn_away(self, update: Update) -> None:
        """Let go of what comes from a chat that is not allowed, without a trace."""


class Intake:
    """Takes batches of raw updates and sees to it that each is handled once."""

    def __init__(
        self,
        *,
        bot: Bot,
        worker: Worker,
        allowed: AllowedChats,
        journal: Journal,
        conversations: Conversations,
        dispatcher: Dispatcher,
        door: Door,
        now: Callable[[], datetime],
    ) -> None:
        """Parse for `bot`, write to `journal`, hand work to `dispatcher`; `door` knows who is invited."""
        self._bot = bot
        self._worker = worker
        self._allowed = allowed
        self._journal = journal
        self._write = conversations.write
        self._dispatcher = dispatcher
        self._door = door
        self._now = now
        self._held: list[Accepted[Update]] = []

    async def resume(self) -> None:
        """Take up what the last process left: the unanswered is held until the first batch."""
        interrupted = await self._write(self._journal.settle_interrupted)
        if interrupted:
            _log.warning(
                "%d messages were being sent when the bot ended; whether they arrived is unknown, "
                "so they are not repeated: updates %s",
                len(interrupted),
                ", ".join(map(str, interrupted)),
            )
        for entry in await self._write(self._journal.resume):
            update, kind = self._understood(json.loads(entry.payload))
            if update is None or kind is None:
                await self._write(
                    self._journal.mark, entry.update_id, Progress.DONE, note=UNREADABLE
                )
            else:
                self._held.append(Accepted(entry, update))

    async def take(self, batch: Sequence[dict[str, Any]]) -> int | None:
        """Journal a batch and start its work; return the offset that confirms it.

        Returns None for a batch without ids. Raises `LibraryError` if the journal cannot be
        written: then nothing may be confirmed.
        """
        accepted = [one for raw in batch if (one := await self._accepted(raw)) is not None]
        lasting = [one.entry for one in accepted if one.entry.kind is not Kind.FLEETING]
        known = {one.update_id for one in lasting} - await self._write(
            self._journal.accept, lasting
        )
        self._held.extend(one for one in accepted if one.entry.update_id not in known)
        now = self._now()
        if len(batch) < FULL_BATCH or not any(is_old(one.entry, now) for one in self._held):
            self._release(now)
        ids = [raw["update_id"] for raw in batch if isinstance(raw.get("update_id"), int)]
        return max(ids) + 1 if ids else None

    def _release(self, now: datetime) -> None:
        """Start the work for all that is held."""
        held, self._held = self._held, []
        instead = passed_over(held, now)
        for accepted in held:
            work = self._work(accepted, instead.get(accepted.entry.update_id))
            self._dispatcher.submit(accepted.entry, work)

    def _work(
        self, accepted: Accepted[Update], passed: PassedOver[Update] | None
    ) -> Callable[[], Any]:
        entry, update = accepted.entry, accepted.update
        if entry.attempts >= MOST_ATTEMPTS:
            _log.error("update %d ended the bot %d times; given up", entry.update_id, MOST_ATTEMPTS)
            return lambda: self._worker.say(update, trouble_texts.interrupted)
        if passed is None:
            return lambda: self._worker.work(entry, update)
        return lambda: self._pass_over(passed)

    async def _pass_over(self, passed: PassedOver[Update]) -> None:
        message = passed.instead.update.message
        question = in_one_line(question_in(message) if message else "", longest=QUESTION_SHOWN)
        if passed.count == 1:
            line = partial(trouble_texts.answered_newer, question=question)
            await self._worker.say(passed.accepted.update, line)
        elif passed.count:
            line = partial(trouble_texts.many_unanswered, count=passed.count, question=question)
            await self._worker.say(passed.accepted.update, line)

    async def _accepted(self, raw: dict[str, Any]) -> Accepted[Update] | None:
        update, kind = self._understood(raw)
        if update is None or kind is None:
            return None
        place = _place_of(update)
        if place is None or not (update.my_chat_member or await self._is_let_in(update, place)):
            await self._worker.turn_away(update)
            return None
        message = update.message or update.edited_message
        entry = Entry(
            update_id=update.update_id,
            chat_id=place,
            kind=kind,
            payload=json.dumps(raw),
            asked_at=_written_at(message),
            received_at=self._now(),
        )
        return Accepted(entry, update)

    async def _is_let_in(self, update: Update, place: int) -> bool:
        """Return whether an update comes from an allowed chat, or from somebody with an invitation."""
        return self._allowed.allows(place) or await self._door.opens_for(update)

    def _understood(self, raw: dict[str, Any]) -> tuple[Update | None, Kind | None]:
        """Return the update and what it asks for; None where it cannot be read, or is not taken."""
        try:
            update = Update.de_json(raw, self._bot)
            return update, self._worker.kind_of(update)
        except Exception as error:  # noqa: BLE001 - whatever a strange update breaks, others go on
            _log.error(  # no traceback: it would hold what people wrote
                "update %s cannot be read and is skipped: %s",
                raw.get("update_id"),
                type(error).__name__,
            )
            return None, None


def _place_of(update: Update) -> int | None:
    """Return the chat an update comes from.

    What comes from no chat, or from one the bot is not in, belongs to the private chat of whoever
    sent it: their rights count, and nothing is kept of where they are.
    """
    chat, person = update.effective_chat, update.effective_user
    if chat is not None and update.guest_message is None:
        return chat.id
    return person.id if person else None


def _written_at(message: Message | None) -> datetime | None:
    if message is None:
        return None
    return message.edit_date or message.date
