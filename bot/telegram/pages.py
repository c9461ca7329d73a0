"""One story of an answer on one page, and what is said when nothing answers."""

import logging
from datetime import datetime

from bot.inline_cards import NO_CHAT
from bot.references import ArticleRef, HitRef, Story
from bot.rendering import InexactQuoteError, Quote, find
from bot.state import StoredAnswer
from bot.telegram.callbacks import Press, Verb
from bot.telegram.markup import LONGEST_TOAST, Markup, in_one_line, utf16_units
from bot.telegram.messages import (
    FIRST_LIMIT,
    FOLDED_LIMIT,
    NAME_LIMIT,
    ROOM,
    TITLE_LIMIT,
    Button,
    Desk,
    Drawn,
    Place,
    Row,
    Sheet,
    name_of,
    origin,
    plain,
    title_of,
)
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import conversation as conversation_texts
from bot.telegram.texts import trouble as trouble_texts
from corpus.articles import Article
from retrieval.answers import Confidence

FOLDED_PRIVATE = 2
FOLDED_GROUP = 1
FIRST_MARKS = 6
FOLDED_MARKS = 3
NAMES_SHOWN = 4
NEAREST_SHOWN = 2

_log = logging.getLogger(__name__)


def page(desk: Desk, answer: StoredAnswer, number: int) -> Drawn:
    """Return a story, counted from 0: its best passage in full, up to two more folded."""
    number = min(number, len(answer.stories) - 1)
    try:
        quotes = _quotes(desk, answer.stories[number], answer=answer)
    except InexactQuoteError:
        _log.exception("a quote is not what its receipt says, so it is not shown")
        return plain(
            trouble_texts.unprovable(desk.speech), *_rows(desk, answer, number, has_quote=False)
        )
    if not quotes:
        return plain(
            answer_texts.withdrawn_passage(desk.speech),
            *_rows(desk, answer, number, has_quote=False),
        )
    sheet = Sheet()
    heading = desk.offers.heading(answer, number, desk.speech)
    if heading is not None:
        sheet.markup.bold(heading).text("\n")
    footer = _footer(desk, answer, number, is_headed=heading is not None)
    _put_first(desk, sheet, *quotes[0], answer=answer)
    for _, quote in quotes[1:]:
        _put_folded(desk, sheet, quote, room=ROOM - utf16_units(footer))
    sheet.markup.text("\n").italic(footer)
    return sheet.drawn(*_rows(desk, answer, number, has_quote=True))


def nothing(desk: Desk, answer: StoredAnswer, *, articles: int, newest: datetime | None) -> Drawn:
    """Return the message that says no passage answers, and in private chats what is nearest."""
    until = desk.speech.day(newest) if newest else None
    searched = (
        answer_texts.searched(desk.speech, articles=articles, newest=until)
        if articles
        else answer_texts.empty_library(desk.speech)
    )
    asked = _asked(desk, answer)
    if not answer.is_private:
        return plain(f"{answer_texts.nothing_found(desk.speech)} {asked or searched}")
    markup = Markup().text(f"{answer_texts.nothing_found(desk.speech)}\n")
    if asked:
        markup.italic(asked).text("\n")
    markup.text(f"{searched}\n")
    found = [find(desk.articles, story[0].article) for story in answer.stories]
    titles = list(dict.fromkeys(title_of(article.citation) for article in found if article))
    offered = desk.offers.row(Place.NOTHING, answer, 0, desk.speech)
    if not titles:
        return Sheet(markup=markup).drawn(offered)
    markup.italic(answer_texts.nearest(desk.speech, titles=titles[:NEAREST_SHOWN]))
    anyway = Press(verb=Verb.ANYWAY, token=answer.token, numbers=(0,))
    button = Button(label=answer_texts.button_anyway(desk.speech), press=anyway)
    return Sheet(markup=markup).drawn((button,), offered)


def contents(desk: Desk, answer: StoredAnswer) -> str:
    """Return the titles of an answer's stories, as many as one toast holds."""
    toast = ""
    for number, story in enumerate(answer.stories, start=1):
        article = find(desk.articles, story[0].article)
        title = (
            title_of(article.citation) if article else answer_texts.withdrawn_passage(desk.speech)
        )
        line = answer_texts.contents_line(
            desk.speech, number=number, title=in_one_line(title, longest=NAME_LIMIT)
        )
        longer = f"{toast}\n{line}" if toast else line
        if utf16_units(longer) > LONGEST_TOAST:
            break
        toast = longer
    return toast


def page_press(answer: StoredAnswer, number: int) -> Press:
    """Return what a button to a page carries; pages that answer nothing have a verb of their own."""
    verb = Verb.PAGE if answer.confidence is not Confidence.NONE else Verb.ANYWAY
    return Press(verb=verb, token=answer.token, numbers=(number,))


def _footer(desk: Desk, answer: StoredAnswer, number: int, *, is_headed: bool) -> str:
    """Return the last line: which story this is, and where nothing else says so, what was asked."""
    place, total = number + 1, len(answer.stories)
    if answer.is_listing and answer.question_id is not None:
        return conversation_texts.news(desk.speech, number=place, total=total)
    footer = answer_texts.story_of(desk.speech, number=place, total=total)
    asked = "" if is_headed else _asked(desk, answer)
    return f"{asked}\n{footer}" if asked else footer


def _asked(desk: Desk, answer: StoredAnswer) -> str:
    """Return what was asked, where no message above says so, or where it asks several things.

    A message sent through inline mode does not tell others what its sender had asked.
    """
    if answer.chat_id == NO_CHAT or (not answer.is_part and answer.question_id is not None):
        return ""
    question = in_one_line(answer.question, longest=TITLE_LIMIT)
    return conversation_texts.question_asked(desk.speech, question=question)


def _quotes(desk: Desk, story: Story, *, answer: StoredAnswer) -> list[tuple[HitRef, Quote]]:
    """Return the story's quotes that can still be read, the first one as long as may be."""
    quotes: list[tuple[HitRef, Quote]] = []
    read: dict[ArticleRef, Article | None] = {}
    folded = FOLDED_PRIVATE if answer.is_private else FOLDED_GROUP
    for hit in story:
        if hit.article not in read:
            read[hit.article] = find(desk.articles, hit.article)
        article = read[hit.article]
        if article is None:
            continue
        limit, marks = (FOLDED_LIMIT, FOLDED_MARKS) if quotes else (FIRST_LIMIT, FIRST_MARKS)
        quote = Quote.cut(article, hit, limit=limit, measure=utf16_units, marks=marks)
        quotes.append((hit, quote))
        if len(quotes) > folded:
            break
    return quotes


def _put_first(
    desk: Desk, sheet: Sheet, hit: HitRef, quote: Quote, *, answer: StoredAnswer
) -> None:
    citation = quote.article.citation
    sheet.quote(quote, now=desk.now())
    markup = sheet.markup.bold(title_of(citation)).text("\n")
    where = origin(
        quote.article, quote, speech=desk.speech, label=answer_texts.open_at_sentence(desk.speech)
    )
    markup.join(where).text("\n" if where.plain else "")
    put_receipt(desk, markup, quote)
    if not answer.is_listing:
        markup.text(f" · {answer_texts.match(desk.speech, confidence=answer.confidence)}")
    markup.text(
        "" if quote.article.is_current else f" · {answer_texts.changed_since(desk.speech)}"
    ).text("\n")
    copies = [copy.citation for copy in desk.copies(hit)]
    if copies:
        names = dict.fromkeys(name_of(copy) or title_of(copy) for copy in copies)
        shown = list(names)[:NAMES_SHOWN]
        markup.text(answer_texts.also_in(desk.speech, names=shown, copies=len(copies)) + "\n")


def put_receipt(desk: Desk, markup: Markup, quote: Quote) -> Markup:
    """Add a quote's receipt, linked to what it is worth now; return the message."""
    code = desk.speech.isolated(quote.receipt)
    return markup.text("🧾 ").link(code, desk.deep_link(f"v_{quote.receipt}"))


def _put_folded(desk: Desk, sheet: Sheet, quote: Quote, *, room: int) -> None:
    """Add a folded passage if the message has room for it."""
    added = Sheet()
    added.markup.text("\n")
    added.quote(quote, now=desk.now(), folded=True)
    title = desk.speech.isolated(title_of(quote.article.citation))
    markup = added.markup.text(f"{title} · ")
    where = origin(
        quote.article, quote, speech=desk.speech, label=answer_texts.open_article(desk.speech)
    )
    markup.join(where).text(" · " if where.plain else "")
    code = desk.speech.isolated(quote.receipt)
    markup.link(f"🧾 {code}", desk.deep_link(f"v_{quote.receipt}")).text("\n")
    if sheet.markup.units + markup.units <= room:
        sheet.markup.join(markup)
        sheet.receipts.extend(added.receipts)


def _rows(desk: Desk, answer: StoredAnswer, number: int, *, has_quote: bool) -> tuple[Row, ...]:
    look = _look(desk, answer, number) if has_quote else ()
    total = len(answer.stories)
    back, forth = (
        _turn(answer, number - 1, answer_texts.button_previous()),
        _turn(answer, number + 1, answer_texts.button_next()),
    )
    place = Place.PAGE if answer.is_private else Place.CARD
    offered = desk.offers.row(place, answer, number, desk.speech) if has_quote else ()
    if not answer.is_private:
        return ((*look, *offered), (*back, *forth))
    label = answer_texts.button_contents(number=number + 1, total=total)
    press = Press(verb=Verb.CONTENTS, token=answer.token, numbers=(number,))
    here = (Button(label=label, press=press),) if total > 1 else ()
    return (look, offered, (*back, *here, *forth))


def _turn(answer: StoredAnswer, to: int, label: str) -> Row:
    if not 0 <= to < len(answer.stories):
        return ()
    return (Button(label=label, press=page_press(answer, to)),)


def _look(desk: Desk, answer: StoredAnswer, number: int) -> Row:
    around = Press(verb=Verb.CONTEXT, token=answer.token, numbers=(number, 1, 1))
    look = [Button(label=answer_texts.button_context(desk.speech), press=around)]
    outlets = _outlets(desk, answer, number) if answer.is_private else 1
    if outlets > 1:
        press = Press(verb=Verb.SOURCES, token=answer.token, numbers=(number,))
        look.append(
            Button(label=answer_texts.button_sources(desk.speech, count=outlets), press=press)
        )
    return tuple(look)


def first_hit(answer: StoredAnswer, number: int) -> HitRef:
    """Return the best passage of a page, counted from 0."""
    return answer.stories[min(number, len(answer.stories) - 1)][0]


def first_quote(desk: Desk, answer: StoredAnswer, number: int) -> Quote | None:
    """Return the quote of that passage, None if its article is gone."""
    hit = first_hit(answer, number)
    article = find(desk.articles, hit.article)
    if article is None:
        return None
    return Quote.cut(article, hit, limit=FIRST_LIMIT, measure=utf16_units, marks=FIRST_MARKS)


def _outlets(desk: Desk, answer: StoredAnswer, number: int) -> int:
    """Return how many articles hold the sentence, or tell its story if these are more."""
    hit, story = first_hit(answer, number), desk.story(answer, number)
    return max(1 + len(hit.copies), len(story.tellings) if story else 1)
