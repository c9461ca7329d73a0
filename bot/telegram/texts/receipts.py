"""What a receipt is worth."""

from collections.abc import Sequence

from bot.speech import Speech


def receipt_exact(speech: Speech) -> str:
    """Head a receipt that still holds."""
    return speech.gettext("✅ Exact.")


def receipt_changed(speech: Speech) -> str:
    """Head a receipt whose article has a newer version without the quote."""
    return speech.gettext("✏️ Changed after this quote: the newest version no longer holds it.")


def receipt_moved(speech: Speech) -> str:
    """Head a receipt whose article has a newer version with the quote."""
    return speech.gettext(
        "✏️ Changed after this quote, but the newest version still holds it word for word."
    )


def receipt_withdrawn(speech: Speech) -> str:
    """Head a receipt whose article is gone."""
    return speech.gettext("⛔ Withdrawn: the article of this quote is no longer in the library.")


def receipt_unknown(speech: Speech, *, code: str) -> str:
    """Answer a code that was never shown."""
    return speech.gettext(
        "❓ I have never shown a quote with the receipt {code}. A code has 10 letters and digits.",
        code=code,
    )


def receipt_facts(
    speech: Speech,
    *,
    start: int,
    end: int,
    text_hash: str,
    version: int,
    versions: int,
    stored: str,
) -> Sequence[str]:
    """Return what can be checked, one line each."""
    return (
        speech.gettext("characters {start}-{end} of the article", start=start, end=end),
        speech.gettext("sha256 of its text {hash}", hash=f"{text_hash[:12]}…"),
        speech.gettext("version {version} of {versions}", version=version, versions=versions),
        speech.gettext("fetched {day}", day=stored),
    )
