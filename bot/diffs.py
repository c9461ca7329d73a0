"""What changed between two texts, word by word.

Lines are compared first, then the words of the lines that differ. Blank space does not count as a
change. A stretch too costly to compare word by word is told as taken out and put in whole.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Literal

from corpus.articles import Span

Kind = Literal["same", "out", "in"]

MOST_PAIRS = 400_000
"""Pairs of equal words that are compared at most; more take seconds."""
_LINE = re.compile(r"[^\n]+\n*|\n+")
_WORD = re.compile(r"\S+\s*|^\s+")
_CONTEXT = 160
"""Characters of the same text shown on each side of a change."""
_CUT = " … "


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of both texts ("same", but for blank space), of the old one, or of the new one."""

    kind: Kind
    old: str
    new: str

    @property
    def text(self) -> str:
        """Return what is shown of it."""
        return self.new or self.old


def diff(old: str, new: str) -> list[Piece]:
    """Return the pieces of both texts in order; all `old` joined are `old`, all `new` are `new`."""
    pieces: list[Piece] = []
    for kind, before, after in _compared(_LINE.findall(old), _LINE.findall(new)):
        if kind != "changed":
            pieces.extend(_pieces(kind, before, after))
            continue
        for word_kind, out, put in _compared(_words(before), _words(after)):
            pieces.extend(_pieces(word_kind, out, put))
    return _joined(pieces)


def around(pieces: Sequence[Piece], span: Span, *, context: int = _CONTEXT) -> list[Piece]:
    """Return the pieces in a range of the old text and `context` characters on each side."""
    low, high = span.start - context, span.end + context
    kept: list[Piece] = []
    position = 0
    for piece in pieces:
        end = position + len(piece.old)
        if piece.kind == "in":
            if low <= position <= high:
                kept.append(piece)
        elif position < high and end > low:
            kept.append(_clipped(piece, max(low - position, 0), min(high, end) - position))
        position = end
    return kept


def shortened(pieces: Sequence[Piece], *, context: int = _CONTEXT) -> list[Piece]:
    """Return the pieces to show: of the same text what stands near a change, the rest cut out."""
    shown: list[Piece] = []
    for place, piece in enumerate(pieces):
        left = context if place else 0
        right = context if place + 1 < len(pieces) else 0
        if piece.kind != "same" or len(piece.text) <= left + right + len(_CUT):
            shown.append(piece)
            continue
        head = _head(piece.text, left) if left else ""
        tail = _tail(piece.text, right) if right else ""
        text = f"{head}{_CUT}{tail}"
        shown.append(Piece(kind="same", old=text, new=text))
    return shown


def nearest(quote: str, text: str) -> Span | None:
    """Return the lines of `text` that say most of what `quote` says, `None` if none does.

    As many lines as `quote` has; at least a third of its words must stand there.
    """
    wanted = Counter(quote.split())
    lines = list(_LINE.finditer(text))
    size = max(1, len(_LINE.findall(quote)))
    best, most = None, sum(wanted.values()) / 3
    for place in range(max(1, len(lines) - size + 1)):
        window = lines[place : place + size]
        found = Counter(word for line in window for word in line[0].split())
        shared = sum((wanted & found).values())
        if shared > most and window:
            best, most = Span(start=window[0].start(), end=window[-1].end()), shared
    return best


def to_json(pieces: Sequence[Piece]) -> list[list[str]]:
    """Return the outside form: [kind, text] pairs."""
    return [[piece.kind, piece.text] for piece in pieces]


def count_words(pieces: Sequence[Piece]) -> tuple[int, int]:
    """Return how many words were taken out, and how many put in."""
    out, put = (
        sum(len(piece.text.split()) for piece in pieces if piece.kind == kind)
        for kind in ("out", "in")
    )
    return out, put


def _words(texts: Sequence[str]) -> list[str]:
    return _WORD.findall("".join(texts))


def _compared(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Yield what is the same and what is "changed", each with its parts of both."""
    before, after = [_key(part) for part in old], [_key(part) for part in new]
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    if head:
        yield "same", old[:head], new[:head]
    for tag, a, b, c, d in _opcodes(before[head:old_end], after[head:new_end]):
        kind = "same" if tag == "equal" else "changed"
        yield kind, old[head + a : head + b], new[head + c : head + d]
    if tail:
        yield "same", old[old_end:], new[new_end:]


def _opcodes(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    held = Counter(after)
    if sum(held[key] for key in before) > MOST_PAIRS:
        return [("replace", 0, len(before), 0, len(after))]
    return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())


def _key(part: str) -> str:
    return " ".join(part.split())


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many parts both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _pieces(kind: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    old, new = "".join(before), "".join(after)
    if kind == "same":
        yield Piece(kind="same", old=old, new=new)
        return
    if old:
        yield Piece(kind="out", old=old, new="")
    if new:
        yield Piece(kind="in", old="", new=new)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Join neighbours of one kind; what is taken out stands before what takes its place."""
    joined: list[Piece] = []
    for piece in pieces:
        if not joined or joined[-1].kind != piece.kind:
            joined.append(piece)
            continue
        last = joined[-1]
        joined[-1] = Piece(kind=piece.kind, old=last.old + piece.old, new=last.new + piece.new)
    return joined


def _clipped(piece: Piece, start: int, end: int) -> Piece:
    """Return the part `old[start:end]` of a piece, without words cut in two."""
    if start <= 0 and end >= len(piece.old):
        return piece
    while 0 < start < end and not piece.old[start - 1].isspace():
        start += 1
    while start < end < len(piece.old) and not piece.old[end].isspace():
        end -= 1
    text = piece.old[start:end]
    return Piece(kind=piece.kind, old=text, new=text if piece.kind == "same" else "")


def _head(text: str, length: int) -> str:
    """Return about `length` first characters, up to the end of a word."""
    return text[:length].rsplit(None, 1)[0] if text[:length].split() else ""


def _tail(text: str, length: int) -> str:
    """Return about `length` last characters, from the start of a word."""
    return text[-length:].split(None, 1)[-1] if text[-length:].split() else ""
