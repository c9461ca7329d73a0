"""The settings, and what is said where the model does not know a language."""

from bot.speech import Speech

NAMES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "ru": "Русский",
    "ar": "العربية",
}
"""What each language of the interface calls itself."""


def settings(speech: Speech) -> str:
    """Head the settings."""
    return speech.gettext(
        "⚙️ Settings\n\nChoose the language I speak with you. "
        "Quotes keep the language of their article."
    )


def as_in_telegram(speech: Speech) -> str:
    """Label the button that follows Telegram's language."""
    return speech.gettext("As in Telegram")


def chosen(speech: Speech, *, label: str) -> str:
    """Mark the button of what is chosen."""
    return f"✓ {speech.isolated(label)}"


def toast_language(speech: Speech) -> str:
    """Answer the choice of a language, in that language."""
    return speech.gettext("From now on I speak English with you.")


def model_knows_little(speech: Speech) -> str:
    """Say once that meanings are found in English only."""
    return speech.gettext(
        "🌐 By meaning, I search best in English. In other languages I go by the words themselves: "
        "use words that stand in the articles."
    )
