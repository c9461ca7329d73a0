"""What is said when an article is to be erased."""

from collections.abc import Sequence

from bot.speech import Speech


def button_erase(speech: Speech) -> str:
    """Label."""
    return speech.gettext("🗑 Erase for good")


def button_erase_number(speech: Speech, *, number: int) -> str:
    """Label."""
    return speech.gettext("🗑 Erase {number}", number=number)


def button_keep(speech: Speech) -> str:
    """Label."""
    return speech.gettext("✖ Keep")


def button_keep_all(speech: Speech) -> str:
    """Label."""
    return speech.gettext("✖ Keep all")


def remove_usage(speech: Speech) -> str:
    """Explain an empty /remove."""
    return speech.gettext(
        "Write /remove and the key of an article, or reply to an answer of mine with /remove."
    )


def no_such_article(speech: Speech, *, reason: str) -> str:
    """Say that there is no such article; the reason is a line in English."""
    return speech.gettext("I find no such article: {reason}", reason=reason)


def remove_ask(speech: Speech) -> str:
    """Ask before articles are erased."""
    return speech.gettext("🗑 Erase this for good, with all versions?")


def versions(speech: Speech, *, number: int) -> str:
    """Say how many versions an article has."""
    return speech.ngettext("{number} version", "{number} versions", number)


def loses_story(speech: Speech, *, titles: str) -> str:
    """Say which story loses a report; the rest stays."""
    return speech.gettext("its story goes on with: {titles}", titles=titles)


def loses_whole_story(speech: Speech) -> str:
    """Say that no other article tells the story."""
    return speech.gettext("no other article tells its story")


def erasing(speech: Speech) -> str:
    """Say that an article is being erased."""
    return speech.gettext("⏳ Erasing …")


def erased(speech: Speech, *, title: str) -> str:
    """Say that an article is gone."""
    return speech.gettext("🗑 Erased: {title}", title=title)


def not_erased(speech: Speech) -> str:
    """Say that nothing was erased."""
    return speech.gettext("✖ Nothing was erased.")


def erased_before(speech: Speech) -> str:
    """Say that an article was gone before."""
    return speech.gettext("It is not in the library any more.")


def not_wiped(speech: Speech, *, files: Sequence[str]) -> str:
    """Say that deleted bytes stay in a file for now."""
    return speech.gettext(
        "It answers nothing any more. Deleted bytes stay in {files} while other processes read them; the next removal rewrites them.",
        files=files,
    )
