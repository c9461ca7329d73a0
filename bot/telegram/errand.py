"""What is done around one send: noted before the request leaves, and after its fate is known.

An answer to an update is noted in the journal (`UpdateErrand`). What answers no update (an alert,
a digest, a progress line) is noted by whoever sends it, through callbacks (`Notice`).
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.conversations import Conversations
from bot.journal import Progress
from bot.state import BotState, StoredAnswer, StoredReceipt


class Errand(Protocol):
    """The notes of one send, as `Delivery` makes them.

    `about_to_send` is called before each request leaves, at once and on the event loop; after it
    exactly one of `arrived`, `unknown`, `not_sent` follows, unless the process dies in between.
    """

    @property
    def name(self) -> str:
        """Return what log lines call it, such as "update 7"."""

    @property
    def is_answer(self) -> bool:
        """Return whether somebody waits for it; what nobody waits for lets answers go first."""

    def still_wanted(self) -> bool:
        """Return whether it is to be sent at all, asked just before it leaves."""

    async def prepare(self, receipts: Sequence[StoredReceipt]) -> None:
        """Remember what the message's buttons stand for, and which quotes it shows."""

    def about_to_send(self) -> None:
        """Write down that the message may be out from now on."""

    async def not_sent(self) -> None:
        """Write down that it is not out after all; another attempt may follow."""

    async def arrived(self, message_id: int | None, *, shown: str) -> None:
        """Write down that it arrived, as which message, looking how (`Drawn.fingerprint`)."""

    async def unknown(self, note: str) -> None:
        """Write down that nobody knows whether it arrived; it is not sent again."""

    async def dropped(self, note: str) -> None:
        """Write down that it cannot be delivered, or is not wanted any more."""

    async def moved(self, old_id: int, new_id: int) -> None:
        """Follow a group to its new id."""


class UpdateErrand:
    """The journal's side of an answer to an update.

    `about_to_send` is written down before the request leaves, so that a process that dies in
    between never sends twice; `not_sent` takes it back where it surely did not arrive.
    """

    is_answer = True

    def __init__(
        self,
        *,
        update_id: int,
        errands: "Errands",
        answer: StoredAnswer | None,
        still_wanted: Callable[[], bool],
    ) -> None:
        """Note what happens for an update; made by `Errands.errand`."""
        self.update_id = update_id
        self.name = f"update {update_id}"
        self._still_wanted = still_wanted
        self._answer = answer
        self._errands = errands

    def still_wanted(self) -> bool:
        """Return whether it is to be sent at all."""
        return self._still_wanted()

    async def prepare(self, receipts: Sequence[StoredReceipt]) -> None:
        """Remember what the message's buttons stand for, and which quotes it shows."""
        if self._answer is not None or receipts:
            await self._errands.write(
                self._errands.state.keep, self._answer, receipts, update_id=self.update_id
            )

    def about_to_send(self) -> None:
        """Write down that the message may be out from now on.

        This writes at once, on the event loop: the request leaves with the next instruction, and
        a thread in between would be time in which a killed process loses the message.
        """
        self._errands.state.journal.mark(self.update_id, Progress.SENDING)

    async def not_sent(self) -> None:
        """Write down that it is not out after all."""
        await self._errands.mark(self.update_id, Progress.ACCEPTED)

    async def arrived(self, message_id: int | None, *, shown: str) -> None:
        """Write down that it arrived, as which message, looking how."""
        if self._answer is None:
            await self._settle(Progress.DONE)
            return
        await self._errands.write(
            self._errands.state.note_arrived,
            self.update_id,
            self._answer.token,
            message_id=message_id,
            shown=shown,
        )
        self._errands.settled.add(self.update_id)

    async def unknown(self, note: str) -> None:
        """Write down that nobody knows whether it arrived; it is not sent again."""
        await self._settle(Progress.AMBIGUOUS, note=note)

    async def dropped(self, note: str) -> None:
        """Write down that it cannot be delivered, or is not wanted any more."""
        await self._settle(Progress.DONE, note=note)

    async def moved(self, old_id: int, new_id: int) -> None:
        """Follow a group to its new id."""
        await self._errands.follow(old_id, new_id)

    async def _settle(self, progress: Progress, *, note: str | None = None) -> None:
        await self._errands.mark(self.update_id, progress, note=note)
        self._errands.settled.add(self.update_id)


def _wanted() -> bool:
    return True


def _nothing() -> None:
    """Note nothing."""


def _nothing_of_message(_message_id: int | None) -> None:
    """Note nothing."""


def _nothing_of_reason(_reason: str) -> None:
    """Note nothing."""


class Notice:
    """The notes of a message that answers no update; made by `Errands.notice`."""

    is_answer = False

    def __init__(
        self,
        *,
        name: str,
        errands: "Errands",
        answer: StoredAnswer | None,
        still_wanted: Callable[[], bool],
        about_to_send: Callable[[], None],
        not_sent: Callable[[], None],
        arrived: Callable[[int | None], None],
        unknown: Callable[[str], None],
        dropped: Callable[[str], None],
    ) -> None:
        """Call back what happens to the message."""
        self.name = name
        self.still_wanted = still_wanted
        self.about_to_send = about_to_send
        self._answer = answer
        self._errands = errands
        self._not_sent = not_sent
        self._arrived = arrived
        self._unknown = unknown
        self._dropped = dropped

    async def prepare(self, receipts: Sequence[StoredReceipt]) -> None:
        """Remember what the message's buttons stand for, and which quotes it shows."""
        if self._answer is not None or receipts:
            await self._errands.write(self._errands.state.keep, self._answer, receipts)

    async def not_sent(self) -> None:
        """Tell that it is not out after all; another attempt may follow."""
        await self._errands.write(self._not_sent)

    async def arrived(self, message_id: int | None, *, shown: str) -> None:
        """Tell that it arrived, as which message."""
        await self._errands.write(self._note_arrived, message_id, shown)

    async def unknown(self, note: str) -> None:
        """Tell that nobody knows whether it arrived."""
        await self._errands.write(self._unknown, note)

    async def dropped(self, note: str) -> None:
        """Tell that it cannot be delivered, or is not wanted any more."""
        await self._errands.write(self._dropped, note)

    async def moved(self, old_id: int, new_id: int) -> None:
        """Follow a group to its new id."""
        await self._errands.follow(old_id, new_id)

    def _note_arrived(self, message_id: int | None, shown: str) -> None:
        if self._answer is not None:
            self._errands.state.note_arrived(
                None, self._answer.token, message_id=message_id, shown=shown
            )
        self._arrived(message_id)


class Errands:
    """Makes errands, and settles updates for which nothing had to be sent."""

    def __init__(
        self,
        *,
        state: BotState,
        conversations: Conversations,
        on_move: Callable[[int, int], None],
    ) -> None:
        """Write to `state` through the writing thread; tell `on_move` of groups that moved."""
        self.state = state
        self.write = conversations.write
        self.settled: set[int] = set()
        self._on_move = on_move

    def errand(
        self,
        update_id: int,
        *,
        answer: StoredAnswer | None = None,
        still_wanted: Callable[[], bool] = _wanted,
    ) -> UpdateErrand:
        """Return an errand for an update; `answer` is kept with what is sent."""
        return UpdateErrand(
            update_id=update_id, errands=self, answer=answer, still_wanted=still_wanted
        )

    def notice(
        self,
        name: str,
        *,
        answer: StoredAnswer | None = None,
        still_wanted: Callable[[], bool] = _wanted,
        about_to_send: Callable[[], None] = _nothing,
        not_sent: Callable[[], None] = _nothing,
        arrived: Callable[[int | None], None] = _nothing_of_message,
        unknown: Callable[[str], None] = _nothing_of_reason,
        dropped: Callable[[str], None] = _nothing_of_reason,
    ) -> Notice:
        """Return an errand for what answers no update: an alert, a digest, a progress line.

        It waits while answers want to be sent. `name` is for log lines; `answer` is kept with it,
        for buttons. `about_to_send` runs on the event loop just before the request leaves: let it
        commit one row ("may be out") and nothing slower. The other callbacks run in the thread
        that writes: `arrived` with the message's id, `unknown` and `dropped` with the reason.
        What a killed process left as "may be out" must not be sent again; `not_sent` takes the
        mark back when a request surely did not arrive, and another attempt may follow.
        """
        return Notice(
            name=name,
            errands=self,
            answer=answer,
            still_wanted=still_wanted,
            about_to_send=about_to_send,
            not_sent=not_sent,
            arrived=arrived,
            unknown=unknown,
            dropped=dropped,
        )

    async def mark(self, update_id: int, progress: Progress, *, note: str | None = None) -> None:
        """Note in the journal how far an update has come."""
        await self.write(self.state.journal.mark, update_id, progress, note=note)

    async def follow(self, old_id: int, new_id: int) -> None:
        """Follow a group to its new id, from now on and in the answers already given."""
        self._on_move(old_id, new_id)
        await self.write(self.state.move_chat, old_id, new_id)

    async def finish(self, update_id: int) -> None:
        """Settle an update that was handled, unless its send did so."""
        if update_id in self.settled:
            self.settled.discard(update_id)
            return
        await self.mark(update_id, Progress.DONE)
