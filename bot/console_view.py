"""How answers look in a terminal: the quote first, then where it comes from.

Off a terminal a quote is written raw, so that it can be searched and compared. On a terminal
it stands beside a bar, and its sentence that answers is emphasised. Lines break after spaces
and nothing is dropped: put together, they are the quote.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from bot.explanation_view import explanation_lines
from bot.links import web_url
from bot.references import HitRef
from bot.rendering import ArticleSource, Quote, context, date_in_words, find
from bot.terminal_text import printable, wrapped
from corpus.articles import Citation, Span
from corpus.outcomes import LibraryCounts
from retrieval.answers import Answer, Confidence, Hit

BAR = "▎ "
WHOLE = 100_000
"""More characters than any passage has."""
_WIDEST = 92  # columns; longer lines of prose are hard to read
_NARROWEST = 20
_NEAREST_SHOWN = 2
_COPIES_SHOWN = 4
_CONTEXT_CHARACTERS = 3_000
_CONFIDENCE = {
    Confidence.STRONG: "strong match",
    Confidence.POSSIBLE: "possible match",
    Confidence.NONE: "probably not an answer",
}


class ConsoleView:
    """Writes quotes and answers on one console."""

    def __init__(self, console: Console, source: ArticleSource) -> None:
        """Write on `console`, whose being a terminal decides the form; read from `source`."""
        self._console = console
        self._source = source

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads this."""
        return self._console.is_terminal

    def line(self, *parts: str | tuple[str, str]) -> None:
        """Write one line of text and (text, style) parts; it is never broken."""
        self._console.print(Text.assemble(*parts), soft_wrap=True)

    def hit(self, hit: Hit, confidence: Confidence, *, limit: int = WHOLE) -> None:
        """Write a quote of up to `limit` characters and all a reader needs to check it.

        Raises `InexactQuoteError` rather than show a quote the store does not hold.
        """
        quote = self._quote_of(hit, limit)
        if quote is None:
            self.line("This article has been removed in the meantime.")
            return
        self._slice(quote.text, marks=quote.inner_marks)
        citation = quote.article.citation
        self.line("  ", (printable(citation.title), "bold"))
        self.line("  ", *self._origin(quote))
        self.line("  ", (quote.receipt, "cyan"), f" · {_CONFIDENCE[confidence]}")
        if hit.also_in:
            self.line("  ", _also_in(hit.also_in))

    def context(self, hit: Hit, *, steps: int) -> None:
        """Write a quote between what stands around it, `steps` times 500 characters each side."""
        quote = self._quote_of(hit, WHOLE)
        if quote is None:
            self.line("This article has been removed in the meantime.")
            return
        around = context(
            quote, steps_above=steps, steps_below=steps, limit=_CONTEXT_CHARACTERS, measure=len
        )
        self.line((printable(quote.article.citation.title), "bold"))
        for span in around.above:
            self._slice(span.of(quote.article.text), style="dim")
        self._slice(quote.text, marks=quote.inner_marks)
        for span in around.below:
            self._slice(span.of(quote.article.text), style="dim")

    def nothing(self, answer: Answer, searched: LibraryCounts) -> None:
        """Write that no passage answers, what was searched, and the nearest titles."""
        self.line(("No passage answers this.", "bold"), f" {_searched_line(searched)}")
        titles = list(dict.fromkeys(printable(h.passage.citation.title) for h in answer.hits))
        if titles:
            nearest = "; ".join(titles[:_NEAREST_SHOWN])
            self.line((f"Nearest, but probably not an answer: {nearest}", "dim"))

    def explanation(self, answer: Answer) -> None:
        """Write why the answer is what it is."""
        for line in explanation_lines(answer):
            self.line("  ", (printable(line), "dim"))

    def _origin(self, quote: Quote) -> list[str | tuple[str, str]]:
        """Return source, date and address, as far as they are known; the key for no address.

        Off a terminal the address opens the page at the sentence; on a terminal it is shown
        short, and leads there when clicked.
        """
        citation = quote.article.citation
        known = [printable(citation.source)] if citation.source else []
        if citation.published is not None:
            known.append(date_in_words(citation.published))
        before = "".join(f"{part} · " for part in known)
        url, opened = web_url(citation.url), quote.link()
        if url is None or opened is None:
            return [before, printable(citation.key)]
        return [before, (url, f"link {opened}") if self.is_terminal else opened]

    def _quote_of(self, hit: Hit, limit: int) -> Quote | None:
        reference = HitRef.of(hit)
        article = find(self._source, reference.article)
        if article is None:
            return None
        return Quote.cut(article, reference, limit=limit, measure=len)

    def _slice(self, text: str, *, marks: Sequence[Span] = (), style: str = "") -> None:
        """Write an exact slice; `marks` are offsets inside it."""
        if not self._console.is_terminal:
            self._console.file.write(f"{text}\n")
            return
        whole = Text(text, style=style, tab_size=1)
        for mark in marks:
            whole.stylize("bold underline", mark.start, mark.end)
        start = 0
        for piece in wrapped(text, width=self._width()):
            line = whole[start : start + len(piece.rstrip("\n"))]
            self._console.print(Text.assemble((BAR, "cyan"), line), soft_wrap=True)
            start += len(piece)

    def _width(self) -> int:
        return max(_NARROWEST, min(self._console.width, _WIDEST) - len(BAR) - 1)


def _also_in(citations: Sequence[Citation]) -> str:
    names = [printable(citation.source or citation.title) for citation in citations]
    noun = "article" if len(names) == 1 else "articles"
    more = len(names) - _COPIES_SHOWN
    rest = f" and {more} more" if more > 0 else ""
    return f"also in {len(names)} {noun}: {', '.join(names[:_COPIES_SHOWN])}{rest}"


def _searched_line(searched: LibraryCounts) -> str:
    if not searched.articles:
        return "The library holds no articles; `passagebot ingest SOURCE` adds some."
    noun = "article" if searched.articles == 1 else "articles"
    newest = (
        f", the newest of {date_in_words(searched.newest_published)}"
        if searched.newest_published
        else ""
    )
    return f"Searched {searched.articles} {noun}{newest}."
