"""Article text to passages: runs of whole consecutive sentences of about one size.

Where to cut is chosen over the whole text at once (a shortest path over the sentences), so the
sizes are even, and ends of paragraphs are used where they lie near the target.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from corpus.articles import CleaningMap, Span
from corpus.blocks import block_spans, ends_sentence
from corpus.sentences import block_sentences, utf16_length

_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_CRUMB_WORDS = 5
_MOST_SENTENCES = 60  # in a passage; only lists of single words would have more
_CHARACTERS_A_WORD = 2  # in languages written without spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOptions:
    """How large passages are. Words are counted by spaces, or two characters a word.

    `paragraph_penalty` is what a cut inside a paragraph costs, in squared shares of the target.
    Only a single sentence may be longer than the maxima in words.
    """

    target_words: int = 120
    max_words: int = 200
    max_units: int = 1_500
    overlap_sentences: int = 0
    paragraph_penalty: float = 0.15


DEFAULT_OPTIONS = SplitOptions()


class _Sentence(NamedTuple):
    span: Span
    words: float
    units: int  # of UTF-16 from the end of the sentence before to its own
    ends_paragraph: bool


def split(
    text: str,
    cleaning: CleaningMap,
    language: str,
    options: SplitOptions = DEFAULT_OPTIONS,
) -> tuple[Span, ...]:
    """Return the passages of `text` in order, as ranges of whole sentences.

    None crosses a dropped range or holds the headline; every other sentence is in one, or with
    `overlap_sentences` in more.
    """
    passages: list[Span] = []
    stretches = list(_stretches(text, cleaning, language))
    for stretch in _worth_quoting(text, stretches) or stretches:
        cuts = _cuts(stretch, options)
        for first, last in zip([0, *cuts[:-1]], cuts, strict=True):
            begin = _with_overlap(stretch, first, last, options)
            start, end = stretch[begin].span.start, stretch[last - 1].span.end
            passages.append(Span(start=start, end=end))
    return tuple(passages)


def word_count(text: str) -> float:
    """Return the number of words in `text`; half the characters where no spaces part them."""
    spaceless = 0 if text.isascii() else len(_SPACELESS.findall(text))
    if not spaceless:
        return len(text.split())
    return len(_SPACELESS.sub(" ", text).split()) + spaceless / _CHARACTERS_A_WORD


def _stretches(text: str, cleaning: CleaningMap, language: str) -> Iterator[list[_Sentence]]:
    """Yield the prose sentences in runs that nothing left out interrupts."""
    barriers = _barriers(cleaning)
    stretch: list[_Sentence] = []
    passed = end = 0
    for block in block_spans(text):
        for span in block_sentences(text, language, block):
            before = passed
            while passed < len(barriers) and barriers[passed].end <= span.start:
                passed += 1
            blocked = passed < len(barriers) and barriers[passed].start < span.end
            if stretch and (blocked or passed > before):
                yield stretch
                stretch = []
            if not blocked:
                units = utf16_length(text[end : span.end])
                words = word_count(span.of(text))
                stretch.append(_Sentence(span, words, units, span.end == block.end))
            end = span.end
    if stretch:
        yield stretch


def _worth_quoting(
    text: str, stretches: Iterable[Sequence[_Sentence]]
) -> list[Sequence[_Sentence]]:
    """Return the stretches without crumbs: a word or two, alone, that are no sentence."""
    return [
        stretch
        for stretch in stretches
        if sum(sentence.words for sentence in stretch) >= _CRUMB_WORDS
        or any(ends_sentence(sentence.span.of(text)) for sentence in stretch)
    ]


def _barriers(cleaning: CleaningMap) -> list[Span]:
    """Return in order what no passage may touch."""
    barriers = [drop.span for drop in cleaning.dropped]
    if cleaning.headline is not None:
        barriers.append(cleaning.headline)
    return sorted(barriers, key=lambda span: span.start)


def _cuts(stretch: Sequence[_Sentence], options: SplitOptions) -> list[int]:
    """Return the ends of the passages, as positions in `stretch`, of the cheapest division.

    The cheapest division up to each end is one passage after the cheapest up to its start
    (dynamic programming, as Knuth and Plass, 1981, break paragraphs into lines).
    """
    words = [0.0, *accumulate(sentence.words for sentence in stretch)]
    costs = [0.0]  # of the cheapest division up to each end
    starts = [0]  # of its last passage
    for last, earliest in enumerate(_earliest_starts(stretch, options), start=1):
        penalty = 0.0 if stretch[last - 1].ends_paragraph else options.paragraph_penalty
        cost, start = float("inf"), last - 1
        for first in range(last - 1, earliest - 1, -1):
            size = words[last] - words[first]
            attempt = costs[first] + (size / options.target_words - 1) ** 2 + penalty
            if attempt < cost:
                cost, start = attempt, first
        costs.append(cost)
        starts.append(start)
    cuts = [len(stretch)]
    while starts[cuts[-1]] > 0:
        cuts.append(starts[cuts[-1]])
    return cuts[::-1]


def _earliest_starts(stretch: Sequence[_Sentence], options: SplitOptions) -> Iterator[int]:
    """Yield where the longest passage that ends with each sentence starts."""
    first, words, units = 0, 0.0, 0
    for last, sentence in enumerate(stretch):
        words += sentence.words
        units += sentence.units  # at most a little more than the passage has
        while first < last and (
            words > options.max_words
            or units > options.max_units
            or last - first >= _MOST_SENTENCES
        ):
            words -= stretch[first].words
            units -= stretch[first].units
            first += 1
        yield first


def _with_overlap(
    stretch: Sequence[_Sentence], first: int, last: int, options: SplitOptions
) -> int:
    """Return `first` moved back by the overlap, as far as the passage stays within the maxima."""
    if not options.overlap_sentences:
        return first
    *_, earliest = _earliest_starts(stretch[:last], options)
    return max(earliest, first - options.overlap_sentences)
