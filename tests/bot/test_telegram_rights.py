"""A chat that is limited to collections learns nothing of the others, not by an old message either."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.settings import load_settings
from bot.speech import ENGLISH
from bot.telegram.access import AllowedChats
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import receipts as receipt_texts
from corpus.store import ArticleStore
from tests.bot.telegram_bot import FLOOD, a_bot, flood
from tests.bot.telegram_double import Json, TelegramDouble

QUESTION = "How far did the river rise at Harlow Bridge?"
SECRET = "The river rose 9.9 metres at Harlow Bridge, says a paper nobody may read."


def fill(folder: Path, *, main: int = 2) -> None:
    with ArticleStore.create(folder) as store:
        for n in range(main):
            store.put(flood(f"open{n}", f"{FLOOD} Report {n}.", title=f"Open {n}"))
        store.put(flood("secret", SECRET, title="Secret"), collection="secret")


async def asked(folder: Path, rights: Mapping[int, tuple[str, ...]] | None, **options: Any) -> Json:
    double = options.pop("double", None) or TelegramDouble()
    async with a_bot(folder, double=double, chat_collections=rights):
        double.says(QUESTION)
        [message] = await double.shows(1)
    return message


def code_of(message: Json) -> str:
    return str(message["text"].split("🧾 ")[1][:10])


@pytest.mark.parametrize(
    ("collection", "shown", "hidden"), [("secret", "9.9", "2.4"), ("main", "2.4", "9.9")]
)
async def test_a_limited_chat_is_answered_from_its_collections_alone(
    collection: str, shown: str, hidden: str, tmp_path: Path
) -> None:
    fill(tmp_path)
    text = (await asked(tmp_path, {7: (collection,)}))["text"]
    assert f"{shown} metres" in text
    assert f"{hidden} metres" not in text


async def test_a_chat_that_is_not_named_sees_everything(tmp_path: Path) -> None:
    fill(tmp_path, main=0)
    assert "9.9 metres" in (await asked(tmp_path, {8: ("main",)}))["text"]


async def test_a_press_on_an_old_message_shows_nothing_that_may_no_longer_be_seen(
    tmp_path: Path,
) -> None:
    fill(tmp_path)
    double = TelegramDouble()
    message = await asked(tmp_path, None, double=double)
    before = message["text"]
    buttons = [
        button
        for row in message["reply_markup"]["inline_keyboard"]
        for button in row
        if "callback_data" in button
    ]
    double.date += 60
    async with a_bot(tmp_path, double=double, chat_collections={7: ("main",)}) as bot:
        for button in buttons:
            query = bot.double.presses_data(button["callback_data"], message)
            await bot.double.until(lambda query=query: query in bot.double.answered)
            assert bot.double.answered[query]["text"] == answer_texts.toast_old_button(ENGLISH)
    assert buttons
    assert message["text"] == before


async def test_a_receipt_of_another_collection_is_unknown(tmp_path: Path) -> None:
    fill(tmp_path, main=0)
    double = TelegramDouble()
    code = code_of(await asked(tmp_path, None, double=double))
    async with a_bot(tmp_path, double=double, chat_collections={7: ("main",)}) as bot:
        bot.double.says(f"/verify {code}")
        shown = await bot.double.shows(2)
        assert shown[-1]["text"] == receipt_texts.receipt_unknown(ENGLISH, code=code)
        bot.double.says("/why")
        shown = await bot.double.shows(3)
        assert shown[-1]["text"] == answer_texts.nothing_asked_yet(ENGLISH)
        bot.double.says(f"/verify {code}", user=8)
        [free] = await bot.double.shows(1, chat=8)
        assert "9.9 metres" in free["text"]


async def test_an_answer_given_elsewhere_is_not_shown_to_who_may_not_see_it(
    tmp_path: Path,
) -> None:
    fill(tmp_path)
    double = TelegramDouble()
    message = await asked(tmp_path, None, double=double)
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    async with a_bot(tmp_path, double=double, chat_collections={8: ("main",)}) as bot:
        bot.double.says(f"/start a_{data.split(':')[1]}_0", user=8)
        [shown] = await bot.double.shows(1, chat=8)
    assert shown["text"] == answer_texts.not_yours(ENGLISH)


def test_a_group_that_moved_keeps_its_rights() -> None:
    allowed = AllowedChats(frozenset(), {-1: -100}, {-1: ("news",)})
    assert allowed.collections(-100) == ("news",)
    assert not allowed.sees(-100, "main")
    assert allowed.sees(-2, "main")
    assert allowed.seen(-100, [("main", "a"), ("news", "b")]) == (("news", "b"),)


def test_rights_are_read_from_one_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGEBOT_CHAT_COLLECTIONS", "-100123=news, blog; 42=main;")
    assert load_settings().chat_collections == {-100123: ("news", "blog"), 42: ("main",)}


@pytest.mark.parametrize("value", ["42", "42=", "x=main", "42=main;42=news", "=main"])
def test_rights_of_a_wrong_form_are_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAGEBOT_CHAT_COLLECTIONS", value)
    with pytest.raises(SettingsError, match=r"(?i)chat_collections"):
        load_settings()


async def test_a_chat_is_told_of_the_articles_it_may_see_alone(tmp_path: Path) -> None:
    fill(tmp_path)
    async with a_bot(tmp_path, chat_collections={7: ("main",)}) as bot:
        bot.double.says("Who won the match on Mars?")
        [message] = await bot.double.shows(1)
        bot.double.says("Who won the match on Mars?", user=8)
        [other] = await bot.double.shows(1, chat=8)
    assert "I searched 2 articles, the newest of 30 October 2026." in message["text"]
    assert "I searched 3 articles" in other["text"]
