"""Forgetting people, and what is too old: one list of everything the bot's database keeps of them.

Whoever adds a table with a person in it adds it here; a test compares this list with the tables.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Table

from bot import state_schema as tables
from bot.state import BotState


class Trace(StrEnum):
    """What is kept of people, as they are told of it."""

    ANSWERS = "answers"
    VOTES = "votes"
    GAPS = "gaps"
    INLINE = "inline"
    FOLLOWS = "follows"
    DRAFTS = "drafts"
    INVITATIONS = "invitations"
    SETTINGS = "settings"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """How one kind of trace is erased, and the tables that are clean afterwards.

    `erase` takes the state, the person and the time, and returns how much was erased.
    """

    trace: Trace
    tables: tuple[Table, ...]
    erase: Callable[[BotState, int, datetime], int]


def _drafts(state: BotState, user_id: int, now: datetime) -> int:
    waiting = state.drafts.waiting(user_id, now=now)
    state.drafts.forget_person(user_id)
    state.traces.forget_works(user_id, now=now)
    return waiting


def _invitations(state: BotState, user_id: int, _now: datetime) -> int:
    was_guest = user_id in state.invitations.guests()
    state.invitations.forget_person(user_id)
    return int(was_guest) + state.traces.forget_host(user_id)


ERASERS = (
    Eraser(
        trace=Trace.ANSWERS,
        tables=(tables.answers,),
        erase=lambda state, user_id, _: state.traces.forget_answers(user_id),
    ),
    Eraser(
        trace=Trace.VOTES,
        tables=(tables.votes,),
        erase=lambda state, user_id, _: state.votes.forget(user_id),
    ),
    Eraser(
        trace=Trace.GAPS,
        tables=(tables.gaps, tables.gap_askings),
        erase=lambda state, user_id, _: state.gaps.forget(user_id),
    ),
    Eraser(
        trace=Trace.INLINE,
        tables=(tables.inline_cards,),
        erase=lambda state, user_id, _: state.cards.forget(user_id),
    ),
    Eraser(
        trace=Trace.FOLLOWS,
        tables=(tables.follows, tables.followed_articles, tables.alerts, tables.alert_habits),
        erase=lambda state, user_id, _: state.follows.forget(user_id),
    ),
    Eraser(
        trace=Trace.DRAFTS,
        tables=(tables.drafts, tables.draft_parts, tables.works),
        erase=_drafts,
    ),
    Eraser(
        trace=Trace.INVITATIONS,
        tables=(tables.invitations, tables.guests),
        erase=_invitations,
    ),
    Eraser(
        trace=Trace.SETTINGS,
        tables=(tables.people,),
        erase=lambda state, user_id, _: state.traces.forget_settings(user_id),
    ),
    Eraser(
        trace=Trace.JOURNAL,
        tables=(tables.updates, tables.departures),
        erase=lambda state, user_id, _: state.traces.forget_updates(user_id),
    ),
)
"""In this order: a question asked in vain would be noted again while its answer is there."""


def forget_person(state: BotState, user_id: int, *, now: datetime) -> Mapping[Trace, int]:
    """Erase everything kept of a person; return how much of each kind there was."""
    return {eraser.trace: eraser.erase(state, user_id, now) for eraser in ERASERS}


def forget_before(state: BotState, moment: datetime) -> int:
    """Erase questions, answers, votes and the journal from before a moment; return how many rows.

    Receipts hold no person and stay; what somebody follows stays until they stop it.
    """
    return state.gaps.forget_before(moment) + state.traces.forget_before(moment)
