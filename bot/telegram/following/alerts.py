"""What an alert looks like: an answer page under a heading, or a digest of several stories.

Every quote is a slice of the stored article, read when it is drawn, with its own receipt.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.following.alerts import Alert
from bot.references import HitRef, Story
from bot.rendering import InexactQuoteError, Quote, find
from bot.state import StoredAnswer
from bot.telegram.callbacks import Press, Verb
from bot.telegram.following.marks import heading_for
from bot.telegram.markup import Markup, in_one_line, utf16_units
from bot.telegram.messages import ROOM, Button, Desk, Drawn, Row, Sheet, origin, title_of
from bot.telegram.pages import page
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import following as texts
from retrieval.answers import Confidence

MOST_STORIES = 12
"""Stories of one message; each has a button that leads to its page."""
QUOTE_LIMIT = 400
_BUTTONS_IN_A_ROW = 6
_TITLE_LIMIT = 120

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert ready to send, and the answer behind its buttons."""

    answer: StoredAnswer
    drawn: Drawn


def answer_for(
    alerts: Sequence[Alert], *, token: str, chat_id: int, thread_id: int | None, at: datetime
) -> StoredAnswer:
    """Return the answer whose pages show the alerts."""
    questions = list(dict.fromkeys(alert.question for alert in alerts))
    follower = alerts[0].person_id
    return StoredAnswer(
        token=token,
        chat_id=chat_id,
        thread_id=thread_id,
        message_id=None,
        question_id=None,
        asker_id=follower if follower > 0 else None,
        question=questions[0],
        searched_for="",
        confidence=Confidence.STRONG,
        stories=tuple(alert.story for alert in alerts),
        shown=None,
        created_at=at,
    )


def message_for(
    desk: Desk, answer: StoredAnswer, alerts: Sequence[Alert], *, cap: int | None
) -> Message:
    """Return the message for alerts; `cap` is named where it is the last of its day."""
    drawn = page(desk, answer, 0) if len(alerts) == 1 else digest(desk, answer, alerts)
    if cap is not None:
        line = Markup().text("\n").italic(texts.last_of_today(desk.speech, most=cap))
        drawn = replace(drawn, html=drawn.html + line.html)
    return Message(answer=answer, drawn=drawn)


def digest(desk: Desk, answer: StoredAnswer, alerts: Sequence[Alert]) -> Drawn:
    """Return one message for several stories: each quote folded, as many as there is room for."""
    sheet = Sheet()
    sheet.markup.bold(texts.new_stories(desk.speech, number=len(alerts))).text("\n")
    asked = ""
    for number, alert in enumerate(alerts):
        if alert.question != asked:
            asked = alert.question
            sheet.markup.text("\n").italic(heading_for(asked, desk.speech)).text("\n")
        left = len(alerts) - number - 1
        _put_story(desk, sheet, number, alert.story, room=ROOM - left * (_TITLE_LIMIT + 10))
    return sheet.drawn(*_rows(answer, len(alerts)))


def is_left(desk: Desk, story: Story) -> bool:
    """Return whether a story can still be quoted: not if its articles were removed since."""
    return any(_quote(desk, hit) is not None for hit in story)


def _put_story(desk: Desk, sheet: Sheet, number: int, story: Story, *, room: int) -> None:
    """Add a story with its first quote; without, where the message has no room for it."""
    quotes = (_quote(desk, hit) for hit in story)
    quote = next((one for one in quotes if one is not None), None)
    if quote is None:
        sheet.markup.text(f"{number + 1}. {answer_texts.withdrawn_passage(desk.speech)}\n")
        return
    title = in_one_line(title_of(quote.article.citation), longest=_TITLE_LIMIT)
    told = Sheet()
    told.markup.text(f"{number + 1}. ").bold(title).text("\n")
    told.quote(quote, now=desk.now(), folded=True)
    where = origin(
        quote.article,
        quote,
        speech=desk.speech,
        label=answer_texts.open_at_sentence(desk.speech),
    )
    told.markup.join(where).text(" · " if where.plain else "")
    code = desk.speech.isolated(quote.receipt)
    told.markup.link(f"🧾 {code}", desk.deep_link(f"v_{quote.receipt}")).text("\n")
    if sheet.markup.units + told.markup.units > room:
        sheet.markup.text(f"{number + 1}. ").bold(title).text("\n")
        return
    sheet.markup.join(told.markup)
    sheet.receipts.extend(told.receipts)


def _quote(desk: Desk, hit: HitRef) -> Quote | None:
    """Return the quote of a hit, None if its article is gone or is not what the receipt says."""
    article = find(desk.articles, hit.article)
    if article is None:
        return None
    try:
        return Quote.cut(article, hit, limit=QUOTE_LIMIT, measure=utf16_units, marks=1)
    except InexactQuoteError:
        _log.exception("a quote is not what its receipt says, so it is not shown")
        return None


def _rows(answer: StoredAnswer, stories: int) -> list[Row]:
    buttons = [
        Button(
            label=f"{number + 1}",
            press=Press(verb=Verb.PAGE, token=answer.token, numbers=(number,)),
        )
        for number in range(stories)
    ]
    starts = range(0, stories, _BUTTONS_IN_A_ROW)
    return [tuple(buttons[at : at + _BUTTONS_IN_A_ROW]) for at in starts]
