"""Phrases of a question that say where an article is from: a source, or a language.

Only what the library holds counts: "in German" says nothing where all articles are English.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache

from retrieval.answers import Filters
from retrieval.date_grammar import grammar
from retrieval.function_words import function_words
from retrieval.language_names import AFTER_NAME, IN_LANGUAGE, LANGUAGE_NAMES
from retrieval.readings import Phrase, Sureness
from retrieval.source_words import BEGINNINGS, KINDS_OF_SOURCES, SAYS, STANDS_IN
from retrieval.tokens import tokenise

SourceNames = Mapping[str, list[tuple[str, str]]]
"""By the first word of a name, folded: names as patterns look for them, and as they are stored."""

_QUOTES = "\"'\u00ab\u00bb\u2018\u2019\u201c\u201d\u201e"
_BEGINNING = re.compile(rf"(?:{BEGINNINGS})\s+", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")
_JOINED = "\u0628"
"""Arabic "in", written together with the next word."""
_REACH = 60
_LONG_WORD = 4
_BEFORE = re.compile(
    rf"(?<!\w)(?:(?P<says>{SAYS})|(?:{STANDS_IN}))\s*"
    rf"(?:(?:the|de[rmn]|die|das|el|la|los|las)\s+)?(?:\u0644?(?:{KINDS_OF_SOURCES})\s+)?[{_QUOTES}]?\Z",
    re.IGNORECASE,
)


def source_names(sources: Collection[str]) -> SourceNames:
    """Return the names of sources in the form they are looked up in, longer ones first.

    The last word of a name stands for it where no other name has that word: "the Courier" is the
    Harlow Bridge Courier.
    """
    names: dict[str, list[tuple[str, str]]] = {}
    whole = {source: _BEGINNING.sub("", source, count=1).casefold() for source in sources}
    held = Counter(word for name in whole.values() for word in set(_WORD.findall(name)))
    for source, name in sorted(whole.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        if first := _WORD.match(name):
            names.setdefault(first[0], []).append((name, source))
    for source, name in whole.items():
        words = name.split()
        if len(words) > 1 and held[words[-1]] == 1 and len(words[-1]) >= _LONG_WORD:
            names.setdefault(words[-1], []).append((words[-1], source))
    return names


def source_phrases(text: str, names: SourceNames) -> list[Phrase]:
    """Return the first phrase that names a source, in a list, or nothing."""
    if not names:
        return []
    for first in _WORD.finditer(text):
        for name, source in names.get(first[0].casefold(), ()):
            end = first.start() + len(name)
            if text[first.start() : end].casefold() == name and not text[end : end + 1].isalnum():
                found = _source_phrase(text, first.start(), end, source)
                if found is not None:
                    return [found]
    return []


def _source_phrase(text: str, start: int, end: int, source: str) -> Phrase | None:
    before = _BEFORE.search(text, max(0, start - _REACH), start)
    if before is None:
        return None
    closing = 1 if text[end : end + 1] and text[end] in _QUOTES else 0
    return Phrase(
        start=before.start(),
        end=end + closing,
        filters=Filters(source=source),
        sureness=Sureness.FIRM if before["says"] else Sureness.LOOSE,
    )


def language_phrases(text: str, languages: Collection[str]) -> list[Phrase]:
    """Return the first phrase that names one of `languages`, ISO 639-1, or nothing.

    Only where there is more than one, and no telling word follows: "in German politics" names no
    language.
    """
    if len(languages) > 1:
        names = _language_names()
        for said in _WORD.finditer(text):
            for interface, code in names.get(said[0].casefold(), ()):
                found = _language_phrase(text, said, interface, code)
                if code in languages and found is not None:
                    return [found]
    return []


def _language_phrase(text: str, said: re.Match[str], interface: str, code: str) -> Phrase | None:
    start = said.start() + (interface == "ar" and text[said.start()] == _JOINED)
    before = _in_language(interface).search(text, max(0, start - _REACH), start)
    after = _WORD.search(text, said.end())
    end = said.end()
    if after is not None and after[0].casefold() == AFTER_NAME.get(interface):
        end, after = after.end(), _WORD.search(text, after.end())
    if before is None or not _stands_apart(text, end, interface):
        return None
    asks_for_articles = grammar(interface).news.search(text)
    return Phrase(
        start=before.start(),
        end=end,
        filters=Filters(language=code),
        sureness=Sureness.STATED if asks_for_articles else Sureness.FIRM,
    )


def _stands_apart(text: str, end: int, interface: str) -> bool:
    after = _NEXT_WORD.match(text, end)
    return after is None or bool(function_words(tokenise(after[1], ""), [interface]))


@cache
def _in_language(interface: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{IN_LANGUAGE[interface]})\Z", re.IGNORECASE)


@cache
def _language_names() -> dict[str, list[tuple[str, str]]]:
    """Return for each name, folded, in which interface languages it means which language."""
    names: dict[str, list[tuple[str, str]]] = {}
    for interface, pairs in LANGUAGE_NAMES.items():
        for code, name in (pair.split("=") for pair in pairs.split()):
            for form in (name, _JOINED + name) if interface == "ar" else (name,):
                names.setdefault(form, []).append((interface, code))
    return names
