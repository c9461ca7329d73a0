"""Phrases of a question that say when an article was published: "since March", "last week".

Dates are found by the patterns of `retrieval/date_grammar.py` and count if a preposition stands
before them, or if they need none. Put into English, `retrieval/periods.py` reads them.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from retrieval.answers import Filters
from retrieval.date_grammar import KINDS, SENSES, Grammar, grammar, in_english, may_hold_a_date
from retrieval.date_words import DATE_WORDS
from retrieval.function_words import function_words
from retrieval.periods import MONTHS, Period, period
from retrieval.readings import Phrase, Sureness, narrowed
from retrieval.tokens import tokenise

_SCRIPTS = {"ru": re.compile("[\u0430-\u0451]", re.IGNORECASE), "ar": re.compile("[\u0620-\u064a]")}
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")
_BARE = {"de": re.compile(r"\d{4}"), "ru": re.compile(r"\d{1,2}\D+\d{4}.*")}
"""Named dates that need no preposition: "kamen 2024", "3 мая 2025 года"."""
_REACH = 60
"""Characters before a date in which its preposition stands."""
_LONGEST_DAY = 2
_ENDS = ("since", "after", "before", "until")


def date_phrases(text: str, now: datetime) -> list[Phrase]:
    """Return the phrases about time: none, one, or one that opens a period and one that ends it.

    `now` is what "yesterday" counts from. All are of one language: the question's own, if its
    function words tell which that is, or the first that has any.
    """
    if not may_hold_a_date(text):
        return []
    own = _language(text)
    for language in sorted(DATE_WORDS, key=lambda one: one != own):
        script = _SCRIPTS.get(language)
        if script is None or script.search(text):
            finder = _Finder(text, grammar(language), now, is_own=language == own)
            if found := _compatible(finder.phrases()):
                return found
    return []


def _language(text: str) -> str:
    """Return the language with more function words in `text` than any other, "" if none has."""
    words = tokenise(text, "")
    counts = {language: len(function_words(words, [language])) for language in DATE_WORDS}
    first, second = sorted(counts, key=lambda language: -counts[language])[:2]
    return first if counts[first] > counts[second] else ""


def _compatible(phrases: Iterator[Phrase]) -> list[Phrase]:
    """Return the first phrase, and one more if it limits what the first leaves open."""
    found: list[Phrase] = []
    for phrase in phrases:
        if all(_fits(phrase, other) for other in found):
            found.append(phrase)
    return found


def _fits(phrase: Phrase, other: Phrase) -> bool:
    if _bounds(phrase.filters) & _bounds(other.filters):
        return False
    return narrowed(other.filters, phrase.filters) is not None


def _bounds(filters: Filters) -> set[str]:
    return {name for name in ("since", "until") if getattr(filters, name) is not None}


class _Finder:
    """Finds the phrases of one language in one question."""

    def __init__(self, text: str, patterns: Grammar, now: datetime, *, is_own: bool) -> None:
        self._text = text
        self._patterns = patterns
        self._now = now
        self._is_own = is_own
        self._is_news = patterns.news.search(text) is not None
        self._sure = Sureness.STATED if self._is_news else Sureness.FIRM

    def phrases(self) -> Iterator[Phrase]:
        """Yield the phrases in order."""
        dates = list(self._patterns.date.finditer(self._text))
        while dates:
            used, phrase = 2, self._from_to(dates[0], dates[1]) if len(dates) > 1 else None
            if phrase is None:
                used, phrase = 1, self._from_day_to(dates[0]) or self._lone(dates[0])
            dates = dates[used:]
            if phrase is not None:
                yield phrase

    def _from_to(self, first: re.Match[str], last: re.Match[str]) -> Phrase | None:
        """Return "between May and June", if that is how both dates stand."""
        for opening, closing in self._patterns.between:
            opened = self._search(opening, first.start())
            gap = closing.fullmatch(self._text, first.end(), last.start())
            if opened and gap and not gap["day"]:
                found = _both(self._english(first), self._english(last), self._now)
                return _phrase(opened.start(), last.end(), "between", found, self._sure)
        return None

    def _from_day_to(self, last: re.Match[str]) -> Phrase | None:
        """Return "between 3 and 9 October", if a day of the month stands before the date."""
        for opening, closing in self._patterns.between:
            closed = self._search(closing, last.start())
            opened = closed and closed["day"] and self._search(opening, closed.start())
            if closed and opened:
                found = _both(closed["day"], self._english(last), self._now)
                return _phrase(opened.start(), last.end(), "between", found, self._sure)
        return None

    def _lone(self, date: re.Match[str]) -> Phrase | None:
        """Return the phrase of one date, `None` if what stands around it makes no limit."""
        before = self._search(self._patterns.before, date.start())
        if before is None:
            return None
        sense = next((name for name in SENSES if before[name]), "")
        kind = next(name for name in KINDS if date[name])
        stated = self._is_news or before["published"] is not None
        if kind == "named" and not self._limits(date, sense, stated=stated):
            return None
        if kind == "amount" and sense != "since":
            return None
        found = self._period(date, kind, sense)
        if kind == "lately":
            sense = "since"
        firm = sense in _ENDS or (kind != "named" and "today" not in self._english(date))
        sureness = Sureness.FIRM if firm else Sureness.LOOSE
        start = before.start() if before[0] else date.start()
        return _phrase(start, date.end(), sense, found, Sureness.STATED if stated else sureness)

    def _limits(self, date: re.Match[str], sense: str, *, stated: bool) -> bool:
        """Whether "3 May" or "2024" is said of a time at all, and not a part of a name."""
        if not sense:
            bare = _BARE.get(self._patterns.language)
            if not (self._is_own and bare and bare.fullmatch(date["named"])):
                return False
        elif sense == "printed" and not stated:
            return False
        return stated or sense in {"since", "until"} or self._stands_apart(date)

    def _stands_apart(self, date: re.Match[str]) -> bool:
        """Whether no noun follows: in "in 2008 terms" the year is part of a name.

        Any telling word may be one, in German only one with a capital; in the other languages a
        date stands behind its noun.
        """
        after = _NEXT_WORD.match(self._text, date.end())
        if after is None or (self._is_own and self._patterns.language in {"es", "ru", "ar"}):
            return True
        if self._is_own and self._patterns.language == "de" and after[1][0].islower():
            return True
        return bool(function_words(tokenise(after[1], ""), [self._patterns.language]))

    def _period(self, date: re.Match[str], kind: str, sense: str) -> Period | None:
        """Return what a date names; "since two weeks ago" begins on that very day."""
        said = self._english(date)
        if kind in {"lately", "amount"}:
            said = f"{said.removeprefix('last ')} ago"
            return period(said, self._now, whole=False)
        return period(said, self._now, whole=not (sense in _ENDS and "ago" in said))

    def _english(self, date: re.Match[str]) -> str:
        said = next(date[name] for name in KINDS if date[name])
        return in_english(said, self._patterns.words)

    def _search(self, pattern: re.Pattern[str], end: int) -> re.Match[str] | None:
        """Return the match of a pattern for what stands right before `end`."""
        return pattern.search(self._text, max(0, end - _REACH), end)


def _phrase(
    start: int, end: int, sense: str, found: Period | None, sureness: Sureness
) -> Phrase | None:
    if found is None:
        return None
    if found.unit == "year" and sureness is Sureness.FIRM:
        sureness = Sureness.LOOSE
    return Phrase(start=start, end=end, filters=_limit(sense, found), sureness=sureness)


def _limit(sense: str, found: Period) -> Filters:
    match sense:
        case "since":
            return Filters(since=found.start)
        case "after":
            return Filters(since=found.end)
        case "before":
            return Filters(until=found.start)
        case "until":
            return Filters(until=found.end)
        case _:
            return Filters(since=found.start, until=found.end)


def _both(first: str, last: str, now: datetime) -> Period | None:
    """Return the period from one date to another, both included."""
    ends = period(last, now)
    begins = ends and period(_completed(first, ends), now)
    if ends is not None and begins is not None and begins.start >= ends.end and first in MONTHS:
        begins = period(f"{first} {ends.start.year - 1}", now)
    if ends is None or begins is None or begins.start >= ends.end:
        return None
    unit = "year" if begins.unit == ends.unit == "year" else "day"
    return Period(start=begins.start, end=ends.end, unit=unit)


def _completed(first: str, ends: Period) -> str:
    """Return the earlier of two dates with the month or the year it shares with the later."""
    if len(first) <= _LONGEST_DAY:
        return f"{first} {ends.start:%B %Y}".lower()
    return f"{first} {ends.start.year}" if first.rsplit(maxsplit=1)[-1] in MONTHS else first
