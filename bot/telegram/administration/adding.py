"""Adding articles in chat: what administrators send, previewed, and added when they say so."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from telegram import CallbackQuery, Message, Update
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.administration.material import Material
from bot.administration.office import Office
from bot.administration.workshop import Read
from bot.drafts import KEPT, MOST_WAITING, Draft
from bot.errors import BotError
from bot.journal import Kind
from bot.speech import Speech
from bot.telegram.addressed import asker_of
from bot.telegram.administration.backroom import Backroom
from bot.telegram.administration.deciding import Deciding
from bot.telegram.administration.downloads import DownloadError, TooLargeError, downloaded
from bot.telegram.administration.handed_in import (
    FromAdmin,
    HandedIn,
    OfChannel,
    OnlyLink,
    after_command,
    handed_in,
)
from bot.telegram.administration.modifying import MODIFIES, Modifying
from bot.telegram.administration.previews import preview, reason_in_line
from bot.telegram.callbacks import Press, Verb
from bot.telegram.delivery import Target
from bot.telegram.errand import UpdateErrand
from bot.telegram.features import Handler, Reply
from bot.telegram.messages import Drawn, plain
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import adding as texts
from bot.telegram.texts import administration as common_texts
from bot.telegram.typing import Typing
from corpus.articles import MAIN_COLLECTION

FORGET_SECONDS = 3600.0
"""How often drafts that are too old are looked for."""

_NEW = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
_MEGABYTE = 1000 * 1000

_log = logging.getLogger(__name__)


class _Placing(UpdateErrand):
    """An errand that also remembers in which message a draft's preview stands."""

    draft: Draft | None = None

    async def arrived(self, message_id: int | None, *, shown: str) -> None:
        """Write down the message, then that it arrived."""
        if self.draft is not None:
            place = self._errands.state.drafts.place
            await self._errands.write(place, self.draft.token, message_id)
        await super().arrived(message_id, shown=shown)


class Adding:
    """The feature: from what is handed in to the preview. `Deciding` takes it from there."""

    verbs = frozenset({Verb.ADD, Verb.DISCARD, Verb.UNDO, Verb.VIEW, Verb.MODIFY, Verb.OVERVIEW})

    def __init__(self, services: Services, office: Office, backroom: Backroom) -> None:
        """Read and add through `office`, in the threads of `backroom`."""
        self._services = services
        self._office = office
        self._backroom = backroom
        self._typing = Typing(services.delivery)
        self._deciding = Deciding(services, office, backroom)
        self._modifying = Modifying(services, office, backroom)
        self._told_full: set[int] = set()

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handlers of what is handed in."""
        admin = _NEW & FromAdmin(self._services.admins)
        modifies = admin & MODIFIES
        return (
            (Kind.OTHER, CommandHandler("add", self.added, _NEW)),
            (Kind.OTHER, MessageHandler(modifies, self._modifying.replied)),
            (Kind.OTHER, MessageHandler(admin & filters.Document.ALL, self.sent)),
            (Kind.OTHER, MessageHandler(admin & OfChannel(), self.sent)),
            (Kind.OTHER, MessageHandler(admin & OnlyLink(), self.sent)),
        )

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Return what a button under a draft is answered with."""
        return await self._deciding.meant(update_id, query, press)

    async def run(self) -> None:
        """Forget drafts that are too old, again and again; at the end, end what is under way."""
        services = self._services
        try:
            while True:
                before = services.now() - KEPT
                await services.conversations.write(services.state.drafts.forget, before=before)
                await asyncio.sleep(FORGET_SECONDS)
        finally:
            self._backroom.close()

    async def added(self, update: Update, _context: Context) -> None:
        """Take up what stands after /add, or what it replies to."""
        message = message_of(update)
        speech = self._services.speech(message.from_user)
        if asker_of(message) not in self._services.admins:
            _log.info("update %d: /add by somebody who is no administrator", update.update_id)
            await self._say(update, message, common_texts.admins_only(speech))
            return
        said, answered = after_command(message), message.reply_to_message
        if said:
            brought = handed_in(message, said)
        else:
            brought = handed_in(answered) if answered is not None else None
        if brought is None:
            await self._say(update, message, texts.add_usage(speech))
            return
        await self._take(update, message, brought)

    async def sent(self, update: Update, _context: Context) -> None:
        """Take up a file, a link or a post of a channel."""
        message = message_of(update)
        speech = self._services.speech(message.from_user)
        brought = handed_in(message)
        if brought is not None:
            await self._take(update, message, brought)
        elif message.media_group_id is None:
            await self._say(update, message, texts.post_without_text(speech))

    async def _take(self, update: Update, message: Message, brought: HandedIn) -> None:
        """Read what a message brings, and show the preview."""
        services = self._services
        speech = services.speech(message.from_user)
        await services.conversations.write(services.state.journal.begin, update.update_id)
        if await self._is_full(update, message, speech):
            return
        target = Target(chat_id=message.chat.id)
        async with self._typing.shown(target):
            line = self._refused(brought, speech)
            if line is None:
                line = await self._read(update, message, brought, speech)
        if line is not None:
            await self._say(update, message, line)

    async def _is_full(self, update: Update, message: Message, speech: Speech) -> bool:
        """Whether somebody has too many drafts waiting; said once until they decide."""
        services, person = self._services, asker_of(message) or 0
        waiting = await services.conversations.read(
            services.state.drafts.waiting, person, now=services.now()
        )
        if waiting < MOST_WAITING:
            self._told_full.discard(person)
            return False
        if person not in self._told_full:
            self._told_full.add(person)
            await self._say(update, message, texts.too_many_waiting(speech, number=waiting))
        return True

    def _refused(self, brought: HandedIn, speech: Speech) -> str | None:
        """Return why a file is not even downloaded, None if it is."""
        document = brought.document
        if document is None:
            return None
        if document.file_size == 0:
            return texts.empty_file(speech, name=brought.name)
        size = document.file_size or 0
        return self._too_large(brought, size, speech) if size > self._office.file_limit else None

    def _too_large(self, brought: HandedIn, size: int, speech: Speech) -> str:
        return texts.too_large(
            speech,
            name=brought.name,
            size=f"{size / _MEGABYTE:.1f} MB" if size else "> 20 MB",
            limit=f"{self._office.file_limit / _MEGABYTE:.0f} MB",
        )

    async def _read(
        self, update: Update, message: Message, brought: HandedIn, speech: Speech
    ) -> str | None:
        """Send the preview; return the line that says why there is none."""
        collection = self._collection(message.chat.id)
        try:
            material = await self._material(message, brought)
            read = await self._backroom.read(
                partial(self._office.workshop.read, material, collection=collection)
            )
        except TooLargeError as error:
            return self._too_large(brought, error.size, speech)
        except DownloadError as error:
            reason = type(error.__cause__).__name__  # its text may name an address with the token
            _log.info("update %d: a file could not be downloaded: %s", update.update_id, reason)
            return texts.not_downloaded(speech, name=brought.name)
        except BotError as error:
            _log.info("update %d: reading it broke off: %s", update.update_id, error)
            return texts.broke_off(speech, name=brought.name)
        if not read.summary["articles"]:
            reason = reason_in_line(read.summary["reasons"][0])
            return texts.not_readable(speech, name=brought.name, reason=reason)
        await self._show(update, message, brought, read, collection)
        return None

    async def _material(self, message: Message, brought: HandedIn) -> Material:
        if brought.document is None:
            return brought.material
        limit = self._office.file_limit
        data = await downloaded(message.get_bot(), brought.document.file_id, limit=limit)
        return brought.with_bytes(data)

    def _collection(self, chat_id: int) -> str:
        """Return where articles go: into the first collection the chat sees."""
        return next(iter(self._services.allowed.collections(chat_id)), MAIN_COLLECTION)

    async def _show(
        self,
        update: Update,
        message: Message,
        brought: HandedIn,
        read: Read,
        collection: str,
    ) -> None:
        services = self._services
        draft = Draft(
            token=services.new_token(),
            chat_id=message.chat.id,
            person_id=asker_of(message) or 0,
            collection=collection,
            summary={**read.summary, "name": brought.name},
            created_at=services.now(),
        )
        await self._backroom.read(services.state.drafts.keep, draft, read.content)
        speech = services.speech(message.from_user)
        drawn = await services.conversations.read(preview, draft, speech)
        errand = _Placing(
            update_id=update.update_id,
            errands=services.errands,
            answer=None,
            still_wanted=lambda: True,
        )
        errand.draft = draft
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)

    async def _say(self, update: Update, message: Message, line: str) -> None:
        services = self._services
        errand = services.errands.errand(update.update_id)
        drawn: Drawn = plain(line)
        await services.delivery.send(drawn, to=services.reply_to(message), errand=errand)
