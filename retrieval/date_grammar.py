"""The patterns date phrases are found by, and dates in other words put into English ones."""

import re
from dataclasses import dataclass
from functools import cache

from retrieval.date_words import DATE_WORDS, DateWords
from retrieval.periods import MONTHS

_YEAR = r"(?:1[5-9]|20)\d\d"
_ORDINAL = r"(?:st|nd|rd|th|\.|º|-?\u0433\u043e|-\u0435)?"
_END = r"(?!\w)(?!\s?[-\u2013/]\s?\d)"
"""A date is no part of a longer word, nor of a range like 2019-20."""
_DOTTED = r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}"
_ISO = r"\d{4}-\d\d-\d\d"
_LONGEST_DAY = 2
_ARABIC = re.compile("[\u0620-\u064a]")
_BEGINNING = re.compile(r"\b(?:\d|[^\W\d_]{3})")
"""By a digit or three letters a date is told from most other words."""
KINDS = ("lately", "relative", "amount", "named")
SENSES = ("since", "after", "before", "until", "within", "printed")
_UNITS = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """One language's patterns.

    A match of `date` is of one kind, the name of its last group: `lately` ("last 3 weeks"),
    `relative` ("last week", "3 weeks ago"), `amount` ("3 weeks") or `named` ("3 May", "2024").
    `before` finds what may stand before a date, up to the end of the text, in a group of its
    sense; a word for being published in `published`. `between` holds what stands before the first
    and between both dates of a period, with a bare day of the month as `day`.
    """

    language: str
    words: DateWords
    date: re.Pattern[str]
    before: re.Pattern[str]
    between: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    news: re.Pattern[str]


@cache
def grammar(language: str) -> Grammar:
    """Return the patterns of one of the languages of `DATE_WORDS`, compiled once."""
    words = DATE_WORDS[language]
    return Grammar(
        language=language,
        words=words,
        date=_compiled(_date(words)),
        before=_compiled(_before(words)),
        between=tuple(
            (_compiled(_opening(opening)), _compiled(_closing(closing, words)))
            for opening, closing in words.between
        ),
        news=_compiled(word(words.news)),
    )


def may_hold_a_date(text: str) -> bool:
    """Whether `text` has a year, or a word of any language that is part of a date.

    In other scripts than Arabic, the first letters of its words mostly tell that it has none.
    """
    beginnings, pattern = _date_words()
    if not _ARABIC.search(text) and not any(
        found[0] in beginnings for found in _BEGINNING.finditer(text.lower())
    ):
        return False
    return pattern.search(text) is not None


@cache
def _date_words() -> tuple[frozenset[str], re.Pattern[str]]:
    """Return what words and years in dates begin with, and what finds one of them."""
    variants = [
        variant
        for words in DATE_WORDS.values()
        for group in (words.months, words.weekdays, words.days, words.units)
        for some in group.values()
        for variant in some.split()
        if "_" not in variant or not _BEGINNING.match(variant)  # its other words tell
    ]
    letters = {match[0] for variant in variants if (match := _BEGINNING.match(variant))}
    either = word(" ".join(variants))
    return frozenset(letters | set("0123456789")), _compiled(rf"\b{_YEAR}\b|\d\.\d|{either}")


def word(variants: str) -> str:
    """Return a pattern for any of `variants`, in the notation of `DATE_WORDS`, as whole words.

    An Arabic "and" may be joined to them.
    """
    either = variants.replace(" ", "|").replace("_", r"\s+")
    return rf"(?<![^\W\u0648])(?:{either})(?!\w)"


def in_english(date: str, words: DateWords) -> str:
    """Return a date as "3 may 2025", "last week", "2 weeks ago", "2025-05-03"; lower case."""
    text = date.casefold()
    if re.fullmatch(_DOTTED, text):
        day, month, year = text.replace(" ", "").split(".")
        return f"{year}-{month:0>2}-{day:0>2}"
    if re.fullmatch(_ISO, text):
        return text
    for english, variants in words.dictionary.items():
        text = re.sub(word(variants), english, text)
    return _in_order(re.findall(r"day before yesterday|[a-z]+|\d+", text), words)


def _in_order(said: list[str], words: DateWords) -> str:
    said = [one.removesuffix("s") if one.removesuffix("s") in _UNITS else one for one in said]
    numbers = [one for one in said if one.isdigit()]
    named = [one for one in said if one in {*MONTHS, *_UNITS, *words.weekdays}]
    if "ago" in said:
        return f"{(numbers or ['1'])[0]} {named[0]}s ago"
    for which in ("last", "this"):
        if which in said:
            return " ".join([which, *numbers, *named[:1]])
    if named and set(named) <= set(_UNITS) and numbers and len(numbers[0]) <= _LONGEST_DAY:
        return f"{numbers[0]} {named[0]}s"
    days = [one for one in said if one in {*words.weekdays, *words.days}]
    short = [number for number in numbers if len(number) <= _LONGEST_DAY]
    years = [number for number in numbers if len(number) > _LONGEST_DAY]
    return " ".join([*days, *short, *(one for one in named if one in MONTHS), *years])


def _before(words: DateWords) -> str:
    """Return a pattern that always matches, at worst the nothing at the end."""
    either = "|".join(rf"(?P<{sense}>{word(getattr(words, sense))})" for sense in SENSES)
    said = rf"(?P<published>{word(words.published)}\s+)?"
    return rf"{said}(?:(?:{either})\s+{_optional(words.articles)})?\Z"


def _opening(either: str) -> str:
    return rf"{word(either)}\s+\Z"


def _closing(either: str, words: DateWords) -> str:
    return rf"(?:(?P<day>\d{{1,2}})\.?)?\s*{word(either)}\s*{_optional(words.articles)}\Z"


def _optional(variants: str) -> str:
    return rf"(?:{word(variants)}\s+)?" if variants else ""


def _any(group: dict[str, str]) -> str:
    return word(" ".join(group.values()))


def _date(words: DateWords) -> str:
    number = rf"(?:\d{{1,3}}|{_any(words.numbers)})"
    units, both = _any(words.units), [v for n, v in words.units.items() if n.startswith("2")]
    amount = rf"(?:{number}\s+{units}{'|' + word(' '.join(both)) if both else ''})"
    last, ago = word(words.last), word(words.ago)
    lately = rf"{last}\s+{amount}|{number}\s+{last}\s+{units}|{amount}\s+{last}"
    which = rf"(?:{last}|{word(words.this)})"
    named = _any({**words.units, **words.weekdays, **words.months})
    relative = (
        rf"{amount}\s+{ago}|{ago}\s+{amount}|{which}\s+{named}|{named}\s+{which}|{_any(words.days)}"
    )
    the = _optional(words.articles)
    return (
        rf"(?:{the}(?:(?P<lately>{lately})|(?P<relative>{relative}))"
        rf"|(?P<amount>{amount})|(?P<named>{_named(words)})){_END}(?:['\u2019]s)?"
    )


def _named(words: DateWords) -> str:
    of, month, ordinal = _optional(words.of), _any(words.months), rf"\d{{1,2}}{_ORDINAL}"
    year = rf"{_optional(words.year)}{_YEAR}(?:\s+{word(words.year)})?"
    kinds = (
        _ISO,
        _DOTTED,
        rf"(?:{ordinal}\s+{of})?{month}(?:\s+{ordinal}(?!\d))?(?:,?\s+{of}{year})?",
        _any(words.weekdays),
        year,
    )
    return "|".join(kinds)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
