"""What commands and questions that cannot be searched are answered with."""

from bot.speech import Speech


def start(speech: Speech) -> str:
    """Greet."""
    return speech.gettext(
        "👋 Ask me anything about the articles I was given. I answer with the exact passage and where it stands, "
        "or say that nothing answers.\n\nWrite your question, or /help for more."
    )


def help_private(speech: Speech) -> str:
    """Explain, in a private chat."""
    return speech.gettext(
        "Write a question, and I answer with exact passages of the articles I was given.\n\n"
        "📖 Context shows what stands around a quote, ‹ and › turn the pages. "  # noqa: RUF001
        "The 🧾 code of a quote proves it: tap it, or send /verify and the code. "
        "Reply to a quote, or to selected words of it, to ask about its article. "
        "Edit your question and I edit my answer."
    )


def help_of(speech: Speech, *, command: str, about: str) -> str:
    """Say what a command does, in a line of the help."""
    return f"{speech.isolated(f'/{command}')} \u2013 {about}"


def help_group(speech: Speech) -> str:
    """Explain, in a group."""
    return speech.gettext(
        "Ask me with /ask and your question, by mentioning me, or by replying to one of my messages. "
        "I read nothing else here."
    )


def ask_usage(speech: Speech) -> str:
    """Explain an empty /ask."""
    return speech.gettext(
        "Write your question after /ask, for example: /ask How far did the river rise?"
    )


def verify_usage(speech: Speech) -> str:
    """Explain an empty /verify."""
    return speech.gettext(
        "Write the 10 characters of a 🧾 code after /verify, for example: /verify K7Q2M9XA4T"
    )


def unknown_command(speech: Speech) -> str:
    """Answer a command that is none."""
    return speech.gettext("I do not know this command. /help lists the ones I know.")


def cannot_read(speech: Speech) -> str:
    """Answer a voice message, a picture and the like."""
    return speech.gettext("I can only read text. Please write your question.")


def no_words(speech: Speech) -> str:
    """Answer a question without a letter or digit."""
    return speech.gettext("There is no word in the question; ask it in words.")


def too_long(speech: Speech, *, most: int) -> str:
    """Answer a question longer than can be searched."""
    return speech.ngettext(
        "The question is too long; ask it in at most {number} character.",
        "The question is too long; ask it in at most {number} characters.",
        most,
    )
