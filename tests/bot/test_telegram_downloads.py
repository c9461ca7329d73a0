from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from bot.telegram.administration import downloads
from bot.telegram.administration.downloads import DownloadError, TooLargeError, downloaded
from bot.telegram.client import make_client
from tests.bot.telegram_double import DoubleRequest, Failure, TelegramDouble


class Pauses(list[float]):
    """The pauses asked for; none is made."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture(name="double")
def make_double() -> TelegramDouble:
    """Return a server that holds one file."""
    double = TelegramDouble()
    double.files["f"] = b"some words"
    return double


@pytest.fixture(name="bot")
async def make_bot(double: TelegramDouble) -> AsyncIterator[Bot]:
    """Yield a client of the server."""
    request, polling = DoubleRequest(double), DoubleRequest(double)
    client = make_client(
        token=double.token, api_url="https://double", request=request, polling=polling
    )
    async with client:
        yield client


async def test_trouble_on_the_way_is_tried_again(double: TelegramDouble, bot: Bot) -> None:
    double.failures += [
        Failure("getFile", "timeout"),
        Failure("file", 429, parameters={"retry_after": 3}),
    ]
    pauses = Pauses()
    assert await downloaded(bot, "f", limit=100, sleep=pauses) == b"some words"
    assert pauses == [1.0, 3.0]


async def test_in_the_end_it_is_given_up(double: TelegramDouble, bot: Bot) -> None:
    double.failures.append(Failure("file", "timeout", times=9))
    pauses = Pauses()
    with pytest.raises(DownloadError, match="could not be reached"):
        await downloaded(bot, "f", limit=100, sleep=pauses)
    assert pauses == [1.0, 5.0]


@pytest.mark.parametrize("status", [401, 403, 400])
async def test_what_is_refused_is_not_asked_for_again(
    status: int, double: TelegramDouble, bot: Bot
) -> None:
    double.failures.append(Failure("getFile", status, description="no"))
    pauses = Pauses()
    with pytest.raises(DownloadError):
        await downloaded(bot, "f", limit=100, sleep=pauses)
    assert pauses == []


async def test_a_size_is_asked_before_and_counted_after(double: TelegramDouble, bot: Bot) -> None:
    with pytest.raises(TooLargeError) as known:
        await downloaded(bot, "f", limit=3)
    assert known.value.size == 10
    assert not double.count("file")
    double.hides_sizes = True
    with pytest.raises(TooLargeError) as counted:
        await downloaded(bot, "f", limit=3)
    assert counted.value.size == 10
    double.largest_file = 1
    with pytest.raises(TooLargeError) as told:
        await downloaded(bot, "f", limit=3)
    assert told.value.size == 0


def test_no_pause_is_longer_than_a_minute() -> None:
    assert downloads._asked(RetryAfter(500)) == 60.0
    assert downloads._asked(RetryAfter(timedelta(seconds=2))) == 2.0
