"""Titles for texts that do not name theirs."""

import re
from collections.abc import Sequence
from itertools import takewhile

from corpus.blocks import block_spans, ends_sentence
from corpus.boilerplate import is_known_entry, is_menu_bar, is_menu_entry, is_notice, is_share_line
from corpus.cleaning import folded
from corpus.dates import parse_date
from corpus.normalising import normalise_line

LONGEST_HEADLINE = 150  # characters; a longer line is a paragraph

_BYLINE = re.compile(r"(?:[Bb]y|[Vv]on|[Pp]or|[Pp]ar|[Aa]v|[Oo]т|بقلم)((?: [^\W\da-z]\S*){2,3})")
_LONGEST_TITLE = 80  # characters of a title made from the first words
_MENU_RUN = 3
_NOT_LAST = (":", ",", ";", "：")  # noqa: RUF001 - a line that ends so introduces another


def find_title(text: str, headings: Sequence[str] = ()) -> str:
    """Return the title of `text`, one line: its headline, or its first words and an ellipsis.

    `headings` are the lines the document marks as headings, in order. The first is the title,
    also after a teaser, unless the text opens with a plain headline and prose before it.
    """
    lines = [block.of(text) for block in block_spans(text)]
    heading = next((line for line in headings if _may_be_title(line)), None)
    opening = lines if heading is None else _before(lines, heading)
    plain = _plain_headline(opening)
    if heading is not None and (plain is None or not _prose_follows(opening, plain)):
        return normalise_line(heading)
    if plain is not None:
        return normalise_line(plain)
    return _first_words(lines)


def _before(lines: Sequence[str], heading: str) -> list[str]:
    words = folded(heading)
    return list(takewhile(lambda line: folded(line) != words, lines))


def _plain_headline(lines: Sequence[str]) -> str | None:
    """Return the first line if it looks like a headline; menus and notices above do not count."""
    entries = list(takewhile(is_menu_entry, lines))
    if len(entries) >= _MENU_RUN and any(map(is_known_entry, entries)):
        lines = lines[len(entries) :]
    lines = [line for line in lines if not _is_furniture(line)]
    while len(lines) > 1 and _stands_above(lines[0]) and _is_bare(lines[1]):
        lines = lines[1:]
    return next((line for line in lines[:1] if _is_bare(line) and _may_be_title(line)), None)


def _stands_above(line: str) -> bool:
    """Return whether `line` is a kicker ("THE WEATHER") or a byline above a headline."""
    return is_menu_entry(line) and (line.isupper() or _BYLINE.fullmatch(line) is not None)


def _is_furniture(line: str) -> bool:
    return (
        is_known_entry(line)
        or is_menu_bar(line)
        or is_share_line(line)
        or is_notice(line)
        or parse_date(line) is not None
    )


def _is_bare(line: str) -> bool:
    return not ends_sentence(line) and not line.endswith(_NOT_LAST)


def _may_be_title(line: str) -> bool:
    return len(line) <= LONGEST_HEADLINE and folded(line) != "" and not _is_furniture(line)


def _prose_follows(lines: Sequence[str], headline: str) -> bool:
    return any(ends_sentence(line) for line in lines[lines.index(headline) + 1 :])


def _first_words(lines: Sequence[str]) -> str:
    """Return the first words of the prose, cut at a word, with the ellipsis that says so."""
    prose = next((line for line in lines if not _is_furniture(line)), lines[0] if lines else "")
    line = normalise_line(prose)
    if len(line) >= _LONGEST_TITLE:
        cut = line[: _LONGEST_TITLE - 1]
        line = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return line.rstrip(" .,;:…") + "…"
