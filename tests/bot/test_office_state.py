"""Drafts, invitations and works in the bot's database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.drafts import ABANDONED, KEPT, Draft, DraftState, Edits
from bot.invitations import Invitation
from bot.state import BotState
from bot.works import SILENT

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLAIM = {"begin": DraftState.OPEN, "under_way": DraftState.ADDING}


@pytest.fixture(name="state")
def open_state(tmp_path: Path) -> Iterator[BotState]:
    """Yield an empty state."""
    with BotState.open(tmp_path) as state:
        yield state


def draft(name: str = "abcdefghijkl", **about: object) -> Draft:
    given = {"chat_id": 7, "person_id": 7, "collection": "main", "created_at": NOW}
    summary = {"articles": 1, "titles": ["Ein „Titel“"]}
    return Draft(token=name, summary=summary, **(given | about))


def test_a_draft_comes_back_as_it_was_kept_however_long_it_is(state: BotState) -> None:
    content = bytes(range(256)) * 8_000
    state.drafts.keep(draft(), content)
    state.drafts.place("abcdefghijkl", 99)
    kept = state.drafts.get("abcdefghijkl", now=NOW)
    assert kept == state.drafts.at(7, 99, now=NOW)
    assert kept is not None
    assert (kept.summary, kept.message_id, kept.size) == (draft().summary, 99, len(content))
    assert state.drafts.content("abcdefghijkl") == content
    assert state.drafts.at(7, 98, now=NOW) is None


def test_one_update_carries_a_draft_on_also_after_a_restart(state: BotState) -> None:
    drafts = state.drafts
    drafts.keep(draft())
    claims = [drafts.claim("abcdefghijkl", **CLAIM, by=by, now=NOW) for by in (1, 2, 1)]
    assert claims == [True, False, True]
    later = NOW + ABANDONED + timedelta(seconds=1)
    drafts.alive("abcdefghijkl", later)
    assert not drafts.claim("abcdefghijkl", **CLAIM, by=2, now=later)
    assert drafts.claim("abcdefghijkl", **CLAIM, by=2, now=later + 2 * ABANDONED)
    drafts.settle("abcdefghijkl", DraftState.ADDED, {"x": 1})
    assert not drafts.claim("abcdefghijkl", **CLAIM, by=2, now=later)
    kept = drafts.get("abcdefghijkl", now=NOW)
    assert kept is not None
    assert (kept.state, kept.result) == (DraftState.ADDED, {"x": 1})


def test_what_was_decided_is_not_edited_any_more(state: BotState) -> None:
    drafts, edits = state.drafts, Edits(title="New", published=NOW)
    drafts.keep(draft())
    drafts.edit("abcdefghijkl", edits, collection="news", summary={"articles": 1})
    kept = drafts.get("abcdefghijkl", now=NOW)
    assert kept is not None
    assert (kept.edits, kept.collection) == (edits, "news")
    drafts.settle("abcdefghijkl", DraftState.DISCARDED)
    drafts.edit("abcdefghijkl", Edits(title="Later"), collection="main", summary={})
    kept = drafts.get("abcdefghijkl", now=NOW)
    assert kept is not None
    assert kept.edits == edits


def test_drafts_expire_and_are_forgotten_with_what_was_read(state: BotState) -> None:
    drafts = state.drafts
    drafts.keep(draft(), b"old")
    drafts.keep(draft("mnopqrstuvwx", created_at=NOW + KEPT, person_id=8), b"new")
    assert drafts.waiting(7, now=NOW) == 1
    assert drafts.waiting(7, now=NOW + KEPT) == 0
    assert drafts.get("abcdefghijkl", now=NOW + KEPT) is None
    drafts.forget(before=NOW + timedelta(seconds=1))
    assert drafts.content("abcdefghijkl") == b""
    assert drafts.content("mnopqrstuvwx") == b"new"
    drafts.forget_person(8)
    assert drafts.content("mnopqrstuvwx") == b""


def test_a_plan_is_remembered_and_forgotten(state: BotState) -> None:
    state.drafts.keep(draft())
    state.drafts.note_plan("abcdefghijkl", [{"key": "k", "before": None}])
    kept = state.drafts.get("abcdefghijkl", now=NOW)
    assert kept is not None
    assert kept.plan == [{"key": "k", "before": None}]
    state.drafts.note_plan("abcdefghijkl", None)
    kept = state.drafts.get("abcdefghijkl", now=NOW)
    assert kept is not None
    assert kept.plan is None


def invitation(name: str = "abcdefghijkl", uses: int = 1, **about: object) -> Invitation:
    given = {"made_by": 7, "collections": ("news",), "created_at": NOW}
    ends = {"expires_at": NOW + timedelta(days=1)}
    return Invitation(token=name, uses_left=uses, **(given | ends | about))


def test_an_invitation_is_used_as_often_as_it_says(state: BotState) -> None:
    invitations = state.invitations
    invitations.make(invitation(uses=2))
    seen = [invitations.accept("abcdefghijkl", user, now=NOW) for user in (1, 1, 2, 3, 2)]
    assert seen == [("news",), ("news",), ("news",), None, ("news",)]
    assert invitations.guests() == {1: ("news",), 2: ("news",)}
    [told] = invitations.all()
    assert (told.uses_left, told.guests, told.is_open(NOW)) == (0, 2, False)
    assert invitations.lets_in("abcdefghijkl", 1, now=NOW)
    assert not invitations.lets_in("abcdefghijkl", 3, now=NOW)
    assert not invitations.lets_in("unknown", 1, now=NOW)


def test_a_newer_invitation_replaces_what_an_older_one_allowed(state: BotState) -> None:
    invitations = state.invitations
    invitations.make(invitation())
    invitations.make(invitation("mnopqrstuvwx", collections=()))
    invitations.accept("abcdefghijkl", 1, now=NOW)
    invitations.accept("mnopqrstuvwx", 1, now=NOW)
    assert invitations.guests() == {1: ()}
    assert invitations.revoke("abcdefghijkl", now=NOW) == 0
    assert invitations.revoke("mnopqrstuvwx", now=NOW) == 1
    assert invitations.accept("mnopqrstuvwx", 1, now=NOW) is None
    assert invitations.guests() == {}


def test_invitations_end_and_are_forgotten_unless_their_guests_stay(state: BotState) -> None:
    invitations = state.invitations
    invitations.make(invitation())
    invitations.make(invitation("mnopqrstuvwx"))
    invitations.accept("mnopqrstuvwx", 1, now=NOW)
    late = NOW + timedelta(days=2)
    assert invitations.accept("abcdefghijkl", 2, now=late) is None
    invitations.forget(before=late)
    assert [one.token for one in invitations.all()] == ["mnopqrstuvwx"]
    invitations.forget_person(1)
    invitations.forget(before=late)
    assert invitations.all() == []


def test_work_is_one_processes_until_it_ends_or_falls_silent(state: BotState) -> None:
    works, late = state.works, NOW + SILENT + timedelta(seconds=1)
    assert works.begin("sync", holder="a", chat_id=7, now=NOW)
    assert not works.begin("sync", holder="b", chat_id=8, now=NOW)
    assert works.begin("sync", holder="a", chat_id=7, now=NOW)
    works.note("sync", holder="a", now=NOW, message_id=5)
    works.note("sync", holder="b", now=late, message_id=6)
    work = works.under_way("sync")
    assert work is not None
    assert (work.holder, work.message_id, work.has_ended(NOW)) == ("a", 5, False)
    assert works.begin("sync", holder="b", chat_id=8, now=late)
    works.end("sync", holder="a")
    works.abandon("sync", holder="b")
    work = works.under_way("sync")
    assert work is not None
    assert work.has_ended(NOW)
    works.end("sync", holder="b")
    assert works.under_way("sync") is None
