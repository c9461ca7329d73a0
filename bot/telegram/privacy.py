"""`/privacy` says what is kept of a person, `/forget_me` erases it."""

from collections import deque
from collections.abc import Mapping, Sequence

from telegram import CallbackQuery, Update
from telegram.ext import CommandHandler, filters

from bot.forgetting import Trace, forget_person
from bot.journal import Kind
from bot.telegram.callbacks import NO_TOKEN, Press, Verb
from bot.telegram.features import Handler, Reply
from bot.telegram.messages import Button, Drawn, plain
from bot.telegram.services import Context, Services, message_of
from bot.telegram.texts import privacy as texts

_NEW = filters.UpdateType.MESSAGE
_PRIVATE = _NEW & filters.ChatType.PRIVATE
_DONE_KEPT = 100


class Privacy:
    """What people may know of what is kept of them, and have erased."""

    verbs = frozenset({Verb.FORGET})

    def __init__(self, services: Services) -> None:
        """Answer with `services`."""
        self._services = services
        self._done: deque[tuple[int, int]] = deque(maxlen=_DONE_KEPT)

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handlers of /privacy, anywhere, and of /forget_me, in private chats."""
        return (
            (Kind.OTHER, CommandHandler("privacy", self._tell, _NEW)),
            (Kind.OTHER, CommandHandler("forget_me", self._ask, _PRIVATE)),
        )

    async def run(self) -> None:
        """Do nothing beside the answers."""

    async def meant(self, update_id: int, query: CallbackQuery, press: Press) -> Reply:
        """Erase, or leave it be; then say which in place of the question."""

        async def decide() -> None:
            if query.message is None:
                return
            place = (query.message.chat.id, query.message.message_id)
            if place in self._done:
                return
            self._done.append(place)
            drawn = await self._decided(query.from_user.id, is_wanted=press.numbers[0] == 1)
            await self._services.delivery.edit(
                drawn,
                chat_id=place[0],
                message_id=place[1],
                errand=self._services.errands.errand(update_id),
            )

        return Reply(then=decide)

    async def _decided(self, user_id: int, *, is_wanted: bool) -> Drawn:
        speech = self._services.speech_of(user_id)
        if not is_wanted:
            return plain(texts.nothing_erased(speech))
        async with self._services.chats.turn(user_id):
            counts = await self._forget(user_id)
        return plain(texts.erased(speech, counts=counts))

    async def _forget(self, user_id: int) -> Mapping[Trace, int]:
        """Erase a person from memory and database; what they ask meanwhile waits."""
        services = self._services
        groups = await services.conversations.read(services.state.traces.groups_of, user_id)
        counts = await services.conversations.write(
            forget_person, services.state, user_id, now=services.now()
        )
        for chat_id in {user_id, *groups}:
            services.conversations.forget(chat_id)
        if services.speakers.chosen(user_id) is not None:
            await services.menus.change(user_id, None)
        services.speakers.forget(user_id)
        services.allowed.welcome(
            await services.conversations.read(services.state.invitations.guests)
        )
        return counts

    async def _tell(self, update: Update, _context: Context) -> None:
        services = self._services
        days = services.retention.days if services.retention else None
        speech = services.speech(message_of(update).from_user)
        await self._send(update, plain(texts.privacy(speech, days=days)))

    async def _ask(self, update: Update, _context: Context) -> None:
        speech = self._services.speech(message_of(update).from_user)
        buttons = tuple(
            Button(label=label, press=Press(verb=Verb.FORGET, token=NO_TOKEN, numbers=(number,)))
            for number, label in ((1, texts.button_erase(speech)), (0, texts.button_keep(speech)))
        )
        await self._send(update, plain(texts.forget_me(speech), buttons))

    async def _send(self, update: Update, drawn: Drawn) -> None:
        services = self._services
        await services.delivery.send(
            drawn,
            to=services.reply_to(message_of(update)),
            errand=services.errands.errand(update.update_id),
        )
