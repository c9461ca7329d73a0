"""Being added to groups and removed from chats."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.speech import ENGLISH
from bot.telegram.texts import membership as texts
from tests.bot.telegram_bot import a_bot, flood
from tests.bot.telegram_double import ME, RefusedError, TelegramDouble

GROUP = -1001
QUESTION = "How far did the river rise at Harlow Bridge?"
WELCOME = texts.welcome_to_group(ENGLISH, username="news_bot")
PERSON = {"id": 7, "is_bot": False, "first_name": "Person 7"}


def member(status: str, **about: Any) -> dict[str, Any]:
    """Return the bot's membership as Telegram tells it."""
    details: dict[str, Any] = {}
    if status == "kicked":
        details = {"until_date": 0}
    if status == "restricted":
        rights = (
            "send_messages send_audios send_documents send_photos send_videos send_video_notes "
            "send_voice_notes send_polls send_other_messages add_web_page_previews change_info "
            "invite_users pin_messages manage_topics edit_tag react_to_messages"
        )
        details = {f"can_{right}": False for right in rights.split()} | {"until_date": 0}
    return {"status": status, "user": ME, **details, **about}


def changes(
    double: TelegramDouble, old: dict[str, Any], new: dict[str, Any], *, chat: int = GROUP
) -> None:
    kind = (
        {"type": "private", "first_name": "P"} if chat > 0 else {"type": "supergroup", "title": "H"}
    )
    double.push(
        my_chat_member={
            "chat": {"id": chat, **kind},
            "from": PERSON,
            "date": double.date,
            "old_chat_member": old,
            "new_chat_member": new,
        }
    )


async def test_a_group_that_adds_the_bot_is_told_how_to_ask(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        changes(bot.double, member("left"), member("member"))
        [message] = await bot.double.shows(1, chat=GROUP)
    assert message["text"] == WELCOME


async def test_rights_that_change_are_no_reason_to_speak(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        changes(bot.double, member("member"), member("restricted", is_member=True))
        changes(bot.double, member("restricted", is_member=True), member("member"))
        changes(bot.double, member("left"), member("member"), chat=7)
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        bot.double.says(QUESTION)
        [answer] = await bot.double.shows(1, chat=GROUP)
        [private] = await bot.double.shows(1)
    assert WELCOME not in {answer["text"], private["text"]}


async def test_a_group_that_is_not_allowed_is_told_so_once_with_its_number(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(), allowed=[7]) as bot:
        changes(bot.double, member("left"), member("member"))
        [message] = await bot.double.shows(1, chat=GROUP)
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        assert len(bot.double.shown(GROUP)) == 1
    assert message["text"] == texts.not_allowed_here(ENGLISH, chat_id=GROUP)
    assert str(GROUP) in message["text"]


@pytest.mark.parametrize("gone", ["kicked", "left"])
async def test_a_chat_that_removed_the_bot_gets_nothing_until_it_is_back(
    gone: str, tmp_path: Path
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, flood(), double=double) as bot:
        changes(double, member("member"), member(gone))
        double.says(f"/ask {QUESTION}", chat=GROUP, date=double.date - 1)
        double.says(QUESTION)
        await double.shows(1)
        await double.until(lambda: len(bot.engine.asked) == 2)
        assert bot.state.departures.all().keys() == {GROUP}
    double.date += 60
    async with a_bot(tmp_path, double=double) as bot:
        double.says(f"/ask {QUESTION}", chat=GROUP, date=double.date - 70)
        double.says(QUESTION)
        await double.shows(2)
        assert double.shown(GROUP) == []
        changes(double, member(gone), member("member"))
        double.says(f"/ask {QUESTION}", chat=GROUP)
        welcome, _ = await double.shows(2, chat=GROUP)
        assert bot.state.departures.all() == {}
    assert welcome["text"] == WELCOME


async def test_who_writes_after_the_bot_was_blocked_is_answered(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        changes(bot.double, member("member"), member("kicked"), chat=7)
        await bot.double.until(bot.state.departures.all)
        bot.double.date += 60
        bot.double.says(QUESTION)
        await bot.double.shows(1)
        assert bot.state.departures.all() == {}


async def test_a_chat_that_turns_out_to_be_shut_gets_nothing_more(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood(), checked=False) as bot:
        bot.double.shut[7] = RefusedError(403, "Forbidden: bot was blocked by the user")
        bot.double.says(QUESTION)
        await bot.double.until(bot.state.departures.all)
        sent = bot.double.count("sendMessage")
        bot.double.says(QUESTION, date=bot.double.date - 30)
        bot.double.says(QUESTION, user=8)
        await bot.double.shows(1, chat=8)
        await bot.double.until(lambda: len(bot.engine.asked) == 3)
        assert bot.double.count("sendMessage") == sent + 1


async def test_a_group_that_became_a_supergroup_is_not_welcomed_anew(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.sends(chat=-55, migrate_to_chat_id=GROUP)
        await bot.double.until(bot.state.moved_chats)
        changes(bot.double, member("left"), member("administrator", **_rights()))
        bot.double.says(f"/ask {QUESTION}", chat=GROUP)
        [answer] = await bot.double.shows(1, chat=GROUP)
    assert answer["text"] != WELCOME


def _rights() -> dict[str, bool]:
    names = (
        "be_edited manage_chat delete_messages manage_video_chats restrict_members promote_members "
        "change_info invite_users post_stories edit_stories delete_stories"
    )
    return {f"can_{name}": True for name in names.split()} | {"is_anonymous": False}


async def test_membership_is_asked_of_telegram(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        await bot.double.shows(1)
    asked = next(p for name, p in bot.double.calls if name == "getUpdates")
    assert "my_chat_member" in json.dumps(asked["allowed_updates"])
