"""What two articles are to each other, from their sketches and, for copies, from their texts.

Rewrites share few runs of words, but the names and numbers of what they report, and many of its
words. The thresholds are chosen on half of the stories of `benchmarks/stories.py` and hold on the
other half; see docs/decisions/0011-stories.md.
"""

from dataclasses import dataclass

from retrieval.copies import Body, Kinship, copied
from retrieval.sketches import Hashes, likeness

NAMES = 0.25
"""Jaccard similarity of the names and numbers of two reports of one event, at least."""
WORDS = 0.2
"""The same of their words, stemmed, without function words."""
WORDS_ALONE = 0.35
"""The same for scripts without capitals, where no names are known."""
FEWEST_NAMES = 5
"""As many names and numbers both must have, at least: fewer may be chance."""

_COPIED_WORDS = 0.6
"""Copies have at least as many of the words of the shorter; texts with fewer need not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """An article as it is compared; `body` is known only if it may be a copy."""

    names: Hashes
    words: Hashes
    has_case: bool
    body: Body | None


def may_be_copies(first: Hashes, second: Hashes) -> bool:
    """Whether texts with these words can be copies at all."""
    return len(first & second) >= _COPIED_WORDS * min(len(first), len(second))


def kinship(first: Relative, second: Relative) -> tuple[Kinship, float] | None:
    """Return what two articles are to each other and how strongly, in [0, 1]; `None` if nothing."""
    if first.body is not None and second.body is not None:
        kind, share = copied(first.body, second.body)
        if kind is not None:
            return kind, share
    names = likeness(first.names, second.names)
    return (Kinship.REPORT, names) if _tell_the_same(first, second, names) else None


def _tell_the_same(first: Relative, second: Relative, names: float) -> bool:
    if len(first.names & second.names) < FEWEST_NAMES:
        return False
    words = likeness(first.words, second.words)
    if not (first.has_case and second.has_case):
        return words >= WORDS_ALONE
    return names >= NAMES and words >= WORDS
