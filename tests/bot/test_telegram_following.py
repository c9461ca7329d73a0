"""Following by button and command: what is followed, by whom, where, and when it is told."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.following.due_times import Habits
from bot.following.follows import MOST_FOLLOWS, Paused
from bot.telegram.callbacks import NO_TOKEN, Press, Verb
from bot.telegram.following import listing as views
from tests.bot.following_bot import HOUR, QUESTION, Tellers, Watched, a_watching_bot, flooded
from tests.bot.telegram_bot import FLOOD, article, flood
from tests.bot.telegram_double import Json, labels, quotes_in

NOBODY = "Who won the match in Northtown?"
GROUP = -100


def toasts(bot: Watched) -> list[str]:
    return [answer["text"] for answer in bot.double.answered.values() if "text" in answer]


async def shows_label(bot: Watched, message: Json, label: str) -> None:
    await bot.double.until(lambda: label in str(labels(message)))


async def test_the_button_under_an_answer_follows_and_again_stops(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        before = message["text"]
        bot.double.presses("🔔 Follow")
        await shows_label(bot, message, "🔕 Stop")
        assert "⏸ Pause" not in str(labels(message))
        [follow] = bot.follows.of_person(7)
        assert (follow.question, follow.chat_id, follow.is_once) == (QUESTION, 7, False)
        assert bot.follows.known(follow.token) == {("main", "flood")}
        bot.double.presses("🔕 Stop")
        await shows_label(bot, message, "🔔 Follow")
        assert bot.follows.of_person(7) == []
        assert message["text"] == before
        assert [text[:2] for text in toasts(bot)] == ["🔔 ", "🔕 "]


async def test_a_follow_up_is_followed_in_the_form_that_stands_alone(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.presses("🔔 Follow")
        await shows_label(bot, message, "🔕 Stop")
        answer = bot.running.state.answer_shown(chat_id=7, message_id=message["message_id"])
        assert answer is not None
        [follow] = bot.follows.of_person(7)
        assert follow.question == answer.searched_for


async def test_what_the_answer_showed_is_known_with_all_that_tell_the_story(
    tmp_path: Path,
) -> None:
    tellers = Tellers()
    tellers.reports = [["flood", "copy"], ["report"]]
    async with a_watching_bot(tmp_path, flood(), tellers=tellers) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.presses("🔔 Follow")
        await shows_label(bot, message, "🔕 Stop")
        [follow] = bot.follows.of_person(7)
        known = {("main", key) for key in ("flood", "copy", "report")}
        assert bot.follows.known(follow.token) == known


async def test_nothing_found_offers_to_tell_once_and_does(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, flood()) as bot:
        bot.double.says(NOBODY)
        [message] = await bot.double.shows(1)
        assert labels(message)[-1] == ["🔔 Tell me when something answers it"]
        bot.double.presses("🔔 Tell me")
        await shows_label(bot, message, "🔕 Do not tell me")
        [follow] = bot.follows.of_person(7)
        assert follow.is_once
        bot.comes(article("match", "Northtown won the match.", title="Who won in Northtown"))
        [_, alert] = await bot.alerted(2)
        assert alert["text"].startswith(f"🔔 New for: “{NOBODY}”\nNorthtown won the match.\n")
        assert "⏸ Pause" not in str(labels(alert))
        assert bot.follows.of_person(7) == []
        bot.comes(article("again", "Northtown won the match again.", title="Who won in Northtown"))
        await bot.alerted(2)


async def test_each_who_wished_to_know_is_told_once(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        for user in (7, 8):
            bot.double.says(NOBODY, user=user)
            await bot.double.shows(1, chat=user)
            bot.double.presses("🔔 Tell me", user=user)
            await bot.double.until(lambda user=user: bot.follows.of_person(user))
        bot.comes(article("match", "Northtown won the match.", title="Who won in Northtown"))
        await bot.alerted(2)
        await bot.alerted(2, user=8)


async def test_the_wish_to_be_told_can_be_taken_back(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.double.says(NOBODY)
        [message] = await bot.double.shows(1)
        bot.double.presses("🔔 Tell me")
        await shows_label(bot, message, "🔕 Do not tell me")
        bot.double.presses("🔕 Do not")
        await shows_label(bot, message, "🔔 Tell me")
        assert bot.follows.of_person(7) == []


async def test_the_alert_of_somebody_told_once_can_be_followed(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.follow(is_once=True)
        bot.comes(flooded("one", "3.1"))
        [alert] = await bot.alerted(1)
        bot.double.presses("🔔 Follow")
        await shows_label(bot, alert, "⏸ Pause")
        bot.comes(flooded("two", "3.2"))
        await bot.alerted(2)


async def test_following_what_was_to_be_told_once_goes_on(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, flood()) as bot:
        bot.follow(is_once=True)
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        bot.double.presses("🔕 Stop")
        await bot.double.until(lambda: not bot.follows.of_person(7)[0].is_once)
        assert labels(message)[1][-1] == "🔕 Stop"


async def test_an_alert_can_be_paused_resumed_and_stopped_where_it_stands(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        follow = bot.follow()
        bot.comes(flooded("one", "3.1"))
        [alert] = await bot.alerted(1)
        bot.double.presses("⏸ Pause")
        await shows_label(bot, alert, "▶ Resume")
        bot.comes(flooded("two", "3.2"))
        await bot.alerted(1)
        bot.double.presses("▶ Resume")
        await shows_label(bot, alert, "⏸ Pause")
        bot.comes(flooded("three", "3.3"))
        [_, third] = await bot.alerted(2)
        assert quotes_in(third) == [FLOOD.replace("2.4", "3.3")]
        bot.double.presses("🔕 Stop")
        await bot.double.until(lambda: bot.follows.one(follow.token) is None)
        await shows_label(bot, third, "🔔 Follow")
        assert third["text"].startswith("🔔 New for:")


async def test_follow_with_a_question_and_the_list_with_its_buttons(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, flood()) as bot:
        bot.double.says(f"/follow {QUESTION}")
        [said] = await bot.double.shows(1)
        assert said["text"].startswith(f"🔔 Followed: “{QUESTION}”\n")
        [follow] = bot.follows.of_person(7)
        assert bot.follows.known(follow.token) == {("main", "flood")}
        bot.double.says(f"/follow {QUESTION.upper()}")
        [_, again] = await bot.double.shows(2)
        assert again["text"] == f"🔔 This is followed here already: “{QUESTION}”"
        bot.double.says("/following")
        [_, _, listed] = await bot.double.shows(3)
        assert listed["text"] == (
            f"🔔 1 followed question\n\n1. “{QUESTION}”\n\n• At once\n• No quiet hours\n"
            "• At most 10 messages a day\n• Time zone: UTC, where it is 08:00"
        )
        bot.double.presses("1 ⏸")
        await bot.double.until(lambda: f"“{QUESTION}” · ⏸ paused" in listed["text"])
        assert bot.follows.of_person(7)[0].paused is Paused.ASKED
        bot.double.presses("1 ▶")
        await bot.double.until(lambda: "paused" not in listed["text"])
        bot.double.presses("1 🔕")
        await bot.double.until(lambda: listed["text"].startswith("Nothing is followed yet."))


async def test_follow_alone_takes_the_last_question_asked_here(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, flood()) as bot:
        bot.double.says("/follow")
        [usage] = await bot.double.shows(1)
        assert usage["text"].startswith("Write the question after the command")
        bot.double.says(QUESTION)
        await bot.double.shows(2)
        bot.double.says("/follow")
        await bot.double.shows(3)
        assert [one.question for one in bot.follows.of_person(7)] == [QUESTION]


async def test_a_question_without_words_cannot_be_followed(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.double.says("/follow ???")
        await bot.double.shows(1)
        assert bot.follows.of_person(7) == []


async def test_nobody_follows_more_than_the_most(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, flood()) as bot:
        for number in range(MOST_FOLLOWS):
            bot.follow(f"What of number {number}?")
        bot.double.says("/follow And one more?")
        [said] = await bot.double.shows(1)
        assert said["text"].startswith(f"You follow {MOST_FOLLOWS} questions already.")
        bot.double.says(QUESTION)
        await bot.double.shows(2)
        bot.double.presses("🔔 Follow")
        await bot.double.until(lambda: toasts(bot))
        assert toasts(bot)[0].startswith(f"You follow {MOST_FOLLOWS} questions already.")
        bot.double.says("/following")
        [_, _, listed] = await bot.double.shows(3)
        bot.double.presses("›")
        await bot.double.until(lambda: "7. “What of number 6?”" in listed["text"])
        bot.double.presses("‹")
        await bot.double.until(lambda: "1. “What of number 0?”" in listed["text"])


async def test_times_are_set_by_buttons(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.follow()
        bot.double.says("/following")
        [message] = await bot.double.shows(1)
        habits = bot.follows.habits
        for label, seen in [
            ("⚙️ When", "⚙️ When I tell you what is new"),
            ("Once a day", "• Once a day at 08:00"),
            ("→ 09:00", "• Once a day at 09:00"),
            ("→ Quiet from 22:00 to 07:00", "• Quiet from 22:00 to 07:00"),
            ("→ At most 30", "• At most 30 messages a day"),
            ("🌐 Time zone", "🌐 Choose your time zone"),
            ("Asia", "🌐 Choose your time zone"),
            ("Tokyo", "• Time zone: Asia/Tokyo, where it is 17:00"),
            ("At once", "• At once"),
            ("↩ Back", "🔔 1 followed question"),
        ]:
            await bot.double.until(
                lambda label=label: any(label in b for row in labels(message) for b in row)
            )
            bot.double.presses(label)
            await bot.double.until(lambda seen=seen: seen in message["text"])
        assert habits.of(7) == Habits(
            zone="Asia/Tokyo", digest=time(9), quiet=(time(22), time(7)), cap=30
        )
        assert habits.of(8) == Habits()


async def test_a_button_that_changes_nothing_edits_nothing(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.follow()
        bot.double.says("/following")
        [message] = await bot.double.shows(1)
        bot.double.presses("⚙️ When")
        await bot.double.until(lambda: "At once" in str(labels(message)))
        edits = bot.double.count("editMessageText")
        query = bot.double.presses("At once")
        await bot.double.until(lambda: query in bot.double.answered)
        await bot.beat()
        assert bot.double.count("editMessageText") == edits


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("europe/lisbon", Habits(zone="Europe/Lisbon")),
        ("America/Port of Spain", Habits(zone="America/Port_of_Spain")),
        ("07:30", Habits(is_daily=True, digest=time(7, 30))),
        ("22:30-06:15", Habits(quiet=(time(22, 30), time(6, 15)))),
        ("22:30 - 22:30", Habits()),
        ("25:00", Habits()),
        ("Atlantis/City", Habits()),
    ],
)
async def test_times_are_set_by_writing(written: str, expected: Habits, tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.double.says(f"/following {written}")
        [said] = await bot.double.shows(1)
        assert bot.follows.habits.of(7) == expected
        understood = written not in {"25:00", "Atlantis/City"}
        assert said["text"].startswith("⚙️" if understood else "I do not understand")


async def test_new_times_count_for_what_waits(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.follow()
        bot.follows.habits.keep(7, Habits(is_daily=True, digest=time(20)))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(0)
        bot.double.says("/following 09:00")
        bot.double.date += HOUR
        await bot.alerted(2)


@pytest.mark.parametrize(
    "numbers",
    [
        *((views.QUIET_HOURS, 99, 0), (views.CAP, 99, 0), (views.ZONE, 99, 0)),
        *((views.ZONE, 0, 99), (views.DIGEST, 24, 0), (views.DIGEST, 5, 60)),
        *((99, 0, 0), (views.REGION, 99, 0)),
    ],
)
async def test_buttons_of_another_release_set_nothing(
    numbers: tuple[int, ...], tmp_path: Path
) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.double.says("/following")
        [message] = await bot.double.shows(1)
        press = Press(verb=Verb.WHEN, token=NO_TOKEN, numbers=numbers)
        query = bot.double.presses_data(press.data, message)
        await bot.double.until(lambda: query in bot.double.answered)
        assert bot.follows.habits.of(7) == Habits()


async def test_old_buttons_get_a_polite_toast(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path, flood()) as bot:
        bot.double.says(QUESTION)
        [message] = await bot.double.shows(1)
        unknown = "x" * 12
        shown = {"chat_id": 7, "message_id": message["message_id"]}
        await bot.double.until(lambda: bot.running.state.answer_shown(**shown))
        token = bot.running.state.answer_shown(**shown).token
        presses = [
            Press(verb=Verb.FOLLOW, token=unknown, numbers=(0,)),
            Press(verb=Verb.FOLLOW, token=token, numbers=(9,)),
            Press(verb=Verb.TELL, token=unknown, numbers=()),
            Press(verb=Verb.FOLLOWED, token=unknown, numbers=(1, 0)),
            Press(verb=Verb.FOLLOWED, token=unknown, numbers=(9, 0)),
            Press(verb=Verb.FOLLOWED, token=bot.follow().token, numbers=(8, 0)),
        ]
        for press in presses:
            query = bot.double.presses_data(press.data, message)
            await bot.double.until(lambda query=query: query in bot.double.answered)
        assert len(toasts(bot)) == len(presses)


async def test_in_a_group_whoever_follows_alone_can_change_it(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.double.says(f"/follow {QUESTION}", user=7, chat=GROUP)
        await bot.double.shows(1, chat=GROUP)
        bot.comes(flooded("one", "3.1"))
        await bot.beat()
        [_, alert] = await bot.double.shows(2, chat=GROUP)
        bot.double.presses("⏸ Pause", user=8, chat=GROUP)
        await bot.double.until(lambda: len(toasts(bot)) == 1)
        bot.double.presses("🔕 Stop", user=8, chat=GROUP)
        await bot.double.until(lambda: len(toasts(bot)) == 2)
        assert toasts(bot)[0] == "Only whoever follows this can change it."
        assert bot.follows.in_chat(GROUP)[0].paused is None
        bot.double.says("/following", user=8, chat=GROUP)
        [*_, listed] = await bot.double.shows(3, chat=GROUP)
        assert listed["text"] == f"🔔 1 followed question\n\n1. “{QUESTION}”"
        bot.double.presses("1 🔕", user=8, chat=GROUP)
        await bot.double.until(lambda: len(toasts(bot)) == 3)
        bot.double.presses("1 🔕", user=7, chat=GROUP)
        await bot.double.until(lambda: not bot.follows.in_chat(GROUP))
        bot.double.says("/following 07:30", user=7, chat=GROUP)
        [*_, refused] = await bot.double.shows(4, chat=GROUP)
        assert refused["text"].startswith("When you hear of what is new is set in our private chat")
        assert "🔕" not in str(labels(listed))
        assert alert["text"].startswith("🔔 New for:")


async def test_a_question_followed_in_a_group_is_listed_for_its_follower(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.follow(chat_id=GROUP)
        bot.follow("Who won?", is_once=True)
        bot.follows.shut(GROUP, at=bot.follows.of_person(7)[0].created_at)
        bot.running.state.departures.leave(GROUP, bot.follows.of_person(7)[0].created_at)
        bot.double.says("/following")
        [message] = await bot.double.shows(1)
        assert "“Who won?” · told once" in message["text"]
        assert "in a group" in message["text"]


async def test_what_a_person_followed_is_erased_with_them(tmp_path: Path) -> None:
    async with a_watching_bot(tmp_path) as bot:
        bot.follow()
        bot.follow(NOBODY)
        bot.follows.habits.keep(7, Habits(cap=3))
        bot.comes(flooded("one", "3.1"))
        await bot.alerted(1)
        assert bot.follows.forget(7) == 2
        assert bot.follows.of_person(7) == []
        assert bot.follows.habits.of(7) == Habits()
        assert bot.alerts.sent_to(7, since=datetime.fromtimestamp(0, UTC)) == []
        bot.comes(flooded("two", "3.2"))
        await bot.alerted(1)
