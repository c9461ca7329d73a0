"""What is told of the library's state."""

from collections.abc import Mapping

from bot.speech import Speech


def holds(speech: Speech, *, articles: int, collections: int, versions: int, passages: int) -> str:
    """Say how much the library holds."""
    parts = (
        speech.ngettext("{number} article", "{number} articles", articles),
        speech.ngettext("{number} collection", "{number} collections", collections),
        speech.ngettext("{number} version", "{number} versions", versions),
        speech.ngettext("{number} passage", "{number} passages", passages),
    )
    return f"📚 {' · '.join(parts)}"


def retired(speech: Speech, *, articles: int) -> str:
    """Say how many articles answer no more."""
    return speech.ngettext(
        "{number} more article is withdrawn", "{number} more articles are withdrawn", articles
    )


def newest(speech: Speech, *, day: str) -> str:
    """Say of when the newest article is."""
    return speech.gettext("newest article: {day}", day=day)


def changed(speech: Speech, *, when: str) -> str:
    """Say when the library last changed."""
    return speech.gettext("last change: {when}", when=when)


def model(speech: Speech, *, name: str, dimensions: int) -> str:
    """Name the model the library is indexed with."""
    return speech.ngettext(
        "model: {name}, {number} dimension",
        "model: {name}, {number} dimensions",
        dimensions,
        name=name,
    )


def not_calibrated(speech: Speech) -> str:
    """Say that nothing was fitted to the model."""
    return speech.gettext(
        "confidence: not fitted to this model, so no match is called strong; "
        "“passagebot calibrate” does that"
    )


def index(speech: Speech, *, behind: int) -> str:
    """Say whether the indexes know the library as it is."""
    if not behind:
        return speech.gettext("index: up to date")
    return speech.ngettext(
        "index: {number} change behind; the next question catches up",
        "index: {number} changes behind; the next question catches up",
        behind,
    )


def sizes(speech: Speech, *, parts: Mapping[str, str]) -> str:
    """Say how much room each part takes."""
    names = {
        "articles": speech.gettext("articles"),
        "vectors": speech.gettext("vectors"),
        "index": speech.gettext("index"),
        "bot": speech.gettext("bot"),
    }
    told = [f"{names[part]} {speech.isolated(size)}" for part, size in parts.items()]
    return speech.gettext("on disk:") + " " + ("، " if speech.is_right_to_left else ", ").join(told)
