"""Where the sentences of a passage lie and which words each holds: made once, kept, read fast.

An outline follows from a passage's title, text and language alone, so it is kept beside the
embedding of that content, and a question needs to split and stem nothing but itself. Words stay
spelled out in one line a sentence until someone asks for them as a set: of most passages a
question only looks for its own words in those lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from corpus.articles import Passage, Span
from corpus.sentences import sentence_spans
from retrieval.spelling import spelled
from retrieval.tokens import tokenise

_FORM = "1"
"""Raised when sentences or tokens are made in another way: outlines kept before are made anew."""

_NOTHING = "  "
"""A line without words."""


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The sentences of a passage, and the distinct words of each.

    `places` has the offsets in its text, "start end start end ...". `title` and each of `lines`,
    one a sentence, are words, sorted, each between two spaces.
    """

    places: str
    title: str
    lines: tuple[str, ...]

    @classmethod
    def of(
        cls, sentences: Iterable[Span], title: Iterable[str], words: Iterable[Iterable[str]]
    ) -> Self:
        """Return the outline of a passage with these sentences and words."""
        return cls(
            places=" ".join(f"{span.start} {span.end}" for span in sentences),
            title=spelled(title),
            lines=tuple(spelled(some) for some in words),
        )

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Return the sentences as offsets in the text."""
        numbers = [int(number) for number in self.places.split()]
        return tuple(
            Span(start=start, end=end)
            for start, end in zip(numbers[::2], numbers[1::2], strict=True)
        )

    @cached_property
    def title_words(self) -> frozenset[str]:
        """Return the words of the title."""
        return frozenset(self.title.split())

    @cached_property
    def sentence_words(self) -> tuple[frozenset[str], ...]:
        """Return the words of each sentence."""
        return tuple(frozenset(line.split()) for line in self.lines)

    @property
    def size(self) -> int:
        """Return how many different words the sentences have, summed."""
        spaces = self.everything.count(" ") - self.title.count(" ")
        return spaces - len(self.lines) - self.lines.count(_NOTHING)

    @cached_property
    def everything(self) -> str:
        """Return all words of title and sentences, each between two spaces."""
        return self.title + "".join(self.lines)

    def holds_all(self, words: Iterable[str]) -> bool:
        """Whether each of `words` stands in the title or a sentence."""
        return all(f" {word} " in self.everything for word in words)

    def to_bytes(self) -> bytes:
        """Return a form to keep; `read_outline` is the way back."""
        words = [line.strip(" ") for line in (self.title, *self.lines)]
        return "\n".join([_FORM, self.places, *words]).encode()


def outline(passage: Passage) -> Outline:
    """Return the outline of a passage."""
    language = passage.citation.language
    sentences = sentence_spans(passage.text, language)
    return Outline.of(
        sentences,
        frozenset(tokenise(passage.citation.title, language)),
        (frozenset(tokenise(span.of(passage.text), language)) for span in sentences),
    )


def read_outline(kept: bytes) -> Outline | None:
    """Return a kept outline, `None` if it is of another release."""
    form, _, rest = kept.decode().partition("\n")
    if form != _FORM:
        return None
    places, _, words = rest.partition("\n")
    title, *lines = (" " + words.replace("\n", " \n ") + " ").split("\n")
    return Outline(places=places, title=title, lines=tuple(lines))
