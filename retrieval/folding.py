"""Copies of one text folded into one hit, with every outlet kept.

A passage folds under another when both stand in different articles, it contains the sentence
that is quoted, they agree on most of what both could show, and no number differs there: "2
houses" and "five houses" are two reports, never copies. Copies are cut into passages at different
places, so what one passage has before or after the other begins or ends tells nothing.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from functools import cached_property

from retrieval.numbers import numbers_of, without_numbers, words_of
from retrieval.reading import ReadPassage

_MOSTLY = 0.5
"""The share of the words both could show that must be the same, in the same order."""
_TELLING = 25
"""As many common words are no chance, however long the passages are."""
_SHORT = 12
"""Words between common runs that are taken to be edited, not replaced."""
_QUOTES = str.maketrans(dict.fromkeys('\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"', "'"))
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-"))


class FoldablePassage:
    """A passage in a form that copies share whatever their typography."""

    def __init__(self, read: ReadPassage) -> None:
        """Prepare; texts are compared when needed."""
        self.read = read

    @cached_property
    def text(self) -> str:
        """Return the passage without differences of case, spaces, quotes and dashes."""
        return plain(self.read.passage.text)

    @cached_property
    def words(self) -> list[str]:
        """Return the words in order, small numbers as digits."""
        return words_of(self.read.passage.text)

    @cached_property
    def masked(self) -> list[str]:
        """Return the words in order, all numbers alike."""
        return without_numbers(self.words)

    def quoted_words(self, place: int) -> list[str]:
        """Return the words of one sentence."""
        lines = self.read.outline.lines
        return lines[place].split() if lines else []

    def likely_copies(self, quoted: int, others: Sequence[ReadPassage]) -> list[int]:
        """Return the places of those of `others` that have the longest word of what is quoted.

        A copy has them all; one look at each of the others leaves few to compare.
        """
        longest = max(self.quoted_words(quoted), key=len, default="")
        wanted = f" {longest} " if longest else ""
        return [place for place, other in enumerate(others) if wanted in other.outline.everything]

    def sentence(self, place: int) -> str:
        """Return one sentence in the form of `text`."""
        return plain(self.read.outline.sentence(place).of(self.read.passage.text))


def plain(sentence: str) -> str:
    """Return `sentence` without differences of case, spaces, quotation marks and dashes."""
    folded = unicodedata.normalize("NFKC", sentence).casefold()
    return " ".join(folded.translate(_QUOTES).translate(_DASHES).split())


def is_copy(of: FoldablePassage, quoted: int, other: FoldablePassage) -> bool:
    """Return whether `other` is a copy of a passage of which sentence `quoted` is shown."""
    first, second = of.read.passage.citation, other.read.passage.citation
    same = (first.collection, first.key) == (second.collection, second.key)
    if same or not of.read.outline.lines or not other.read.holds_all(of.quoted_words(quoted)):
        return False
    if not _stands_in(of.sentence(quoted), other.text):
        return False
    if of.text == other.text:
        return bool(of.quoted_words(quoted))
    runs = _common_runs(of, other)
    if any(_differ_by_number(*texts) for texts in _side_by_side(of, other, runs)):
        return False
    if not runs:
        return False
    shared = sum(run.size for run in runs)
    enough = min(_TELLING, _MOSTLY * min(len(of.words), len(other.words)))
    return shared >= enough and shared >= _MOSTLY * (shared + _differing(of, other, runs))


def _stands_in(sentence: str, text: str) -> bool:
    """Whether `text` contains `sentence`, and not as a part of longer words."""
    place = text.find(sentence)
    while place >= 0:
        before, after = text[place - 1 : place], text[place + len(sentence) :][:1]
        if not (_joins(before, sentence[0]) or _joins(sentence[-1], after)):
            return True
        place = text.find(sentence, place + 1)
    return False


def _joins(first: str, second: str) -> bool:
    return first.isalnum() and second.isalnum()


def _common_runs(of: FoldablePassage, other: FoldablePassage) -> list[Match]:
    """Return the runs of words that both passages have in the same order, numbers aside."""
    matcher = SequenceMatcher(None, of.masked, other.masked, autojunk=False)
    return [run for run in matcher.get_matching_blocks() if run.size > 1]


def _gaps(
    of: FoldablePassage, other: FoldablePassage, runs: Sequence[Match]
) -> list[tuple[list[str], list[str]]]:
    """Return what stands before, between and after the common runs in both passages."""
    gaps = []
    a = b = 0
    for run in [*runs, Match(len(of.words), len(other.words), 0)]:
        gaps.append((of.words[a : run.a], other.words[b : run.b]))
        a, b = run.a + run.size, run.b + run.size
    return gaps


def _differing(of: FoldablePassage, other: FoldablePassage, runs: Sequence[Match]) -> int:
    """Return how many words differ of what both passages could show."""
    before, *between, after = (tuple(map(len, gap)) for gap in _gaps(of, other, runs))
    return min(before) + sum(map(max, between)) + min(after)


def _side_by_side(
    of: FoldablePassage, other: FoldablePassage, runs: Sequence[Match]
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield what stands in the same place of both: the common runs, and short gaps.

    What is short was edited; what is longer is about something else.
    """
    yield from (gap for gap in _gaps(of, other, runs) if max(map(len, gap)) <= _SHORT)
    for run in runs:
        yield of.words[run.a : run.a + run.size], other.words[run.b : run.b + run.size]


def _differ_by_number(first: Sequence[str], second: Sequence[str]) -> bool:
    numbers = numbers_of(first), numbers_of(second)
    return all(numbers) and numbers[0] != numbers[1]
