"""What a failed call of the Bot API means: did it happen, and what is to be done.

Telegram's error texts are compared without regard to case.
"""

from datetime import timedelta
from enum import Enum, auto

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError


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
    SHUT = auto()
    """The bot may not write there: blocked, kicked, muted, or the chat is gone."""
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
    "message thread not found": Failure.SHUT,
    "topic_closed": Failure.SHUT,
    "topic_deleted": Failure.SHUT,
    "chat not found": Failure.SHUT,
    "not enough rights": Failure.SHUT,
    "have no rights": Failure.SHUT,
    "need administrator rights": Failure.SHUT,
    "chat_write_forbidden": Failure.SHUT,
    "chat_restricted": Failure.SHUT,
    "user_is_blocked": Failure.SHUT,
    "user_is_deactivated": Failure.SHUT,
    "peer_id_invalid": Failure.SHUT,
    "query is too old": Failure.TOO_LATE,
    "query_id_invalid": Failure.TOO_LATE,
}
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


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
    never_left = not has_left or isinstance(error.__cause__, _NEVER_LEFT)
    return Failure.NOT_SENT if never_left else Failure.UNKNOWN


def pause_of(error: TelegramError) -> float:
    """Return the seconds Telegram wants to be left alone for."""
    if not isinstance(error, RetryAfter):
        return 0.0
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def _bad_request(text: str) -> Failure:
    for part, failure in _BAD_REQUESTS.items():
        if part in text:
            return failure
    return Failure.REFUSED
