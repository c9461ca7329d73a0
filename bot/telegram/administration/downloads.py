"""Getting the bytes of a file that was sent to the bot."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.errors import BotError

SECONDS = 120.0
"""What a download may take."""

_PAUSES = (1.0, 5.0)
_LONGEST_PAUSE = 60.0


class DownloadError(BotError):
    """A file could not be had."""


class TooLargeError(DownloadError):
    """The file has more bytes than may be downloaded; `size` says how many, 0 if unknown."""

    def __init__(self, size: int) -> None:
        """Note the size."""
        super().__init__(f"the file has {size} bytes; send a smaller one")
        self.size = size


async def downloaded(
    bot: Bot,
    file_id: str,
    *,
    limit: int,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> bytes:
    """Return the bytes of a file; nothing changes by asking twice, so trouble on the way is retried.

    Raise `TooLargeError`, before downloading where the size is known, and `DownloadError`.
    """
    for pause in (*_PAUSES, None):
        try:
            return await _once(bot, file_id, limit)
        except RetryAfter as error:
            pause = _asked(error)  # noqa: PLW2901 - the server knows better
            failure: TelegramError = error
        except (BadRequest, Forbidden) as error:
            if "too big" in error.message.lower():
                raise TooLargeError(0) from error
            raise DownloadError(error.message) from error
        except NetworkError as error:
            failure = error
        except TelegramError as error:
            raise DownloadError(error.message) from error
        if pause is None:
            break
        await sleep(pause)
    message = "Telegram could not be reached; send the file again"
    raise DownloadError(message) from failure


async def _once(bot: Bot, file_id: str, limit: int) -> bytes:
    file = await bot.get_file(file_id, read_timeout=SECONDS)
    if file.file_size is not None and file.file_size > limit:
        raise TooLargeError(file.file_size)
    data = bytes(await file.download_as_bytearray(read_timeout=SECONDS))
    if len(data) > limit:
        raise TooLargeError(len(data))
    return data


def _asked(error: RetryAfter) -> float:
    """Return the seconds the server wants to be left alone for, within reason."""
    pause = error.retry_after
    seconds = pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
    return min(seconds, _LONGEST_PAUSE)
