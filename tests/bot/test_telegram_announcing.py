"""What Telegram is told about the bot: commands and descriptions, by place and language.

A list names only what some handler takes, so lists as long as intended mean that all is handled.
"""

from pathlib import Path

import pytest

from bot.catalogues import speech_in
from bot.conversations import Conversations
from bot.speech import LANGUAGES
from bot.state import BotState
from bot.telegram.announcing import ADMIN, GROUP, PRIVATE, Menus
from bot.telegram.client import Client, make_client
from bot.telegram.texts import listing
from bot.telegram.texts import settings as settings_texts
from corpus.store import ArticleStore
from tests.bot.telegram_bot import a_bot, flood
from tests.bot.telegram_double import DoubleRequest, Failure, RefusedError, TelegramDouble
from tests.bot.telegram_office import an_office
from tests.doubles import KeywordEngine

ADMINISTRATOR = 77
CALLS = (3 + 2) * len(LANGUAGES)


def commands_told(double: TelegramDouble) -> dict[tuple[str, str | None], list[str]]:
    """Return the commands that were set, by scope and language."""
    return {
        (p["scope"]["type"], p.get("language_code")): [c["command"] for c in p["commands"]]
        for name, p in double.calls
        if name == "setMyCommands"
    }


def told_all(double: TelegramDouble) -> bool:
    return double.count("setMyShortDescription") == len(LANGUAGES)


async def test_every_place_and_language_gets_its_commands(tmp_path: Path) -> None:
    async with an_office(tmp_path) as bot:
        await bot.double.until(lambda: told_all(bot.double))
    told = commands_told(bot.double)
    assert bot.double.count("setMyCommands") == CALLS
    for code in (None, "de", "es", "ru", "ar"):
        assert told["all_group_chats", code] == told["default", code] == list(GROUP)
        assert told["all_private_chats", code] == list(PRIVATE)
        assert told["chat", code] == list(ADMIN)


async def test_what_telegram_was_told_is_not_told_again(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        await bot.double.until(lambda: bot.state.people.announced("news_bot"))
    again = TelegramDouble()
    async with a_bot(tmp_path, double=again) as bot:
        again.says("/help")
        await again.shows(1)
    assert again.count("setMyCommands") == again.count("setMyDescription") == 0


async def test_a_refusal_is_no_matter_and_is_tried_again_at_the_next_start(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("setMyDescription", 500))
    async with a_bot(tmp_path, flood(), double=double) as bot:
        await double.until(lambda: double.count("setMyDescription"))
        double.says("/help")
        await double.shows(1)
        assert bot.state.people.announced("news_bot") is None


async def test_telegrams_wish_for_a_pause_is_honoured(tmp_path: Path) -> None:
    double, pauses = TelegramDouble(), list[float]()
    double.failures += [
        Failure("setMyCommands", 429, times=2, parameters={"retry_after": 7}),
        Failure("setMyDescription", 429, parameters={"retry_after": 9}),
    ]

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    ways = {"request": DoubleRequest(double), "polling": DoubleRequest(double)}
    client = make_client(token=double.token, api_url="https://double", **ways)
    await client.initialize()
    with ArticleStore.create(tmp_path) as store, BotState.open(tmp_path) as state:
        async with Conversations(KeywordEngine(store)) as conversations:
            menus = Menus(client, admins=(), sleep=sleep)
            await menus.announce(conversations, state.people)
        assert state.people.announced("news_bot") is not None
    await client.shutdown()
    assert pauses == [7, 7, 9]
    assert double.count("setMyCommands") == 3 * len(LANGUAGES) + 2


async def test_an_administrator_who_never_wrote_to_the_bot_holds_up_nobody(tmp_path: Path) -> None:
    double = TelegramDouble()
    double.shut[ADMINISTRATOR] = RefusedError(400, "Bad Request: chat not found")
    admins = frozenset({ADMINISTRATOR, 78})
    async with a_bot(tmp_path, double=double, admins=admins) as bot:
        await double.until(lambda: told_all(double))
        double.says("/help")
        await double.shows(1)
        assert bot.state.people.announced("news_bot") is None, "they are told at a later start"
    assert double.count("setMyCommands") == CALLS


async def test_a_refusal_of_what_is_for_everybody_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    double.failures.append(Failure("setMyCommands", 400, description="no such scope"))
    async with a_bot(tmp_path, double=double):
        await double.until(lambda: "could not be set" in caplog.text)


def commands_of(client: Client, *handled: str) -> Menus:
    menus = Menus(client, admins={ADMINISTRATOR})
    menus.handled = handled
    return menus


def a_client() -> Client:
    double = TelegramDouble()
    ways = {"request": DoubleRequest(double), "polling": DoubleRequest(double)}
    return make_client(token=double.token, api_url="https://double", **ways)


def test_no_command_is_listed_that_nothing_handles() -> None:
    listed = commands_of(a_client(), "ask", "sync").all({})
    assert {name for menu in listed for name, _ in menu.commands} == {"ask", "sync"}


def test_who_chose_a_language_has_a_menu_of_their_own_in_it() -> None:
    menus = commands_of(a_client(), "ask")
    german = (("ask", listing.about(speech_in("de"), "ask")),)
    assert menus.own(5, None) == []
    assert [(menu.code, menu.commands) for menu in menus.own(5, "de")] == [(None, german)]
    own = menus.own(ADMINISTRATOR, "de")
    assert [menu.code for menu in own] == [None, "de", "es", "ru", "ar"]
    assert {menu.commands for menu in own} == {german}
    assert len({menu.commands for menu in menus.own(ADMINISTRATOR, None)}) == len(LANGUAGES)
    assert set(menus.own(5, "de")) < set(menus.all({5: "de"}))


async def test_the_menu_follows_the_choice_of_a_language(tmp_path: Path) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, double=double) as bot:
        await double.until(lambda: bot.state.people.announced("news_bot"))
        double.says("/settings")
        await double.shows(1)
        double.presses("Deutsch")
        await double.until(lambda: ("chat", None) in commands_told(double))
        told = [p for name, p in double.calls if name == "setMyCommands"][-1]
        assert told["scope"] == {"type": "chat", "chat_id": 7}
        about = listing.about(speech_in("de"), "ask")
        assert {"command": "ask", "description": about} in told["commands"]
        double.presses(settings_texts.as_in_telegram(speech_in("de")))
        await double.until(lambda: double.count("deleteMyCommands"))


async def test_a_new_release_tells_those_who_chose_a_language_too(tmp_path: Path) -> None:
    with BotState.open(tmp_path) as state:
        state.people.choose_language(5, "ru")
    double = TelegramDouble()
    double.shut[5] = RefusedError(403, "Forbidden: bot was blocked by the user")
    async with a_bot(tmp_path, double=double) as bot:
        await double.until(lambda: bot.state.people.announced("news_bot"))
    assert double.count("setMyCommands") == 3 * len(LANGUAGES) + 1


async def test_a_menu_that_cannot_be_changed_is_no_matter(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    double = TelegramDouble()
    async with a_bot(tmp_path, double=double) as bot:
        await double.until(lambda: bot.state.people.announced("news_bot"))
        double.failures.append(Failure("setMyCommands", 500))
        double.says("/settings")
        await double.shows(1)
        double.presses("Deutsch")
        await double.until(lambda: "commands of a chat could not be set" in caplog.text)


def test_descriptions_fit_telegram_in_every_language() -> None:
    for language in LANGUAGES:
        speech = speech_in(language)
        assert len(listing.description(speech)) <= 512
        assert len(listing.short_description(speech)) <= 120
        assert all(len(listing.about(speech, name)) <= 100 for name in ADMIN)
