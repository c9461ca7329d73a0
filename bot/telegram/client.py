"""The Bot API client: python-telegram-bot's, with updates as they came over the wire.

`Bot.get_updates` parses a whole batch at once, so that one update it cannot parse hides all the
others and is fetched again for ever. Raw updates are parsed, journalled or skipped one by one.
"""

import os
from typing import Any

from telegram.error import TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest

from bot.telegram.transport import AiohttpRequest

MESSAGE_SLOTS = 16
QUICK_SLOTS = 4
INLINE_SLOTS = 4
"""Calls at once: messages, what must not wait for them (typing, answers to buttons), and inline
and guest mode."""
POLL_SECONDS = 10
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "inline_query",
    "chosen_inline_result",
    "guest_message",
)
_HTML = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
_READ_SECONDS = 20.0
_CONNECT_SECONDS = 10.0

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else every RetryAfter comes with a warning


class Client(ExtBot[None]):
    """A bot that also hands out raw updates."""

    async def raw_updates(self, *, offset: int | None, wait: int) -> list[dict[str, Any]]:
        """Return up to 100 updates from `offset` on; wait up to `wait` seconds for the first.

        All updates below `offset` are confirmed: Telegram forgets them.
        """
        data = {"offset": offset, "timeout": wait, "allowed_updates": list(ALLOWED_UPDATES)}
        result = await self._post("getUpdates", data, read_timeout=wait + _READ_SECONDS)
        return result if isinstance(result, list) else []

    async def post_text(self, text: str, **parameters: object) -> int:
        """Send a message in Telegram's HTML without a preview of links; return its id.

        `parameters` are those of sendMessage, as the Bot API takes them; None stands for one that
        is left out. The message that comes back is not parsed: that takes as long as sending it.
        Raises `TelegramError`, also for an answer that names no message.
        """
        sent = await self._post("sendMessage", {"text": text, **_HTML, **parameters})
        message_id = sent.get("message_id") if isinstance(sent, dict) else None
        if not isinstance(message_id, int):
            reason = "the server did not say which message it sent"
            raise TelegramError(reason)
        return message_id

    async def change_text(self, text: str, **parameters: object) -> None:
        """Change a message likewise; `parameters` are those of editMessageText."""
        await self._post("editMessageText", {"text": text, **_HTML, **parameters})


def make_client(
    *,
    token: str,
    api_url: str | None,
    request: BaseRequest | None = None,
    polling: BaseRequest | None = None,
) -> Client:
    """Return a client of Telegram's server, or of the one at `api_url`; tests pass requests."""
    server = (api_url or "https://api.telegram.org").rstrip("/")
    return Client(
        token=token,
        base_url=f"{server}/bot",
        base_file_url=f"{server}/file/bot",
        request=request or _transport(MESSAGE_SLOTS + QUICK_SLOTS + INLINE_SLOTS),
        get_updates_request=polling or _transport(1),
    )


def _transport(connections: int) -> BaseRequest:
    return AiohttpRequest(
        connections=connections, seconds=_READ_SECONDS, connect_seconds=_CONNECT_SECONDS
    )
