"""What is kept of people, and what is said when it is erased."""

from collections.abc import Callable, Mapping

from bot.forgetting import Trace
from bot.speech import Speech


def privacy(speech: Speech, *, days: int | None) -> str:
    """Say in plain words what is kept, how long and where; no `days` means until erased."""
    return "\n\n".join(
        (
            speech.gettext("🔒 What I keep about you"),
            _kept(speech),
            _groups(speech),
            _where(speech),
            _how_long(speech, days),
            speech.gettext("/forget_me erases everything about you at once."),
        )
    )


def _kept(speech: Speech) -> str:
    return speech.gettext(
        "Your questions with the passages I found, so that the buttons under my answers work; "
        "your votes; the questions you follow; your settings; drafts and invitations if you manage me."
    )


def _groups(speech: Speech) -> str:
    return speech.gettext("In groups I read only what is addressed to me, and keep nothing else.")


def _where(speech: Speech) -> str:
    return speech.gettext(
        "It lies in one database with the people who run me. It goes to nobody else, "
        "and no question is ever written to a log."
    )


def _how_long(speech: Speech, days: int | None) -> str:
    if days is None:
        return speech.gettext("I keep it until you erase it.")
    return speech.ngettext(
        "After {number} day I erase it by myself, except what you still follow and your settings.",
        "After {number} days I erase it by myself, except what you still follow and your settings.",
        days,
    )


def forget_me(speech: Speech) -> str:
    """Ask whether everything shall be erased."""
    return speech.gettext(
        "🗑 Erase everything I keep about you: questions and answers, votes, followed questions, "
        "settings, drafts and invitations? The buttons under my old answers will stop working. "
        "This cannot be undone."
    )


def button_erase(speech: Speech) -> str:
    """Label."""
    return speech.gettext("🗑 Erase everything")


def button_keep(speech: Speech) -> str:
    """Label."""
    return speech.gettext("Keep it")


def nothing_erased(speech: Speech) -> str:
    """Answer who does not want it after all."""
    return speech.gettext("Nothing was erased.")


def erased(speech: Speech, *, counts: Mapping[Trace, int]) -> str:
    """Say what was erased."""
    lines = [f"• {_LINES[trace](speech, count)}" for trace, count in counts.items() if count]
    return "\n".join(
        (
            speech.gettext("✅ Erased:"),
            *lines,
            "",
            speech.gettext(
                "Our messages stay in your chats until you delete them there. "
                "If you came by an invitation, you need a new one."
            ),
        )
    )


def _answers(speech: Speech, count: int) -> str:
    return speech.ngettext(
        "{number} answer with its question", "{number} answers with their questions", count
    )


def _votes(speech: Speech, count: int) -> str:
    return speech.ngettext("{number} vote", "{number} votes", count)


def _gaps(speech: Speech, count: int) -> str:
    return speech.ngettext("{number} unanswered question", "{number} unanswered questions", count)


def _inline(speech: Speech, count: int) -> str:
    return speech.ngettext(
        "{number} answer you sent to other chats", "{number} answers you sent to other chats", count
    )


def _follows(speech: Speech, count: int) -> str:
    return speech.ngettext("{number} followed question", "{number} followed questions", count)


def _drafts(speech: Speech, count: int) -> str:
    return speech.ngettext("{number} draft", "{number} drafts", count)


def _invitations(speech: Speech, count: int) -> str:
    return speech.ngettext("{number} invitation", "{number} invitations", count)


def _settings(speech: Speech, _count: int) -> str:
    return speech.gettext("your settings")


def _journal(speech: Speech, count: int) -> str:
    return speech.ngettext(
        "{number} entry of the journal", "{number} entries of the journal", count
    )


_LINES: Mapping[Trace, Callable[[Speech, int], str]] = {
    Trace.ANSWERS: _answers,
    Trace.VOTES: _votes,
    Trace.GAPS: _gaps,
    Trace.INLINE: _inline,
    Trace.FOLLOWS: _follows,
    Trace.DRAFTS: _drafts,
    Trace.INVITATIONS: _invitations,
    Trace.SETTINGS: _settings,
    Trace.JOURNAL: _journal,
}
