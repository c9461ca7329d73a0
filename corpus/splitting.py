"""Article text to passages: runs of whole consecutive sentences of about one size.

Where to cut is chosen over the whole text at once (a shortest path over the sentences), so the
sizes are even, and ends of paragraphs are used where they lie near the target.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.articles import CleaningMap, Span
from corpus.blocks import block_spans, ends_sentence
from corpus.sentences import block_sentences, utf16_length

_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_CRUMB_WORDS = 5
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    span: Span
    words: float
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
        cuts = _cuts(text, stretch, options)
        for first, last in zip([0, *cuts[:-1]], cuts, strict=True):
            begin = _with_overlap(text, stretch, first, last, options)
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
    passed = 0
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
                words = word_count(span.of(text))
                ends = span.end == block.end
                stretch.append(_Sentence(span=span, words=words, ends_paragraph=ends))
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


def _cuts(text: str, stretch: Sequence[_Sentence], options: SplitOptions) -> list[int]:
    """Return the ends of the passages, as positions in `stretch`, of the cheapest division."""
    best = [0.0]
    came_from = [0]
    for last in range(1, len(stretch) + 1):
        costs = [
            (best[first] + _cost(words, stretch[last - 1], options), first)
            for first, words in _starts(text, stretch, last, options)
        ]
        cost, first = min(costs)
        best.append(cost)
        came_from.append(first)
    cuts = [len(stretch)]
    while came_from[cuts[-1]] > 0:
        cuts.append(came_from[cuts[-1]])
    return cuts[::-1]


def _starts(
    text: str, stretch: Sequence[_Sentence], last: int, options: SplitOptions
) -> Iterator[tuple[int, float]]:
    """Yield where a passage that ends before `last` may start, with its words."""
    words = 0.0
    for first in range(last - 1, -1, -1):
        words += stretch[first].words
        if first < last - 1 and not _fits(text, stretch[first:last], words, options):
            return
        yield first, words


def _fits(text: str, sentences: Sequence[_Sentence], words: float, options: SplitOptions) -> bool:
    whole = text[sentences[0].span.start : sentences[-1].span.end]
    return words <= options.max_words and utf16_length(whole) <= options.max_units


def _cost(words: float, final: _Sentence, options: SplitOptions) -> float:
    off_target = (words / options.target_words - 1) ** 2
    return off_target + (0.0 if final.ends_paragraph else options.paragraph_penalty)


def _with_overlap(
    text: str, stretch: Sequence[_Sentence], first: int, last: int, options: SplitOptions
) -> int:
    """Return `first` moved back by the overlap, as far as the passage stays within the maxima."""
    words = sum(sentence.words for sentence in stretch[first:last])
    begin = first
    while begin > max(0, first - options.overlap_sentences):
        words += stretch[begin - 1].words
        if not _fits(text, stretch[begin - 1 : last], words, options):
            break
        begin -= 1
    return begin
