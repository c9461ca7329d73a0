"""Getting messages to Telegram: paced, in order, and never twice.

One call a chat at a time, so that a refusal is heard before the next call leaves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto

from telegram.constants import ChatAction
from telegram.error import ChatMigrated, TelegramError

from bot.speech import ENGLISH, Speech
from bot.telegram.client import MESSAGE_SLOTS, QUICK_SLOTS, Client
from bot.telegram.errand import Errand
from bot.telegram.failures import Failure, failure_of, pause_of
from bot.telegram.messages import Drawn, plain
from bot.telegram.order import Turns
from bot.telegram.outgoing import keys, proved
from bot.telegram.pacing import Pacer, Sleep
from bot.telegram.texts import trouble as trouble_texts
from bot.telegram.wire import Announcement, announced

LONGEST_RETRY_PAUSE = 30.0
EDIT_ATTEMPTS = 3
TYPING_SECONDS = 2.0

_log = logging.getLogger(__name__)


class Outcome(Enum):
    """What became of a message."""

    DONE = auto()
    GONE = auto()
    """The message to edit is not there any more; a new one may be sent instead."""
    DROPPED = auto()
    """It cannot be delivered, or nobody wants it any more."""
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a new message goes; a reply stays in the topic of what it replies to."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """One message on its way: the chat may move, the reply may turn out impossible."""

    drawn: Drawn
    chat_id: int
    target: Target | None
    message_id: int | None
    failures: int = 0
    has_left: bool = False

    @property
    def is_in_topic(self) -> bool:
        """Return whether it is a new message for some topic, by name or by what it replies to."""
        target = self.target
        return target is not None and bool(target.thread_id or target.reply_to)


_Call = Callable[[_Attempt], Awaitable[int | None]]
WhenShut = Callable[[int], Awaitable[None]]


class Delivery:
    """Sends, edits, shows typing, answers pressed buttons."""

    def __init__(
        self,
        client: Client,
        pacer: Pacer,
        *,
        sleep: Sleep = asyncio.sleep,
        speech_in: Callable[[int], Speech] = lambda _chat_id: ENGLISH,
        is_out_of: Callable[[int], bool] = lambda _chat_id: False,
    ) -> None:
        """Call `client` when `pacer` allows; never more calls at once than connections.

        `speech_in` tells the language of what is sent to a chat in place of a message, `is_out_of`
        which chats get nothing, because the bot was removed from them.
        """
        self._client = client
        self._is_out_of = is_out_of
        self._pacer = pacer
        self._sleep = sleep
        self._speech_in = speech_in
        self._chats = Turns()
        self._message_slots = asyncio.Semaphore(MESSAGE_SLOTS)
        self._quick_slots = asyncio.Semaphore(QUICK_SLOTS)
        self._when_shut: list[WhenShut] = []

    def when_shut(self, call: WhenShut) -> None:
        """Have `call` told the id of each chat that turns out not to take messages any more.

        It was blocked, left or deleted, or the bot was removed from it; a chat in which the bot
        merely lacks a right is not told of.
        """
        self._when_shut.append(call)

    async def send(self, drawn: Drawn, *, to: Target, errand: Errand) -> Outcome:
        """Send a new message. A send whose fate is unknown is not repeated."""
        attempt = _Attempt(
            drawn=proved(drawn, self._speech_in(to.chat_id)),
            chat_id=to.chat_id,
            target=to,
            message_id=None,
        )
        return await self._deliver(attempt, self._send, errand)

    async def edit(self, drawn: Drawn, *, chat_id: int, message_id: int, errand: Errand) -> Outcome:
        """Change a message. An edit whose fate is unknown is repeated: it cannot show twice."""
        attempt = _Attempt(
            drawn=proved(drawn, self._speech_in(chat_id)),
            chat_id=chat_id,
            target=None,
            message_id=message_id,
        )
        return await self._deliver(attempt, self._edit, errand)

    async def typing(self, target: Target) -> None:
        """Show for five seconds that the bot is at work; failing is no matter."""
        try:
            async with self._quick_slots:
                await self._client.send_chat_action(
                    target.chat_id,
                    ChatAction.TYPING,
                    message_thread_id=target.thread_id,
                    read_timeout=TYPING_SECONDS,
                )
        except TelegramError as error:
            _log.debug("typing could not be shown: %s", error)

    async def answer_press(
        self,
        query_id: str,
        *,
        toast: str | None = None,
        alert: bool = False,
        url: str | None = None,
    ) -> None:
        """Answer a pressed button, once; a request that never left is repeated."""
        for pause in (0.5, 2.0, None):
            try:
                async with self._quick_slots:
                    await self._client.answer_callback_query(
                        query_id, text=toast, show_alert=alert or None, url=url
                    )
            except TelegramError as error:
                failure = failure_of(error, has_left=True)
                if failure is Failure.NOT_SENT and pause is not None:
                    await self._sleep(pause)
                    continue
                level = logging.DEBUG if failure is Failure.TOO_LATE else logging.WARNING
                _log.log(level, "a pressed button could not be answered: %s", error)
            return

    async def _deliver(self, attempt: _Attempt, call: _Call, errand: Errand) -> Outcome:
        await errand.prepare(attempt.drawn.receipts)
        if not errand.is_answer:
            await self._pacer.notice_turn(attempt.chat_id)
        async with self._chats.turn(attempt.chat_id):
            while True:
                await self._pacer.chat_turn(attempt.chat_id)
                unwanted = self._unwanted(attempt, errand)
                if unwanted is not None:
                    await errand.dropped(unwanted)
                    return Outcome.DROPPED
                error = await self._try(attempt, call, errand)
                if error is None:
                    return Outcome.DONE
                outcome = await self._after_failure(attempt, error, errand)
                if outcome is not None:
                    return outcome

    def _unwanted(self, attempt: _Attempt, errand: Errand) -> str | None:
        """Return why a message is not sent after all, None if it is."""
        if self._is_out_of(attempt.chat_id):
            return "the bot was removed from the chat"
        return None if errand.still_wanted() else "a newer press came"

    async def _try(self, attempt: _Attempt, call: _Call, errand: Errand) -> TelegramError | None:
        """Make one call; return its error, or None when the message arrived."""
        attempt.has_left = False

        def leaving() -> None:
            errand.about_to_send()
            attempt.has_left = True

        announcement = Announcement(turn=self._pacer.overall_turn, leaving=leaving)
        async with self._message_slots:
            try:
                with announced(announcement):
                    message_id = await call(attempt)
            except TelegramError as error:
                return error
            await errand.arrived(message_id, shown=attempt.drawn.fingerprint)
            return None

    async def _after_failure(
        self, attempt: _Attempt, error: TelegramError, errand: Errand
    ) -> Outcome | None:
        """Do what a failure asks for; return None to try again."""
        attempt.failures += 1
        failure = failure_of(error, has_left=attempt.has_left)
        match failure:
            case Failure.UNCHANGED:
                await errand.arrived(attempt.message_id, shown=attempt.drawn.fingerprint)
                return Outcome.DONE
            case Failure.GONE:
                await errand.not_sent()
                return Outcome.GONE
            case Failure.SHUT | Failure.MUTED | Failure.TOO_LATE:
                return await self._dropped(attempt, failure, error, errand)
            case Failure.NO_TOPIC if not attempt.is_in_topic:
                return await self._dropped(attempt, failure, error, errand)
            case Failure.UNKNOWN:
                return await self._unknown(attempt, error, errand)
        if attempt.has_left:
            await errand.not_sent()
        return await self._before_next(attempt, failure, error, errand)

    async def _dropped(
        self, attempt: _Attempt, failure: Failure, error: TelegramError, errand: Errand
    ) -> Outcome:
        """Give up where nothing may be written, and tell of a chat that is shut for good."""
        level = logging.WARNING if failure is Failure.MUTED else logging.INFO
        _log.log(level, "chat %d does not take messages: %s", attempt.chat_id, error)
        await errand.dropped(str(error))
        if failure is Failure.SHUT:
            for call in self._when_shut:
                await call(attempt.chat_id)
        return Outcome.DROPPED

    async def _before_next(
        self, attempt: _Attempt, failure: Failure, error: TelegramError, errand: Errand
    ) -> Outcome | None:
        """Prepare another attempt at what surely did not arrive."""
        match failure:
            case Failure.TOO_FAST:
                _log.info("chat %d: %s", attempt.chat_id, error)
                self._pacer.close(attempt.chat_id, pause_of(error))
            case Failure.NOT_SENT:
                pause = min(LONGEST_RETRY_PAUSE, 0.5 * 2**attempt.failures)
                _log.warning(
                    "Telegram cannot be reached (%s); next attempt in %.0f s", error, pause
                )
                await self._sleep(pause)
            case Failure.MOVED:
                return await self._follow(attempt, error, errand)
            case Failure.NO_REPLY if attempt.target is not None and attempt.target.reply_to:
                attempt.target = Target(
                    chat_id=attempt.target.chat_id, thread_id=attempt.target.thread_id
                )
            case Failure.NO_TOPIC:
                _log.info("chat %d: %s; sent to its general topic", attempt.chat_id, error)
                attempt.target = Target(chat_id=attempt.chat_id)
            case _:
                return await self._refused(attempt, error, errand)
        return None

    async def _unknown(
        self, attempt: _Attempt, error: TelegramError, errand: Errand
    ) -> Outcome | None:
        is_edit = attempt.message_id is not None
        if is_edit and attempt.failures < EDIT_ATTEMPTS:
            await self._sleep(float(attempt.failures))
            return None
        _log.warning(
            "%s: nobody knows whether its %s arrived (%s); it is not repeated",
            errand.name,
            "edit" if is_edit else "answer",
            error,
        )
        await errand.unknown(str(error))
        return Outcome.UNKNOWN

    async def _follow(
        self, attempt: _Attempt, error: TelegramError, errand: Errand
    ) -> Outcome | None:
        """Go on in the supergroup a group became; its messages have other ids there."""
        if isinstance(error, ChatMigrated):
            _log.info("chat %d moved to %d", attempt.chat_id, error.new_chat_id)
            await errand.moved(attempt.chat_id, error.new_chat_id)
            attempt.chat_id = error.new_chat_id
            attempt.target = Target(chat_id=error.new_chat_id)
        return None if attempt.message_id is None else Outcome.GONE

    async def _refused(
        self, attempt: _Attempt, error: TelegramError, errand: Errand
    ) -> Outcome | None:
        """Send a plain line in place of an answer Telegram does not accept; drop a notice."""
        _log.error("%s: Telegram refuses the message: %s", errand.name, error)
        trouble = plain(trouble_texts.trouble(self._speech_in(attempt.chat_id)))
        if attempt.drawn == trouble or not errand.is_answer:
            await errand.dropped(str(error))
            return Outcome.DROPPED
        attempt.drawn = trouble
        return None

    async def _send(self, attempt: _Attempt) -> int | None:
        target = attempt.target or Target(chat_id=attempt.chat_id)
        is_reply = target.reply_to is not None
        return await self._client.post_text(
            attempt.drawn.html,
            chat_id=attempt.chat_id,
            reply_parameters={
                "message_id": target.reply_to,
                "allow_sending_without_reply": True,
            }
            if is_reply
            else None,
            message_thread_id=None if is_reply else target.thread_id,
            reply_markup=keys(attempt.drawn),
        )

    async def _edit(self, attempt: _Attempt) -> int | None:
        await self._client.change_text(
            attempt.drawn.html,
            chat_id=attempt.chat_id,
            message_id=attempt.message_id,
            reply_markup=keys(attempt.drawn),
        )
        return attempt.message_id
