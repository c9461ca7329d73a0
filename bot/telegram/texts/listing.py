"""What Telegram shows of the bot: what each command does, and what the bot is for."""

from bot.speech import Speech


def about(speech: Speech, command: str) -> str:
    """Return what a command does, in a few words."""
    return {
        "ask": speech.gettext("Ask a question"),
        "latest": speech.gettext("What is new"),
        "follow": speech.gettext("Tell me when something new answers"),
        "following": speech.gettext("What I follow, and when I hear of it"),
        "verify": speech.gettext("Is this quote still exact?"),
        "why": speech.gettext("How the last answer was found"),
        "settings": speech.gettext("Language"),
        "help": speech.gettext("What I can do"),
        "privacy": speech.gettext("What is kept about me"),
        "forget_me": speech.gettext("Erase everything about me"),
        "add": speech.gettext("Add an article"),
        "remove": speech.gettext("Remove an article"),
        "sources": speech.gettext("Sources that are followed"),
        "status": speech.gettext("State of the library"),
        "gaps": speech.gettext("Questions nothing answers"),
        "stats": speech.gettext("How much is asked"),
        "sync": speech.gettext("Bring all sources up to date"),
        "invite": speech.gettext("Make a link that lets somebody in"),
        "invitations": speech.gettext("Who was let in, and links to end"),
    }[command]


def description(speech: Speech) -> str:
    """Return what an empty chat shows before the first message; at most 512 characters."""
    return speech.gettext(
        "Ask me about the articles I was given. I answer with exact passages, each with its source, "
        "or say that nothing answers. I never write answers of my own."
    )


def short_description(speech: Speech) -> str:
    """Return what the bot's profile shows; at most 120 characters."""
    return speech.gettext(
        "Answers with exact, cited passages of articles, or says that there is none."
    )
