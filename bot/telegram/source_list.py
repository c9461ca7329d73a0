"""Where a story stands: its reports, first seen first, each with its copies and their overlap."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.rendering import Quote, find_current
from bot.state import StoredAnswer
from bot.telegram.markup import MOST_ENTITIES, Markup, in_one_line
from bot.telegram.messages import (
    NAME_LIMIT,
    ROOM,
    TITLE_LIMIT,
    Button,
    Desk,
    Drawn,
    Sheet,
    origin,
    title_of,
)
from bot.telegram.pages import first_hit, first_quote, page_press
from bot.telegram.texts import answers as answer_texts
from corpus.articles import Article
from retrieval.copies import Body, copied
from retrieval.stories import Story

_ENTITIES_A_LINE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One article of the list; a copy has the share of the shorter text that both have."""

    article: Article
    overlap: float | None = None
    is_first: bool = False


def sources(desk: Desk, answer: StoredAnswer, number: int) -> Drawn | None:
    """Return where a story stands, and who else has its first sentence; None if that is gone."""
    quote = first_quote(desk, answer, number)
    if quote is None:
        return None
    hit = first_hit(answer, number)
    story = desk.story(answer, number)
    told = list(_told(desk, story)) if story is not None and len(story.tellings) > 1 else []
    holding = [quote.article, *desk.copies(hit)]
    markup = Markup()
    if told and story is not None:
        heading = answer_texts.story_heading(
            desk.speech, reports=len(told), independent=len(story.reports)
        )
        _put(desk, markup, heading, told, quote)
    listed = {_name(line.article) for line in told}
    others = [_Line(article=article) for article in holding if _name(article) not in listed]
    if others:
        heading = answer_texts.sources_heading(desk.speech, count=len(others))
        _put(desk, markup, heading, others, quote)
    back = Button(label=answer_texts.button_back(desk.speech), press=page_press(answer, number))
    return Sheet(markup=markup).drawn((back,))


def _told(desk: Desk, story: Story) -> Iterator[_Line]:
    """Yield the articles of a story that are still there, each report before its copies."""
    for report in story.reports:
        original: Article | None = None
        for telling in report.tellings:
            article = find_current(desk.articles, collection=telling.collection, key=telling.key)
            if article is None:
                continue
            overlap = None if original is None else _overlap(original, article)
            yield _Line(article=article, overlap=overlap, is_first=telling == story.first)
            original = original or article


def _overlap(original: Article, copy: Article) -> float:
    return copied(Body(original.view()), Body(copy.view()))[1]


def _put(desk: Desk, markup: Markup, heading: str, lines: list[_Line], quote: Quote) -> None:
    """Add a list under its heading; where the message is full, how many more there are."""
    markup.text("\n\n" if markup.plain else "").bold(heading)
    for place, line in enumerate(lines):
        is_full = markup.entities + _ENTITIES_A_LINE > MOST_ENTITIES - 2 * _ENTITIES_A_LINE
        if is_full or markup.units > ROOM - 2 * TITLE_LIMIT:
            more = answer_texts.sources_more(desk.speech, count=len(lines) - place)
            markup.text(f"\n{more}")
            return
        _put_line(desk, markup, line, quote)


def _put_line(desk: Desk, markup: Markup, line: _Line, quote: Quote) -> None:
    speech, article = desk.speech, line.article
    title = in_one_line(title_of(article.citation), longest=NAME_LIMIT)
    markup.text(f"\n{'   ↳' if line.overlap is not None else '•'} {speech.isolated(title)}")
    where = origin(article, quote, speech=speech, label=answer_texts.open_article(speech))
    markup.text(" · " if where.plain else "").join(where)
    if line.overlap is not None:
        percent = int(100 * line.overlap)
        markup.text(f" · {answer_texts.overlap(speech, percent=percent)}")
    markup.text(f" · {answer_texts.first_seen(speech)}" if line.is_first else "")


def _name(article: Article) -> tuple[str, str]:
    return article.citation.collection, article.citation.key
