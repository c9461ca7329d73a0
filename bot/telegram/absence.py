"""What to answer after an absence: of each chat's old questions only the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.journal import Entry, Kind

AWAY = timedelta(minutes=5)
LINES_A_CHAT = 5
"""Up to so many passed-over questions of a chat get a line each; more share one."""

_Update = TypeVar("_Update")


@dataclass(frozen=True, slots=True)
class Accepted(Generic[_Update]):
    """An accepted update, as journalled and as parsed."""

    entry: Entry
    update: _Update


@dataclass(frozen=True, slots=True)
class PassedOver(Generic[_Update]):
    """An old question that is not answered, and the newer one that is.

    `count` is how many passed-over questions its line speaks for; 0 if another's line does.
    """

    accepted: Accepted[_Update]
    instead: Accepted[_Update]
    count: int


def is_old(entry: Entry, now: datetime) -> bool:
    """Return whether a question was written more than five minutes ago."""
    asked_at = entry.asked_at
    return entry.kind is Kind.QUESTION and asked_at is not None and now - asked_at > AWAY


def passed_over(held: Sequence[Accepted[_Update]], now: datetime) -> dict[int, PassedOver[_Update]]:
    """Return which old questions give way to a newer one of their chat, by update id."""
    newest: dict[int, Accepted[_Update]] = {}
    for accepted in sorted(held, key=lambda a: a.entry.update_id):
        if accepted.entry.kind is Kind.QUESTION:
            newest[accepted.entry.chat_id] = accepted
    by_chat: dict[int, list[Accepted[_Update]]] = {}
    for accepted in held:
        instead = newest.get(accepted.entry.chat_id)
        if is_old(accepted.entry, now) and instead is not accepted:
            by_chat.setdefault(accepted.entry.chat_id, []).append(accepted)
    return {
        accepted.entry.update_id: PassedOver(accepted, newest[chat_id], count)
        for chat_id, old in by_chat.items()
        for accepted, count in zip(old, _counts(len(old)), strict=True)
    }


def _counts(old: int) -> list[int]:
    """Return for each of so many old questions how many its line speaks for."""
    return [1] * old if old <= LINES_A_CHAT else [0] * (old - 1) + [old]
