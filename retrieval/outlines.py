"""Where the sentences of a passage lie and which words each holds: made once, kept, read fast.

An outline follows from a passage's title, text and language alone, so it is kept beside the
embedding of that content, and a question needs to split and stem nothing but itself. Words stay
spelled out in one line a sentence until someone asks for them as a set: of most passages a
question only looks for its own words in those lines.

Outlines are kept packed, with a dictionary of common stems that comes with the program
(`outlines.zdict`) and holds nothing of a library's own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Self

from corpus.articles import Passage, Span
from corpus.sentences import sentence_spans
from corpus.shipped_packing import ShippedPacking
from retrieval.spelling import spelled
from retrieval.tokens import tokenise

_FORM = b"\x02"
"""Raised when sentences or tokens are made or packed in another way: outlines kept before are made anew."""
_STEMS = ShippedPacking(Path(__file__).parent / "outlines.zdict")
_PRINTED = 32
"""Added to a step, so that none is the code of a line's end."""

_NOTHING = "  "
"""A line without words."""


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The sentences of a passage, and the distinct words of each.

    `places` has the offsets in its text, start, end, start, end ...: for each a character, whose
    code is the step from the one before plus 32. `title` and each of `lines`, one a sentence, are
    words, sorted, each between two spaces.
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
            places=spelled_places((span.start, span.end) for span in sentences),
            title=spelled(title),
            lines=tuple(spelled(some) for some in words),
        )

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Return the sentences as offsets in the text."""
        numbers = list(accumulate(ord(step) - _PRINTED for step in self.places))
        return tuple(
            Span(start=start, end=end)
            for start, end in zip(numbers[::2], numbers[1::2], strict=True)
        )

    def sentence(self, place: int) -> Span:
        """Return one of the sentences, without looking at the others."""
        steps = [ord(step) - _PRINTED for step in self.places[: 2 * place + 2]]
        return Span(start=sum(steps[:-1]), end=sum(steps))

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
        """Return a form to keep; `read_outlines` is the way back."""
        words = [line.strip(" ") for line in (self.title, *self.lines)]
        written = "\n".join([self.places, *words]).encode("utf-8", "surrogatepass")
        return _FORM + _STEMS.packed(written)


def outline(passage: Passage) -> Outline:
    """Return the outline of a passage."""
    language = passage.citation.language
    sentences = sentence_spans(passage.text, language)
    return Outline.of(
        sentences,
        frozenset(tokenise(passage.citation.title, language)),
        (frozenset(tokenise(span.of(passage.text), language)) for span in sentences),
    )


def spelled_places(spans: Iterable[tuple[int, int]]) -> str:
    """Return ascending offsets as `Outline.places`."""
    offsets = (0, *chain.from_iterable(spans))
    return "".join(chr(after - before + _PRINTED) for before, after in pairwise(offsets))


def is_readable(kept: bytes) -> bool:
    """Whether `kept` is an outline of this release."""
    return kept[:1] == _FORM


def read_outlines(kept: Sequence[bytes]) -> list[Outline | None]:
    """Return kept outlines, `None` for what is none or of another release."""
    frames = _STEMS.unpacker()
    return [_outline_in(frames.decompress(one[1:])) if is_readable(one) else None for one in kept]


def _outline_in(written: bytes) -> Outline:
    places, _, words = written.decode("utf-8", "surrogatepass").partition("\n")
    title, *lines = (" " + words.replace("\n", " \n ") + " ").split("\n")
    return Outline(places=places, title=title, lines=tuple(lines))
