"""What is said to somebody who hands in an article."""

from bot.speech import Speech


def add_usage(speech: Speech) -> str:
    """Explain an empty /add."""
    return speech.gettext(
        "Send me a link, a file or a forwarded post of a channel; or write /add and the text of the article; or reply to a message with /add. You see a preview before anything is added."
    )


def post_without_text(speech: Speech) -> str:
    """Answer a forwarded post without any words."""
    return speech.gettext("This post holds no text, so there is nothing to add.")


def too_many_waiting(speech: Speech, *, number: int) -> str:
    """Say that drafts must be decided on first."""
    return speech.ngettext(
        "{number} draft already waits for you. Add or discard it first, then send this again.",
        "{number} drafts already wait for you. Add or discard some first, then send this again.",
        number,
    )


def too_large(speech: Speech, *, name: str, size: str, limit: str) -> str:
    """Say that a file is larger than can be downloaded."""
    return speech.gettext(
        "{name} has {size}; I can download at most {limit}. Put it on the machine I run on and use “passagebot ingest”.",
        name=name,
        size=size,
        limit=limit,
    )


def empty_file(speech: Speech, *, name: str) -> str:
    """Say that a file holds nothing."""
    return speech.gettext("{name} is empty, so there is nothing to add.", name=name)


def not_downloaded(speech: Speech, *, name: str) -> str:
    """Say that Telegram did not hand out a file."""
    return speech.gettext(
        "Telegram did not let me download {name}. Please send it again.", name=name
    )


def not_readable(speech: Speech, *, name: str, reason: str) -> str:
    """Say why nothing could be read; the reason is a clause in English."""
    return speech.gettext("❌ I cannot add {name}: {reason}", name=name, reason=reason)


def broke_off(speech: Speech, *, name: str) -> str:
    """Say that reading took too long or ended early."""
    return speech.gettext(
        "❌ Reading {name} took too long or broke off. Send less at once, or use “passagebot ingest” on the machine I run on.",
        name=name,
    )


def modify_how(speech: Speech, *, title: str, date: str, source: str) -> str:
    """Say how title, date and source are changed."""
    return speech.gettext(
        "✏️ Reply to this message with what is to change, each on a line of its own:\n\ntitle: {title}\ndate: {date}\nsource: {source}",
        title=title,
        date=date,
        source=source,
    )


def modify_collection(speech: Speech, *, name: str) -> str:
    """Say how the collection is changed."""
    return speech.gettext("collection: {name}", name=name)


def field_title(speech: Speech) -> str:
    """The word before a title that an administrator writes."""
    return speech.gettext("title")


def field_date(speech: Speech) -> str:
    """The word before a date that an administrator writes."""
    return speech.gettext("date")


def field_source(speech: Speech) -> str:
    """The word before a source that an administrator writes."""
    return speech.gettext("source")


def field_collection(speech: Speech) -> str:
    """The word before a collection that an administrator writes."""
    return speech.gettext("collection")


def modified(speech: Speech) -> str:
    """Say that the preview shows what was written."""
    return speech.gettext("Changed; see the preview above.")


def modify_not_understood(speech: Speech) -> str:
    """Say that nothing of a reply was understood."""
    return speech.gettext("I understood none of these lines. Write them as in: title: New title")


def date_not_understood(speech: Speech, *, date: str) -> str:
    """Say how a date is written."""
    return speech.gettext("I cannot read the date “{date}”. Write it as 2026-11-22.", date=date)


def collection_not_yours(speech: Speech, *, name: str) -> str:
    """Refuse a collection the chat does not see."""
    return speech.gettext("This chat does not see the collection “{name}”.", name=name)
