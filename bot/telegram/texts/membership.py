"""What the bot says when it is added to a group."""

from bot.speech import Speech


def welcome_to_group(speech: Speech, *, username: str) -> str:
    """Say, in a group that has added the bot, how to ask."""
    return speech.gettext(
        "👋 Hello! Ask me with /ask and your question, by mentioning @{username}, or by replying to one of my "
        "messages. I answer with exact passages of the articles I was given, and read nothing else here.",
        username=username,
    )


def not_allowed_here(speech: Speech, *, chat_id: int) -> str:
    """Say, in a group that is not allowed, that the bot does not answer here."""
    return speech.gettext(
        "I may not answer in this group. The people who run me can allow it: its number is {chat_id}.",
        chat_id=str(chat_id),
    )
