"""Is this quote still exact? Read again, now, from the store."""

from bot.rendering import Quote, date_in_words, receipt_of
from bot.state import BotState, StoredReceipt
from bot.telegram import texts
from bot.telegram.markup import Markup, in_one_line, utf16_units
from bot.telegram.messages import FIRST_LIMIT, Desk, Drawn, Sheet, origin, title_of
from corpus.articles import Article, ArticleState
from corpus.errors import ArticleNotFoundError
from retrieval.receipts import LENGTH, tidy


def verified(desk: Desk, state: BotState, code: str) -> Drawn:
    """Return what a receipt is worth now: exact, changed, withdrawn, or unknown."""
    code = in_one_line(tidy(code), longest=LENGTH)
    shown = state.receipt(code)
    if shown is None:
        return Drawn(html=Markup().text(texts.receipt_unknown(code=code)).html)
    current, of_then = _find(desk, shown, None), _find(desk, shown, shown.version)
    if current is None or of_then is None or not _holds(of_then, shown):
        return Drawn(html=Markup().text(texts.receipt_withdrawn()).html)
    return _drawn(desk, shown, of_then, current)


def _drawn(desk: Desk, shown: StoredReceipt, article: Article, current: Article) -> Drawn:
    quote = Quote(
        article=article,
        passage=shown.span,
        span=shown.span,
        marks=(),
        receipt=shown.code,
    )
    sheet = Sheet()
    sheet.markup.text(_heading(quote, current) + "\n")
    if utf16_units(quote.text) <= FIRST_LIMIT:
        sheet.quote(quote, now=desk.now())
    markup = sheet.markup.bold(title_of(article.citation)).text("\n")
    where = origin(article, quote, label=texts.open_at_sentence())
    markup.join(where).text("\n" if where.plain else "")
    facts = texts.receipt_facts(
        start=shown.span.start,
        end=shown.span.end,
        text_hash=article.text_hash,
        version=article.citation.version,
        versions=current.citation.version,
        stored=date_in_words(article.stored_at),
    )
    markup.text(f"🧾 {shown.code}\n" + "\n".join(facts))
    return sheet.drawn()


def _heading(quote: Quote, current: Article) -> str:
    if current.citation.version == quote.article.citation.version:
        return texts.receipt_exact()
    return texts.receipt_moved() if quote.text in current.text else texts.receipt_changed()


def _find(desk: Desk, shown: StoredReceipt, version: int | None) -> Article | None:
    try:
        article = desk.articles.article(shown.key, collection=shown.collection, version=version)
    except ArticleNotFoundError:
        return None
    return article if article.state is ArticleState.ACTIVE else None


def _holds(article: Article, shown: StoredReceipt) -> bool:
    return shown.span.end <= len(article.text) and receipt_of(article, shown.span) == shown.code
