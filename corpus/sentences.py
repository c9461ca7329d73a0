"""Sentences as ranges of a text."""

import re
import unicodedata
from collections.abc import Iterator

from corpus.articles import Span
from corpus.blocks import block_spans

LONGEST = 1_000  # UTF-16 units; a longer "sentence" is a list, a table or has no ends: it is cut

_CLAUSE_END = re.compile(r"[;:,،؛]\s|[、,;:]|\s[–—-]\s")  # noqa: RUF001
_NO_CUT_BEFORE = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff]")
_ITEM_NUMBER = re.compile(r"\d{1,3}\.")
_ABBREVIATION = 4  # characters: "Kl.", "Art."


def sentence_spans(text: str, language: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]` in order, as offsets into the whole text.

    A sentence never crosses a paragraph, has no outer blank space, and is at most `LONGEST`
    UTF-16 units long. Every character that is not blank space is in one sentence. An unknown
    language is split by punctuation alone.
    """
    stop = len(text) if end is None else end
    spans: list[Span] = []
    for block in block_spans(text):
        first, last = max(block.start, start), min(block.end, stop)
        if first < last:
            spans.extend(block_sentences(text, language, Span(start=first, end=last)))
    return spans


def block_sentences(text: str, language: str, block: Span) -> list[Span]:
    """Return the sentences of one paragraph of `text`; see `sentence_spans`."""
    bounds = list(_bounds(block.of(text), language, block.start))
    spans: list[Span] = []
    for first, last in _joined(text, bounds):
        span = _trimmed(text, first, last)
        if span is not None:
            spans.extend(_cut(text, span))
    return spans


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bounds(block: str, language: str, offset: int) -> Iterator[tuple[int, int]]:
    from sentencex import get_sentence_boundaries  # noqa: PLC0415 - only when there is text

    line = block.replace("\n", " ")  # a paragraph is one line, of the same length
    for found in get_sentence_boundaries(language, line):
        yield found["start_index"] + offset, found["end_index"] + offset


def _joined(text: str, bounds: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join what was cut after an ordinal or an abbreviation ("3. mars", "Kl. 10")."""
    open_at: int | None = None
    for (first, last), following in zip(bounds, [*bounds[1:], None], strict=True):
        begin = first if open_at is None else open_at
        if following and _goes_on(text[first:last].rstrip(), text[following[0] : following[1]]):
            open_at = begin
            continue
        open_at = None
        yield begin, last


def _goes_on(piece: str, following: str) -> bool:
    if not piece.endswith("."):
        return False
    if _ITEM_NUMBER.fullmatch(piece):
        return True
    opening = following.lstrip()[:1]
    return opening.islower() or (len(piece) <= _ABBREVIATION and opening.isdigit())


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    inner = piece.strip()
    if not inner:
        return None
    first = start + len(piece) - len(piece.lstrip())
    return Span(start=first, end=first + len(inner))


def _cut(text: str, span: Span) -> Iterator[Span]:
    """Yield `span`, or pieces of it, none longer than `LONGEST`."""
    if span.end - span.start <= LONGEST // 2:
        yield span
        return
    start = span.start
    while span.end - start > LONGEST // 2 and _is_too_long(text, start, span.end):
        stop = _cut_at(text, start, span.end)
        yield from filter(None, [_trimmed(text, start, stop)])
        start = stop
    yield from filter(None, [_trimmed(text, start, span.end)])


def _is_too_long(text: str, start: int, end: int) -> bool:
    return utf16_length(text[start : min(end, start + LONGEST + 1)]) > LONGEST


def _cut_at(text: str, start: int, end: int) -> int:
    """Return where to cut: after a clause, else between words, else between characters.

    What is left for two pieces is halved.
    """
    halves = -(-(end - start) // 2) if end - start < 2 * LONGEST else LONGEST
    limit = start + min(halves, _fitting(text, start))
    earliest = start + (limit - start) // 2
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, earliest, limit)]
    if clauses:
        return clauses[-1]
    space = max(text.rfind(" ", earliest, limit), text.rfind("\n", earliest, limit))
    if space > start:
        return space + 1
    while limit > earliest and _sticks(text, limit):
        limit -= 1
    return limit if limit > earliest else start + min(halves, _fitting(text, start))


def _fitting(text: str, start: int) -> int:
    """Return how many code points from `start` fit in `LONGEST` UTF-16 units."""
    units = 0
    for count, char in enumerate(text[start : start + LONGEST]):
        units += 2 if char > "\uffff" else 1
        if units > LONGEST:
            return count
    return LONGEST


def _sticks(text: str, at: int) -> bool:
    """Return whether the character at `at` belongs to the one before it."""
    char, before = text[at], text[at - 1]
    return (
        unicodedata.category(char).startswith("M")
        or _NO_CUT_BEFORE.match(char) is not None
        or before == "\u200d"
    )
