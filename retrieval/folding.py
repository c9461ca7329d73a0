"""Copies of one text folded into one hit, with every outlet kept.

A passage folds under another when both stand in different articles, it contains the sentence
that is quoted, most of the shorter one stands in the other, and no sentence differs only by a
number: "2 houses" and "5 houses" are two reports, never copies.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

from retrieval.reading import ReadPassage

_MOSTLY = 0.5
"""The share of the shorter passage's words that must stand in the other."""
_ALIKE = 0.6
"""Jaccard similarity of the words of two sentences from which on they are one, edited."""
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_QUOTES = str.maketrans(dict.fromkeys('\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"', "'"))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"))


class FoldablePassage:
    """A passage's sentences in a form that copies share whatever their typography."""

    def __init__(self, read: ReadPassage) -> None:
        """Prepare; sentences are compared when needed."""
        self.read = read

    @cached_property
    def sentences(self) -> list[str]:
        """Return the sentences without differences of case, spaces, quotes and dashes."""
        text = self.read.passage.text
        return [plain(span.of(text)) for span in self.read.sentences]

    @cached_property
    def text(self) -> str:
        """Return the whole passage in that form."""
        return plain(self.read.passage.text)

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """Return the words of each sentence."""
        return [frozenset(sentence.split()) for sentence in self.sentences]


def plain(sentence: str) -> str:
    """Return `sentence` without differences of case, spaces, quotation marks and dashes."""
    folded = unicodedata.normalize("NFKC", sentence).casefold()
    return " ".join(folded.translate(_QUOTES).translate(_DASHES).split())


def is_copy(of: FoldablePassage, quoted: int, other: FoldablePassage) -> bool:
    """Return whether `other` is a copy of a passage of which sentence `quoted` is shown."""
    first, second = of.read.passage.citation, other.read.passage.citation
    if (first.collection, first.key) == (second.collection, second.key):
        return False
    if not of.read.sentences or not of.read.sentence_words[quoted] <= other.read.words:
        return False
    if of.sentences[quoted] not in other.text:
        return False
    pairs = _pairs(of, other)
    if any(_differ_by_number(of.sentences[a], other.sentences[b]) for a, b in pairs):
        return False
    shared = sum(len(of.words[a]) for a, _ in pairs)
    shorter = min(_length(of.words), _length(other.words))
    return shared >= _MOSTLY * shorter


def _pairs(of: FoldablePassage, other: FoldablePassage) -> list[tuple[int, int]]:
    """Return which sentences correspond: equal, or the most alike of those alike enough."""
    pairs = []
    for a, words in enumerate(of.words):
        likeness, b = max(
            ((_jaccard(words, others), b) for b, others in enumerate(other.words)),
            default=(0.0, 0),
        )
        if likeness >= _ALIKE:
            pairs.append((a, b))
    return pairs


def _differ_by_number(first: str, second: str) -> bool:
    return sorted(_NUMBER.findall(first)) != sorted(_NUMBER.findall(second))


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def _length(sentences: Sequence[frozenset[str]]) -> int:
    return sum(len(words) for words in sentences)
