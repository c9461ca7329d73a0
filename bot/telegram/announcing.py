"""What Telegram is told about the bot: its commands and descriptions, by language and by place."""

import hashlib
import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, TelegramError

from bot.catalogues import speech_in
from bot.conversations import Conversations
from bot.people import People
from bot.speech import ENGLISH, LANGUAGES, Speech
from bot.telegram.client import Client
from bot.telegram.texts import listing as texts

GROUP = ("ask", "help")
PRIVATE = (
    *("ask", "latest", "follow", "following", "verify", "why"),
    *("settings", "help", "privacy", "forget_me"),
)
ADMIN = (
    *PRIVATE,
    *("add", "remove", "sources", "status", "gaps", "stats", "sync"),
    *("invite", "invitations"),
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """The commands offered somewhere, each with what it does, in one language."""

    scope: BotCommandScope
    speech: Speech
    commands: tuple[tuple[str, str], ...]


def menus(*, handled: Collection[str], admins: Collection[int]) -> Iterator[Menu]:
    """Yield every list of commands; none names a command that is not in `handled`."""
    places: list[tuple[BotCommandScope, tuple[str, ...]]] = [
        (BotCommandScopeDefault(), GROUP),
        (BotCommandScopeAllGroupChats(), GROUP),
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        *((BotCommandScopeChat(admin), ADMIN) for admin in sorted(admins)),
    ]
    for scope, names in places:
        for language in LANGUAGES:
            speech = speech_in(language)
            said = tuple((name, texts.about(speech, name)) for name in names if name in handled)
            yield Menu(scope=scope, speech=speech, commands=said)


async def announce(
    client: Client,
    conversations: Conversations,
    people: People,
    *,
    handled: Collection[str],
    admins: Collection[int],
) -> None:
    """Tell Telegram what changed since it was last told; failing is logged and no matter."""
    listed = list(menus(handled=handled, admins=admins))
    descriptions = [(texts.description(one), texts.short_description(one)) for one in _speeches()]
    told = repr([(one.scope.to_dict(), one.commands) for one in listed] + descriptions)
    fingerprint = hashlib.sha256(told.encode()).hexdigest()[:16]
    if await conversations.read(people.announced, client.username) == fingerprint:
        return
    try:
        is_complete = await _set(client, listed)
    except TelegramError as error:
        _log.warning("the list of commands could not be set: %s", error)
        return
    if is_complete:
        await conversations.write(people.note_announced, client.username, fingerprint)


def _speeches() -> Iterator[Speech]:
    return map(speech_in, LANGUAGES)


async def _set(client: Client, listed: list[Menu]) -> bool:
    """Make the calls; return False if an administrator has never written to the bot."""
    is_complete = True
    for menu in listed:
        commands = [BotCommand(name, about) for name, about in menu.commands]
        try:
            await client.set_my_commands(
                commands, scope=menu.scope, language_code=_code(menu.speech)
            )
        except BadRequest as error:
            if not isinstance(menu.scope, BotCommandScopeChat):
                raise
            is_complete = False
            _log.info("commands of administrator %s: %s", menu.scope.chat_id, error)
    for speech in _speeches():
        code = _code(speech)
        await client.set_my_description(texts.description(speech), language_code=code)
        await client.set_my_short_description(texts.short_description(speech), language_code=code)
    return is_complete


def _code(speech: Speech) -> str | None:
    """Return the tag of a language; None for English, which all others see too."""
    return None if speech == ENGLISH else speech.language
