"""Cleaning as a map: which ranges of a text the view leaves out, and why.

The text itself is never changed. A paragraph that stands once, and a sentence that stands once
in the article's own prose, stay: only what is said twice or belongs to the page is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from corpus.articles import CleaningMap, Dropped, DropReason, Span
from corpus.blocks import block_spans, ends_sentence
from corpus.boilerplate import is_known_entry, is_menu_bar, is_menu_entry, is_notice, is_share_line
from corpus.bylines import is_byline, is_caption

_NOT_WORD = re.compile(r"[\W_]+")
_INNER_END = re.compile(r"[.!?。؟]\s")
_ELLIPSIS = ("…", "...")
_REPEAT_WORDS = 5  # a shorter paragraph ("Yes.") may be said twice
_REPEAT_CHARACTERS = 12  # the same for languages without spaces
_MENU_RUN = 3
_LONGEST_HEADLINE = 200  # characters; a longer line is compared only with as long a title
_DECORATED = 2  # a headline with its stars and spaces is at most this many times the title
_KNOWN_SHARE = 0.3  # of the lines of a menu are words that every menu has
_LEAD_IN = (":", "：")  # noqa: RUF001 - what follows is a list of the article
_CUT_TITLE = 40  # characters: a title this long may have been cut by whoever exported it
_CUT_TITLE_REST = 2.0  # and then the headline is at most this many times as long


def clean(
    text: str, title: str, furniture: Sequence[Span] = (), *, author: str | None = None
) -> CleaningMap:
    """Return what the view of `text` leaves out, and which range is its headline.

    `furniture` are the paragraphs its reader knows to be running heads or page numbers; a line that
    says no more than the `author` is one as well. The same arguments give the same map. If nothing
    would be left, nothing is left out.
    """
    blocks = block_spans(text)
    reasons: dict[Span, DropReason] = dict.fromkeys(
        set(furniture).intersection(blocks), DropReason.RUNNING_HEAD
    )
    headline = _mark_headlines(text, _rest(blocks, None, reasons), title, reasons)
    _mark_page_lines(text, _rest(blocks, headline, reasons), author, reasons)
    _mark_menus(text, _rest(blocks, headline, reasons), headline, reasons)
    _mark_repeats(text, _rest(blocks, headline, reasons), reasons)
    if len(reasons) + (headline is not None) >= len(blocks):
        return CleaningMap(headline=None, dropped=())
    dropped = tuple(
        Dropped(span=block, reason=reasons[block]) for block in blocks if block in reasons
    )
    return CleaningMap(headline=headline, dropped=dropped)


def _rest(
    blocks: Iterable[Span], headline: Span | None, reasons: Mapping[Span, DropReason]
) -> list[Span]:
    return [block for block in blocks if block not in reasons and block != headline]


def folded(line: str) -> str:
    """Return the words of `line` alone: no stars, case, punctuation or outer spaces."""
    return _NOT_WORD.sub(" ", line.casefold()).strip()


def _mark_headlines(
    text: str, blocks: Sequence[Span], title: str, reasons: dict[Span, DropReason]
) -> Span | None:
    """Mark all but the first block that equals the title, and return that first one."""
    longest = max(_LONGEST_HEADLINE, _DECORATED * len(title))
    short = [block for block in blocks if block.end - block.start <= longest]
    found = [block for block in short if _is_headline(block.of(text), title)]
    if not found:
        return _cut_headline(text, blocks, title)
    reasons.update(dict.fromkeys(found[1:], DropReason.REPEATED_HEADLINE))
    return found[0]


def _is_headline(line: str, title: str) -> bool:
    if title.endswith(_ELLIPSIS) and not line.rstrip(" *").endswith(_ELLIPSIS):
        return False  # the title is the first words of the prose, not a headline
    words = folded(title)
    return words != "" and words == folded(line)


def _cut_headline(text: str, blocks: Sequence[Span], title: str) -> Span | None:
    """Return the first block if it goes on from a title that was cut at some length."""
    if not blocks or len(title) < _CUT_TITLE:
        return None
    line = blocks[0].of(text)
    goes_on = folded(line).startswith(folded(title)) and len(line) <= _CUT_TITLE_REST * len(title)
    is_prose = ends_sentence(line) or _INNER_END.search(line, len(title))
    return blocks[0] if goes_on and not is_prose else None


def _mark_page_lines(
    text: str, blocks: Iterable[Span], author: str | None, reasons: dict[Span, DropReason]
) -> None:
    for block in blocks:
        line = block.of(text)
        if is_share_line(line):
            reasons[block] = DropReason.SHARE
        elif is_notice(line):
            reasons[block] = DropReason.NOTICE
        elif author and is_byline(line, author):
            reasons[block] = DropReason.BYLINE


def _mark_repeats(text: str, blocks: Iterable[Span], reasons: dict[Span, DropReason]) -> None:
    seen: set[str] = set()
    for block in blocks:
        paragraph = " ".join(block.of(text).split()).casefold()
        if paragraph in seen and is_caption(paragraph):
            reasons[block] = DropReason.REPEATED_CAPTION
        elif paragraph in seen and _is_long(paragraph):
            reasons[block] = DropReason.REPEATED_PARAGRAPH
        seen.add(paragraph)


def _is_long(paragraph: str) -> bool:
    words = len(paragraph.split())
    spaceless = words == 1 and len(paragraph) >= _REPEAT_CHARACTERS
    return words >= _REPEAT_WORDS or spaceless


def _mark_menus(
    text: str, blocks: Sequence[Span], headline: Span | None, reasons: dict[Span, DropReason]
) -> None:
    lines = {block: block.of(text) for block in blocks}
    reasons.update(dict.fromkeys(_bars(lines), DropReason.MENU))
    top = 0 if headline is None else headline.start
    rest = [block for block in blocks if block not in reasons]
    previous = ""
    runs = groupby(rest, key=lambda block: (is_menu_entry(lines[block]), block.start < top))
    for (is_entry, above), group in runs:
        run = list(group)
        listed = previous.endswith(_LEAD_IN)
        if is_entry and not listed and _is_menu([lines[block] for block in run], above=above):
            reasons.update(dict.fromkeys(run, DropReason.MENU))
        previous = lines[run[-1]]


def _is_menu(lines: Sequence[str], *, above: bool) -> bool:
    """Return whether short lines in a row are a menu, by what they say and where they stand.

    Above its headline no article has a list; below, only lines with words that menus of news
    sites are made of count, because the others may be what the article is about.
    """
    known = sum(map(is_known_entry, lines))
    return len(lines) >= _MENU_RUN and (above or known >= _KNOWN_SHARE * len(lines))


def _bars(lines: Mapping[Span, str]) -> list[Span]:
    """Return the menus in one line; different ones in a row are the rows of a table, and stay."""
    runs = groupby(lines, key=lambda block: is_menu_bar(lines[block]))
    found = [list(run) for is_bar, run in runs if is_bar]
    alike = [run for run in found if len({lines[block] for block in run}) == 1]
    return [block for run in alike for block in run]
