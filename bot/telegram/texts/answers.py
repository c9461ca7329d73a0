"""What stands in an answer beside its quotes."""

from collections.abc import Sequence

from bot.speech import Speech
from retrieval.answers import Confidence


def match(speech: Speech, *, confidence: Confidence) -> str:
    """Say how sure the answer is."""
    match confidence:
        case Confidence.STRONG:
            return speech.gettext("strong match")
        case Confidence.POSSIBLE:
            return speech.gettext("possible match")
        case Confidence.NONE:
            return speech.gettext("probably not an answer")


def open_at_sentence(speech: Speech) -> str:
    """Label the link to the article at the sentence quoted."""
    return speech.gettext("open at this sentence")


def open_article(speech: Speech) -> str:
    """Label the link under a folded passage."""
    return speech.gettext("open")


def also_in(speech: Speech, *, names: Sequence[str], copies: int) -> str:
    """Say where the same sentence stands; `names` may be fewer than `copies`."""
    if copies <= len(names):
        return speech.ngettext(
            "🗞 also in {number} copy: {names}",
            "🗞 also in {number} copies: {names}",
            copies,
            names=tuple(names),
        )
    return speech.ngettext(
        "🗞 also in {number} copy: {names} and {more} more",
        "🗞 also in {number} copies: {names} and {more} more",
        copies,
        names=tuple(names),
        more=copies - len(names),
    )


def story_of(speech: Speech, *, number: int, total: int) -> str:
    """Say which story this is, and what the bot does."""
    if total == 1:
        return speech.gettext("Quotes are copied character for character.")
    return speech.gettext(
        "Story {number} of {total}. Quotes are copied character for character.",
        number=number,
        total=total,
    )


def nothing_found(speech: Speech) -> str:
    """Say that nothing answers."""
    return speech.gettext("🤷 No passage answers this.")


def searched(speech: Speech, *, articles: int, newest: str | None) -> str:
    """Say how much was searched, up to which day."""
    if newest is None:
        return speech.ngettext(
            "I searched {number} article.", "I searched {number} articles.", articles
        )
    return speech.ngettext(
        "I searched {number} article, the newest of {day}.",
        "I searched {number} articles, the newest of {day}.",
        articles,
        day=newest,
    )


def empty_library(speech: Speech) -> str:
    """Say that there is nothing to search."""
    return speech.gettext("This library holds no articles yet.")


def nearest(speech: Speech, *, titles: Sequence[str]) -> str:
    """Name the nearest articles that do not answer."""
    listed = "; ".join(speech.isolated(title) for title in titles)
    return f"{speech.gettext('Nearest, but probably not an answer:')} {listed}"


def changed_since(speech: Speech) -> str:
    """Say that a quote is of an older version."""
    return speech.gettext("the article has changed since")


def withdrawn_passage(speech: Speech) -> str:
    """Stand where a quote was."""
    return speech.gettext("⛔ This passage was withdrawn from the library.")


def button_context(speech: Speech) -> str:
    """Label."""
    return speech.gettext("📖 Context")


def button_sources(speech: Speech, *, count: int) -> str:
    """Label."""
    return speech.gettext("🗞 Sources {count}", count=count)


def button_previous() -> str:
    """Label."""
    return "‹"  # noqa: RUF001 - an arrow


def button_next() -> str:
    """Label."""
    return "›"  # noqa: RUF001 - an arrow


def button_contents(*, number: int, total: int) -> str:
    """Label."""
    return f"{number} / {total}"


def button_more_above(speech: Speech) -> str:
    """Label."""
    return speech.gettext("▲ more above")


def button_more_below(speech: Speech) -> str:
    """Label."""
    return speech.gettext("▼ more below")


def button_copy(speech: Speech) -> str:
    """Label."""
    return speech.gettext("⧉ Copy quote")


def button_source(speech: Speech) -> str:
    """Label."""
    return speech.gettext("🔗 Source")


def button_back(speech: Speech) -> str:
    """Label."""
    return speech.gettext("↩ Back")


def button_anyway(speech: Speech) -> str:
    """Label."""
    return speech.gettext("Show them anyway")


def headline_repeated(speech: Speech, *, times: int) -> str:
    """Say what cleaning found out about the headline."""
    return speech.ngettext(
        "This headline stands {number} time in the original; shown once.",
        "This headline stands {number} times in the original; shown once.",
        times,
    )


def left_out(speech: Speech, *, ranges: int) -> str:
    """Say how much else cleaning leaves out of the view."""
    return speech.ngettext(
        "{number} repeated or menu range of the original left out.",
        "{number} repeated or menu ranges of the original left out.",
        ranges,
    )


def sources_heading(speech: Speech, *, count: int) -> str:
    """Head the list of articles that hold a sentence."""
    return speech.ngettext(
        "{number} article holds this sentence", "{number} articles hold this sentence", count
    )


def story_heading(speech: Speech, *, reports: int, independent: int) -> str:
    """Head the list of articles that tell of one event; copies of a report depend on it."""
    told = speech.ngettext("{number} report", "{number} reports", reports)
    apart = speech.ngettext("{number} independent", "{number} independent", independent)
    return speech.gettext("{reports}, {independent}", reports=told, independent=apart)


def overlap(speech: Speech, *, percent: int) -> str:
    """Say how much a copy has of the report's words."""
    return speech.gettext("{percent} % the same", percent=speech.number(percent))


def first_seen(speech: Speech) -> str:
    """Mark the article of a story that was there first."""
    return speech.gettext("first seen")


def sources_more(speech: Speech, *, count: int) -> str:
    """Say how many the list leaves out."""
    return speech.ngettext("… and {number} more.", "… and {number} more.", count)


def contents_line(speech: Speech, *, number: int, title: str) -> str:
    """Name one story in the toast that lists them."""
    return f"{number}. {speech.isolated(title)}"


def toast_old_button(speech: Speech) -> str:
    """Answer a button whose answer is no longer kept."""
    return speech.gettext("I no longer keep what this button belongs to. Please ask again.")


def toast_not_yours(speech: Speech) -> str:
    """Answer someone who did not ask."""
    return speech.gettext("Only the person who asked turns these pages. Ask me yourself with /ask.")


def not_yours(speech: Speech) -> str:
    """Answer the deep link to an answer that may not be shown here."""
    return speech.gettext("I no longer keep this answer. Please ask again.")


def nothing_asked_yet(speech: Speech) -> str:
    """Answer /why before any question."""
    return speech.gettext("You have not asked anything here yet.")
