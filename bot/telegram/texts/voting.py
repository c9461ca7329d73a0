"""What is said of votes on passages."""

from bot.speech import Speech


def button_up() -> str:
    """Label the button that says a passage answers."""
    return "👍"


def button_down() -> str:
    """Label the button that says a passage does not answer."""
    return "👎"


def toast_up(speech: Speech) -> str:
    """Thank for a vote that says the passage answers."""
    return speech.gettext("👍 Noted: this passage answers. Press again to take it back.")


def toast_down(speech: Speech) -> str:
    """Thank for a vote that says the passage does not answer."""
    return speech.gettext("👎 Noted: this passage does not answer. Press again to take it back.")


def toast_taken_back(speech: Speech) -> str:
    """Say that the vote is gone."""
    return speech.gettext("Your vote is taken back.")


def toast_passage_gone(speech: Speech) -> str:
    """Answer a vote on a passage that is no longer there."""
    return speech.gettext("This passage was withdrawn, so there is nothing to vote on.")
