"""How answers look in a terminal: the quote first, then where it comes from.

Off a terminal a quote is written raw, so that it can be searched and compared. On a terminal
it stands beside a bar, and its sentence that answers is emphasised. Lines break after spaces
and nothing is dropped: put together, they are the quote.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bot.links import text_fragment_url
from corpus.articles import Citation, Span
from retrieval.answers import Answer, Confidence, Hit

BAR = "▎ "
_WIDEST = 92  # columns; longer lines of prose are hard to read
_NARROWEST = 20
_NEAREST_SHOWN = 2
_COPIES_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a question was asked of: so many articles, the newest of a day."""

    articles: int
    newest: datetime | None


def wrapped(text: str, *, width: int) -> list[str]:
    """Return `text` in pieces of up to `width` columns that, joined, are `text` exactly.

    Pieces end after a line break or a space where there is one; a longer word is cut.
    """
    pieces: list[str] = []
    for paragraph in text.splitlines(keepends=True):
        line = ""
        for word in _words(paragraph, width=width):
            if line and cell_len(line + word.rstrip()) > width:
                pieces.append(line)
                line = ""
            line += word
        pieces.append(line)
    return pieces


def _words(text: str, *, width: int) -> Iterable[str]:
    """Yield words with the spaces after them; a word wider than a line comes in parts."""
    start = 0
    for end in [*_word_ends(text), len(text)]:
        word = text[start:end]
        while cell_len(word.rstrip()) > width:
            cut = _fitting(word, width=width)
            yield word[:cut]
            word = word[cut:]
        if word:
            yield word
        start = end


def _word_ends(text: str) -> list[int]:
    return [i for i in range(1, len(text)) if text[i - 1].isspace() and not text[i].isspace()]


def _fitting(word: str, *, width: int) -> int:
    """Return how many characters of `word` fit `width` columns: at least one."""
    used = 0
    for count, character in enumerate(word):
        used += cell_len(character)
        if used > width:
            return max(1, count)
    return len(word)


def printable(text: str) -> str:
    """Return metadata fit for a terminal: one line, without control characters."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())


def long_date(moment: datetime) -> str:
    """Return a date as "30 October 2026"."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"


class ConsoleView:
    """Writes answers on one console."""

    def __init__(self, console: Console) -> None:
        """Write on `console`; its being a terminal decides the form."""
        self._console = console

    def line(self, *parts: str | tuple[str, str]) -> None:
        """Write one line of text and (text, style) parts; it is never broken."""
        self._console.print(Text.assemble(*parts), soft_wrap=True)

    def hit(self, hit: Hit, confidence: Confidence) -> None:
        """Write a quote and, under it, everything a reader needs to check it."""
        passage = hit.passage
        self.quote(passage.text, highlights=_inside(hit.highlights, passage.span))
        citation = passage.citation
        self.line("  ", (printable(citation.title), "bold"))
        self.line("  ", " · ".join(_origin(citation, quote=_best_sentence(hit))))
        self.line("  ", (hit.receipt, "cyan"), f" · {_WORDS[confidence]}")
        if hit.also_in:
            self.line("  ", _also_in(hit.also_in))

    def quote(self, text: str, *, highlights: Sequence[Span] = (), style: str = "") -> None:
        """Write an exact slice; `highlights` are offsets inside it."""
        if not self._console.is_terminal:
            self._console.file.write(f"{text}\n")
            return
        whole = Text(text, style=style, tab_size=1)
        for mark in highlights:
            whole.stylize("bold underline", mark.start, mark.end)
        start = 0
        for piece in wrapped(text, width=self._width()):
            end = start + len(piece)
            line = whole[start : start + len(piece.rstrip("\n"))]
            self._console.print(Text(BAR, style="cyan") + line, soft_wrap=True)
            start = end

    def nothing(self, answer: Answer, searched: Searched) -> None:
        """Write that no passage answers, what was searched, and the nearest titles."""
        self.line(("No passage answers this.", "bold"), f" {_searched_line(searched)}")
        titles = list(dict.fromkeys(printable(h.passage.citation.title) for h in answer.hits))
        if titles:
            nearest = "; ".join(titles[:_NEAREST_SHOWN])
            self.line((f"Nearest, but probably not an answer: {nearest}", "dim"))

    def _width(self) -> int:
        return max(_NARROWEST, min(self._console.width, _WIDEST) - len(BAR) - 1)


_WORDS = {
    Confidence.STRONG: "strong match",
    Confidence.POSSIBLE: "possible match",
    Confidence.NONE: "probably not an answer",
}


def _inside(marks: Sequence[Span], passage: Span) -> list[Span]:
    return [Span(start=m.start - passage.start, end=m.end - passage.start) for m in marks]


def _best_sentence(hit: Hit) -> str:
    """Return the sentence a browser should be sent to."""
    marks = _inside(hit.highlights, hit.passage.span)
    return marks[0].of(hit.passage.text) if marks else hit.passage.text


def _origin(citation: Citation, *, quote: str) -> list[str]:
    """Return source, date and link, as far as they are known; the key if nothing is."""
    parts = [printable(citation.source)] if citation.source else []
    if citation.published is not None:
        parts.append(long_date(citation.published))
    parts.append(
        printable(text_fragment_url(citation.url, quote)) if citation.url else citation.key
    )
    return parts


def _also_in(citations: Sequence[Citation]) -> str:
    names = [printable(citation.source or citation.title) for citation in citations]
    shown = ", ".join(names[:_COPIES_SHOWN])
    more = len(names) - _COPIES_SHOWN
    noun = "article" if len(names) == 1 else "articles"
    return f"also in {len(names)} {noun}: {shown}" + (f" and {more} more" if more > 0 else "")


def _searched_line(searched: Searched) -> str:
    noun = "article" if searched.articles == 1 else "articles"
    newest = f", the newest of {long_date(searched.newest)}" if searched.newest else ""
    return f"Searched {searched.articles} {noun}{newest}."
