"""What following puts on messages: buttons under answers and alerts, and the line above an alert."""

from bot.feedback.votes import alone
from bot.following.alerts import Alert
from bot.following.follows import Follow, Paused
from bot.speech import Speech
from bot.state import BotState, StoredAnswer
from bot.telegram.callbacks import Press, Verb
from bot.telegram.markup import in_one_line
from bot.telegram.messages import Button, Offers, Place
from bot.telegram.texts import following as texts

PAUSE, RESUME, STOP, LIST = 1, 2, 3, 9
"""What a button about one follow does; `LIST` shows the list an alert began with."""
IN_LIST = 0
"""Where a button stands: in the list of what is followed; higher numbers are pages, from 1."""
FOLLOW_RANK, PAUSE_RANK, LIST_RANK = 20, 21, 22
QUESTION_SHOWN = 120
"""UTF-16 units of a question in a heading or a list."""


class Marks:
    """Draws them from what the database says; called in a thread for reading."""

    def __init__(self, state: BotState) -> None:
        """Read `state`."""
        self._follows = state.follows

    def offer(self, offers: Offers) -> None:
        """Offer the buttons and the heading under and above all answers."""
        for place in (Place.PAGE, Place.CARD):
            offers.add(place, self._follow, rank=FOLLOW_RANK)
            offers.add(place, self._pause, rank=PAUSE_RANK)
            offers.add(place, self._list, rank=LIST_RANK)
        offers.add(Place.NOTHING, self._tell, rank=FOLLOW_RANK)
        offers.add_heading(self._heading)

    def question(self, answer: StoredAnswer, number: int) -> str:
        """Return the question a page answers; "" where nothing was asked."""
        alert = self._alert(answer, number)
        if alert is not None:
            return alert.question
        return "" if answer.is_listing else alone(answer.question, answer.searched_for)

    def followed(self, answer: StoredAnswer, number: int) -> Follow | None:
        """Return what is followed of a page's question where the answer was given."""
        question = self.question(answer, number)
        return self._follows.there(answer.chat_id, answer.thread_id, question) if question else None

    def _alerts(self, answer: StoredAnswer) -> list[Alert]:
        """Return what an answer alerts of; one to a message cannot be an alert, so nothing is read."""
        return (
            [] if answer.question_id is not None else self._follows.alerts.in_answer(answer.token)
        )

    def _alert(self, answer: StoredAnswer, number: int) -> Alert | None:
        alerts = self._alerts(answer)
        return alerts[number] if number < len(alerts) else None

    def _follow(self, answer: StoredAnswer, number: int, speech: Speech) -> Button | None:
        is_alert = self._alert(answer, number) is not None
        if not (answer.is_private or is_alert) or not self.question(answer, number):
            return None
        is_followed = self.followed(answer, number) is not None
        label = texts.button_stop(speech) if is_followed else texts.button_follow(speech)
        press = Press(verb=Verb.FOLLOW, token=answer.token, numbers=(number,))
        return Button(label=label, press=press)

    def _pause(self, answer: StoredAnswer, number: int, speech: Speech) -> Button | None:
        if self._alert(answer, number) is None:
            return None
        follow = self.followed(answer, number)
        return pause_button(follow, speech, where=1 + number) if follow else None

    def _list(self, answer: StoredAnswer, _number: int, speech: Speech) -> Button | None:
        stories = len(self._alerts(answer))
        if stories < 2:  # noqa: PLR2004 - a single story is no list
            return None
        press = Press(verb=Verb.FOLLOWED, token=answer.token, numbers=(LIST, 0))
        return Button(label=texts.button_all(speech, number=stories), press=press)

    def _tell(self, answer: StoredAnswer, _number: int, speech: Speech) -> Button | None:
        if not self.question(answer, 0):
            return None
        follow = self.followed(answer, 0)
        label = texts.button_do_not_tell(speech) if follow else texts.button_tell(speech)
        return Button(label=label, press=Press(verb=Verb.TELL, token=answer.token, numbers=()))

    def _heading(self, answer: StoredAnswer, number: int, speech: Speech) -> str | None:
        alert = self._alert(answer, number)
        return None if alert is None else heading_for(alert.question, speech)


def heading_for(question: str, speech: Speech) -> str:
    """Return the line that says what an alert is for."""
    return texts.new_for(speech, question=in_one_line(question, longest=QUESTION_SHOWN))


def pause_button(follow: Follow, speech: Speech, *, where: int, prefix: str = "") -> Button:
    """Return the button that pauses a follow, or ends its pause."""
    asked = follow.paused is Paused.ASKED
    label = texts.button_resume(speech) if asked else texts.button_pause(speech)
    press = Press(
        verb=Verb.FOLLOWED, token=follow.token, numbers=(RESUME if asked else PAUSE, where)
    )
    return Button(label=f"{prefix}{label}", press=press)


def stop_button(follow: Follow, speech: Speech, *, where: int, prefix: str = "") -> Button:
    """Return the button that ends a follow."""
    press = Press(verb=Verb.FOLLOWED, token=follow.token, numbers=(STOP, where))
    return Button(label=f"{prefix}{texts.button_stop(speech)}", press=press)
