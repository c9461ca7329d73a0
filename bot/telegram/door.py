"""Who is let in although no setting names them: by an invitation, now or earlier."""

import re

from telegram import Message, Update
from telegram.ext import filters

from bot.telegram.services import Services

INVITATION = re.compile(r"/start(?:@\w+)?\s+i_([A-Za-z0-9_-]{12})\s*")


class Door:
    """Asked for updates from chats that the settings do not name. It reads the database."""

    def __init__(self, services: Services) -> None:
        """Look into the invitations of `services`."""
        self._services = services

    async def opens_for(self, update: Update) -> bool:
        """Return whether an update comes from a guest, or from somebody with a valid invitation.

        Only private chats have guests. Another process of the bot may have let somebody in.
        """
        chat, person = update.effective_chat, update.effective_user
        if chat is None or person is None or chat.id != person.id:
            return False
        services = self._services
        invitations = services.state.invitations
        guests = await services.conversations.read(invitations.guests)
        if person.id in guests:
            services.allowed.welcome(guests)
            return services.allowed.allows(person.id)
        token = invitation_in(update.message) if update.message else None
        if token is None or services.office is None:
            return False
        return await services.conversations.read(
            invitations.lets_in, token, person.id, now=services.now()
        )


def invitation_in(message: Message) -> str | None:
    """Return the token of the invitation a message opens, None if it opens none."""
    found = INVITATION.fullmatch(message.text or "")
    return found[1] if found else None


class Invited(filters.MessageFilter):
    """Passes messages that open an invitation."""

    def filter(self, message: Message) -> bool:
        """Return whether the message came by the link of an invitation."""
        return invitation_in(message) is not None
