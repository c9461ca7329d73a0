"""Whether one article is a copy of another, by the sentences they share.

Copies may have another headline, fewer paragraphs, an agency's line, a few words replaced. A
number that stands changed in the same sentence makes two reports of them, never copies.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cached_property

from retrieval.numbers import numbers_of, without_numbers, words_of

CONTAINED = 0.8
"""Which share of the words of the shorter text must stand in sentences the other has too."""
_SAME_SENTENCE = 0.9
"""Which share of the words of the longer of two sentences both must have."""
_FEWEST_WORDS = 20
"""Shorter texts are copies only if they are equal."""
_SENTENCE_END = re.compile(
    r"[.!?\u061f\u06d4]+[\"'\u2019\u201d\u00bb)]*\s+|[\u3002\uff01\uff1f]|\n+"
)


class Kinship(Enum):
    """What two texts that belong together are to each other.

    A variant would be a copy, but a number was changed. A report tells of the same event.
    """

    COPY = "copy"
    VARIANT = "variant"
    REPORT = "report"


class Body:
    """A text in sentences, each as words without typography."""

    def __init__(self, text: str) -> None:
        """Take the text, to be taken apart when it is compared."""
        self._text = text

    @cached_property
    def sentences(self) -> list[list[str]]:
        """Return the words of each sentence that has any."""
        pieces = (words_of(piece) for piece in _SENTENCE_END.split(self._text))
        return [words for words in pieces if words]

    @cached_property
    def size(self) -> int:
        """Return the number of words."""
        return sum(map(len, self.sentences))

    @cached_property
    def by_wording(self) -> dict[tuple[str, ...], list[list[str]]]:
        """Return the sentences by their words, all numbers alike."""
        found: dict[tuple[str, ...], list[list[str]]] = {}
        for words in self.sentences:
            found.setdefault(_wording(words), []).append(words)
        return found


def copied(first: Body, second: Body) -> tuple[Kinship | None, float]:
    """Return whether two texts are copies or variants, and how much the longer has of the shorter.

    The share is in [0, 1], by words; below `CONTAINED` they are neither. Their order does not
    matter.
    """
    shorter, longer = sorted((first, second), key=lambda body: (body.size, body.sentences))
    if shorter.sentences == longer.sentences:
        return Kinship.COPY, 1.0
    if shorter.size < _FEWEST_WORDS:
        return None, 0.0
    contained = 0
    is_changed = False
    for words, counterparts in _matches(shorter, longer):
        contained += len(words)
        is_changed |= all(number_changed(words, other) for other in counterparts)
    share = contained / shorter.size
    if share < CONTAINED:
        return None, share
    return (Kinship.VARIANT if is_changed else Kinship.COPY), share


def number_changed(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether each of two sentences has a number the other lacks: one stands for the other."""
    one, two = Counter(numbers_of(first)), Counter(numbers_of(second))
    return bool(one - two) and bool(two - one)


def _matches(shorter: Body, longer: Body) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Yield each sentence of the shorter text that the longer has, with what it is there."""
    lacking = []
    for words in shorter.sentences:
        if same := longer.by_wording.get(_wording(words)):
            yield words, same
        else:
            lacking.append(words)
    known = shorter.by_wording
    others = [
        words for key, some in longer.by_wording.items() if key not in known for words in some
    ]
    bags = [(words, Counter(without_numbers(words))) for words in others]
    for words in lacking:
        if (edited := _most_alike(words, bags)) is not None:
            yield words, [edited]


def _most_alike(
    words: list[str], others: Sequence[tuple[list[str], Counter[str]]]
) -> list[str] | None:
    """Return the sentence that `words` was edited from or into, `None` if there is none."""
    bag = Counter(without_numbers(words))
    best, best_share = None, 0.0
    for other, other_bag in others:
        longest = max(len(words), len(other))
        if min(len(words), len(other)) < _SAME_SENTENCE * longest:
            continue
        share = (bag & other_bag).total() / longest
        if share >= _SAME_SENTENCE and share > best_share:
            best, best_share = other, share
    return best


def _wording(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(without_numbers(words))
