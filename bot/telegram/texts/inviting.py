"""What is said of invitations."""

from collections.abc import Sequence

from bot.speech import Speech


def button_revoke(speech: Speech, *, number: int) -> str:
    """Label."""
    return speech.gettext("🚫 Revoke {number}", number=number)


def invite_open_to_all(speech: Speech) -> str:
    """Say that no invitation is needed."""
    return speech.gettext(
        "Everybody may use this bot, so nobody needs an invitation. Set PASSAGEBOT_ALLOWED_CHATS first."
    )


def invite_usage(speech: Speech) -> str:
    """Explain a wrong /invite."""
    return speech.gettext(
        "Write /invite; if you like, with collections, how many people may come, and for how many days, as in: /invite news,blog 5x 7d"
    )


def unknown_collections(speech: Speech, *, names: Sequence[str]) -> str:
    """Say that collections are not there."""
    return speech.gettext("There is no such collection: {names}", names=names)


def invited(speech: Speech, *, link: str) -> str:
    """Hand out a link."""
    return speech.gettext("🎟 This link lets people use me:\n{link}", link=link)


def invite_uses(speech: Speech, *, number: int) -> str:
    """Say how often a link may be used."""
    return speech.ngettext(
        "{number} person may still come by it", "{number} people may still come by it", number
    )


def invite_until(speech: Speech, *, when: str) -> str:
    """Say when a link ends."""
    return speech.gettext("until {when}", when=when)


def invite_sees(speech: Speech, *, names: Sequence[str]) -> str:
    """Say what guests see."""
    return speech.gettext("sees only: {names}", names=names)


def invite_sees_all(speech: Speech) -> str:
    """Say that guests see everything."""
    return speech.gettext("sees everything")


def invite_guests(speech: Speech, *, number: int) -> str:
    """Say how many came by a link."""
    return speech.ngettext("{number} person came by it", "{number} people came by it", number)


def invite_revoked(speech: Speech) -> str:
    """Say that a link was ended."""
    return speech.gettext("revoked")


def invite_ended(speech: Speech) -> str:
    """Say that a link is used up or too old."""
    return speech.gettext("ended")


def no_invitations(speech: Speech) -> str:
    """Say that there are none."""
    return speech.gettext("There are no invitations. /invite makes one.")


def invitations_heading(speech: Speech) -> str:
    """Head the list of invitations."""
    return speech.gettext("🎟 Invitations")


def toast_revoked(speech: Speech, *, number: int) -> str:
    """Say that an invitation was ended and how many lost their right."""
    return speech.ngettext(
        "Revoked. {number} person may no longer use me.",
        "Revoked. {number} people may no longer use me.",
        number,
    )


def welcome(speech: Speech) -> str:
    """Greet somebody who came by an invitation."""
    return speech.gettext(
        "🎟 Welcome: your invitation is accepted. Write your question, or /help for more."
    )


def not_let_in(speech: Speech) -> str:
    """Answer an invitation that lets nobody in."""
    return speech.gettext("This invitation is used up, too old or revoked. Ask for a new one.")
