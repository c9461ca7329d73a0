"""What Telegram is told about the bot: its commands and descriptions, by language and by place."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.catalogues import speech_in
from bot.conversations import Conversations
from bot.people import People
from bot.speech import ENGLISH, LANGUAGES, Speech
from bot.telegram.client import Client
from bot.telegram.failures import pause_of
from bot.telegram.pacing import Sleep
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
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Tell Telegram what changed since it was last told; failing is logged and no matter."""
    listed = list(menus(handled=handled, admins=admins))
    descriptions = [(texts.description(one), texts.short_description(one)) for one in _speeches()]
    told = repr([(one.scope.to_dict(), one.commands) for one in listed] + descriptions)
    fingerprint = hashlib.sha256(told.encode()).hexdigest()[:16]
    if await conversations.read(people.announced, client.username) == fingerprint:
        return
    try:
        is_complete = await _set(client, listed, sleep)
    except TelegramError as error:
        _log.warning("the list of commands could not be set: %s", error)
        return
    if is_complete:
        await conversations.write(people.note_announced, client.username, fingerprint)


def _speeches() -> Iterator[Speech]:
    return map(speech_in, LANGUAGES)


async def _set(client: Client, listed: list[Menu], sleep: Sleep) -> bool:
    """Make the calls; return False if an administrator has never written to the bot."""
    is_complete = True
    for menu in listed:
        commands = [BotCommand(name, about) for name, about in menu.commands]
        setting = partial(
            client.set_my_commands, commands, scope=menu.scope, language_code=_code(menu.speech)
        )
        try:
            await _patiently(setting, sleep)
        except BadRequest as error:
            if not isinstance(menu.scope, BotCommandScopeChat):
                raise
            is_complete = False
            _log.info("commands of administrator %s: %s", menu.scope.chat_id, error)
    for speech in _speeches():
        long, short = texts.description(speech), texts.short_description(speech)
        code = _code(speech)
        await _patiently(partial(client.set_my_description, long, code), sleep)
        await _patiently(partial(client.set_my_short_description, short, code), sleep)
    return is_complete


async def _patiently(call: Callable[[], Awaitable[bool]], sleep: Sleep) -> None:
    """Make a call, again after the pause that Telegram asks for."""
    while True:
        try:
            await call()
        except RetryAfter as error:
            await sleep(pause_of(error))
        else:
            return


def _code(speech: Speech) -> str | None:
    """Return the tag of a language; None for English, which all others see too."""
    return None if speech == ENGLISH else speech.language
