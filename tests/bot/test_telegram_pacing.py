import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram import pacing
from bot.telegram.pacing import Pace, Pacer


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += seconds


def a_pacer(time: Time, **limits: float) -> Pacer:
    return Pacer(Pace(**limits), clock=time.clock, sleep=time.sleep)


async def send_times(pacer: Pacer, time: Time, chat: int, count: int) -> list[float]:
    times = []
    for _ in range(count):
        await pacer.chat_turn(chat)
        await pacer.overall_turn()
        times.append(time.now - 1000)
    return times


async def test_a_private_chat_gets_a_burst_then_one_a_second() -> None:
    time = Time()
    times = await send_times(a_pacer(time), time, 7, 6)
    assert times == pytest.approx([0, 0, 0, 1, 2, 3], abs=0.2)


async def test_a_chat_at_rest_gets_its_burst_again() -> None:
    time = Time()
    pacer = a_pacer(time)
    await send_times(pacer, time, 7, 6)
    time.now += 60
    before = time.now - 1000
    times = await send_times(pacer, time, 7, 3)
    assert times == pytest.approx([before] * 3, abs=0.2)


@given(st.lists(st.floats(0, 20), min_size=20, max_size=60))
def test_a_group_never_gets_more_than_fifteen_in_any_minute(pauses: list[float]) -> None:
    time, times = Time(), []

    async def run() -> None:
        pacer = a_pacer(time)
        for pause in pauses:
            time.now += pause
            times.extend(await send_times(pacer, time, -5, 1))

    asyncio.run(run())
    for start in times:
        assert sum(1 for t in times if start <= t < start + 60) <= 15


async def test_all_chats_together_stay_below_thirty_a_second() -> None:
    time = Time()
    pacer = a_pacer(time)
    times = []
    for chat in range(1, 200):
        times += await send_times(pacer, time, chat, 1)
    for start in times:
        assert sum(1 for t in times if start <= t < start + 1) <= 30
    assert times[-1] < 200 / 27


async def test_a_closed_chat_is_left_alone_and_others_are_not() -> None:
    time = Time()
    pacer = a_pacer(time)
    pacer.close(7, 30)
    pacer.close(7, 5)
    assert await send_times(pacer, time, 8, 1) == pytest.approx([0], abs=0.1)
    assert await send_times(pacer, time, 7, 1) == pytest.approx([30], abs=0.1)


async def test_turns_are_given_in_the_order_they_were_asked_for() -> None:
    time = Time()
    pacer = a_pacer(time, overall_per_second=1.0, overall_burst=1)
    order: list[int] = []

    async def one(number: int) -> None:
        await pacer.overall_turn()
        order.append(number)

    await asyncio.gather(*(one(n) for n in range(5)))
    assert order == [0, 1, 2, 3, 4]


async def test_only_so_many_chats_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "_REMEMBERED_CHATS", 10)
    time = Time()
    pacer = a_pacer(time)
    for chat in range(1, 50):
        await pacer.chat_turn(chat)
    assert Counter(map(type, pacer._chats)) == {int: 10}


async def test_a_notice_waits_until_its_chat_is_at_rest() -> None:
    time = Time()
    pacer = a_pacer(time)
    await send_times(pacer, time, 7, 3)
    await pacer.notice_turn(7)
    assert time.now - 1000 == pytest.approx(3, abs=0.3)


async def test_notices_leave_a_group_its_last_sends_of_a_minute() -> None:
    time = Time()
    pacer = a_pacer(time, chat_per_second=1000, overall_per_second=1000)
    times = []
    for _ in range(12):
        await pacer.notice_turn(-7)
        await pacer.chat_turn(-7)
        times.append(time.now - 1000)
    assert times[9] < 5
    assert times[10] > 60
    before = time.now
    for _ in range(3):
        await pacer.chat_turn(-7)
    assert time.now == pytest.approx(before, abs=0.3)


async def test_a_notice_waits_for_a_gap_between_answers_but_not_for_ever() -> None:
    time = Time()
    pacer = a_pacer(time, overall_per_second=10, overall_burst=2)
    waiting = asyncio.create_task(pacer.notice_turn(7))
    turns = 0
    while not waiting.done():
        await pacer.overall_turn()
        turns += 1
        assert turns < 1000
    assert time.now - 1000 >= pacing.NOTICE_PATIENCE
