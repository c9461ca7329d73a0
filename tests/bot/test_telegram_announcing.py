"""What Telegram is told about the bot: commands and descriptions, by place and language.

A list names only what some handler takes, so lists as long as intended mean that all is handled.
"""

from pathlib import Path

from bot.catalogues import speech_in
from bot.speech import LANGUAGES
from bot.telegram.announcing import ADMIN, GROUP, PRIVATE, menus
from bot.telegram.texts import listing
from tests.bot.telegram_bot import a_bot, flood
from tests.bot.telegram_double import Failure, TelegramDouble
from tests.bot.telegram_office import an_office

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


def test_no_command_is_listed_that_nothing_handles() -> None:
    listed = list(menus(handled={"ask", "sync"}, admins={ADMINISTRATOR}))
    assert {name for menu in listed for name, _ in menu.commands} == {"ask", "sync"}


def test_descriptions_fit_telegram_in_every_language() -> None:
    for language in LANGUAGES:
        speech = speech_in(language)
        assert len(listing.description(speech)) <= 512
        assert len(listing.short_description(speech)) <= 120
        assert all(len(listing.about(speech, name)) <= 100 for name in ADMIN)
