"""What a failed call of the Bot API means: did it happen, and what is to be done.

Telegram's error texts are compared without regard to case.
"""

from datetime import timedelta
from enum import Enum, auto

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.telegram.transport import NEVER_LEFT


class Failure(Enum):
    """What became of a call that did not succeed."""

    NOT_SENT = auto()
    """The request never left: it may be repeated."""
    UNKNOWN = auto()
    """The request left and no answer came: it may have been carried out."""
    TOO_FAST = auto()
    """Refused until some seconds have passed."""
    MOVED = auto()
    """The group has another id now."""
    UNCHANGED = auto()
    """The message already looks like that."""
    GONE = auto()
    """The message to edit is not there, or cannot be edited any more."""
    NO_REPLY = auto()
    """The message to reply to is not there."""
    NO_TOPIC = auto()
    """The topic is closed, or not there any more; the chat is."""
    SHUT = auto()
    """The bot is not in the chat any more: blocked, kicked, or the chat is gone."""
    MUTED = auto()
    """The bot is in the chat and may not write there."""
    TOO_LATE = auto()
    """The pressed button waited too long for its answer."""
    REFUSED = auto()
    """Telegram does not accept the message: a mistake of ours."""


_BAD_REQUESTS = {
    "message is not modified": Failure.UNCHANGED,
    "message to edit not found": Failure.GONE,
    "message can't be edited": Failure.GONE,
    "message_id_invalid": Failure.GONE,
    "message to be replied not found": Failure.NO_REPLY,
    "replied message not found": Failure.NO_REPLY,
    "message thread not found": Failure.NO_TOPIC,
    "topic_closed": Failure.NO_TOPIC,
    "topic_deleted": Failure.NO_TOPIC,
    "chat not found": Failure.SHUT,
    "not enough rights": Failure.MUTED,
    "have no rights": Failure.MUTED,
    "need administrator rights": Failure.MUTED,
    "chat_write_forbidden": Failure.MUTED,
    "chat_restricted": Failure.MUTED,
    "user_is_blocked": Failure.SHUT,
    "user_is_deactivated": Failure.SHUT,
    "peer_id_invalid": Failure.SHUT,
    "query is too old": Failure.TOO_LATE,
    "query_id_invalid": Failure.TOO_LATE,
}
_TOO_MANY = "too many requests"
"""A 429 that does not say how long; python-telegram-bot has no class for it."""
UNSAID_PAUSE = 3.0


def failure_of(error: TelegramError, *, has_left: bool) -> Failure:
    """Return what an error of the Bot API, or of the way to it, means.

    `has_left` tells whether the request announced that it leaves, as far as is known.
    """
    match error:
        case RetryAfter():
            return Failure.TOO_FAST
        case ChatMigrated():
            return Failure.MOVED
        case Forbidden():
            return Failure.SHUT
        case BadRequest():
            return _bad_request(error.message.lower())
    if error.message.lower().startswith(_TOO_MANY):
        return Failure.TOO_FAST
    never_left = not has_left or isinstance(error.__cause__, NEVER_LEFT)
    return Failure.NOT_SENT if never_left else Failure.UNKNOWN


def pause_of(error: TelegramError) -> float:
    """Return the seconds Telegram wants to be left alone for."""
    if not isinstance(error, RetryAfter):
        return UNSAID_PAUSE if error.message.lower().startswith(_TOO_MANY) else 0.0
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def _bad_request(text: str) -> Failure:
    for part, failure in _BAD_REQUESTS.items():
        if part in text:
            return failure
    return Failure.REFUSED
