"""Is this quote still exact? Read again, now, from the store."""

from collections.abc import Callable

from bot.direction import without_isolates
from bot.rendering import Quote
from bot.speech import Speech
from bot.state import BotState, StoredReceipt
from bot.telegram.markup import Markup, in_one_line, utf16_units
from bot.telegram.messages import FIRST_LIMIT, Desk, Drawn, Sheet, origin, title_of
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import receipts as receipt_texts
from bot.verdicts import Verdict, claim_of, judge
from corpus.articles import Article
from retrieval.receipts import LENGTH, tidy


def verified(
    desk: Desk, state: BotState, code: str, *, sees: Callable[[str], bool] = lambda _: True
) -> Drawn:
    """Return what a receipt is worth now: exact, changed, withdrawn, or unknown.

    Unknown is also what stands in a collection that the reader does not see.
    """
    code = in_one_line(tidy(without_isolates(code)), longest=LENGTH)
    shown = state.receipt(code)
    if shown is None or not sees(shown.collection):
        return Drawn(html=Markup().text(receipt_texts.receipt_unknown(desk.speech, code=code)).html)
    judged = judge(desk.articles, claim_of(shown))
    if judged.verdict is Verdict.WITHDRAWN or judged.then is None or judged.current is None:
        return Drawn(html=Markup().text(receipt_texts.receipt_withdrawn(desk.speech)).html)
    return _drawn(desk, shown, judged.verdict, judged.then, judged.current)


def _drawn(
    desk: Desk, shown: StoredReceipt, verdict: Verdict, article: Article, current: Article
) -> Drawn:
    quote = Quote(
        article=article,
        passage=shown.span,
        span=shown.span,
        marks=(),
        receipt=shown.code,
    )
    sheet = Sheet()
    sheet.markup.text(_heading(desk.speech, verdict) + "\n")
    if utf16_units(quote.text) <= FIRST_LIMIT:
        sheet.quote(quote, now=desk.now())
    markup = sheet.markup.bold(title_of(article.citation)).text("\n")
    where = origin(
        article, quote, speech=desk.speech, label=answer_texts.open_at_sentence(desk.speech)
    )
    markup.join(where).text("\n" if where.plain else "")
    facts = receipt_texts.receipt_facts(
        desk.speech,
        start=shown.span.start,
        end=shown.span.end,
        text_hash=article.text_hash,
        version=article.citation.version,
        versions=current.citation.version,
        stored=desk.speech.day(article.stored_at),
    )
    markup.text(f"🧾 {desk.speech.isolated(shown.code)}\n" + "\n".join(facts))
    return sheet.drawn()


def _heading(speech: Speech, verdict: Verdict) -> str:
    if verdict is Verdict.EXACT:
        return receipt_texts.receipt_exact(speech)
    return (
        receipt_texts.receipt_moved(speech)
        if verdict.holds
        else receipt_texts.receipt_changed(speech)
    )
