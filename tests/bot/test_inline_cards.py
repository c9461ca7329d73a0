"""Messages sent through inline mode: known by their own id, dropped with their answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.inline_cards import NO_CHAT, InlineCard
from bot.state import BotState
from tests.bot.test_state import a_stored_answer

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CARD = InlineCard(
    inline_message_id="one", token="abcdefghijkl", sender_id=7, shown=None, sent_at=NOW
)


def test_a_message_is_remembered_as_it_was_first_told_with_how_it_looks(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        assert state.cards.card("one") is None
        state.cards.note(CARD)
        state.cards.note(replace(CARD, sender_id=8))
        state.cards.note_shown("one", "fingerprint")
        assert state.cards.card("one") == replace(CARD, shown="fingerprint")


def test_offers_nobody_sent_and_messages_without_an_answer_are_dropped_when_old(
    tmp_path: Path,
) -> None:
    offer = a_stored_answer(chat_id=NO_CHAT, created_at=NOW)
    with BotState.open(tmp_path) as state:
        for token in ("sent_answer_", "offer_alone_"):
            state.keep(replace(offer, token=token), ())
        state.keep(replace(offer, token="of_some_chat", chat_id=7), ())
        state.cards.note(replace(CARD, token="sent_answer_"))
        state.cards.note(replace(CARD, inline_message_id="two", token="gone_already"))
        assert state.cards.prune(before=NOW) == 0
        assert state.cards.prune(before=NOW + timedelta(days=1)) == 1
        kept = [state.answer(token) for token in ("sent_answer_", "of_some_chat")]
        assert None not in kept
        assert state.answer("offer_alone_") is None
        assert state.cards.card("one") is not None
        assert state.cards.card("two") is None


def test_a_person_is_forgotten_with_what_they_were_offered_and_sent(tmp_path: Path) -> None:
    offer = a_stored_answer(chat_id=NO_CHAT, asker_id=7)
    with BotState.open(tmp_path) as state:
        state.keep(offer, ())
        state.cards.note(CARD)
        state.cards.note(replace(CARD, inline_message_id="two", sender_id=8))
        assert state.cards.forget(7) == 2
        assert state.answer(offer.token) is None
        assert state.cards.card("two") is not None
