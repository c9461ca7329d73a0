"""Chats exported by Telegram Desktop (`result.json`).

In a channel each message is an article, an album one. In a group a message and the answers to it
are one, because neither is understood alone. The export does not hold a channel's public name:
it is taken from how most of its own messages are signed, and without that links lead to
`t.me/c/`, which opens for those who are in the channel.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from corpus.dates import parse_date
from corpus.errors import EmptySourceError, UnreadableSourceError
from corpus.normalising import normalise, normalise_line
from corpus.readers.damage import damage_named
from corpus.readers.documents import Document, Failure, Found, Place
from corpus.titles import find_title

_KIND = "a Telegram export"
_CHANNELS = frozenset({"public_channel", "private_channel"})
_LINKED = frozenset(
    {"public_channel", "private_channel", "public_supergroup", "private_supergroup"}
)
_FEWEST_WORDS = 4  # of a message that is not a link of a chain; "Good morning!" is no article
_FEWEST_LETTERS = 12  # the same for languages without spaces
_HANDLE = re.compile(
    r"(?:@|(?:https?://)?(?:t|telegram)\.me/(?!c/|joinchat|\+|s/))([A-Za-z]\w{4,31})\b"
)
_SIGNED = 0.5  # of the messages: a handle that stands under so many is the channel's own
_FEWEST_SIGNED = 3
_NUMBER = re.compile(r"-?\d{1,20}")
_CHANNEL_PREFIX = "-100"

_Message = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chat:
    name: str | None
    kind: str
    number: str
    handle: str | None

    def link(self, message: str) -> str | None:
        """Return the address of a message, None for chats that have none."""
        if self.handle:
            return f"https://t.me/{self.handle}/{message}"
        linked = self.kind in _LINKED and self.number
        return f"https://t.me/c/{self.number}/{message}" if linked else None


def read_telegram_export(text: str, place: Place) -> Iterator[Found | Failure]:
    """Yield the articles of an export, of one chat or of all.

    Service messages and messages without words are passed over; how many were too short is said
    with the first article. Raise a `SourceError` for a damaged export, or one without text.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"it is {_KIND} that is damaged or cut off; export it again"
        raise UnreadableSourceError(message) from error
    with damage_named(_KIND):
        found = [entry for chat in _chats(content) for entry in _articles(chat)]
    if not found:
        message = "the export holds no message with enough words for an article; export more of it"
        raise EmptySourceError(message)
    for document, raw in found:
        yield place.found(document, raw, f"message {(document.key or '').rpartition('/')[2]}")


def _chats(content: dict[str, Any]) -> list[dict[str, Any]]:
    if "messages" in content:
        return [content]
    parts = (content.get("chats"), content.get("left_chats"))
    return [chat for part in parts if part for chat in part["list"]]


def _articles(content: dict[str, Any]) -> Iterator[tuple[Document, bytes]]:
    messages = [it for it in content["messages"] if it.get("type") == "message"]
    chat = _chat(content, messages)
    joined = _albums(messages) if chat.kind in _CHANNELS else _threads(messages)
    groups = [[it for it in group if _text(it)] for group in joined]
    long = [group for group in groups if _says_enough(group)]
    short = sum(1 for group in groups if group) - len(long)
    note = (f"{short} messages of a few words were passed over",) if short else ()
    for group in long:
        raw = json.dumps(group, ensure_ascii=False).encode(errors="replace")
        yield _document(group, chat, note), raw
        note = ()


def _chat(content: dict[str, Any], messages: Sequence[_Message]) -> _Chat:
    number = str(content.get("id", "")).removeprefix(_CHANNEL_PREFIX)
    kind = str(content.get("type", ""))
    named = content.get("username")
    signed = _signature(messages) if kind == "public_channel" else None
    return _Chat(
        name=normalise_line(content.get("name") or "") or None,
        kind=kind,
        number=number if _NUMBER.fullmatch(number) else "",
        handle=named.lstrip("@") if isinstance(named, str) and named else signed,
    )


def _signature(messages: Sequence[_Message]) -> str | None:
    """Return the handle that stands in most messages, in the case it is written in there."""
    written = [it for it in messages if _text(it)]
    handles: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for message in written:
        found = {handle.lower(): handle for handle in _handles(message)}
        handles.update(found.keys())
        spelling.update(found)
    handle, count = next(iter(handles.most_common(1)), ("", 0))
    is_own = count >= _FEWEST_SIGNED and count >= _SIGNED * len(written)
    return spelling[handle] if is_own else None


def _handles(message: _Message) -> Iterator[str]:
    for part in _parts(message):
        if isinstance(part, dict) and part.get("type") in {"mention", "link", "text_link"}:
            for value in (part.get("text"), part.get("href")):
                yield from _HANDLE.findall(str(value or ""))


def _albums(messages: Iterable[_Message]) -> list[list[_Message]]:
    """Return the messages, those sent as one album together: an export has no mark for them."""
    groups: list[list[_Message]] = []
    for message in messages:
        last = groups[-1][-1] if groups else None
        if last is not None and _is_picture(last) and _is_picture(message):
            together = message.get("date") == last.get("date") and "date" in message
            if together and message.get("from_id") == last.get("from_id"):
                groups[-1].append(message)
                continue
        groups.append([message])
    return groups


def _is_picture(message: _Message) -> bool:
    return "photo" in message or message.get("media_type") == "video_file"


def _threads(messages: Iterable[_Message]) -> list[list[_Message]]:
    """Return the messages, each with the answers to it and to those, in the order of time."""
    threads: dict[Any, list[_Message]] = {}
    root_of: dict[Any, Any] = {}
    for message in messages:
        answered = message.get("reply_to_message_id")
        root = root_of.get(answered, message["id"])
        root_of[message["id"]] = root
        threads.setdefault(root, []).append(message)
    return list(threads.values())


def _says_enough(group: Sequence[_Message]) -> bool:
    text = " ".join(map(_text, group))
    letters = sum(map(str.isalpha, text))
    spaceless = letters >= _FEWEST_LETTERS and len(text.split()) == 1
    return (len(text.split()) >= _FEWEST_WORDS and letters > 0) or (
        spaceless and not text.isascii()
    )


def _document(group: Sequence[_Message], chat: _Chat, note: tuple[str, ...]) -> Document:
    first = group[0]
    number = str(first["id"])
    texts = list(map(_text, group))
    text = normalise("\n\n".join(texts))
    edited = [moment for it in group if (moment := _moment(it, "edited")) is not None]
    sender = None if chat.kind in _CHANNELS else first.get("from")
    author = first.get("forwarded_from") or first.get("author") or sender
    return Document(
        title=find_title(text, _bold_start(first)),
        text=text,
        key=f"telegram/{chat.number or chat.name}/{number}",
        url=chat.link(number),
        source=chat.name,
        author=normalise_line(str(author or "")) or None,
        published=_moment(first, "date"),
        updated=max(edited, default=None),
        warnings=note,
    )


def _moment(message: _Message, name: str) -> datetime | None:
    """Return a time of a message; the one beside it in seconds knows the zone."""
    seconds = message.get(f"{name}_unixtime")
    return parse_date(str(seconds)) if seconds else parse_date(message.get(name))


def _parts(message: _Message) -> list[Any]:
    text = message.get("text_entities") or message.get("text") or []
    return text if isinstance(text, list) else [text]


def _text(message: _Message) -> str:
    """Return the words of a message, without links' addresses and marks."""
    return normalise("".join(map(_words, _parts(message))))


def _words(part: Any) -> str:  # noqa: ANN401 - JSON
    words = part.get("text", "") if isinstance(part, dict) else part
    return words if isinstance(words, str) else ""


def _bold_start(message: _Message) -> list[str]:
    """Return the first line of a message if it is bold: its headline."""
    parts = [part for part in _parts(message) if _words(part).strip()]
    if not parts or not isinstance(parts[0], dict) or parts[0].get("type") != "bold":
        return []
    rest = "".join(map(_words, parts[1:2]))
    ends = "\n" in _words(parts[0]) or rest.startswith("\n") or not rest
    return [normalise_line(_words(parts[0]).split("\n")[0])] if ends else []
