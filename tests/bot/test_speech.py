"""Languages written in the other direction: foreign names never turn the words around them."""

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogues import speech_in
from bot.direction import isolated
from bot.speech import ENGLISH, LANGUAGES, Speech
from bot.telegram.administration.modifying import fields_in
from bot.telegram.markup import is_carried
from bot.telegram.texts import adding as adding_texts
from bot.telegram.texts import answers as texts
from bot.telegram.texts import commands as command_texts
from bot.telegram.texts import membership as membership_texts
from bot.telegram.texts import receipts as receipt_texts
from tests.bot.telegram_bot import FLOOD, a_bot, article, flood
from tests.bot.telegram_double import quotes_in

ARABIC = speech_in("ar")
OPEN, CLOSE = "\u2068", "\u2069"
DAY = datetime(2026, 10, 30, 23, 30, tzinfo=UTC)
ARABIC_TEXT = "ارتفع النهر مترين وأكثر في تسع ساعات. قُطع الطريق الوحيد إلى الجسر قبل منتصف الليل."


def outside(text: str) -> str:
    """Return what stands outside of isolates."""
    kept, depth = "", 0
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        kept += char if not depth and char != CLOSE else ""
    assert depth == 0
    return kept


def directions(text: str) -> set[str]:
    return {unicodedata.bidirectional(char) for char in text}


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_and_numbers_are_written_as_each_language_writes_them(language: str) -> None:
    days = {
        "en": "30 October 2026",
        "de": "30. Oktober 2026",
        "es": "30 de octubre de 2026",
        "ru": "30 октября 2026",
        "ar": "30 أكتوبر 2026",
    }
    numbers = {"en": "12,345", "de": "12.345", "es": "12.345", "ru": "12\xa0345", "ar": "12,345"}
    speech = speech_in(language)
    assert speech.day(DAY) == days[language]
    assert speech.number(12_345) == numbers[language]


def test_a_foreign_name_is_isolated_and_one_of_the_same_direction_is_not() -> None:
    assert ARABIC.isolated("Example Wire") == f"{OPEN}Example Wire{CLOSE}"
    assert ARABIC.isolated("2026-10-30") == f"{OPEN}2026-10-30{CLOSE}"
    assert ARABIC.isolated("4,096") == "4,096"
    assert ARABIC.isolated("الجزيرة") == "الجزيرة"
    assert ENGLISH.isolated("الجزيرة") == f"{OPEN}الجزيرة{CLOSE}"
    assert ENGLISH.isolated("Example Wire 2026-10-30") == "Example Wire 2026-10-30"


@given(st.text(), st.booleans())
def test_isolates_are_always_closed_and_hold_the_name(name: str, in_right_to_left: bool) -> None:
    text = isolated(name, in_right_to_left=in_right_to_left)
    bare = name.translate(dict.fromkeys(range(0x2066, 0x206A)))
    assert text in {bare, f"{OPEN}{bare}{CLOSE}"}


@given(st.text(alphabet="aب1 .-/:"))
def test_nothing_latin_is_left_outside_in_an_arabic_sentence(name: str) -> None:
    said = texts.also_in(ARABIC, names=[name, "Site B"], copies=2)
    assert "L" not in directions(outside(said))


def test_commands_and_mentions_are_isolated_as_a_whole_in_arabic() -> None:
    assert f"{OPEN}/help{CLOSE}" in command_texts.unknown_command(ARABIC)
    welcome = membership_texts.welcome_to_group(ARABIC, username="news_bot")
    assert f"{OPEN}@news_bot{CLOSE}" in welcome
    assert f"{OPEN}/ask{CLOSE}" in welcome
    assert "@news_bot" in membership_texts.welcome_to_group(ENGLISH, username="news_bot")


def test_a_list_of_names_is_joined_as_the_language_joins_it() -> None:
    assert ENGLISH.joined(["A", "B"]) == "A, B"
    assert ARABIC.joined(["أ", "ب"]) == "أ، ب"


def test_a_receipt_that_was_never_shown_keeps_its_code_whole() -> None:
    said = receipt_texts.receipt_unknown(ARABIC, code="K7Q2M9XA4T")
    assert f"{OPEN}K7Q2M9XA4T{CLOSE}" in said


def test_what_is_copied_from_a_message_is_taken_as_it_reads() -> None:
    draft = adding_texts.modify_how(ARABIC, title="Flood", date="2026-10-30", source="Wire")
    assert fields_in(draft, ARABIC) == {"title": "Flood", "date": "2026-10-30", "source": "Wire"}


async def test_a_code_copied_with_its_isolates_is_verified(tmp_path: Path) -> None:
    async with a_bot(tmp_path, flood()) as bot:
        bot.double.says("How far did the river rise at Harlow Bridge?")
        [message] = await bot.double.shows(1)
        code = message["text"].partition("🧾 ")[2][:10]
        bot.double.says(f"/verify {OPEN}{code}{CLOSE}")
        [_, receipt] = await bot.double.shows(2)
    assert receipt["text"].startswith(receipt_texts.receipt_exact(ENGLISH))


def lines_outside_quotes(text: str, quotes: list[str]) -> list[str]:
    for quote in quotes:
        text = text.replace(quote, "")
    return [line for line in text.splitlines() if line]


async def test_an_arabic_message_around_an_english_quote_reads_from_right_to_left(
    tmp_path: Path,
) -> None:
    asker = {"id": 7, "is_bot": False, "first_name": "A", "language_code": "ar"}
    async with a_bot(tmp_path, flood(), flood("other")) as bot:
        bot.double.says("How far did the river rise at Harlow Bridge?", **{"from": asker})
        [message] = await bot.double.shows(1)
    quotes = quotes_in(message)
    assert quotes == [FLOOD]
    assert is_carried(quotes[0])
    title, *lines = lines_outside_quotes(message["text"], quotes)
    assert title == "Flood cuts valley road", "a line of its own has its own direction"
    assert len(lines) >= 3
    for line in lines:
        assert "L" not in directions(outside(line)), line
        assert "AL" in directions(outside(line)), line


async def test_an_english_message_around_an_arabic_quote_reads_from_left_to_right(
    tmp_path: Path,
) -> None:
    arabic = article(
        "nahr",
        ARABIC_TEXT,
        title="الفيضان يقطع الطريق",
        source="جريدة النهر",
        url="https://nahr.example/a",
        published=DAY,
    )
    async with a_bot(tmp_path, arabic) as bot:
        bot.double.says(ARABIC_TEXT)
        [message] = await bot.double.shows(1)
    assert quotes_in(message) == [ARABIC_TEXT]
    title, *lines = lines_outside_quotes(message["text"], [ARABIC_TEXT])
    assert title == "الفيضان يقطع الطريق"
    assert lines
    assert lines[0].startswith(f"{OPEN}جريدة النهر{CLOSE} · ")
    assert all("AL" not in directions(outside(line)) for line in lines)


def test_a_message_wholly_in_the_readers_direction_holds_no_isolates() -> None:
    for language in ("en", "de", "es", "ru"):
        speech: Speech = speech_in(language)
        assert OPEN not in texts.also_in(speech, names=["Site B", "Сайт"], copies=2)
