"""The double with inline and guest mode: people type after the bot's name, send results, mention it."""

import itertools
import re
from typing import Any

from tests.bot.telegram_double import (
    ME,
    Json,
    RefusedError,
    TelegramDouble,
    _buttons,
    _person,
    _units,
)


class InlineDouble(TelegramDouble):
    """A server that also knows messages without a chat of the bot's.

    `found` are the answers to inline queries by their id, `sent` the messages made of results and
    of answers to guests, by their inline id.
    """

    def __init__(self, *, inline: bool = True, guests: bool = True) -> None:
        super().__init__()
        self.found: dict[str, Json] = {}
        self.sent: dict[str, Json] = {}
        self.guest_answers: dict[str, str] = {}
        self._is_inline = inline
        self._is_guest = guests
        self._typed: dict[str, Json] = {}
        self._mentioned: dict[str, Json] = {}
        self._numbers = itertools.count(1)

    # -- what people do ---------------------------------------------------------------------

    def types(self, text: str, *, user: int = 7, offset: str = "", **person: Any) -> str:
        """Return the id of an inline query."""
        query = f"typed{next(self._numbers)}"
        self._typed[query] = {
            "id": query,
            "from": _person(user) | person,
            "query": text,
            "offset": offset,
        }
        assert _units(text) <= 256
        self.push(inline_query=self._typed[query])
        return query

    async def finds(self, text: str, *, user: int = 7, offset: str = "", **person: Any) -> Json:
        """Return what a query is answered with."""
        query = self.types(text, user=user, offset=offset, **person)
        await self.until(lambda: query in self.found)
        return self.found[query]

    def picks(self, found: Json, number: int = 0, *, chat: int = -900, told: bool = True) -> Json:
        """Return the message a result became in a chat; the bot is told unless its owner is not."""
        query = self._typed[found["inline_query_id"]]
        item = found["results"][number]
        inline_id = f"INLINE{next(self._numbers)}"
        message = self._inline(inline_id, item, chat=chat)
        if told:
            self.push(
                chosen_inline_result={
                    "result_id": item["id"],
                    "from": query["from"],
                    "query": query["query"],
                    "inline_message_id": inline_id,
                }
            )
        return message

    def taps(self, label: str, message: Json, *, user: int = 7) -> str:
        """Press a button under a message that was sent through the bot; return the query's id."""
        [data] = [b["callback_data"] for b in _buttons(message) if b["text"].startswith(label)]
        return self.taps_data(data, message, user=user)

    def taps_data(self, data: str, message: Json, *, user: int = 7) -> str:
        """Press a button that carries `data`."""
        query = str(next(self._queries))
        self.push(
            callback_query={
                "id": query,
                "from": _person(user),
                "chat_instance": "1",
                "inline_message_id": message["inline_message_id"],
                "data": data,
            }
        )
        return query

    def mentions(
        self, text: str, *, user: int = 7, chat: int = -900, kind: str = "group", **fields: Any
    ) -> str:
        """Mention the bot in a chat it is no member of; return the id of the guest query."""
        query = f"guest{next(self._numbers)}"
        self._mentioned[query] = {"chat": chat}
        place = {"id": chat, "type": kind, "title" if chat < 0 else "first_name": "There"}
        self.push(
            guest_message={
                "message_id": next(self._numbers),
                "date": self.date,
                "chat": place,
                "from": _person(user),
                "guest_query_id": query,
                "text": text,
                "entities": [
                    {"type": "mention", "offset": m.start(), "length": len(m[0])}
                    for m in re.finditer(r"@\w+", text)
                ],
                **fields,
            }
        )
        return query

    async def taken(self) -> None:
        """Return once the bot has confirmed everything that happened."""
        await self.until(lambda: not self.waiting)

    # -- what the bot calls -----------------------------------------------------------------

    async def _getMe(self, p: Json) -> Json:  # noqa: N802 - named as the method
        modes = {
            "supports_inline_queries": self._is_inline,
            "supports_guest_queries": self._is_guest,
        }
        return await super()._getMe(p) | modes

    async def _answerInlineQuery(self, p: Json) -> bool:  # noqa: N802
        query = p["inline_query_id"]
        if query not in self._typed or query in self.found:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired")
        if len(p["results"]) > 50:
            raise RefusedError(400, "Bad Request: too many inline query results specified")
        if len({item["id"] for item in p["results"]}) < len(p["results"]):
            raise RefusedError(400, "Bad Request: RESULT_ID_DUPLICATE")
        for item in p["results"]:
            self._check_result(item)
        if len(p.get("next_offset", "").encode()) > 64:
            raise RefusedError(400, "Bad Request: NEXT_OFFSET_INVALID")
        button = p.get("button", {"text": "x", "start_parameter": "x"})
        if not button["text"] or not re.fullmatch(
            r"[\w-]{1,64}", button["start_parameter"], re.ASCII
        ):
            raise RefusedError(400, "Bad Request: unallowed characters in start_parameter are used")
        self.found[query] = p
        return True

    async def _answerGuestQuery(self, p: Json) -> Json:  # noqa: N802
        query = p["guest_query_id"]
        if query not in self._mentioned or query in self.guest_answers:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired")
        self._check_result(p["result"])
        inline_id = f"GUEST{next(self._numbers)}"
        self._inline(inline_id, p["result"], chat=self._mentioned[query]["chat"])
        self.guest_answers[query] = inline_id
        return {"inline_message_id": inline_id}

    async def _editMessageText(self, p: Json) -> Json | bool:  # type: ignore[override]  # noqa: N802
        inline_id = p.get("inline_message_id")
        if inline_id is None:
            return await super()._editMessageText(p)
        message = self.sent.get(inline_id)
        if message is None:
            raise RefusedError(400, "Bad Request: MESSAGE_ID_INVALID")
        content = self._content(p)
        if content.items() <= message.items():
            raise RefusedError(
                400, "Bad Request: message is not modified: specified new message content"
            )
        message.pop("reply_markup", None)
        message.update(content, edit_date=self.date)
        return True

    def _check_result(self, item: Json) -> None:
        assert item["type"] == "article"
        if not 1 <= len(item["id"].encode()) <= 64:
            raise RefusedError(400, "Bad Request: RESULT_ID_INVALID")
        if not item["title"]:
            raise RefusedError(400, "Bad Request: ARTICLE_TITLE_EMPTY")
        self._result(item)

    def _result(self, item: Json) -> Json:
        content = dict(item["input_message_content"])
        content["text"] = content.pop("message_text")
        if "reply_markup" in item:
            content["reply_markup"] = item["reply_markup"]
        return self._content(content)

    def _inline(self, inline_id: str, item: Json, *, chat: int) -> Json:
        message = {
            "chat": chat,
            "via_bot": ME,
            "inline_message_id": inline_id,
            **self._result(item),
        }
        self.sent[inline_id] = message
        return message
