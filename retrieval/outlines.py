"""Where the sentences of a passage lie and which words each holds: made once, kept, read fast.

An outline follows from a passage's title, text and language alone, so it is kept beside the
embedding of that content, and a question needs to split and stem nothing but itself.
"""

from dataclasses import dataclass

from corpus.articles import Passage, Span
from corpus.sentences import sentence_spans
from retrieval.tokens import tokenise

_FORM = "1"
"""Raised when sentences or tokens are made in another way: outlines kept before are made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The sentences of a passage as offsets in its text, and the distinct words of each."""

    sentences: tuple[Span, ...]
    title_words: frozenset[str]
    sentence_words: tuple[frozenset[str], ...]

    def to_bytes(self) -> bytes:
        """Return a form to keep; `read_outline` is the way back."""
        places = " ".join(f"{span.start} {span.end}" for span in self.sentences)
        words = [" ".join(sorted(some)) for some in (self.title_words, *self.sentence_words)]
        return "\n".join([_FORM, places, *words]).encode()


def outline(passage: Passage) -> Outline:
    """Return the outline of a passage."""
    language = passage.citation.language
    sentences = tuple(sentence_spans(passage.text, language))
    return Outline(
        sentences=sentences,
        title_words=frozenset(tokenise(passage.citation.title, language)),
        sentence_words=tuple(
            frozenset(tokenise(span.of(passage.text), language)) for span in sentences
        ),
    )


def read_outline(kept: bytes) -> Outline | None:
    """Return a kept outline, `None` if it is of another release."""
    form, _, rest = kept.decode().partition("\n")
    if form != _FORM:
        return None
    places, title, *words = rest.split("\n")
    numbers = [int(number) for number in places.split()]
    return Outline(
        sentences=tuple(
            Span(start=start, end=end)
            for start, end in zip(numbers[::2], numbers[1::2], strict=True)
        ),
        title_words=frozenset(title.split()),
        sentence_words=tuple(frozenset(some.split()) for some in words),
    )
