"""What administrators are told of questions that nothing answered."""

from bot.feedback.gaps import Gap, GapState
from bot.speech import Speech


def heading(speech: Speech, *, count: int) -> str:
    """Head the list."""
    return speech.ngettext("{number} unanswered question", "{number} unanswered questions", count)


def none_open(speech: Speech) -> str:
    """Say that the list is empty."""
    return speech.gettext("No unanswered questions. What nothing answers is listed here.")


def numbered(speech: Speech, *, number: int, question: str) -> str:
    """Name one question of the list."""
    return speech.gettext("{number}. {question}", number=number, question=question)


def asked(speech: Speech, gap: Gap) -> str:
    """Say how often, by how many and when a question was last asked."""
    day = speech.day(gap.last_asked)
    if gap.times == gap.people:
        return speech.ngettext(
            "asked by {number} person, on {day}",
            "asked by {number} people, last on {day}",
            gap.people,
            day=day,
        )
    return speech.ngettext(
        "asked {times} times by {number} person, last on {day}",
        "asked {times} times by {number} people, last on {day}",
        gap.people,
        times=gap.times,
        day=day,
    )


def how_to(speech: Speech) -> str:
    """Explain the buttons."""
    return speech.gettext(
        "✅ done: it opens again if it is asked in vain again. 🗑 dismiss: it stays away."
    )


def button_done(number: int) -> str:
    """Label the button that marks a question as done."""
    return f"✅ {number}"


def button_dismiss(number: int) -> str:
    """Label the button that dismisses a question."""
    return f"🗑 {number}"


def button_undo(speech: Speech, *, question: str) -> str:
    """Label the button that takes the last change back."""
    return speech.gettext("↩ Undo: {question}", question=question)


def toast_settled(speech: Speech, state: GapState) -> str:
    """Say what became of a question."""
    if state is GapState.DONE:
        return speech.gettext("✅ Marked as done.")
    if state is GapState.DISMISSED:
        return speech.gettext("🗑 Dismissed.")
    return speech.gettext("↩ It is open again.")


def toast_gone(speech: Speech) -> str:
    """Answer a button whose question is gone."""
    return speech.gettext("This question is no longer kept.")


def toast_admins_only(speech: Speech) -> str:
    """Answer somebody who may not see the list."""
    return speech.gettext("Only administrators can do this.")
