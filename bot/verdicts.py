"""What a receipt is worth now: one judgement for every front end.

A receipt is a proof of where a quote stood: it is judged by computing it again from a stored
text. Nothing an exported file says is believed before that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.diffs import Piece, around, diff, nearest
from bot.rendering import ArticleSource, receipt_of
from bot.state import StoredReceipt
from corpus.articles import Article, ArticleState, RawArticle, Span
from corpus.drafts import sha256
from corpus.errors import ArticleNotFoundError
from retrieval.receipts import receipt


class Verdict(StrEnum):
    """What became of a quote.

    `STILL_THERE` is exact too, but the article changed elsewhere. `ALTERED` is a file that says
    another quote than its receipt stands for.
    """

    EXACT = "exact"
    STILL_THERE = "still_there"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    UNKNOWN = "unknown"

    @property
    def holds(self) -> bool:
        """Whether the article says today what was quoted."""
        return self in {Verdict.EXACT, Verdict.STILL_THERE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A receipt, and where its quote is said to stand; the more is said, the more is checked."""

    code: str
    collection: str
    key: str
    span: Span
    version: int | None = None
    text_hash: str | None = None
    quote: str | None = None
    title: str | None = None
    url: str | None = None

    def code_in(self, text_hash: str) -> str:
        """Return the receipt this place has in the text of that hash."""
        return receipt(
            collection=self.collection, key=self.key, text_hash=text_hash, span=self.span
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict and what it rests on.

    `then` is the version the receipt was made from, `current` the newest, each `None` if it is not
    there. `later` is the text a quote without its own version was compared with.
    """

    verdict: Verdict
    code: str
    claim: Claim | None = None
    quote: str | None = None
    then: Article | None = None
    current: Article | None = None
    withdrawn_at: datetime | None = None
    later: str | None = None

    def changes(self) -> Sequence[Piece]:
        """Return the words around a changed quote, then and now; nothing for any other."""
        if self.verdict is not Verdict.CHANGED or self.claim is None:
            return ()
        if self.then is not None and self.current is not None:
            return around(diff(self.then.text, self.current.text), self.claim.span)
        if self.quote is None or self.later is None:
            return ()
        place = nearest(self.quote, self.later)
        return _inner(diff(self.quote, place.of(self.later))) if place else ()


def claim_of(shown: StoredReceipt) -> Claim:
    """Return what is known of a quote that was shown."""
    return Claim(
        code=shown.code,
        collection=shown.collection,
        key=shown.key,
        span=shown.span,
        version=shown.version,
    )


def judge(articles: ArticleSource, claim: Claim) -> Judgement:
    """Return what a receipt is worth by the articles of a library, read now.

    It is withdrawn if the article is retired or not there, or the text it was made from is not.
    """
    current = _article(articles, claim, None)
    then = _proved(articles, claim, current)
    if current is None or (then is None and claim.quote is None):
        return Judgement(verdict=Verdict.WITHDRAWN, code=claim.code, claim=claim, current=current)
    if then is None:
        return _without_its_text(claim, current)
    quote = claim.span.of(then.text)
    return Judgement(
        verdict=_verdict(claim, quote, then, current),
        code=claim.code,
        claim=claim,
        quote=quote,
        then=then,
        current=current,
    )


def judge_by_file(articles: Sequence[RawArticle], claim: Claim) -> Judgement:
    """Return what a receipt is worth by articles just read from a file, without a library."""
    for article in articles:
        if claim.code_in(sha256(article.text.encode())) == claim.code:
            return _by_its_text(claim, article.text)
    if claim.text_hash is not None and claim.code_in(claim.text_hash) != claim.code:
        return Judgement(verdict=Verdict.ALTERED, code=claim.code, claim=claim, quote=claim.quote)
    named = [article for article in articles if article.key == claim.key]
    chosen = named or (articles if len(articles) == 1 else [])
    if not chosen or claim.quote is None:
        return Judgement(verdict=Verdict.UNKNOWN, code=claim.code, claim=claim, quote=claim.quote)
    return _compared(claim, claim.quote, chosen[0].text)


def _verdict(claim: Claim, quote: str, then: Article, current: Article) -> Verdict:
    if claim.quote is not None and claim.quote != quote:
        return Verdict.ALTERED
    if current.state is not ArticleState.ACTIVE:
        return Verdict.WITHDRAWN
    if then.citation.version == current.citation.version:
        return Verdict.EXACT
    return Verdict.STILL_THERE if quote in current.text else Verdict.CHANGED


def _without_its_text(claim: Claim, current: Article) -> Judgement:
    """Judge a receipt that no version here gives: it may come from another library."""
    if claim.text_hash is None or claim.quote is None:
        return Judgement(verdict=Verdict.UNKNOWN, code=claim.code, claim=claim, current=current)
    if claim.code_in(claim.text_hash) != claim.code:
        return Judgement(verdict=Verdict.ALTERED, code=claim.code, claim=claim, current=current)
    if current.state is not ArticleState.ACTIVE:
        return Judgement(verdict=Verdict.WITHDRAWN, code=claim.code, claim=claim, current=current)
    return _compared(claim, claim.quote, current.text, current)


def _by_its_text(claim: Claim, text: str) -> Judgement:
    """Judge a receipt by the text it was made from."""
    quote = claim.span.of(text)
    inside = claim.span.end <= len(text)
    exact = inside and claim.quote in {None, quote}
    verdict = Verdict.EXACT if exact else Verdict.ALTERED
    return Judgement(verdict=verdict, code=claim.code, claim=claim, quote=quote)


def _compared(claim: Claim, quote: str, text: str, current: Article | None = None) -> Judgement:
    """Judge a quote by a later text than the one it was taken from."""
    return Judgement(
        verdict=Verdict.STILL_THERE if quote in text else Verdict.CHANGED,
        code=claim.code,
        claim=claim,
        quote=quote,
        current=current,
        later=text,
    )


def _inner(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return the pieces without what the lines around the quote say beyond it."""
    first = 1 if pieces and pieces[0].kind == "in" and len(pieces) > 1 else 0
    last = len(pieces) - (1 if len(pieces) > first + 1 and pieces[-1].kind == "in" else 0)
    return pieces[first:last]


def _proved(articles: ArticleSource, claim: Claim, current: Article | None) -> Article | None:
    """Return the version the receipt was made from: the current one if it has that text."""
    for article in _versions(articles, claim, current):
        inside = claim.span.end <= len(article.text)
        if inside and receipt_of(article, claim.span) == claim.code:
            return article
    return None


def _versions(articles: ArticleSource, claim: Claim, current: Article | None) -> Iterator[Article]:
    """Yield the versions of an article: the current one, the one named, then the newest first."""
    if current is None:
        return
    yield current
    older = range(current.citation.version - 1, 0, -1)
    named = [claim.version] if claim.version in older else []
    for number in dict.fromkeys([*named, *older]):
        article = _article(articles, claim, number)
        if article is not None:
            yield article


def _article(articles: ArticleSource, claim: Claim, version: int | None) -> Article | None:
    try:
        return articles.article(claim.key, collection=claim.collection, version=version)
    except ArticleNotFoundError:
        return None
