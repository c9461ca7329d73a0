"""What Telegram is told about the bot: its commands and descriptions, by language and by place."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
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
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.catalogues import speech_in, spoken
from bot.conversations import Conversations
from bot.people.people import People
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
    """The commands offered somewhere, each with what it does.

    `code` is the language of Telegram that sees them, None for all that have no menu of their own.
    """

    scope: BotCommandScope
    code: str | None
    commands: tuple[tuple[str, str], ...]


class Menus:
    """Every menu of commands; none names a command that nothing handles."""

    def __init__(
        self, client: Client, *, admins: Collection[int], sleep: Sleep = asyncio.sleep
    ) -> None:
        """Tell Telegram through `client`; nothing is handled before `handled` says so."""
        self.handled: Collection[str] = ()
        self._client = client
        self._admins = frozenset(admins)
        self._sleep = sleep

    def all(self, chosen: Mapping[int, str]) -> list[Menu]:
        """Return the menus by place and language, and those of who chose another language."""
        places = (
            (BotCommandScopeDefault(), GROUP),
            (BotCommandScopeAllGroupChats(), GROUP),
            (BotCommandScopeAllPrivateChats(), PRIVATE),
        )
        menus = [
            self._menu(scope, names, speech_in(language), seen_in=language)
            for scope, names in places
            for language in LANGUAGES
        ]
        for person in sorted(self._admins | set(chosen)):
            menus += self.own(person, chosen.get(person))
        return menus

    def own(self, person: int, chosen: str | None) -> list[Menu]:
        """Return the menus of a person's private chat; none if it is that of all private chats.

        Administrators have one for each language of Telegram, all alike once they chose theirs.
        """
        scope = BotCommandScopeChat(person)
        if person in self._admins:
            return [
                self._menu(scope, ADMIN, speech_in(chosen or language), seen_in=language)
                for language in LANGUAGES
            ]
        alike = ENGLISH.language
        return [self._menu(scope, PRIVATE, speech_in(chosen), seen_in=alike)] if chosen else []

    async def change(self, person: int, chosen: str | None) -> None:
        """Give a person the menu of the language they chose; None follows Telegram again."""
        own = self.own(person, chosen)
        try:
            for menu in own:
                await self._set(menu)
            if not own:
                scope = BotCommandScopeChat(person)
                await self._patiently(partial(self._client.delete_my_commands, scope))
        except TelegramError as error:
            _log.warning("the commands of a chat could not be set: %s", error)

    async def announce(self, conversations: Conversations, people: People) -> None:
        """Tell Telegram all that changed since it was last told; failing is logged and no matter.

        Who chose another language later has told Telegram then.
        """
        fixed = self.all({})
        said = [(texts.description(one), texts.short_description(one)) for one in _speeches()]
        told = repr([(one.scope.to_dict(), one.commands) for one in fixed] + said)
        fingerprint = hashlib.sha256(told.encode()).hexdigest()[:16]
        username = self._client.username
        if await conversations.read(people.announced, username) == fingerprint:
            return
        everybody = await conversations.read(people.all)
        spoken_by = {one.user_id: spoken(one.language) for one in everybody}
        chosen = {user_id: language for user_id, language in spoken_by.items() if language}
        try:
            is_complete = await self._tell(chosen)
        except TelegramError as error:
            _log.warning("the list of commands could not be set: %s", error)
            return
        if is_complete:
            await conversations.write(people.note_announced, username, fingerprint)

    async def _tell(self, chosen: Mapping[int, str]) -> bool:
        """Make the calls; return False if an administrator has never written to the bot."""
        is_complete = True
        for menu in self.all(chosen):
            try:
                await self._set(menu)
            except (BadRequest, Forbidden) as error:
                if not isinstance(menu.scope, BotCommandScopeChat):
                    raise
                is_complete = is_complete and menu.scope.chat_id not in self._admins
                _log.info("the commands of a chat could not be set: %s", error)
        for speech in _speeches():
            long, short, code = (
                texts.description(speech),
                texts.short_description(speech),
                _code(speech.language),
            )
            await self._patiently(partial(self._client.set_my_description, long, code))
            await self._patiently(partial(self._client.set_my_short_description, short, code))
        return is_complete

    def _menu(
        self, scope: BotCommandScope, names: Collection[str], speech: Speech, *, seen_in: str
    ) -> Menu:
        said = tuple((name, texts.about(speech, name)) for name in names if name in self.handled)
        return Menu(scope=scope, code=_code(seen_in), commands=said)

    async def _set(self, menu: Menu) -> None:
        commands = [BotCommand(name, about) for name, about in menu.commands]
        await self._patiently(
            partial(
                self._client.set_my_commands, commands, scope=menu.scope, language_code=menu.code
            )
        )

    async def _patiently(self, call: Callable[[], Awaitable[bool]]) -> None:
        """Make a call, again after the pause that Telegram asks for."""
        while True:
            try:
                await call()
            except RetryAfter as error:
                await self._sleep(pause_of(error))
            else:
                return


def _speeches() -> Iterator[Speech]:
    return map(speech_in, LANGUAGES)


def _code(language: str) -> str | None:
    """Return the tag of a language; None for English, which all others see too."""
    return None if language == ENGLISH.language else language
