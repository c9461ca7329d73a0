"""Which messages of a group are meant for the bot, and what the question in a message is."""

import re

from telegram import Message, MessageEntity, User
from telegram.ext import filters

from bot.telegram.greetings import courtesy

_BLANK = re.compile(r"[^\S\n]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Addressed(filters.MessageFilter):
    """Passes messages that mention the bot or reply to one of its own messages."""

    def filter(self, message: Message) -> bool:
        """Return whether the message is meant for the bot that received it."""
        me = message.get_bot().bot
        if message.via_bot is not None or message.is_automatic_forward or _is_of_a_bot(message):
            return False
        return _replies_to(message, me) or bool(_mentions(message, me))


class Courteous(filters.MessageFilter):
    """Passes messages that hold nothing but a greeting, thanks or a farewell."""

    def filter(self, message: Message) -> bool:
        """Return whether there is nothing to search."""
        return courtesy(question_in(message)) is not None


ADDRESSED = Addressed()
COURTEOUS = Courteous()


def question_in(message: Message) -> str:
    """Return the question: the text without the command, without mentions of the bot."""
    text, me = message.text or "", message.get_bot().bot
    gone = _mentions(message, me) if message.chat.type != "private" else []
    for entity in message.entities:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            gone.append(entity)
    units = text.encode("utf-16-le", "surrogatepass")
    for entity in sorted(gone, key=lambda e: e.offset, reverse=True):
        units = units[: 2 * entity.offset] + units[2 * (entity.offset + entity.length) :]
    kept = units.decode("utf-16-le", "replace")
    return _BLANK.sub(" ", _UNSTORABLE.sub(" ", kept)).strip() if gone else storable(kept)


def storable(text: str) -> str:
    """Return text that can be stored and searched: no NUL, no halves of surrogate pairs."""
    return _UNSTORABLE.sub(" ", text).strip()


def topic_of(message: Message) -> int | None:
    """Return the forum topic a message stands in. Threads of replies have ids too; not those."""
    return message.message_thread_id if message.is_topic_message else None


def language_of(message: Message) -> str:
    """Return the tag of the language the asker reads Telegram in, "" if it is not told."""
    asker = message.from_user
    return (asker.language_code or "") if asker else ""


def asker_of(message: Message) -> int | None:
    """Return who asks; None for those who write in the name of a group or channel."""
    if message.sender_chat is not None or message.from_user is None:
        return None
    return message.from_user.id


def _is_of_a_bot(message: Message) -> bool:
    """Return whether another bot wrote it; who writes as a group or channel is shown as a bot too."""
    return (
        message.from_user is not None and message.from_user.is_bot and message.sender_chat is None
    )


def _replies_to(message: Message, me: User) -> bool:
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return False
    return answered.from_user is not None and answered.from_user.id == me.id


def _mentions(message: Message, me: User) -> list[MessageEntity]:
    """Return the places where the bot is named."""
    found: list[MessageEntity] = []
    for entity, piece in message.parse_entities().items():
        by_name = (
            entity.type == MessageEntity.MENTION and piece.lower() == f"@{me.username}".lower()
        )
        by_id = entity.type == MessageEntity.TEXT_MENTION and entity.user == me
        if by_name or by_id:
            found.append(entity)
    return found
