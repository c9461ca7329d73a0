"""What is said around inline mode and guest mode."""

from bot.speech import Speech


def button_share(speech: Speech) -> str:
    """Label the button that offers a quote to another chat."""
    return speech.gettext("↗ Share")


def ask_in_private(speech: Speech) -> str:
    """Label the button above no results: it asks the same question in the private chat."""
    return speech.gettext("🤷 Nothing answers this here. Ask me in private")


def library_is_empty(speech: Speech) -> str:
    """Label the button above no results where there is nothing to find."""
    return speech.gettext("This library holds no articles yet")


def question_gone(speech: Speech) -> str:
    """Answer the link to a question that is no longer kept."""
    return speech.gettext("I no longer keep this question. Please write it here.")


def toast_shared_by_others(speech: Speech) -> str:
    """Answer a press under a message that somebody else sent, from a person who has no access."""
    return speech.gettext("Only the person who sent this turns its pages.")


def guest_usage(speech: Speech, *, username: str) -> str:
    """Explain a mention without a question, in a chat the bot is no member of."""
    return speech.gettext(
        "Write your question after my name, for example: @{username} How far did the river rise?",
        username=username,
    )
