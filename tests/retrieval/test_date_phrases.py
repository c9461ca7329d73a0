"""Phrases about time, in the five languages of the interface, read as limits."""

from datetime import UTC, datetime

import pytest

from retrieval.date_phrases import date_phrases
from retrieval.periods import published
from retrieval.readings import Sureness

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)  # a Sunday

PERIODS = [
    # text, what of it is the phrase, the limit in English
    ("flood damage since March", "since March", "published since 1 March 2026"),
    ("What happened last week?", "last week", "published from 9 to 15 November 2026"),
    ("How many came in 2024?", "in 2024", "published in 2024"),
    ("What was decided between May and June 2025?", "between May and June 2025",
     "published from 1 May 2025 to 30 June 2025"),
    ("What changed from November to February?", "from November to February",
     "published from 1 November 2025 to 28 February 2026"),
    ("who won between 3 and 9 October 2026", "between 3 and 9 October 2026",
     "published from 3 to 9 October 2026"),
    ("what burned yesterday", "yesterday", "published on 21 November 2026"),
    ("the day before yesterday's storm", "the day before yesterday's",
     "published on 20 November 2026"),
    ("who lived here before 2020?", "before 2020", "published before 1 January 2020"),
    ("what closed after May 2025?", "after May 2025", "published since 1 June 2025"),
    ("what was open until May?", "until May", "published before 1 June 2026"),
    ("prices in December", "in December", "published in December 2025"),
    ("what opened on 3rd May 2025", "on 3rd May 2025", "published on 3 May 2025"),
    ("what opened on May 3, 2025", "on May 3, 2025", "published on 3 May 2025"),
    ("fares since 2026-03-05", "since 2026-03-05", "published since 5 March 2026"),
    ("in the last two weeks, what closed?", "in the last two weeks",
     "published since 8 November 2026"),
    ("what closed since two weeks ago", "since two weeks ago", "published since 8 November 2026"),
    ("two weeks ago the bridge closed", "two weeks ago", "published from 2 to 8 November 2026"),
    ("news from last month", "from last month", "published in October 2026"),
    ("articles published in June 2025", "published in June 2025", "published in June 2025"),
    ("who spoke on Monday", "on Monday", "published on 16 November 2026"),
    ("Hochwasser seit März", "seit März", "published since 1 March 2026"),
    ("Was geschah letzte Woche?", "letzte Woche", "published from 9 to 15 November 2026"),
    ("Was wurde im Juni 2025 beschlossen?", "im Juni 2025", "published in June 2025"),
    ("Wie viele kamen 2024?", "2024", "published in 2024"),
    ("Was geschah vor zwei Wochen?", "vor zwei Wochen", "published from 2 to 8 November 2026"),
    ("Wer wohnte hier vor 2020?", "vor 2020", "published before 1 January 2020"),
    ("offen von Mai bis Juni 2025", "von Mai bis Juni 2025",
     "published from 1 May 2025 to 30 June 2025"),
    ("Was stand in den letzten drei Tagen da?", "in den letzten drei Tagen",
     "published since 19 November 2026"),
    ("nach dem 1.3.2025 erschienen", "nach dem 1.3.2025", "published since 2 March 2025"),
    ("Artikel aus 2024 über Igel", "aus 2024", "published in 2024"),
    ("daños desde marzo", "desde marzo", "published since 1 March 2026"),
    ("¿Qué pasó la semana pasada?", "la semana pasada", "published from 9 to 15 November 2026"),
    ("¿Cuántos vinieron en 2024?", "en 2024", "published in 2024"),
    ("obras entre mayo y junio de 2025", "entre mayo y junio de 2025",
     "published from 1 May 2025 to 30 June 2025"),
    ("¿Quién ganó el 3 de mayo de 2025?", "el 3 de mayo de 2025", "published on 3 May 2025"),
    ("¿Quién vivía aquí antes de 2020?", "antes de 2020", "published before 1 January 2020"),
    ("lluvia en los últimos 3 días", "en los últimos 3 días", "published since 19 November 2026"),
    ("¿Qué se inauguró hace dos semanas?", "hace dos semanas",
     "published from 2 to 8 November 2026"),
    ("ущерб с марта", "с марта", "published since 1 March 2026"),
    ("что было на прошлой неделе?", "на прошлой неделе", "published from 9 to 15 November 2026"),
    ("сколько пришло в 2024 году?", "в 2024 году", "published in 2024"),
    ("что было между маем и июнем 2025 года", "между маем и июнем 2025 года",
     "published from 1 May 2025 to 30 June 2025"),
    ("кто жил тут до 2020 года", "до 2020 года", "published before 1 January 2020"),
    ("что было за последние две недели", "за последние две недели",
     "published since 8 November 2026"),
    ("что открыли 3 мая 2025 года", "3 мая 2025 года", "published on 3 May 2025"),
    ("أضرار الفيضان منذ مارس", "منذ مارس", "published since 1 March 2026"),
    ("ماذا حدث الأسبوع الماضي؟", "الأسبوع الماضي", "published from 9 to 15 November 2026"),
    ("كم زائرا جاء في عام 2024؟", "في عام 2024", "published in 2024"),
    ("ماذا تقرر بين مايو ويونيو 2025؟", "بين مايو ويونيو 2025",
     "published from 1 May 2025 to 30 June 2025"),
    ("من سكن هنا قبل 2020؟", "قبل 2020", "published before 1 January 2020"),
    ("ماذا حدث منذ أسبوعين؟", "منذ أسبوعين", "published since 8 November 2026"),
    ("ماذا احترق أمس؟", "أمس", "published on 21 November 2026"),
]  # fmt: skip

NAMES = [
    "the 2024 election",
    "in 2008 crisis who failed",
    "im Jahr 2008 Krise",
    "results of the season 2019-20",
    "1939 to 1945 war",
    "When was the last time the river froze?",
    "How many people may enter in a day?",
    "Why did they march?",
    "Who wrote 1984?",
    "What is the year of the dragon?",
    "a story of 2024",
    "What happened on 31 June 2025?",
    "between June and",
    "from 2025 to 2024",
    "weather",
]


@pytest.mark.parametrize(("text", "phrase", "limit"), PERIODS)
def test_a_phrase_about_time_is_found_and_understood(text: str, phrase: str, limit: str) -> None:
    (found,) = date_phrases(text, NOW)
    assert text[found.start : found.end] == phrase
    assert published(found.filters.since, found.filters.until) == limit


@pytest.mark.parametrize("text", NAMES)
def test_a_date_that_is_part_of_a_name_limits_nothing(text: str) -> None:
    assert date_phrases(text, NOW) == []


def test_a_beginning_and_an_end_are_two_phrases() -> None:
    since, until = date_phrases("storms since March and before May 2026", NOW)
    assert since.filters.since == datetime(2026, 3, 1, tzinfo=UTC)
    assert until.filters.until == datetime(2026, 5, 1, tzinfo=UTC)


def test_a_second_phrase_that_contradicts_the_first_is_left_in_the_question() -> None:
    (found,) = date_phrases("storms since May 2026, before March 2026", NOW)
    assert found.filters.since == datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "sureness"),
    [
        ("what burned in 2024", Sureness.LOOSE),
        ("what burned in May 2025", Sureness.LOOSE),
        ("how old is he today", Sureness.LOOSE),
        ("how many came last year", Sureness.LOOSE),
        ("what burned since May", Sureness.FIRM),
        ("what burned last week", Sureness.FIRM),
        ("what burned between May and June", Sureness.FIRM),
        ("what burned between 1939 and 1945", Sureness.LOOSE),
        ("what was published in 2024", Sureness.STATED),
        ("news of 2024", Sureness.STATED),
        ("news between May and June", Sureness.STATED),
    ],
)
def test_how_sure_a_phrase_is_about_publication(text: str, sureness: Sureness) -> None:
    (found,) = date_phrases(text, NOW)
    assert found.sureness is sureness
