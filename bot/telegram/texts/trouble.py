"""What is said when something goes wrong, and after an absence."""

from bot.speech import Speech


def trouble(speech: Speech) -> str:
    """Say that something broke."""
    return speech.gettext(
        "⚠️ Something went wrong on my side, and it is logged. Please ask again in a moment."
    )


def interrupted(speech: Speech) -> str:
    """Say that a question is given up after it failed again and again."""
    return speech.gettext(
        "⚠️ I could not answer this in several attempts, so I stopped trying. "
        "Please ask it in other words."
    )


def unprovable(speech: Speech) -> str:
    """Stand where a quote would be that is not exact."""
    return speech.gettext(
        "⚠️ I found a passage but could not prove that I quote it exactly, so I do not show it. "
        "The people who run this bot can see why in its log."
    )


def answered_newer(speech: Speech, *, question: str) -> str:
    """Say which newer question was answered after a long absence."""
    return speech.gettext(
        "⏳ I was away when this came, and answered your newer question instead: “{question}”",
        question=question,
    )


def many_unanswered(speech: Speech, *, count: int, question: str) -> str:
    """Say the same once for many questions."""
    return speech.ngettext(
        "⏳ I was away when {number} earlier question came, and answered the newest one instead: "
        "“{question}”",
        "⏳ I was away when {number} earlier questions came, and answered the newest one instead: "
        "“{question}”",
        count,
        question=question,
    )
