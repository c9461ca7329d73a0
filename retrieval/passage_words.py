"""A passage taken apart into sentences and words, once for the outline and the keyword index."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from corpus.articles import Passage, Span
from corpus.sentences import sentence_spans
from retrieval.outlines import Outline
from retrieval.tokens import tokenise


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageWords:
    """The sentences of a passage, its outline, and its tokens for the keyword index, in order."""

    sentences: tuple[Span, ...]
    outline: Outline
    title: Sequence[str]
    body: Sequence[str]


def taken_apart(passage: Passage) -> PassageWords:
    """Return the sentences and words of a passage."""
    language = passage.citation.language
    spans = sentence_spans(passage.text, language)
    title = tokenise(passage.citation.title, language)
    lines = [tokenise(span.of(passage.text), language) for span in spans]
    return PassageWords(
        sentences=tuple(spans),
        outline=Outline.of(spans, frozenset(title), map(frozenset, lines)),
        title=title,
        body=_joined(passage.text, spans, lines, language),
    )


def _joined(
    text: str, spans: Sequence[Span], lines: Sequence[list[str]], language: str
) -> list[str]:
    """Return the tokens of `text`: those of its sentences, where blank space parts them all.

    Where a long one was cut within a word, only the whole text tells.
    """
    if all(one.end < following.start for one, following in pairwise(spans)):
        return list(chain.from_iterable(lines))
    return tokenise(text, language)
