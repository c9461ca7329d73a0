"""Being added to chats and removed from them."""

from collections.abc import Sequence

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Update,
)
from telegram.ext import ChatMemberHandler

from bot.journal import Kind
from bot.telegram.callbacks import Press, Verb
from bot.telegram.delivery import Target
from bot.telegram.features import Handler, Reply
from bot.telegram.messages import plain
from bot.telegram.services import Context, Services
from bot.telegram.texts import answers as answer_texts
from bot.telegram.texts import membership as membership_texts

_GROUPS = frozenset({Chat.GROUP, Chat.SUPERGROUP})
_IN = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER})


class Membership:
    """Notes where the bot is in and where not, and says a line in groups it is added to."""

    verbs: frozenset[Verb] = frozenset()

    def __init__(self, services: Services) -> None:
        """Note it in `services.presence`, also when a message turns out not to arrive."""
        self._services = services
        services.delivery.when_shut(self._shut)

    def handlers(self) -> Sequence[tuple[Kind, Handler]]:
        """Return the handler of the bot's own membership."""
        mine = ChatMemberHandler(self.changed, ChatMemberHandler.MY_CHAT_MEMBER)
        return ((Kind.OTHER, mine),)

    async def meant(self, _update_id: int, query: CallbackQuery, _press: Press) -> Reply:
        """Answer a button; it draws none."""
        return Reply(toast=answer_texts.toast_old_button(self._services.speech(query.from_user)))

    async def run(self) -> None:
        """Do nothing beside the answers."""

    async def changed(self, update: Update, _context: Context) -> None:
        """Take up what the bot may do in a chat now."""
        change = update.my_chat_member
        if change is None:
            return
        presence, chat = self._services.presence, change.chat
        if not _is_in(change.new_chat_member):
            await presence.leave(chat.id, change.date)
            return
        await presence.enter(chat.id)
        if chat.type in _GROUPS and not _is_in(change.old_chat_member):
            await self._welcome(update.update_id, change)

    async def _welcome(self, update_id: int, change: ChatMemberUpdated) -> None:
        """Say how to ask in a group, or that it is not allowed; nothing in one that only moved."""
        services, chat = self._services, change.chat
        moved = await services.conversations.read(services.state.moved_chats)
        if chat.id in moved.values():
            return
        speech = services.speech(change.from_user)
        line = membership_texts.not_allowed_here(speech, chat_id=chat.id)
        if services.allowed.allows(chat.id):
            line = membership_texts.welcome_to_group(speech, username=services.desk.username)
        errand = services.errands.errand(update_id)
        await services.delivery.send(plain(line), to=Target(chat_id=chat.id), errand=errand)

    async def _shut(self, chat_id: int) -> None:
        await self._services.presence.leave(chat_id, self._services.now())


def _is_in(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _IN
