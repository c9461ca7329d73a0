"""Letting people in by links, where the settings name who may use the bot."""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.administration.office import Office
from bot.invitations import Invitation
from bot.journal import Kind
from bot.speech import Speech
from bot.telegram.addressed import asker_of, question_in
from bot.telegram.administration.overview import minute
from bot.telegram.callbacks import Press, Verb
from bot.telegram.door import Invited, invitation_in
from bot.telegram.features import Handler, Reply
from bot.telegram.messages import Button, Drawn, plain
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import administration as common_texts
from bot.telegram.texts import drafting as drafting_texts
from bot.telegram.texts import inviting as texts

REFRESH_SECONDS = 10.0
"""After so long every process of the bot knows whom another one let in or sent away."""

LONGEST_DAYS = 365
MOST_USES = 1_000
KEPT = timedelta(days=30)
"""How long an invitation that has ended, and that nobody came by, is listed."""

_LISTED = 10
_USES = re.compile(r"(\d{1,4})x", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,3})d", re.IGNORECASE)
_NAMES = re.compile(r"[\w.-]{1,60}(?:,[\w.-]{1,60}){0,19}")
_NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an /invite asks for."""

    collections: tuple[str, ...] = ()
    uses: int = 1
    days: int = 7

    @classmethod
    def of(cls, text: str) -> "Asked | None":
        """Return what stands after the command, as in "news,blog 5x 7d"; None if it is not that."""
        given: dict[str, Any] = {"collections": (), "uses": cls().uses, "days": cls().days}
        for word in text.split():
            if found := _USES.fullmatch(word):
                given["uses"] = int(found[1])
            elif found := _DAYS.fullmatch(word):
                given["days"] = int(found[1])
            elif _NAMES.fullmatch(word) and not given["collections"]:
                given["collections"] = tuple(dict.fromkeys(word.split(",")))
            else:
                return None
        asked = cls(**given)
        is_bounded = 1 <= asked.uses <= MOST_USES and 1 <= asked.days <= LONGEST_DAYS
        return asked if is_bounded else None


class Inviting:
    """The feature behind /invite, /invitations and the links."""

    verbs = frozenset({Verb.REVOKE})

    def __init__(self, services: Services, office: Office) -> None:
        """Let people see collections of the library of `office`."""
        self._services = services
        self._office = office

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handlers of the commands, and of links that were opened."""
        return (
            (Kind.OTHER, MessageHandler(_NEW & Invited(), self.opened)),
            (Kind.OTHER, CommandHandler("invite", self.invite, _NEW)),
            (Kind.OTHER, CommandHandler("invitations", self.listed, _NEW)),
        )

    async def run(self) -> None:
        """Learn of guests that other processes of the bot let in or sent away, until cancelled."""
        services = self._services
        forget = services.state.invitations.forget
        await services.conversations.write(forget, before=services.now() - KEPT)
        while True:
            await self._refresh()
            await asyncio.sleep(REFRESH_SECONDS)

    async def opened(self, update: Update, _context: Context) -> None:
        """Let in whoever opens a valid link."""
        message = message_of(update)
        services, speech = self._services, self._services.speech(message.from_user)
        person, token = asker_of(message), invitation_in(message)
        if services.allowed.is_named(message.chat.id) or person is None or token is None:
            await self._say(update, message, plain(texts.welcome(speech)))
            return
        seen = await services.conversations.write(
            services.state.invitations.accept, token, person, now=services.now()
        )
        if seen is None:
            await self._say(update, message, plain(texts.not_let_in(speech)))
            return
        await self._refresh()
        _log.info("update %d: somebody was let in by an invitation", update.update_id)
        await self._say(update, message, plain(texts.welcome(speech)))

    async def invite(self, update: Update, _context: Context) -> None:
        """Make a link."""
        message = message_of(update)
        services, speech = self._services, self._services.speech(message.from_user)
        if not await self._may(update, message, "/invite", speech):
            return
        asked = Asked.of(question_in(message))
        if services.allowed.are_all or asked is None:
            open_to_all = services.allowed.are_all
            line = texts.invite_open_to_all(speech) if open_to_all else texts.invite_usage(speech)
            await self._say(update, message, plain(line))
            return
        limits = services.allowed.collections(message.chat.id)
        known = await services.conversations.read(self._collections, message.chat.id)
        unknown = [name for name in asked.collections if name not in known]
        if unknown:
            line = texts.unknown_collections(speech, names=unknown)
            await self._say(update, message, plain(line))
            return
        invitation = Invitation(
            token=services.new_token(),
            made_by=asker_of(message) or 0,
            collections=asked.collections or limits,
            uses_left=asked.uses,
            created_at=services.now(),
            expires_at=services.now() + timedelta(days=asked.days),
        )
        await services.conversations.write(services.state.invitations.make, invitation)
        await self._say(update, message, plain(self._handed_out(invitation, speech)))

    def _handed_out(self, invitation: Invitation, speech: Speech) -> str:
        link = self._services.desk.deep_link(f"i_{invitation.token}")
        return "\n".join((texts.invited(speech, link=link), *facts(invitation, speech)))

    def _collections(self, chat_id: int) -> set[str]:
        """Return the collections of the library that a chat sees."""
        found = {one.collection for one in self._office.library.store.citations()}
        return {name for name in found if self._services.allowed.sees(chat_id, name)}

    async def listed(self, update: Update, _context: Context) -> None:
        """List the invitations, each with a button that ends it."""
        message = message_of(update)
        speech = self._services.speech(message.from_user)
        if await self._may(update, message, "/invitations", speech):
            drawn = await self._services.conversations.read(self._list, speech)
            await self._say(update, message, drawn)

    def _list(self, speech: Speech) -> Drawn:
        """Return the newest invitations; reads the database."""
        now, rows, parts = self._services.now(), list[Button](), [texts.invitations_heading(speech)]
        found = self._services.state.invitations.all()
        if not found:
            return plain(texts.no_invitations(speech))
        for number, one in enumerate(found[:_LISTED], start=1):
            state = _state(one, speech, is_open=one.is_open(now))
            guests = texts.invite_guests(speech, number=one.guests)
            lines = (f"{number}. {state}", *facts(one, speech), guests)
            parts.append("\n".join(lines))
            if one.revoked_at is None and (one.guests or one.is_open(now)):
                press = Press(verb=Verb.REVOKE, token=one.token, numbers=())
                rows.append(Button(label=texts.button_revoke(speech, number=number), press=press))
        if len(found) > _LISTED:
            parts.append(drafting_texts.and_more(speech, number=len(found) - _LISTED))
        return plain("\n\n".join(parts), *((button,) for button in rows))

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """End an invitation; any administrator may, in their own chat."""
        services, person = self._services, query.from_user
        speech = services.speech(person)
        message = query.message
        if person.id not in services.admins or message is None or message.chat.id != person.id:
            _log.info("update %d: a button for administrators, pressed by another", update_id)
            return Reply(toast=common_texts.toast_not_for_you(speech))
        invitations = services.state.invitations
        known = await services.conversations.read(invitations.get, press.token)
        if known is None:
            return Reply(toast=drafting_texts.toast_gone(speech))
        if known.revoked_at is not None:
            return Reply(toast=drafting_texts.toast_settled(speech))
        gone = await services.conversations.write(
            invitations.revoke, press.token, now=services.now()
        )
        await self._refresh()
        then = partial(self._show, update_id, message.chat.id, message.message_id, speech)
        return Reply(toast=texts.toast_revoked(speech, number=gone), then=then)

    async def _show(self, update_id: int, chat_id: int, message_id: int, speech: Speech) -> None:
        services = self._services
        async with services.messages.turn((chat_id, message_id)):
            drawn = await services.conversations.read(self._list, speech)
            errand = services.errands.errand(update_id)
            await services.delivery.edit(
                drawn, chat_id=chat_id, message_id=message_id, errand=errand
            )

    async def _refresh(self) -> None:
        services = self._services
        services.allowed.welcome(
            await services.conversations.read(services.state.invitations.guests)
        )

    async def _may(self, update: Update, message: Message, name: str, speech: Speech) -> bool:
        if asker_of(message) in self._services.admins:
            return True
        _log.info("update %d: %s by somebody who is no administrator", update.update_id, name)
        await self._say(update, message, plain(common_texts.admins_only(speech)))
        return False

    async def _say(self, update: Update, message: Message, drawn: Drawn) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id)
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)


def facts(invitation: Invitation, speech: Speech) -> list[str]:
    """Return how often and how long a link may be used, and what its guests see."""
    names = invitation.collections
    sees = texts.invite_sees(speech, names=names) if names else texts.invite_sees_all(speech)
    return [
        texts.invite_uses(speech, number=invitation.uses_left),
        texts.invite_until(speech, when=minute(invitation.expires_at)),
        sees,
    ]


def _state(invitation: Invitation, speech: Speech, *, is_open: bool) -> str:
    """Return in a few words whether a link still lets people in."""
    if invitation.revoked_at is not None:
        return texts.invite_revoked(speech)
    when = minute(invitation.created_at)
    return when if is_open else f"{when}, {texts.invite_ended(speech)}"
