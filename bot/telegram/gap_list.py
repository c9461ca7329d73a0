"""The list of unanswered questions as a message, most asked first."""

from bot.feedback.gaps import Gap, Gaps, GapState
from bot.speech import Speech
from bot.telegram.callbacks import TOKEN_LENGTH, Press, Verb
from bot.telegram.markup import Markup, in_one_line
from bot.telegram.messages import Button, Drawn, Row, Sheet, plain
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import gaps as texts

A_PAGE = 5
QUESTION_SHOWN = 300
"""UTF-16 units of a question in the list."""
UNDO_SHOWN = 30

TURN, DONE, DISMISS, REOPEN = range(4)
"""What a button does; the first number it carries. The second is the page shown afterwards."""
SETTLED = {DONE: GapState.DONE, DISMISS: GapState.DISMISSED}

_NO_GAP = "0" * TOKEN_LENGTH
"""The token of a button that only turns the list."""


def drawn(gaps: Gaps, page: int, speech: Speech, *, changed: Gap | None = None) -> Drawn:
    """Return a page of the open gaps, counted from 0; the last one if there are fewer.

    `changed` was just settled, and a button takes that back.
    """
    count = gaps.count()
    pages = max(1, -(-count // A_PAGE))
    page = min(page, pages - 1)
    undo = _undo(changed, page, speech) if changed else ()
    if not count:
        return plain(texts.none_open(speech), undo)
    shown = gaps.listed(skip=page * A_PAGE, most=A_PAGE)
    markup = Markup().bold(texts.heading(speech, count=count)).text("\n")
    first = page * A_PAGE + 1
    for number, gap in enumerate(shown, start=first):
        question = speech.isolated(in_one_line(gap.question, longest=QUESTION_SHOWN))
        markup.text("\n").bold(texts.numbered(speech, number=number, question=question))
        markup.text(f"\n{texts.asked(speech, gap)}\n")
    markup.text("\n").italic(texts.how_to(speech))
    return Sheet(markup=markup).drawn(
        tuple(
            _button(texts.button_done(number), gap.token, DONE, page)
            for number, gap in enumerate(shown, start=first)
        ),
        tuple(
            _button(texts.button_dismiss(number), gap.token, DISMISS, page)
            for number, gap in enumerate(shown, start=first)
        ),
        undo,
        _turning(page, pages),
    )


def _turning(page: int, pages: int) -> Row:
    back, forth = answer_texts.button_previous(), answer_texts.button_next()
    row = [_button(back, _NO_GAP, TURN, page - 1)] if page else []
    return (*row, _button(forth, _NO_GAP, TURN, page + 1)) if page + 1 < pages else tuple(row)


def _undo(changed: Gap, page: int, speech: Speech) -> Row:
    question = in_one_line(changed.question, longest=UNDO_SHOWN)
    return (_button(texts.button_undo(speech, question=question), changed.token, REOPEN, page),)


def _button(label: str, token: str, action: int, page: int) -> Button:
    return Button(label=label, press=Press(verb=Verb.GAP, token=token, numbers=(action, page)))
