"""The messages of drafts: what each says now, so that no edit is sent that changes nothing."""

import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from html import unescape

from telegram import CallbackQuery, Message

from bot.drafts import Draft
from bot.telegram.callbacks import Press
from bot.telegram.features import Reply
from bot.telegram.messages import Drawn
from bot.telegram.services import Services
from bot.telegram.texts import administration as common_texts
from bot.telegram.texts import drafting as texts

_REMEMBERED = 500
_TAG = re.compile(r"<[^>]+>")

_log = logging.getLogger(__name__)


class DraftMessages:
    """Edits the messages of drafts, each in its turn."""

    def __init__(self, services: Services) -> None:
        """Remember nothing yet: after a restart a press tells what its message says."""
        self._services = services
        self._shown: OrderedDict[tuple[int, int], str] = OrderedDict()

    async def draft_of(
        self,
        update_id: int,
        query: CallbackQuery,
        press: Press,
        *,
        belongs: Callable[[Draft], bool],
    ) -> Draft | Reply:
        """Return the draft a button was pressed under, or what the press is answered with.

        Nobody but the draft's own administrator may press. `belongs` says whether a draft is of
        the kind that the button is for.
        """
        services, person = self._services, query.from_user
        speech = services.speech(person)
        if person.id not in services.admins:
            _log.info("update %d: a button for administrators, pressed by another", update_id)
            return Reply(toast=common_texts.toast_not_for_you(speech))
        draft = await services.conversations.read(
            services.state.drafts.get, press.token, now=services.now()
        )
        message = query.message
        if draft is None or message is None or not belongs(draft):
            return Reply(toast=texts.toast_gone(speech))
        if (message.chat.id, person.id) != (draft.chat_id, draft.person_id):
            return Reply(toast=common_texts.toast_not_for_you(speech))
        draft = replace(draft, message_id=message.message_id)
        self._pressed(draft, query)
        return draft

    def _pressed(self, draft: Draft, query: CallbackQuery) -> None:
        """Take from a press what the message says, unless that is known."""
        message = query.message
        if isinstance(message, Message) and _place(draft) not in self._shown:
            self._note(draft, message.text or "")

    def forget(self, draft: Draft) -> None:
        """Forget what a message says: something else is going to edit it."""
        self._shown.pop(_place(draft), None)

    async def show(self, update_id: int, draft: Draft, drawn: Drawn) -> None:
        """Show a draft in its message, if that does not look so already."""
        services, text = self._services, visible(drawn)
        chat_id, message_id = _place(draft)
        async with services.messages.turn(_place(draft)):
            if self._shown.get(_place(draft)) == text:
                return
            self._note(draft, text)
            await services.delivery.edit(
                drawn,
                chat_id=chat_id,
                message_id=message_id,
                errand=services.errands.errand(update_id),
            )

    def _note(self, draft: Draft, text: str) -> None:
        self._shown[_place(draft)] = text
        self._shown.move_to_end(_place(draft))
        while len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)


def visible(drawn: Drawn) -> str:
    """Return the text a reader sees of a message."""
    return unescape(_TAG.sub("", drawn.html))


def _place(draft: Draft) -> tuple[int, int]:
    return draft.chat_id, draft.message_id or 0
