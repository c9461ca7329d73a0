"""👍 and 👎 under passages: one vote a person, passage and question, and it can be taken back."""

from collections.abc import Sequence

from telegram import CallbackQuery

from bot.feedback.votes import Ballot, Cast, Grade, alone
from bot.inline_cards import NO_CHAT
from bot.journal import Kind
from bot.rendering import find
from bot.speech import Speech
from bot.state import StoredAnswer
from bot.telegram.callbacks import Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.messages import Button, Place
from bot.telegram.services import Services
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import voting as texts

UP_RANK, DOWN_RANK = 10, 11
"""Where the buttons stand in their row."""

_GRADES = {Verb.UP: Grade.UP, Verb.DOWN: Grade.DOWN}


def ballot_of(answer: StoredAnswer, number: int, user_id: int) -> Ballot | None:
    """Return who would judge what on a page of an answer; None where nothing was asked."""
    if answer.is_listing or not answer.question or not 0 <= number < len(answer.stories):
        return None
    hit = answer.stories[number][0]
    return Ballot(
        user_id=user_id,
        question=alone(answer.question, answer.searched_for),
        receipt=hit.receipt,
        article=hit.article,
        span=hit.span,
        token=answer.token,
    )


class Voting:
    """The buttons and what their presses do. Everybody who sees a passage may judge it."""

    verbs = frozenset(_GRADES)

    def __init__(self, services: Services) -> None:
        """Keep the votes of `services`, and offer the buttons under every answer."""
        self._services = services
        for place in (Place.PAGE, Place.CARD):
            services.desk.offers.add(place, _up, rank=UP_RANK)
            services.desk.offers.add(place, _down, rank=DOWN_RANK)

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return none: votes are presses alone."""
        return ()

    async def meant(self, _update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Note the vote and say so in a toast; the message stays as it is."""
        toast = await self._services.conversations.write(self._vote, query, press)
        return Reply(toast=toast)

    async def run(self) -> None:
        """Do nothing beside the answers."""

    def _vote(self, query: CallbackQuery, press: Press) -> str:
        services = self._services
        speech = services.speech(query.from_user)
        answer = services.state.answer(press.token)
        if answer is None or not self._is_shown(answer, query):
            return answer_texts.toast_old_button(speech)
        ballot = ballot_of(answer, press.numbers[0], query.from_user.id)
        if ballot is None:
            return answer_texts.toast_old_button(speech)
        if find(services.library, ballot.article) is None:
            return texts.toast_passage_gone(speech)
        grade = _GRADES[press.verb]
        cast = services.state.votes.cast(ballot, grade, at=services.now())
        return _toast(speech, cast, grade)

    def _is_shown(self, answer: StoredAnswer, query: CallbackQuery) -> bool:
        """Whether the button stands under that answer, where it may be seen."""
        where = NO_CHAT if query.message is None else query.message.chat.id
        sees = query.from_user.id if query.message is None else where
        return answer.chat_id == where and self._services.allowed.sees_answer(sees, answer)


def _toast(speech: Speech, cast: Cast, grade: Grade) -> str:
    if cast is Cast.TAKEN_BACK:
        return texts.toast_taken_back(speech)
    return texts.toast_up(speech) if grade is Grade.UP else texts.toast_down(speech)


def _up(answer: StoredAnswer, number: int, _speech: Speech) -> Button | None:
    return _button(answer, number, Verb.UP, texts.button_up())


def _down(answer: StoredAnswer, number: int, _speech: Speech) -> Button | None:
    return _button(answer, number, Verb.DOWN, texts.button_down())


def _button(answer: StoredAnswer, number: int, verb: Verb, label: str) -> Button | None:
    if ballot_of(answer, number, 0) is None:
        return None
    return Button(label=label, press=Press(verb=verb, token=answer.token, numbers=(number,)))
