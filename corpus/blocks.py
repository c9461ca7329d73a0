"""The shape of a text: its paragraphs as ranges, whatever way they were laid out.

Blank lines part runs of lines. In most articles each line of a run is a paragraph; in mail and
old plain text a paragraph was broken at a fixed width, and the run is one paragraph. The shape
of the run tells: a line was broken by width if the next line's first word had no room on it.
"""
# ruff: noqa: RUF001 - the marks of other scripts are meant

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.articles import Span

_VISIBLE = re.compile("[^\\s\u180e\u200b-\u200f\u2060-\u2064\u2800\ufffc]")
_MARKER = re.compile(r"[-*•–—▪◦>|]|\d{1,3}[.)]\s")
_SENTENCE_END = re.compile(r"[.!?…。!?؟۔।॥]['\"”’»)\]]*\s*$")
_NARROWEST = 40  # characters: below this no one breaks lines of prose
_WIDEST = 110  # above this no one did
_SLACK = 2  # a few programs count a line's width without its last space
_CONTINUED = 0.5  # at least this share of lines must go on in the next line


def block_spans(text: str) -> list[Span]:
    """Return the paragraphs of `text` in order, without outer blank space."""
    spans: list[Span] = []
    for run in _runs(text):
        if is_hard_wrapped([line.of(text) for line in run]):
            spans.append(Span(start=run[0].start, end=run[-1].end))
        else:
            spans.extend(run)
    return spans


def _runs(text: str) -> Iterator[list[Span]]:
    """Yield the lines that stand together, without the space around each."""
    run: list[Span] = []
    start = 0
    for line in text.split("\n"):
        inner = line.strip()
        if _VISIBLE.search(inner):
            first = start + len(line) - len(line.lstrip())
            run.append(Span(start=first, end=first + len(inner)))
        elif run:
            yield run
            run = []
        start += len(line) + 1
    if run:
        yield run


def is_hard_wrapped(lines: Sequence[str]) -> bool:
    """Return whether `lines` are one paragraph that was broken at a fixed width."""
    if len(lines) <= 1:
        return False
    width = max(map(len, lines))
    if not _NARROWEST <= width <= _WIDEST or any(_MARKER.match(line) for line in lines[1:]):
        return False
    joints = list(pairwise(lines))
    if not all(_had_no_room(line, following, width) for line, following in joints):
        return False
    continued = sum(1 for line, following in joints if _goes_on(line, following))
    return continued >= _CONTINUED * len(joints)


def ends_sentence(line: str) -> bool:
    """Return whether `line` ends in a sentence end, closing quotation marks aside."""
    return _SENTENCE_END.search(line) is not None


def _had_no_room(line: str, following: str, width: int) -> bool:
    first_word = following.split(maxsplit=1)[0]
    return len(line) + 1 + len(first_word) > width - _SLACK and len(line) * 2 > width


def _goes_on(line: str, following: str) -> bool:
    """Return whether a sentence runs on; capitals decide nothing where there are none."""
    first = following[0]
    return not ends_sentence(line) and (not first.isupper() or first.lower() == first)
