"""Which alerts may go out now, as which messages: read from the database each time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.following.alerts import Alert, Waiting
from bot.following.due_times import Habits, due
from bot.speech import ENGLISH, Speech
from bot.telegram.following.alerts import MOST_STORIES, Message, answer_for, is_left, message_for
from bot.telegram.services import Services

_REMEMBERED = timedelta(days=3)
"""Messages sent before count for no cap and no digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Alerts of one person for one place, by id, that go out together now.

    `cap` is how many messages a day there are if this is the last one, else None.
    """

    person_id: int
    chat_id: int
    thread_id: int | None
    ids: tuple[int, ...]
    cap: int | None


class Post:
    """Makes messages of alerts that are due. Synchronous; it reads the database and the store."""

    def __init__(self, services: Services) -> None:
        """Work with `services`."""
        self._services = services
        self._follows = services.state.follows

    def due(self, *, without: frozenset[int] = frozenset()) -> tuple[list[Letter], float]:
        """Return what may go out now, a message a person, and the seconds until more may.

        Alerts `without` were tried in this round.
        """
        now = self._services.now()
        waiting: dict[int, list[Waiting]] = {}
        for one in self._follows.alerts.waiting():
            if one.id not in without and not self._services.presence.is_out_of(one.chat_id):
                waiting.setdefault(one.person_id, []).append(one)
        letters: list[Letter] = []
        pause = _REMEMBERED
        for person_id, theirs in waiting.items():
            letter, later = self._of_person(person_id, theirs, now)
            letters.extend([letter] if letter else [])
            pause = min([pause, *(moment - now for moment in later)])
        return letters, pause.total_seconds()

    def _of_person(
        self, person_id: int, waiting: list[Waiting], now: datetime
    ) -> tuple[Letter | None, list[datetime]]:
        """Return the next message to a person, None if none is due, and when others are."""
        habits = self._follows.habits.of(person_id)
        sent = self._follows.alerts.sent_to(person_id, since=now - _REMEMBERED)
        times = {
            one.id: due(found=one.found_at, now=now, habits=habits, sent=sent) for one in waiting
        }
        ready = [one for one in waiting if times[one.id] <= now]
        later = [moment for moment in times.values() if moment > now]
        if not ready:
            return None, later
        first = ready[0]
        place = (first.chat_id, first.thread_id)
        ids = [one.id for one in ready if (one.chat_id, one.thread_id) == place]
        letter = Letter(
            person_id=person_id,
            chat_id=first.chat_id,
            thread_id=first.thread_id,
            ids=tuple(ids[:MOST_STORIES]),
            cap=habits.cap if _today(sent, now, habits) + 1 >= habits.cap else None,
        )
        return letter, later

    def written(self, letter: Letter) -> Message | None:
        """Return the message; None if nothing is left that may be shown, which is noted."""
        services, alerts = self._services, self._follows.alerts
        found = alerts.some(letter.ids)
        shown = [one for one in found if self._may_be_shown(one, letter)]
        gone = [one.id for one in found if one not in shown]
        if gone:
            alerts.leave_out(gone, "its article is gone, or may not be seen there")
        token = services.new_token()
        together = alerts.put_together([one.id for one in shown], token)
        if not together:
            return None
        answer = answer_for(
            together,
            token=token,
            chat_id=letter.chat_id,
            thread_id=letter.thread_id,
            at=services.now(),
        )
        desk = services.desk.speaking(self._speech(letter.person_id))
        return message_for(desk, answer, together, cap=letter.cap)

    def _may_be_shown(self, alert: Alert, letter: Letter) -> bool:
        """Return whether the chat may see what an alert quotes, and the article is still there."""
        allowed = self._services.allowed
        alone = answer_for(
            [alert],
            token="",
            chat_id=letter.chat_id,
            thread_id=letter.thread_id,
            at=self._services.now(),
        )
        return (
            allowed.allows(letter.chat_id)
            and allowed.sees_answer(letter.chat_id, alone)
            and is_left(self._services.desk, alert.story)
        )

    def _speech(self, person_id: int) -> Speech:
        return self._services.speech_of(person_id) if person_id > 0 else ENGLISH


def _today(sent: list[datetime], now: datetime, habits: Habits) -> int:
    """Return how many messages went to a person on the day it is for them."""
    zone = ZoneInfo(habits.zone)
    today = now.astimezone(zone).date()
    return sum(moment.astimezone(zone).date() == today for moment in sent)
