"""Which language the asker reads in reaches the engine, from the terminal and from Telegram."""

from pathlib import Path
from typing import Any

import pytest

from bot.interface_language import interface_language
from tests.bot.telegram_bot import a_bot, flood


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "es_ES"}, "es"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "", "LC_MESSAGES": "nb_NO"}, "no"),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "POSIX"}, ""),
        ({}, ""),
    ],
)
def test_the_environment_says_the_language(environment: dict[str, str], language: str) -> None:
    assert interface_language(environment) == language


@pytest.mark.parametrize(
    ("sender", "language"),
    [({"language_code": "pt-br"}, "pt-br"), ({}, "")],
)
async def test_telegram_says_the_language_of_the_asker(
    tmp_path: Path, sender: dict[str, Any], language: str
) -> None:
    person = {"id": 7, "is_bot": False, "first_name": "A", **sender}
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says("How far did the river rise?", **{"from": person})
        await bot.double.shows(1)
    assert [question.language for question in bot.engine.asked] == [language]
