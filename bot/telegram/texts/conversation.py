"""What the bot says in passing: to a greeting, to thanks, beside its examples, in a list of news."""

from bot.speech import Speech


def greeting(speech: Speech) -> str:
    """Answer a greeting."""
    return speech.gettext("👋 Hello! Ask me something about the articles I was given.")


def welcome(speech: Speech) -> str:
    """Answer thanks."""
    return speech.gettext("You are welcome.")


def farewell(speech: Speech) -> str:
    """Answer a farewell."""
    return speech.gettext("👋 Goodbye.")


def examples(speech: Speech) -> str:
    """Stand above buttons that ask a question each."""
    return speech.gettext("For example:")


def question_asked(speech: Speech, *, question: str) -> str:
    """Say under an answer which question it answers, where no message above it says so."""
    return speech.gettext("Asked: “{question}”", question=question)


def edited_away(speech: Speech) -> str:
    """Stand in the message that answered a question the asker has taken out since."""
    return speech.gettext("You took this question out of your message.")


def no_news(speech: Speech) -> str:
    """Answer /latest where there is no article."""
    return speech.gettext("There are no stories yet.")


def no_news_of(speech: Speech, *, words: str) -> str:
    """Answer /latest with a source or words that no story is of."""
    return speech.gettext("I found no story of or about “{words}”.", words=words)


def news(speech: Speech, *, number: int, total: int) -> str:
    """Say which of the latest stories this is."""
    if total == 1:
        return speech.gettext("The latest story. Quotes are copied character for character.")
    return speech.gettext(
        "Story {number} of the {total} latest. Quotes are copied character for character.",
        number=number,
        total=total,
    )


def button_removed(speech: Speech) -> str:
    """Answer a button whose question can no longer be read."""
    return speech.gettext("I cannot read this question any more. Please write it.")
