"""How /following looks: what is followed, and when people are told. Plain text and buttons."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.following.due_times import Habits
from bot.following.follows import Follow, Paused
from bot.speech import Speech
from bot.telegram.callbacks import NO_TOKEN, Press, Verb
from bot.telegram.following.marks import IN_LIST, QUESTION_SHOWN, pause_button, stop_button
from bot.telegram.following.zones import CAPS, QUIET, REGIONS, zones_of
from bot.telegram.markup import in_one_line
from bot.telegram.messages import Button, Drawn, Row, plain
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import following as texts

SHOWN = 6
"""Follows on one page of the list."""
PAGE, SETTINGS, RHYTHM, DIGEST, QUIET_HOURS, CAP, REGION, ZONE = range(8)
"""What a button about times does; its values follow."""
_COLUMNS = 3


def listed(
    follows: Sequence[Follow],
    habits: Habits,
    speech: Speech,
    *,
    now: datetime,
    page: int = 0,
    is_private: bool = True,
) -> Drawn:
    """Return a page of what is followed, counted from 0; in a private chat with when it is told."""
    if not follows:
        return plain(texts.nothing_followed(speech))
    page = min(page, (len(follows) - 1) // SHOWN)
    first = page * SHOWN
    shown = list(enumerate(follows[first : first + SHOWN], start=first + 1))
    lines = [texts.followed(speech, number=len(follows)), ""]
    lines += [_line(speech, place, one, is_private=is_private) for place, one in shown]
    rows: list[Row] = [
        (
            pause_button(one, speech, where=IN_LIST, prefix=f"{place} "),
            stop_button(one, speech, where=IN_LIST, prefix=f"{place} "),
        )
        for place, one in shown
    ]
    rows.append(_turns(page, len(follows)))
    if is_private:
        lines += ["", *_times(habits, speech, now)]
        rows.append((_button(texts.button_when(speech), SETTINGS),))
    return plain("\n".join(lines), *rows)


def settings(habits: Habits, speech: Speech, *, now: datetime) -> Drawn:
    """Return when a person is told, with a button for each thing that can be set."""
    lines = [texts.settings(speech), "", *_times(habits, speech, now), "", texts.by_hand(speech)]
    rhythm = (
        _button(texts.at_once(speech), RHYTHM, 0),
        _button(texts.daily(speech), RHYTHM, 1),
    )
    return plain(
        "\n".join(lines),
        rhythm,
        _digest_row(habits),
        (_button(_next_quiet_label(habits, speech), QUIET_HOURS, _next_quiet(habits)),),
        (_button(_next_cap_label(habits, speech), CAP, _next_cap(habits)),),
        (_button(texts.button_time_zone(speech), REGION),),
        (_button(texts.button_back(speech), PAGE),),
    )


def regions(speech: Speech) -> Drawn:
    """Return the parts of the world that time zones are offered for."""
    buttons = [_button(name, REGION, number) for number, name in enumerate(REGIONS, start=1)]
    back = _button(texts.button_back(speech), SETTINGS)
    return plain(texts.choose_zone(speech), *_in_rows(buttons), (back,))


def zones(speech: Speech, region: int) -> Drawn:
    """Return the time zones of a region, counted from 0."""
    buttons = [
        _button(_city(zone), ZONE, region, place) for place, zone in enumerate(zones_of(region))
    ]
    back = _button(texts.button_back(speech), REGION)
    return plain(texts.choose_zone(speech), *_in_rows(buttons), (back,))


def _line(speech: Speech, place: int, follow: Follow, *, is_private: bool) -> str:
    question = in_one_line(follow.question, longest=QUESTION_SHOWN)
    said = [texts.followed_line(speech, place=place, question=question)]
    if is_private and not follow.is_private:
        said.append(texts.is_in_group(speech))
    if follow.is_once:
        said.append(texts.is_once(speech))
    match follow.paused:
        case Paused.ASKED:
            said.append(texts.is_paused(speech))
        case Paused.SHUT:
            said.append(texts.is_shut(speech))
    return " · ".join(said)


def _times(habits: Habits, speech: Speech, now: datetime) -> list[str]:
    clock = _clock(now.astimezone(ZoneInfo(habits.zone)).time())
    rhythm = texts.at_once(speech)
    if habits.is_daily:
        rhythm = texts.daily_at(speech, clock=_clock(habits.digest))
    return [
        f"• {rhythm}",
        f"• {_quiet_label(habits.quiet, speech)}",
        f"• {texts.most_a_day(speech, number=habits.cap)}",
        f"• {texts.time_zone(speech, zone=habits.zone, clock=clock)}",
    ]


def _quiet_label(hours: tuple[time, time] | None, speech: Speech) -> str:
    if hours is None:
        return texts.no_quiet(speech)
    return texts.quiet(speech, start=_clock(hours[0]), end=_clock(hours[1]))


def _next_quiet(habits: Habits) -> int:
    """Return the place of the quiet hours that are offered next."""
    place = QUIET.index(habits.quiet) if habits.quiet in QUIET else -1
    return (place + 1) % len(QUIET)


def _next_quiet_label(habits: Habits, speech: Speech) -> str:
    return f"→ {_quiet_label(QUIET[_next_quiet(habits)], speech)}"


def _next_cap(habits: Habits) -> int:
    """Return the place of the cap that is offered next."""
    place = CAPS.index(habits.cap) if habits.cap in CAPS else -1
    return (place + 1) % len(CAPS)


def _next_cap_label(habits: Habits, speech: Speech) -> str:
    return f"→ {texts.most_a_day(speech, number=CAPS[_next_cap(habits)])}"


def _digest_row(habits: Habits) -> Row:
    """Return buttons for an hour earlier and later, where there is a digest."""
    if not habits.is_daily:
        return ()
    around = [habits.digest.replace(hour=(habits.digest.hour + step) % 24) for step in (-1, 1)]
    return tuple(_button(f"→ {_clock(one)}", DIGEST, one.hour, one.minute) for one in around)


def _turns(page: int, total: int) -> Row:
    last = (total - 1) // SHOWN
    turns = [(answer_texts.button_previous(), page - 1), (answer_texts.button_next(), page + 1)]
    return tuple(_button(label, PAGE, to) for label, to in turns if 0 <= to <= last)


def _in_rows(buttons: Sequence[Button]) -> list[Row]:
    return [tuple(buttons[at : at + _COLUMNS]) for at in range(0, len(buttons), _COLUMNS)]


def _button(label: str, what: int, first: int = 0, second: int = 0) -> Button:
    return Button(
        label=label, press=Press(verb=Verb.WHEN, token=NO_TOKEN, numbers=(what, first, second))
    )


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"
