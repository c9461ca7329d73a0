"""How far two texts agree: one held by the other, or words shared."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.articles import Span
from retrieval.tokens import UNSPACED

_SPACES = re.compile(r"\s+")
_ARTICLES = frozenset({"a", "an", "the"})
_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
_HALF = 0.5


def holds_answer(passage: str, answers: Sequence[str]) -> bool:
    """Return whether `passage` contains one of `answers`, whatever the spaces between words."""
    text = _SPACES.sub(" ", passage)
    return any(_SPACES.sub(" ", answer).strip() in text for answer in answers)


def occurrences(text: str, part: str) -> Iterator[Span]:
    """Yield where `part` stands in `text`, whatever the spaces between words."""
    words = part.split()
    if words:
        for found in re.finditer(r"\s+".join(map(re.escape, words)), text):
            yield Span(start=found.start(), end=found.end())


def covers(one: Span, other: Span) -> bool:
    """Return whether two ranges of one text share at least half of the shorter of them."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared >= _HALF * min(one.end - one.start, other.end - other.start)


def token_f1(one: str, other: str) -> float:
    """Return the harmonic mean of precision and recall of shared tokens, in [0, 1].

    As for SQuAD (Rajpurkar et al., 2016): without case, punctuation and English articles. In
    scripts written without spaces every character is a token (Lewis et al., 2020).
    """
    first, second = Counter(_tokens(one)), Counter(_tokens(other))
    shared = (first & second).total()
    return 2.0 * shared / (first.total() + second.total()) if shared else 0.0


def _tokens(text: str) -> list[str]:
    kept = "".join(char for char in text.casefold() if unicodedata.category(char)[0] not in "PS")
    return [word for word in _WORD.findall(kept) if word not in _ARTICLES]
