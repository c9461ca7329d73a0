"""Quotes as every front end shows them: exact slices of stored articles, proved to be so.

Nothing here knows a platform: how long a text is, is measured by a function of the caller.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, Self

from bot.links import text_fragment_url, web_url
from bot.references import ArticleRef, HitRef
from corpus.articles import Article, ArticleState, Span
from corpus.errors import ArticleNotFoundError
from corpus.sentences import sentence_spans
from retrieval.receipts import receipt

Measure = Callable[[str], int]
MOST_MARKS = 12
CONTEXT_STEP = 500
_WINDOW = 4000


class ArticleSource(Protocol):
    """Where articles are read from: the store."""

    def article(self, key: str, *, collection: str, version: int | None = None) -> Article:
        """Return the article; `ArticleNotFoundError` if it is not there."""


class InexactQuoteError(Exception):
    """The stored article does not hold the quote at its place; it must not be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """An exact slice of an article, and the passage it is part of. Marks lie inside the slice."""

    article: Article
    passage: Span
    span: Span
    marks: tuple[Span, ...]
    receipt: str

    @property
    def text(self) -> str:
        """Return the slice."""
        return self.span.of(self.article.text)

    @property
    def inner_marks(self) -> tuple[Span, ...]:
        """Return the marks as offsets inside `text`."""
        start = self.span.start
        return tuple(Span(start=m.start - start, end=m.end - start) for m in self.marks)

    @property
    def is_cut_before(self) -> bool:
        """Return whether the passage starts earlier than the slice."""
        return self.span.start > self.passage.start

    @property
    def is_cut_after(self) -> bool:
        """Return whether the passage ends later than the slice."""
        return self.span.end < self.passage.end

    @property
    def sentence(self) -> str:
        """Return the sentence that answers, or the whole slice if none is marked."""
        return self.sentence_span.of(self.article.text)

    @property
    def sentence_span(self) -> Span:
        """Return where in the article that sentence stands."""
        if not self.marks:
            return self.span
        mark = self.marks[0]
        around = [s for s in sentences_of(self.article, self.span) if meet(s, mark)]
        return around[0] if around else mark

    def link(self, article: Article | None = None) -> str | None:
        """Return the address that opens the article at that sentence, `None` if it has none.

        Another `article` is one that holds the same sentence.
        """
        article = article or self.article
        url = web_url(article.citation.url)
        if url is None:
            return None
        if article is self.article:
            return text_fragment_url(url, article.text, self.sentence_span)
        start = article.text.find(self.sentence)
        if start < 0:
            return text_fragment_url(url, self.sentence)
        span = Span(start=start, end=start + len(self.sentence))
        return text_fragment_url(url, article.text, span)

    @classmethod
    def cut(
        cls, article: Article, hit: HitRef, *, limit: int, measure: Measure, marks: int = MOST_MARKS
    ) -> Self:
        """Return the hit's passage, or as much of it as `limit` allows, with its own receipt.

        Raises `InexactQuoteError` if the article is not the text the hit was found in.
        """
        _prove(article, hit)
        span = shorten(article, hit.span, hit.marks, limit=limit, measure=measure)
        return cls(
            article=article,
            passage=hit.span,
            span=span,
            marks=clip(hit.marks, span)[:marks],
            receipt=receipt_of(article, span),
        )


def find(source: ArticleSource, reference: ArticleRef) -> Article | None:
    """Return the article version, or None if it was removed or withdrawn."""
    return _active(source, reference.collection, reference.key, reference.version)


def find_current(source: ArticleSource, *, collection: str, key: str) -> Article | None:
    """Return the article as it stands now, or None if it was removed or withdrawn."""
    return _active(source, collection, key, None)


def _active(
    source: ArticleSource, collection: str, key: str, version: int | None
) -> Article | None:
    try:
        article = source.article(key, collection=collection, version=version)
    except ArticleNotFoundError:
        return None
    return article if article.state is ArticleState.ACTIVE else None


def receipt_of(article: Article, span: Span) -> str:
    """Return the receipt of a slice of this article version."""
    return receipt(
        collection=article.citation.collection,
        key=article.citation.key,
        text_hash=article.text_hash,
        span=span,
    )


def date_in_words(moment: datetime) -> str:
    """Return a day as "30 October 2026"."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"


def clip(marks: Iterable[Span], span: Span) -> tuple[Span, ...]:
    """Return the parts of the marks inside `span`, sorted and merged where they touch."""
    inside: list[Span] = []
    for mark in sorted(marks, key=lambda m: m.start):
        start, end = max(mark.start, span.start), min(mark.end, span.end)
        if start >= end:
            continue
        if inside and start <= inside[-1].end:
            inside[-1] = Span(start=inside[-1].start, end=max(end, inside[-1].end))
        else:
            inside.append(Span(start=start, end=end))
    return tuple(inside)


def sentences_of(article: Article, span: Span) -> list[Span]:
    """Return the sentences inside a part of the article."""
    return sentence_spans(article.text, article.citation.language, span.start, span.end)


def meet(one: Span, other: Span) -> bool:
    """Return whether two ranges have a character in common."""
    return one.start < other.end and other.start < one.end


def shorten(
    article: Article, passage: Span, marks: Sequence[Span], *, limit: int, measure: Measure
) -> Span:
    """Return a slice of the passage that measures at most `limit`, in whole sentences.

    It holds the first marked sentence, and starts with the passage if both fit. A sentence
    longer than the limit is cut between words.
    """
    text = article.text
    if measure(passage.of(text)) <= limit:
        return passage
    sentences = sentences_of(article, passage)
    anchor = _anchor(sentences, marks)
    first = last = anchor

    def fits(first: int, last: int) -> bool:
        return measure(text[sentences[first].start : sentences[last].end]) <= limit

    if not fits(anchor, anchor):
        return _cut_in_words(text, sentences[anchor], marks, limit=limit, measure=measure)
    if fits(0, anchor):
        first = 0
    while last + 1 < len(sentences) and fits(first, last + 1):
        last += 1
    while first > 0 and fits(first - 1, last):
        first -= 1
    return Span(start=sentences[first].start, end=sentences[last].end)


def _prove(article: Article, hit: HitRef) -> None:
    if hit.span.end > len(article.text) or receipt_of(article, hit.span) != hit.receipt:
        reason = f"receipt {hit.receipt} is not that of {article.citation.key} at its place"
        raise InexactQuoteError(reason)


def _anchor(sentences: Sequence[Span], marks: Sequence[Span]) -> int:
    """Return the place of the first marked sentence, 0 if none is marked."""
    for place, sentence in enumerate(sentences):
        if any(meet(sentence, mark) for mark in marks):
            return place
    return 0


def _cut_in_words(
    text: str, sentence: Span, marks: Sequence[Span], *, limit: int, measure: Measure
) -> Span:
    """Return a piece of one long sentence, from its first mark on if that would be cut off."""
    marked = clip(marks, sentence)
    start = sentence.start
    if marked and measure(text[start : marked[0].end]) > limit:
        start = marked[0].start
    start = sentence.end - len(text[start : sentence.end].lstrip())
    end = start
    while end < sentence.end and measure(text[start : end + 1]) <= limit:
        end += 1
    space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    if end < sentence.end and space > start:
        end = space
    return Span(start=start, end=start + len(text[start:end].rstrip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Exact slices around a quote, nearest last above and nearest first below."""

    above: tuple[Span, ...]
    below: tuple[Span, ...]
    more_above: bool
    more_below: bool


def context(
    quote: Quote, *, steps_above: int, steps_below: int, limit: int, measure: Measure
) -> Context:
    """Return what stands around a quote: whole sentences, `CONTEXT_STEP` a step on each side.

    What cleaning leaves out is not shown. Both sides together measure at most `limit`; `more_*`
    says whether one more step on that side would show more.
    """
    text = quote.article.text
    before, after = _neighbours(quote, max(steps_above, steps_below))

    def reach(sentences: list[Span], steps: int, room: int) -> int:
        used = count = 0
        for sentence in sentences:
            used += measure(sentence.of(text)) + 1
            if used > room or (count and used > steps * CONTEXT_STEP):
                break
            count += 1
        return count

    room = limit // 2
    taken_before = reach(before, steps_above, room) if steps_above else 0
    taken_after = reach(after, steps_below, room) if steps_below else 0
    return Context(
        above=_joined(quote.article, before[:taken_before][::-1]),
        below=_joined(quote.article, after[:taken_after]),
        more_above=reach(before, steps_above + 1, room) > taken_before,
        more_below=reach(after, steps_below + 1, room) > taken_after,
    )


def _neighbours(quote: Quote, steps: int) -> tuple[list[Span], list[Span]]:
    """Return the visible sentences before the quote, nearest first, and those after it."""
    reach = _WINDOW + steps * CONTEXT_STEP
    text, span = quote.article.text, quote.span
    low, high = max(0, span.start - reach), min(len(text), span.end + reach)
    before = _visible(quote.article, low, span.start)
    after = _visible(quote.article, span.end, high)
    if low > 0:
        before = before[1:]  # it may start in the middle of a sentence
    if high < len(text):
        after = after[:-1]
    return before[::-1], after


def _visible(article: Article, start: int, end: int) -> list[Span]:
    if start >= end:
        return []
    dropped = [drop.span for drop in article.cleaning.dropped]
    sentences = sentences_of(article, Span(start=start, end=end))
    return [s for s in sentences if not any(meet(s, drop) for drop in dropped)]


def _joined(article: Article, sentences: Sequence[Span]) -> tuple[Span, ...]:
    """Return runs of sentences as single slices, apart only where something is left out."""
    runs: list[Span] = []
    dropped = [drop.span for drop in article.cleaning.dropped]
    for sentence in sentences:
        whole = Span(start=runs[-1].start, end=sentence.end) if runs else None
        if whole is None or any(meet(whole, drop) for drop in dropped):
            runs.append(sentence)
        else:
            runs[-1] = whole
    return tuple(runs)
