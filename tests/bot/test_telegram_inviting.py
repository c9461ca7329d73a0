import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.invitations import Invitation
from bot.telegram.access import AllowedChats
from bot.telegram.administration.inviting import Asked
from tests.bot.telegram_bot import a_bot, flood
from tests.bot.telegram_double import TelegramDouble, labels
from tests.bot.telegram_office import ADMIN, OTHER_ADMIN, STRANGER, an_office, pressed, says_now

GROUP = -100
QUESTION = "How far did the river rise at Harlow Bridge?"
GUEST, LATE = 21, 22


def link_in(text: str) -> str:
    found = re.search(r"https://t\.me/news_bot\?start=(i_[A-Za-z0-9_-]{12})", text)
    assert found
    return found[1]


async def test_who_opens_a_link_is_let_in_and_stays_so_after_a_restart(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, flood(), double=double, allowed=[GROUP]) as bot:
        bot.double.says("/invite for my friends")
        [usage] = await bot.double.shows(1)
        assert usage["text"].startswith("Write /invite; if you like, with collections")
        bot.double.says("/invite 1x 3d")
        [_, message] = await bot.double.shows(2)
        assert "1 person may still come by it\nuntil " in message["text"]
        assert message["text"].endswith("sees everything")
        bot.double.says(QUESTION, user=GUEST)
        bot.double.says(f"/start {link_in(message['text'])}", user=GUEST)
        [welcome] = await bot.double.shows(1, chat=GUEST)
        assert welcome["text"].startswith("🎟 Welcome: your invitation is accepted.")
        bot.double.says(QUESTION, user=GUEST)
        shown = await bot.double.shows(2, chat=GUEST)
        assert "2.4 metres" in shown[-1]["text"]
        bot.double.says(f"/start {link_in(message['text'])}", user=LATE)
        bot.double.says(f"/start {link_in(message['text'])}", user=GUEST)
        await bot.double.shows(3, chat=GUEST)
    async with an_office(tmp_path, double=double, allowed=[GROUP]) as bot:
        bot.double.says(QUESTION, user=GUEST)
        await bot.double.shows(4, chat=GUEST)
    assert not double.shown(LATE)
    assert double.complaints == []


async def test_guests_see_the_collections_named_and_no_others(tmp_path: Path) -> None:
    secret = flood("secret", text="The river rose 9.9 metres at Harlow Bridge, people say.")
    async with an_office(tmp_path, secret, allowed=[GROUP]) as bot:
        bot.store.put(flood(), collection="news")
        bot.engine.refresh()
        bot.double.says("/invite news,nowhere")
        bot.double.says("/invite news 2x")
        refused, message = await bot.double.shows(2)
        assert refused["text"] == "There is no such collection: nowhere"
        assert message["text"].endswith("sees only: news")
        bot.double.says(f"/start {link_in(message['text'])}", user=GUEST)
        await bot.double.shows(1, chat=GUEST)
        bot.double.says(QUESTION, user=GUEST)
        shown = await bot.double.shows(2, chat=GUEST)
    assert "2.4 metres" in shown[-1]["text"]
    assert "9.9" not in shown[-1]["text"]


async def test_revoking_sends_guests_away_at_once(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood(), allowed=[GROUP]) as bot:
        bot.double.says("/invitations")
        [none] = await bot.double.shows(1)
        bot.double.says("/invite")
        [_, message] = await bot.double.shows(2)
        bot.double.says(f"/start {link_in(message['text'])}", user=GUEST)
        await bot.double.shows(1, chat=GUEST)
        bot.double.says("/invitations", user=OTHER_ADMIN)
        [listed] = await bot.double.shows(1, chat=OTHER_ADMIN)
        assert "1 person came by it" in listed["text"]
        assert labels(listed) == [["🚫 Revoke 1"]]
        data = listed["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        forged = bot.double.presses_data(data, listed, user=ADMIN)
        await bot.double.until(lambda: forged in bot.double.answered)
        assert bot.double.answered[forged]["text"] == "This button is not for you."
        answer = await pressed(bot, "🚫 Revoke 1", user=OTHER_ADMIN)
        assert answer["text"] == "Revoked. 1 person may no longer use me."
        await says_now(bot, "1. revoked", chat=OTHER_ADMIN)
        again = bot.double.presses_data(data, listed, user=OTHER_ADMIN)
        await bot.double.until(lambda: again in bot.double.answered)
        gone = bot.double.presses_data("k:abcdefghijkl", listed, user=OTHER_ADMIN)
        await bot.double.until(lambda: gone in bot.double.answered)
        bot.double.says(QUESTION, user=GUEST)
        bot.double.says(f"/start {link_in(message['text'])}", user=GUEST)
        bot.double.says(f"/start {link_in(message['text'])}")
        await bot.double.shows(3)
        assert len(bot.double.shown(GUEST)) == 1
    assert none["text"].startswith("There are no invitations.")
    assert bot.double.answered[again]["text"] == "This is decided already."
    assert bot.double.answered[gone]["text"].startswith("I no longer keep")


async def test_who_another_process_let_in_is_a_guest_here_too(tmp_path: Path) -> None:
    async with an_office(tmp_path, flood(), allowed=[GROUP]) as bot:
        invitations, at = bot.state.invitations, datetime.fromtimestamp(bot.double.date, UTC)
        later = at + timedelta(days=1)
        given = {"made_by": 7, "collections": (), "created_at": at, "expires_at": later}
        invitations.make(Invitation(token="abcdefghijkl", uses_left=1, **given))
        invitations.accept("abcdefghijkl", GUEST, now=at)
        bot.double.says("/ask anything", user=GUEST, chat=-200)
        bot.double.says(QUESTION, user=GUEST)
        [answer] = await bot.double.shows(1, chat=GUEST)
        assert not bot.double.shown(-200)
    assert "2.4 metres" in answer["text"]


async def test_a_link_ends_with_its_days(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, double=double, allowed=[GROUP]) as bot:
        bot.double.says("/invite 5x 1d")
        [message] = await bot.double.shows(1)
        double.date += 86_401
        bot.double.says(f"/start {link_in(message['text'])}", user=GUEST)
        bot.double.says("/invitations")
        [_, listed] = await bot.double.shows(2)
        assert ", ended" in listed["text"]
        assert not labels(listed)
        assert not bot.double.shown(GUEST)


async def test_where_everybody_may_ask_nobody_is_invited(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        bot.double.says("/invite")
        [message] = await bot.double.shows(1)
        bot.double.says("/start i_abcdefghijkl", user=STRANGER)
        [welcome] = await bot.double.shows(1, chat=STRANGER)
    assert message["text"].startswith("Everybody may use this bot")
    assert welcome["text"].startswith("🎟 Welcome")


async def test_an_unknown_link_and_a_bot_without_administrators_let_nobody_in(
    tmp_path: Path,
) -> None:
    double = TelegramDouble()
    async with an_office(tmp_path, double=double, allowed=[GROUP]) as bot:
        bot.double.says("/start i_abcdefghijkl", user=STRANGER)
        bot.double.says("/invite 3x")
        [message] = await bot.double.shows(1)
    async with a_bot(tmp_path, double=double, allowed=[GROUP]) as bot:
        bot.double.says(f"/start {link_in(message['text'])}", user=STRANGER)
        bot.double.says("/help", chat=GROUP)
        await bot.double.shows(1, chat=GROUP)
    assert not double.shown(STRANGER)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Asked()),
        ("news", Asked(collections=("news",))),
        ("news,blog,news 5x 7D", Asked(collections=("news", "blog"), uses=5, days=7)),
        ("30d", Asked(days=30)),
        ("0x", None),
        ("400d", None),
        ("news blog", None),
        ("5 uses!", None),
    ],
)
def test_an_invitation_is_asked_for_in_few_words(text: str, asked: Asked | None) -> None:
    assert Asked.of(text) == asked


def test_what_the_settings_say_of_a_chat_holds_before_its_invitation() -> None:
    allowed = AllowedChats(frozenset({1}), {}, {5: ("main",)})
    allowed.welcome({5: ("news",), 6: ("news",), 7: ()})
    assert allowed.collections(5) == ("main",)
    assert allowed.collections(6) == ("news",)
    assert allowed.sees(7, "anything")
    assert allowed.views() == [(), ("main",), ("news",)]
    assert [allowed.allows(chat) for chat in (1, 5, 8)] == [True, True, False]
    assert not allowed.is_named(5)
    allowed.welcome({})
    assert not allowed.allows(6)


def test_where_all_are_allowed_invitations_limit_nobody() -> None:
    allowed = AllowedChats(frozenset(), {})
    allowed.welcome({6: ("news",)})
    assert allowed.are_all
    assert allowed.collections(6) == ()
