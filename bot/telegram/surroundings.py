"""What stands around a quote in its article."""

from bot.links import web_url
from bot.rendering import Context, Quote, context
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.callbacks import Press, Verb
from bot.telegram.markup import utf16_units
from bot.telegram.messages import (
    Button,
    Desk,
    Drawn,
    Row,
    Sheet,
    origin,
    title_of,
)
from bot.telegram.pages import first_quote, page_press, put_receipt
from bot.telegram.texts import answers as answer_texts
from corpus.articles import Article, DropReason, Span

CONTEXT_LIMIT = 1800
COPY_LIMIT = 256
MOST_STEPS = 99


def surroundings(
    desk: Desk, answer: StoredAnswer, number: int, *, above: int, below: int
) -> Drawn | None:
    """Return a story's first quote between its neighbours; None if its article is gone."""
    quote = first_quote(desk, answer, number)
    if quote is None:
        return None
    around = context(
        quote, steps_above=above, steps_below=below, limit=CONTEXT_LIMIT, measure=utf16_units
    )
    article, sheet = quote.article, Sheet()
    sheet.markup.text(_slices(article, around.above))
    sheet.quote(quote, now=desk.now())
    markup = sheet.markup.text(_slices(article, around.below)).text("\n")
    markup.bold(title_of(article.citation)).text("\n")
    markup.join(
        origin(article, quote, speech=desk.speech, label=answer_texts.open_at_sentence(desk.speech))
    ).text("\n")
    put_receipt(desk, markup, quote).text("\n")
    for line in _left_out(article, desk.speech):
        markup.italic(line).text("\n")
    back = Button(label=answer_texts.button_back(desk.speech), press=page_press(answer, number))
    return sheet.drawn(
        _steps(desk.speech, answer, number, around, above=above, below=below),
        (*_take_away(quote, desk.speech), back),
    )


def _slices(article: Article, spans: tuple[Span, ...]) -> str:
    return "".join(f"{span.of(article.text)}\n" for span in spans)


def _left_out(article: Article, speech: Speech) -> list[str]:
    """Return what cleaning left out of the view, in a line or two."""
    headlines = article.cleaning.count(DropReason.REPEATED_HEADLINE)
    others = len(article.cleaning.dropped) - headlines
    lines = [answer_texts.headline_repeated(speech, times=headlines + 1)] if headlines else []
    return [*lines, answer_texts.left_out(speech, ranges=others)] if others else lines


def _steps(
    speech: Speech, answer: StoredAnswer, number: int, around: Context, *, above: int, below: int
) -> Row:
    def step(label: str, above: int, below: int) -> Button:
        press = Press(verb=Verb.CONTEXT, token=answer.token, numbers=(number, above, below))
        return Button(label=label, press=press)

    row: list[Button] = []
    if around.more_above and above < MOST_STEPS:
        row.append(step(answer_texts.button_more_above(speech), above + 1, below))
    if around.more_below and below < MOST_STEPS:
        row.append(step(answer_texts.button_more_below(speech), above, below + 1))
    return tuple(row)


def _take_away(quote: Quote, speech: Speech) -> Row:
    """Return the buttons that copy the quote with its link, and open the article."""
    url = web_url(quote.article.citation.url)
    if url is None:
        copy = quote.text if utf16_units(quote.text) <= COPY_LIMIT else None
        return (Button(label=answer_texts.button_copy(speech), copy=copy),) if copy else ()
    opened = quote.link() or url
    texts_to_copy = (
        f"{quoted}\n{link}" for quoted in (quote.text, quote.sentence) for link in (opened, url)
    )
    copy = next((text for text in texts_to_copy if utf16_units(text) <= COPY_LIMIT), None)
    row = [Button(label=answer_texts.button_copy(speech), copy=copy)] if copy else []
    return (*row, Button(label=answer_texts.button_source(speech), url=opened))
