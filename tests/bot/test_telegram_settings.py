"""The language each person is spoken to in: by Telegram, by choice, after a restart."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalogues import speech_in
from bot.people.people import Person
from bot.people.speakers import HEARD_KEPT, Speakers
from bot.speech import ENGLISH, LANGUAGES
from bot.telegram.settings_menu import menu
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import following as following_texts
from bot.telegram.texts import settings as texts
from tests.bot.telegram_bot import a_bot, flood
from tests.bot.telegram_double import Json, quotes_in

GERMAN = speech_in("de")
ARABIC = speech_in("ar")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
QUESTION = "How far did the river rise at Harlow Bridge?"


def person(user: int, language_code: str | None) -> Json:
    """Return somebody as Telegram describes them."""
    known = {"language_code": language_code} if language_code else {}
    return {"id": user, "is_bot": False, "first_name": "A", **known}


def labels(message: Json) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de-AT", "de"),
        ("es", "es"),
        ("ru-RU", "ru"),
        ("ar", "ar"),
        ("en-GB", "en"),
        ("pt-br", "en"),
        (None, "en"),
    ],
)
async def test_the_bot_speaks_the_language_of_the_askers_telegram(
    tag: str | None, language: str, tmp_path: Path
) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("/frobnicate", **{"from": person(7, tag)})
        [message] = await bot.double.shows(1)
    assert message["text"] == command_texts.unknown_command(speech_in(language))


async def test_a_choice_wins_over_telegram_and_survives_a_restart(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("/settings")
        [message] = await bot.double.shows(1)
        assert labels(message)[0] == texts.chosen(ENGLISH, label="As in Telegram")
        query = bot.double.presses("Deutsch")
        await bot.double.until(lambda: texts.chosen(GERMAN, label="Deutsch") in labels(message))
        await bot.double.until(lambda: query in bot.double.answered)
        assert bot.double.answered[query]["text"] == texts.toast_language(GERMAN)
        assert message["text"] == texts.settings(GERMAN)
    async with a_bot(tmp_path, double=bot.double) as again:
        again.double.says("/frobnicate", **{"from": person(7, "ru")})
        [_, message] = await again.double.shows(2)
    assert message["text"] == command_texts.unknown_command(GERMAN)


async def test_who_takes_the_choice_back_follows_telegram_again(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.state.people.choose_language(7, "de")
    async with a_bot(tmp_path) as bot:
        bot.double.says("/settings")
        [message] = await bot.double.shows(1)
        bot.double.presses(texts.as_in_telegram(GERMAN))
        await bot.double.until(lambda: message["text"] == texts.settings(ENGLISH))
        assert bot.state.people.all() == [Person(user_id=7)]


async def test_the_settings_lead_to_when_news_is_told(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("/settings")
        [message] = await bot.double.shows(1)
        bot.double.presses(following_texts.button_when(ENGLISH))
        await bot.double.until(lambda: following_texts.settings(ENGLISH) in message["text"])


async def test_a_choice_made_again_edits_nothing(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("/settings")
        await bot.double.shows(1)
        query = bot.double.presses("✓ As in Telegram")
        await bot.double.until(lambda: query in bot.double.answered)
        bot.double.says("/frobnicate")
        await bot.double.shows(2)
    assert bot.double.count("editMessageText") == 0


async def test_a_button_of_a_language_that_is_not_spoken_any_more_is_answered(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("/settings")
        [message] = await bot.double.shows(1)
        query = bot.double.presses_data("l:------------:9", message)
        await bot.double.until(lambda: query in bot.double.answered)
        assert bot.double.answered[query]["text"] == answer_texts.toast_old_button(ENGLISH)
        assert bot.state.people.all() == []


async def test_an_answer_is_in_the_askers_language_around_a_quote_in_its_own(
    tmp_path: Path,
) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION, **{"from": person(7, "de")})
        [message] = await bot.double.shows(1)
    assert quotes_in(message)
    assert answer_texts.button_context(GERMAN) in labels(message)
    assert "30. Oktober 2026" in message["text"]
    assert answer_texts.story_of(GERMAN, number=1, total=1) in message["text"]


async def test_errors_of_the_search_are_said_in_the_askers_language(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says("؟!", **{"from": person(7, "ar")})
        [message] = await bot.double.shows(1)
    assert message["text"] == command_texts.no_words(ARABIC)


async def test_a_page_turned_speaks_to_who_turns_it(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.state.people.choose_language(7, "de")
    async with a_bot(tmp_path, flood(), double=bot.double) as again:
        again.double.presses("📖 Context")
        await again.double.until(lambda: answer_texts.button_back(GERMAN) in labels(message))


async def test_a_page_anybody_may_turn_stays_in_english(tmp_path: Path) -> None:
    group = {"id": -50, "type": "supergroup", "title": "G"}
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says(f"/ask {QUESTION}", chat=-50, sender_chat=group)
        [message] = await bot.double.shows(1, chat=-50)
        bot.state.people.choose_language(8, "de")
    async with a_bot(tmp_path, flood(), double=bot.double) as again:
        again.double.presses("📖 Context", user=8, chat=-50)
        await again.double.until(lambda: "↩ Back" in labels(message))


async def test_who_is_told_that_the_model_knows_english_is_told_once(tmp_path: Path) -> None:
    english = frozenset({"en"})
    hint = texts.model_knows_little(GERMAN)
    async with a_bot(tmp_path, languages=english) as bot:
        bot.double.says("/start", **{"from": person(7, "de")})
        await bot.double.shows(1)
        bot.double.says("/start", **{"from": person(7, "de")})
        bot.double.says("/start", user=8)
        [first, second] = await bot.double.shows(2)
        [other] = await bot.double.shows(1, chat=8)
    assert hint in first["text"]
    assert hint not in second["text"]
    assert texts.model_knows_little(ENGLISH) not in other["text"]
    async with a_bot(tmp_path, languages=english, double=bot.double) as again:
        again.double.says("/start", **{"from": person(7, "de")})
        third = (await again.double.shows(3))[-1]
    assert hint not in third["text"]


async def test_nothing_is_said_of_a_model_whose_languages_nobody_knows(tmp_path: Path) -> None:
    async with a_bot(tmp_path) as bot:
        bot.double.says("/start", **{"from": person(7, "de")})
        [message] = await bot.double.shows(1)
    assert texts.model_knows_little(GERMAN) not in message["text"]


# -- the memory of who speaks what --------------------------------------------------------------


def test_a_person_who_was_just_heard_is_known_a_little_later() -> None:
    speakers = Speakers()
    assert speakers.speech_of(7) == ENGLISH
    speakers.speech(7, "ru")
    assert speakers.speech_of(7).language == "ru"


def test_only_so_many_who_were_just_heard_are_remembered() -> None:
    speakers = Speakers([Person(user_id=1, language_code="es")])
    for user_id in range(1, HEARD_KEPT + 2):
        speakers.speech(user_id, "ru")
    assert speakers.speech_of(2).language == "ru"
    assert speakers.speech_of(1).language == "ru", "what the database keeps is brought up to date"
    assert speakers.changed() == {1: "ru"}
    assert speakers.changed() == {}


def test_a_forgotten_person_is_spoken_to_in_english() -> None:
    speakers = Speakers([Person(user_id=7, language="de", language_code="ru", told_at=NOW)])
    assert speakers.speech_of(7) == GERMAN
    assert speakers.was_told(7)
    speakers.forget(7)
    assert speakers.speech_of(7) == ENGLISH
    assert not speakers.was_told(7)


def test_a_language_that_is_not_spoken_any_more_counts_as_no_choice() -> None:
    assert Speakers([Person(user_id=7, language="tlh")]).chosen(7) is None


def test_the_menu_marks_what_is_chosen_and_nothing_else() -> None:
    for chosen in (None, *LANGUAGES):
        drawn = menu(ARABIC, chosen=chosen)
        said = [button.label for row in drawn.rows for button in row]
        assert len(said) == 1 + len(LANGUAGES) + 1
        assert sum(label.startswith("✓") for label in said) == 1
