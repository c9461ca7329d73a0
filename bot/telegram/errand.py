"""What is done for one accepted update, noted in the journal before and after each send."""

from collections.abc import Callable, Sequence

from bot.conversations import Conversations
from bot.journal import Progress
from bot.state import BotState, StoredAnswer, StoredReceipt


class Errand:
    """The journal's side of one send.

    `about_to_send` is written down before the request leaves, so that a process that dies in
    between never sends twice; `not_sent` takes it back where it surely did not arrive.
    """

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
        self.still_wanted = still_wanted
        self._answer = answer
        self._errands = errands

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
        still_wanted: Callable[[], bool] = lambda: True,
    ) -> Errand:
        """Return an errand for an update; `answer` is kept with what is sent."""
        return Errand(update_id=update_id, errands=self, answer=answer, still_wanted=still_wanted)

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
