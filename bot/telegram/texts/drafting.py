"""What is said of drafts: previews, their buttons, what became of them."""

from collections.abc import Sequence

from bot.speech import Speech
from corpus.articles import DropReason


def toast_gone(speech: Speech) -> str:
    """Answer a button whose draft is no longer kept."""
    return speech.gettext("I no longer keep what this button belongs to. Please send it again.")


def toast_under_way(speech: Speech) -> str:
    """Answer a second press while the first is carried out."""
    return speech.gettext("This is under way already.")


def toast_settled(speech: Speech) -> str:
    """Answer a button that was decided before."""
    return speech.gettext("This is decided already.")


def not_added_yet(speech: Speech) -> str:
    """Head a preview."""
    return speech.gettext("📥 Not added yet")


def untitled(speech: Speech) -> str:
    """Stand where a title would be."""
    return speech.gettext("(no title)")


def collection(speech: Speech, *, name: str) -> str:
    """Say into which collection an article goes."""
    return speech.gettext("Collection: {name}", name=name)


def language(speech: Speech, *, code: str) -> str:
    """Say which language a text is in, by its code."""
    return speech.gettext("language: {code}", code=code)


def words(speech: Speech, *, number: int) -> str:
    """Say how long a text is."""
    return speech.ngettext("{number} word", "{number} words", number)


def passages(speech: Speech, *, number: int) -> str:
    """Say in how many pieces it can be found."""
    return speech.ngettext("{number} passage", "{number} passages", number)


def nothing_left_out(speech: Speech) -> str:
    """Say that cleaning left the text alone."""
    return speech.gettext("🧹 Cleaning leaves nothing out.")


def left_out(speech: Speech, *, ranges: Sequence[str]) -> str:
    """Say what cleaning leaves out of the view."""
    return speech.gettext("🧹 Cleaning leaves out: {ranges}", ranges=ranges)


def ranges_left_out(speech: Speech, *, reason: DropReason, number: int) -> str:  # noqa: PLR0911 - one each
    """Say what kind of range cleaning leaves out, and how many there are."""
    match reason:
        case DropReason.REPEATED_HEADLINE:
            return speech.ngettext(
                "{number} repeated headline", "{number} repeated headlines", number
            )
        case DropReason.REPEATED_PARAGRAPH:
            return speech.ngettext(
                "{number} repeated paragraph", "{number} repeated paragraphs", number
            )
        case DropReason.MENU:
            return speech.ngettext("{number} menu line", "{number} menu lines", number)
        case DropReason.SHARE:
            return speech.ngettext(
                "{number} share or read-also line", "{number} share or read-also lines", number
            )
        case DropReason.NOTICE:
            return speech.ngettext(
                "{number} cookie or subscription notice",
                "{number} cookie or subscription notices",
                number,
            )
        case DropReason.RUNNING_HEAD:
            return speech.ngettext(
                "{number} running head or page number",
                "{number} running heads or page numbers",
                number,
            )
        case DropReason.BYLINE:
            return speech.ngettext("{number} byline", "{number} bylines", number)
        case DropReason.REPEATED_CAPTION:
            return speech.ngettext(
                "{number} repeated caption", "{number} repeated captions", number
            )


def same_text(speech: Speech, *, title: str) -> str:
    """Name an article with the very same text."""
    return speech.gettext("♊ The same text is in the library: {title}", title=title)


def near_copy(speech: Speech, *, share: int, title: str) -> str:
    """Name an article that is a near copy; the share is in per cent."""
    return speech.gettext(
        "♊ A near copy is in the library ({share} %): {title}", share=share, title=title
    )


def changed_number(speech: Speech, *, title: str) -> str:
    """Name an article that says the same with another number."""
    return speech.gettext(
        "🔢 The same with a changed number is in the library: {title}", title=title
    )


def same_event(speech: Speech, *, title: str) -> str:
    """Name an article that reports the same event."""
    return speech.gettext("🗞 Tells of the same event: {title}", title=title)


def known(speech: Speech, *, version: int, title: str) -> str:
    """Say that the library has an earlier version."""
    return speech.gettext(
        "♻️ The library has version {version} of it: {title}", version=version, title=title
    )


def known_word_for_word(speech: Speech, *, version: int, title: str) -> str:
    """Say that the library has exactly this text under this address."""
    return speech.gettext(
        "♻️ The library has it word for word, as version {version}: {title}",
        version=version,
        title=title,
    )


def warning(speech: Speech, *, warning: str) -> str:
    """Say what of a document could not be used; a clause in English."""
    return speech.gettext("⚠️ {warning}", warning=warning)


def articles_found(speech: Speech, *, number: int, name: str) -> str:
    """Head the preview of several articles."""
    return speech.ngettext(
        "{number} article in {name}", "{number} articles in {name}", number, name=name
    )


def and_more(speech: Speech, *, number: int) -> str:
    """Say how many a list leaves out."""
    return speech.ngettext("… and {number} more", "… and {number} more", number)


def not_readable_in_it(speech: Speech, *, number: int, reason: str) -> str:
    """Say how many of several could not be read, and why the first could not."""
    return speech.ngettext(
        "⚠️ {number} could not be read: {reason}",
        "⚠️ {number} could not be read, the first because: {reason}",
        number,
        reason=reason,
    )


def foretold(speech: Speech, *, outcomes: str) -> str:
    """Say what adding several articles would do."""
    return speech.gettext("Adding would store: {outcomes}", outcomes=outcomes)


def adding(speech: Speech) -> str:
    """Say that an article is being added."""
    return speech.gettext("⏳ Adding …")


def adding_some(speech: Speech, *, done: int, total: int) -> str:
    """Say how many are stored so far."""
    return speech.gettext("⏳ Adding: {done} of {total} stored …", done=done, total=total)


def making_searchable(speech: Speech) -> str:
    """Say that what is stored is being indexed."""
    return speech.gettext("⏳ Stored. Making it searchable …")


def added(speech: Speech, *, title: str) -> str:
    """Say that an article answers now."""
    return speech.gettext("✅ Added: {title}", title=title)


def added_version(speech: Speech, *, title: str) -> str:
    """Say that a new version answers now."""
    return speech.gettext("✅ Added as a new version: {title}", title=title)


def revised(speech: Speech, *, title: str) -> str:
    """Say that only what is said of an article changed."""
    return speech.gettext("✅ The text was there; its details are changed: {title}", title=title)


def was_there(speech: Speech, *, title: str) -> str:
    """Say that adding changed nothing."""
    return speech.gettext(
        "The library holds this already, word for word. Nothing was changed: {title}", title=title
    )


def added_many(speech: Speech, *, outcomes: str) -> str:
    """Say what adding several articles did."""
    return speech.gettext("✅ Added: {outcomes}", outcomes=outcomes)


def answers_now(speech: Speech, *, passages: str) -> str:
    """Say in how many passages something can be found now."""
    return speech.gettext("{passages}, searchable now.", passages=passages)


def not_added(speech: Speech, *, reason: str) -> str:
    """Say why nothing was added; the reason is a line in English."""
    return speech.gettext("❌ Nothing was added: {reason}", reason=reason)


def discarded(speech: Speech, *, title: str) -> str:
    """Say that a draft is gone."""
    return speech.gettext("✖ Discarded: {title}", title=title)


def undoing(speech: Speech) -> str:
    """Say that something is being taken out."""
    return speech.gettext("⏳ Taking it out again …")


def undone(speech: Speech, *, title: str) -> str:
    """Say that what was added is taken out."""
    return speech.gettext("↩ Taken out again: {title}", title=title)


def changed_since(speech: Speech, *, number: int) -> str:
    """Say how many stay because somebody changed them since."""
    return speech.ngettext(
        "{number} article was changed since and stays as it is.",
        "{number} articles were changed since and stay as they are.",
        number,
    )


def not_undone(speech: Speech, *, reason: str) -> str:
    """Say why nothing was taken out."""
    return speech.gettext("❌ It could not be taken out: {reason}", reason=reason)


def button_add(speech: Speech) -> str:
    """Label."""
    return speech.gettext("✅ Add")


def button_replace(speech: Speech, *, version: int) -> str:
    """Label."""
    return speech.gettext("♻️ Replace version {version}", version=version)


def button_keep_both(speech: Speech) -> str:
    """Label."""
    return speech.gettext("🗂 Keep both")


def button_discard(speech: Speech) -> str:
    """Label."""
    return speech.gettext("✖ Discard")


def button_cleaned(speech: Speech) -> str:
    """Label."""
    return speech.gettext("👁 Cleaned text")


def button_modify(speech: Speech) -> str:
    """Label."""
    return speech.gettext("✏️ Title / date / source")


def button_back(speech: Speech) -> str:
    """Label."""
    return speech.gettext("↩ Back")


def button_undo(speech: Speech) -> str:
    """Label."""
    return speech.gettext("↩ Undo")


def button_add_all(speech: Speech, *, number: int) -> str:
    """Label."""
    return speech.ngettext("✅ Add {number} article", "✅ Add {number} articles", number)
