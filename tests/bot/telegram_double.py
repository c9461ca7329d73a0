"""A small Bot API server inside the test process: python-telegram-bot talks to it as to Telegram.

It knows the methods the bot uses and refuses every other; it checks parameters, texts, entities
and buttons. What a bot must never do is a complaint, and `TelegramDouble.check` fails the test.
"""

import asyncio
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.wire import leave

Json = dict[str, Any]
TOKEN = "123456789:AAE-pretend-token-of-thirty-five-chars"
ME = {"id": 123456789, "is_bot": True, "first_name": "News", "username": "news_bot"}
NOW = 1_800_000_000
PARAMETERS = {
    "getMe": "",
    "getUpdates": "offset timeout allowed_updates",
    "deleteWebhook": "drop_pending_updates",
    "setMyCommands": "commands scope language_code",
    "deleteMyCommands": "scope language_code",
    "setMyDescription": "description language_code",
    "setMyShortDescription": "short_description language_code",
    "sendMessage": "chat_id text parse_mode link_preview_options reply_parameters "
    "message_thread_id reply_markup",
    "editMessageText": "chat_id message_id inline_message_id text parse_mode link_preview_options "
    "reply_markup",
    "answerInlineQuery": "inline_query_id results cache_time is_personal next_offset button",
    "answerGuestQuery": "guest_query_id result",
    "getFile": "file_id",
    "sendChatAction": "chat_id action message_thread_id",
    "answerCallbackQuery": "callback_query_id text show_alert url",
}
TAGS = {"b": "bold", "i": "italic", "u": "underline", "a": "text_link", "tg-time": "date_time"}


@dataclass
class Failure:
    """What goes wrong with the next calls of a method.

    `refuse` never reaches the server; `timeout`, `drop` and `html` are carried out first if
    `carried_out`; a number is a status, with the description or parameters given.
    """

    method: str
    kind: str | int
    times: int = 1
    carried_out: bool = False
    description: str = "Internal Server Error"
    parameters: Json = field(default_factory=dict)


class RefusedError(Exception):
    """The server's error answer."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


class TelegramDouble:
    """The server's world: chats with messages, waiting updates, the calls made."""

    def __init__(self) -> None:
        self.messages: dict[tuple[int, int], Json] = {}
        self.waiting: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.complaints: list[str] = []
        self.failures: list[Failure] = []
        self.forum_topics: set[tuple[int, int]] = set()
        self.shut: dict[int, RefusedError] = {}
        self.files: dict[str, bytes] = {}
        self.largest_file = 20_000_000
        self.hides_sizes = False
        self.token = TOKEN
        self.answered: dict[str, Json] = {}
        self.date = NOW
        self._ids = itertools.count(1)
        self._updates = itertools.count(500)
        self._queries = itertools.count(9000)
        self._changed = asyncio.Event()

    # -- what people do ---------------------------------------------------------------------

    def says(self, text: str, *, user: int = 7, chat: int | None = None, **fields: Any) -> Json:
        """Return the message a person sent."""
        message = self._message(user=user, chat=chat, text=text, **fields)
        message.setdefault("entities", _entities_people_make(text))
        self.push(message=message)
        return message

    def sends(self, *, user: int = 7, chat: int | None = None, **content: Any) -> Json:
        """Return a message without text: `sends(voice={...})`."""
        message = self._message(user=user, chat=chat, **content)
        self.push(message=message)
        return message

    def sends_file(
        self, name: str, data: bytes, *, user: int = 7, told: int | None = None, **fields: Any
    ) -> Json:
        """Return the message with a file; `told` is what Telegram says of its size."""
        number = f"file{next(self._ids)}"
        self.files[number] = data
        size = len(data) if told is None else told
        document = {"file_id": number, "file_unique_id": f"u{number}", "file_name": name}
        return self.sends(user=user, document=document | {"file_size": size}, **fields)

    def edits(self, message: Json, text: str) -> None:
        """Let the author change a message."""
        message |= {"text": text, "edit_date": self.date, "entities": _entities_people_make(text)}
        self.push(edited_message=message)

    def presses(self, label: str, *, user: int = 7, chat: int | None = None) -> str:
        """Press the newest button whose label starts like that; return the query's id."""
        where = user if chat is None else chat
        for (chat_id, _), message in reversed(list(self.messages.items())):
            for button in _buttons(message) if chat_id == where else ():
                if button["text"].startswith(label):
                    return self.presses_data(button["callback_data"], message, user=user)
        complaint = f"no button {label!r} in chat {where}"
        raise AssertionError(complaint)

    def presses_data(self, data: str, message: Json, *, user: int = 7) -> str:
        """Press a button that carries `data`; return the query's id."""
        query = str(next(self._queries))
        self.push(
            callback_query={
                "id": query,
                "from": _person(user),
                "chat_instance": "1",
                "message": message,
                "data": data,
            }
        )
        return query

    def push(self, **update: Any) -> int:
        """Queue any update whatever; return its id."""
        number = next(self._updates)
        self.waiting.append(json.loads(json.dumps({"update_id": number, **update})))
        self._changed.set()
        return number

    # -- what can be seen -------------------------------------------------------------------

    def shown(self, chat: int = 7) -> list[Json]:
        """Return the bot's messages in a chat, as they stand."""
        return [m for (c, _), m in self.messages.items() if c == chat and m["from"] == ME]

    def count(self, method: str) -> int:
        return Counter(name for name, _ in self.calls)[method]

    async def until(self, test: Callable[[], object], seconds: float = 60.0) -> None:
        """Return once `test` holds; fail the test if it does not in time.

        Looked at again with every call, and every few milliseconds: threads tell nobody.
        """
        async with asyncio.timeout(seconds):
            while not test():
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.02)

    async def shows(self, count: int, *, chat: int = 7) -> list[Json]:
        """Return the bot's messages in a chat once there are so many."""
        await self.until(lambda: len(self.shown(chat)) >= count)
        return self.shown(chat)

    def check(self) -> None:
        """Fail for anything a bot must not do, and for pressed buttons left unanswered."""
        assert not self.complaints, self.complaints

    # -- what the bot calls -----------------------------------------------------------------

    def note(self, method: str, parameters: Json) -> None:
        self.calls.append((method, parameters))
        self._changed.set()

    async def call(self, method: str, parameters: Json) -> Any:
        self.note(method, parameters)
        known = PARAMETERS.get(method)
        if known is None:
            self.complaints.append(f"unknown method {method}")
            raise RefusedError(404, "Not Found: method not found")
        for name in set(parameters) - set(known.split()):
            self.complaints.append(f"{method} has no parameter {name}")
        try:
            return await getattr(self, f"_{method}")(parameters)
        except RefusedError as refused:
            if refused.code not in {409, 429, 401} and not self.shut:
                self.complaints.append(f"{method}: {refused.description}")
            raise
        finally:
            self._changed.set()

    async def _getMe(self, _: Json) -> Json:  # noqa: N802 - named as the method
        flags = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
        return {**ME, **dict.fromkeys(flags, False)}

    async def _getUpdates(self, p: Json) -> list[Json]:  # noqa: N802
        offset = p.get("offset") or 0
        self.waiting = [u for u in self.waiting if u.get("update_id", offset) >= offset]
        if not self.waiting and p.get("timeout"):
            try:
                async with asyncio.timeout(p["timeout"]):
                    while not self.waiting:
                        self._changed.clear()
                        await self._changed.wait()
            except TimeoutError:
                pass
        return self.waiting[:100]

    async def _deleteWebhook(self, _: Json) -> bool:  # noqa: N802
        return True

    async def _setMyCommands(self, p: Json) -> bool:  # noqa: N802
        for command in p["commands"]:
            assert re.fullmatch(r"[a-z_]{1,32}", command["command"])
            assert 1 <= len(command["description"]) <= 256
        if "chat_id" in p["scope"]:
            self._open(p["scope"]["chat_id"])
        return True

    async def _deleteMyCommands(self, p: Json) -> bool:  # noqa: N802
        self._open(p["scope"]["chat_id"])
        return True

    async def _setMyDescription(self, p: Json) -> bool:  # noqa: N802
        assert 1 <= len(p["description"]) <= 512
        return True

    async def _setMyShortDescription(self, p: Json) -> bool:  # noqa: N802
        assert 1 <= len(p["short_description"]) <= 120
        return True

    async def _getFile(self, p: Json) -> Json:  # noqa: N802
        data = self.files.get(p["file_id"])
        if data is None:
            raise RefusedError(400, "Bad Request: invalid file_id")
        if len(data) > self.largest_file:
            raise RefusedError(400, "Bad Request: file is too big")
        number = p["file_id"]
        size = {} if self.hides_sizes else {"file_size": len(data)}
        place = {"file_id": number, "file_path": f"documents/{number}"}
        return {**place, **size, "file_unique_id": f"u{number}"}

    def hand_out(self, path: str) -> tuple[int, bytes]:
        """Return a file by the path that `getFile` told."""
        self.note("file", {"path": path})
        data = self.files.get(path.removeprefix("documents/"))
        return (404, b"Not Found") if data is None else (200, data)

    async def _sendChatAction(self, p: Json) -> bool:  # noqa: N802
        self._open(p["chat_id"])
        return True

    async def _sendMessage(self, p: Json) -> Json:  # noqa: N802
        chat = p["chat_id"]
        self._open(chat)
        message = self._message(bot=True, chat=chat, **self._content(p))
        reply, thread = p.get("reply_parameters"), p.get("message_thread_id")
        if reply and thread:
            self.complaints.append("a reply with message_thread_id")
        if reply:
            answered = self.messages.get((chat, reply["message_id"]))
            if answered is None and not reply.get("allow_sending_without_reply"):
                raise RefusedError(400, "Bad Request: message to be replied not found")
            if answered is not None:
                message["reply_to_message"] = {
                    k: v for k, v in answered.items() if k != "reply_to_message"
                }
        if thread and (chat, thread) not in self.forum_topics:
            raise RefusedError(400, "Bad Request: message thread not found")
        return message

    async def _editMessageText(self, p: Json) -> Json:  # noqa: N802
        self._open(p["chat_id"])
        message = self.messages.get((p["chat_id"], p["message_id"]))
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        new = {
            k: v for k, v in message.items() if k not in {"entities", "reply_markup", "edit_date"}
        }
        new |= self._content(p)
        if new == {k: v for k, v in message.items() if k != "edit_date"}:
            raise RefusedError(
                400, "Bad Request: message is not modified: specified new message content"
            )
        message.clear()
        message.update(new, edit_date=self.date)
        return message

    async def _answerCallbackQuery(self, p: Json) -> bool:  # noqa: N802
        query = p["callback_query_id"]
        if query in self.answered:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired")
        if _units(p.get("text", "")) > 200:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        url = p.get("url")
        if url and not url.startswith(f"https://t.me/{ME['username']}?start="):
            raise RefusedError(400, "Bad Request: URL_INVALID")
        self.answered[query] = p
        return True

    def _open(self, chat: int) -> None:
        if chat in self.shut:
            raise self.shut[chat]

    def _content(self, p: Json) -> Json:
        assert p["parse_mode"] == "HTML"
        assert p["link_preview_options"] == {"is_disabled": True}
        seen = _Html(p["text"])
        if not 1 <= _units(seen.text) <= 4096:
            raise RefusedError(400, "Bad Request: message is too long")
        if len(seen.entities) > 100:
            self.complaints.append(f"{len(seen.entities)} entities")
        content: Json = {"text": seen.text, "entities": seen.entities}
        markup = p.get("reply_markup")
        if markup:
            for row in markup["inline_keyboard"]:
                self._check_row(row)
            content["reply_markup"] = markup
        return content

    def _check_row(self, row: list[Json]) -> None:
        if not 1 <= len(row) <= 8:
            self.complaints.append(f"{len(row)} buttons in a row")
        for button in row:
            actions = [k for k in button if k != "text"]
            if len(actions) != 1 or not button["text"]:
                self.complaints.append(f"a button must do one thing: {button}")
            if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
                raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
            if not 1 <= _units(button.get("copy_text", {"text": "x"})["text"]) <= 256:
                raise RefusedError(400, "Bad Request: COPY_TEXT_INVALID")
            if "url" in button and not re.match(r"https?://[^/]+\.[^/]+", button["url"]):
                raise RefusedError(400, "Bad Request: Wrong HTTP URL")

    def _message(
        self, *, user: int = 7, chat: int | None = None, bot: bool = False, **content: Any
    ) -> Json:
        where = user if chat is None else chat
        number = next(self._ids)
        kind = "private" if where > 0 else "supergroup"
        place = {"id": where, "type": kind, "title" if where < 0 else "first_name": "Here"}
        message = {
            "message_id": number,
            "date": self.date,
            "chat": place,
            "from": ME if bot else _person(user),
            **content,
        }
        self.messages[where, number] = message
        return message


class DoubleRequest(BaseRequest):
    """python-telegram-bot's transport into a `TelegramDouble`."""

    def __init__(self, double: TelegramDouble) -> None:
        self._double = double

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, **timeouts: Any
    ) -> tuple[int, bytes]:
        if method == "GET":
            token, path = unquote(url).removeprefix("https://double/file/bot").split("/", 1)
            assert token == self._double.token
            return await self._file(path)
        token, name = url.removeprefix("https://double/bot").split("/")
        assert method == "POST"
        if token != self._double.token:
            return _answer(401, "Unauthorized")
        parameters = dict(request_data.parameters) if request_data else {}
        failure = self._failure(name)
        if failure is not None and failure.kind == "refuse":
            self._double.note(f"{name} that never left", parameters)
            reason = "refused"
            raise NetworkError(reason) from aiohttp.ConnectionTimeoutError(reason)
        await leave()
        if failure is not None:
            return await self._fail(failure, name, parameters)
        try:
            result = await self._double.call(name, parameters)
        except RefusedError as refused:
            return _answer(refused.code, refused.description, **refused.parameters)
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def _file(self, path: str) -> tuple[int, bytes]:
        failure = self._failure("file")
        return self._double.hand_out(path) if failure is None else await self._fail_file(failure)

    async def _fail_file(self, failure: Failure) -> tuple[int, bytes]:
        self._double.note("file that failed", {})
        if failure.kind == "timeout":
            raise TimedOut
        assert isinstance(failure.kind, int)
        return _answer(failure.kind, failure.description, **failure.parameters)

    def _failure(self, method: str) -> Failure | None:
        for failure in self._double.failures:
            if failure.method == method and failure.times:
                failure.times -= 1
                return failure
        return None

    async def _fail(self, failure: Failure, name: str, parameters: Json) -> tuple[int, bytes]:
        if failure.carried_out:
            await self._double.call(name, parameters)
        else:
            self._double.note(name, parameters)
        match failure.kind:
            case "timeout":
                raise TimedOut from aiohttp.SocketTimeoutError("slow")
            case "drop":
                reason = "cut"
                raise NetworkError(reason) from aiohttp.ServerDisconnectedError(reason)
            case "truncated":
                return 200, b'{"ok":true,"result":{"mess'
            case "html":
                return 502, b"<html>Bad Gateway</html>"
            case int():
                return _answer(failure.kind, failure.description, **failure.parameters)
        raise AssertionError(failure)


class _Html(HTMLParser):
    """Text and entities of Telegram's HTML; offsets are UTF-16 units."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[Json] = []
        self._open: list[tuple[str, Json]] = []
        self.feed(source)
        self.close()
        assert not self._open, f"left open: {self._open}"
        assert self.text == self.text.strip(), "Telegram would trim this text"
        self.entities.sort(key=lambda e: (e["offset"], -e["length"]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert tag in {*TAGS, "blockquote"}, f"Telegram knows no <{tag}>"
        kind = TAGS.get(tag) or ("expandable_blockquote" if "expandable" in given else "blockquote")
        entity: Json = {"type": kind, "offset": _units(self.text)}
        if tag == "a":
            assert re.match(r"https?://[^/]+\.[^/]+", given["href"] or ""), given
            entity["url"] = given["href"]
        if tag == "tg-time":
            entity |= {"unix_time": int(given["unix"] or 0), "date_time_format": given["format"]}
        self._open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        opened, entity = self._open.pop()
        assert opened == tag, f"<{opened}> closed by </{tag}>"
        length = _units(self.text) - entity["offset"]
        assert length, f"an empty <{tag}>"
        self.entities.append({**entity, "length": length})

    def handle_data(self, data: str) -> None:
        self.text += data


def quotes_in(message: Json) -> list[str]:
    """Return what the quotations of a message show, by their UTF-16 offsets."""
    return [
        piece(message, entity)
        for entity in message["entities"]
        if entity["type"] in {"blockquote", "expandable_blockquote"}
    ]


def piece(message: Json, entity: Json) -> str:
    """Return the text an entity covers."""
    units = message["text"].encode("utf-16-le")
    start = 2 * entity["offset"]
    return units[start : start + 2 * entity["length"]].decode("utf-16-le")


def labels(message: Json) -> list[list[str]]:
    """Return the labels of a message's buttons, by rows."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


def _buttons(message: Json) -> list[Json]:
    return [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]


def _person(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": f"Person {user}"}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _entities_people_make(text: str) -> list[Json]:
    """Return the commands and mentions Telegram finds in what people write."""
    found = [("bot_command", m) for m in re.finditer(r"^/[a-z_]+(@\w+)?", text)]
    found += [
        ("mention", m) for m in re.finditer(r"(?<!\w)@\w{3,}", text) if not text.startswith("/")
    ]
    return [
        {"type": kind, "offset": _units(text[: m.start()]), "length": _units(m[0])}
        for kind, m in found
    ]


def _answer(code: int, description: str, **parameters: Any) -> tuple[int, bytes]:
    body: Json = {"ok": False, "error_code": code, "description": description}
    return code, json.dumps({**body, "parameters": parameters} if parameters else body).encode()
